import { expect, test } from "vitest";
import { absorb, spread } from "../absorb";
import { addDraws, band, chance, curveBand, drawsAt, quantile, slopeDraws } from "../bands";
import { concave, curvesOf, marginalOf, outcomeOf, reach, slopeAt, valueAt } from "../curves";
import { fill } from "../filling";
import { programme } from "../shaped";
import { apart, curvesNamed, drawn, eight, golden, small, sumOf } from "./golden";

const scaleOf = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs), 1e-9);

test("curves and their slopes are read as in Python", () => {
  for (const { curves: name, spend, value, slope } of golden.read) {
    const curves = curvesNamed(name);
    const found = spend.map((amount, c) => valueAt(curves, c, amount));
    expect(apart(found, value), name).toBeLessThan(1e-11 * scaleOf(value));
    const steep = spend.map((amount, c) => slopeAt(curves, c, amount));
    expect(apart(steep, slope), name).toBeLessThan(1e-11 * scaleOf(slope));
    expect(outcomeOf(curves, spend)).toBeCloseTo(sumOf(value), 6);
  }
});

test("what is concave is what Python finds concave", () => {
  for (const { curves: name, whole, upper_half } of golden.concave) {
    const curves = curvesNamed(name);
    whole.forEach((wanted, c) => {
      expect(concave(curves, c), `${name} ${c}`).toBe(wanted);
      const end = reach(curves, c);
      expect(concave(curves, c, end / 2, end), `${name} ${c}, upper half`).toBe(upper_half[c]);
    });
  }
});

test("water-filling gives Python's allocation to a millionth, within bounds and with locks", () => {
  const curves = curvesNamed("eight");
  expect(golden.fill.length).toBeGreaterThan(10);
  for (const { lower, upper, total, spend, price, outcome } of golden.fill) {
    const found = fill(curves, total, { lower, upper });
    expect(apart(found.spend, spend)).toBeLessThan(1e-6 * total);
    expect(sumOf(found.spend)).toBeCloseTo(total, 6);
    expect(Math.abs(found.outcome / outcome - 1)).toBeLessThan(1e-10);
    const moves = spend.some(
      (amount, c) => amount > (lower[c] ?? 0) * 1.001 && amount < (upper[c] ?? 0) * 0.999,
    );
    if (moves) expect(Math.abs(found.price / price - 1)).toBeLessThan(1e-6);
  }
});

test("at the reference's total the outcome is the reference's", () => {
  const curves = curvesNamed("eight");
  const upper = Array.from({ length: 8 }, (_, c) => reach(curves, c));
  const found = fill(curves, eight.total, { lower: new Float64Array(8), upper });
  expect(Math.abs(found.outcome / 2458101.7357 - 1)).toBeLessThan(1e-6);
  expect(Math.abs(found.outcome / eight.reference - 1)).toBeLessThan(1e-6);
  // Everything that is filled in part has one slope, which is the price.
  const slopes = marginalOf(curves, found.spend);
  found.spend.forEach((amount, c) => {
    if (amount > 0) expect(Math.abs((slopes[c] ?? 0) / found.price - 1)).toBeLessThan(1e-9);
    else expect(slopes[c]).toBeLessThan(found.price);
  });
});

test("a total beyond the bounds gives the nearest plan, equal straight curves share", () => {
  const curves = curvesNamed("eight");
  const upper = new Float64Array(8).fill(100);
  const lower = new Float64Array(8).fill(10);
  expect(sumOf(fill(curves, 10, { lower, upper }).spend)).toBeCloseTo(80, 9);
  expect(sumOf(fill(curves, 1e9, { lower, upper }).spend)).toBeCloseTo(800, 9);
  const straight = curvesOf([[0, 5, 10], [0, 5, 10]], [[0, 10, 20], [0, 10, 20]], [[2, 2, 2], [2, 2, 2]]); // biome-ignore format: rows
  const found = fill(straight, 9, { lower: [0, 0], upper: [10, 10] });
  expect(sumOf(found.spend)).toBeCloseTo(9, 12);
  expect(found.outcome).toBeCloseTo(18, 12);
});

test("S-shaped curves give Python's plan", () => {
  const curves = curvesNamed("shaped");
  const upper = Array.from({ length: curves.channels }, (_, c) => reach(curves, c));
  for (const { total, lower, spend, outcome } of golden.programme) {
    const found = programme(curves, total, { lower, upper });
    expect(found.outcome / outcome - 1).toBeGreaterThan(-1e-9);
    expect(Math.abs(found.outcome / outcome - 1)).toBeLessThan(1e-6);
    expect(apart(found.spend, spend)).toBeLessThan(1e-4 * total);
    expect(sumOf(found.spend)).toBeCloseTo(total, 6);
  }
});

test("the dynamic programme agrees with water-filling where curves are concave", () => {
  const curves = curvesNamed("eight");
  for (const { lower, upper, total, spend, outcome } of golden.fill) {
    const found = programme(curves, total, { lower, upper });
    expect(Math.abs(found.outcome / outcome - 1)).toBeLessThan(1e-10);
    expect(apart(found.spend, spend)).toBeLessThan(1e-5 * total);
  }
});

test("the others absorb as in Python, and the total stays", () => {
  for (const { spend, channel, amount, lower, upper, locked, plan } of golden.absorb) {
    const found = absorb(spend, channel, amount, { lower, upper }, locked);
    expect(apart(found, plan)).toBeLessThan(1e-12 * scaleOf(spend));
    expect(sumOf(found)).toBeCloseTo(sumOf(spend), 10);
    found.forEach((own, c) => {
      expect(own).toBeGreaterThanOrEqual((lower[c] ?? 0) - 1e-12);
      expect(own).toBeLessThanOrEqual((upper[c] ?? 0) + 1e-12);
      if (locked[c] && c !== channel) expect(own).toBe(spend[c]);
    });
  }
});

test("outcomes, bands and the chance of beating the current plan are Python's", () => {
  const curves = curvesNamed("small");
  const now = drawsAt(drawn, small.current);
  for (const { spend, draws, lower, median, upper, mean, marginal, better, slopes } of golden.outcomes) {
    const found = drawsAt(drawn, spend);
    const scale = scaleOf(draws);
    expect(apart(found, draws)).toBeLessThan(1e-12 * scale);
    const ends = band(found);
    expect(apart([ends.lower, ends.median, ends.upper], [lower, median, upper])).toBeLessThan(1e-12 * scale);
    expect(chance(found, now)).toBeCloseTo(better, 12);
    expect(outcomeOf(curves, spend)).toBeCloseTo(mean, 8);
    expect(apart(marginalOf(curves, spend), marginal)).toBeLessThan(1e-11 * scaleOf(marginal));
    slopes.forEach((own, c) => {
      expect(apart(slopeDraws(drawn, c, spend[c] ?? 0), own)).toBeLessThan(1e-11 * scaleOf(own));
    });
  }
});

test("equal outcomes count half, a single draw is its own band", () => {
  const same = Float64Array.from([1, 2, 3]);
  expect(chance(same, same)).toBe(0.5);
  expect(chance(same, Float64Array.from([0, 2, 4]))).toBe(0.5);
  expect(band(Float64Array.from([7]))).toEqual({ lower: 7, median: 7, upper: 7 });
  expect(quantile(Float64Array.from([0, 10]), 0.25)).toBe(2.5);
});

test("a channel's bands begin at nothing and grow", () => {
  const bands = curveBand(drawn, 0, [0, 500, 1500]);
  expect(bands[0]).toEqual({ lower: 0, median: 0, upper: 0 });
  expect(bands[1]?.lower).toBeGreaterThan(0);
  expect(bands[2]?.lower).toBeGreaterThan(bands[1]?.lower ?? 0);
  expect(bands[2]?.lower).toBeLessThan(bands[2]?.upper ?? 0);
  const alone = addDraws(drawn, 0, 500, new Float64Array(drawn.draws));
  expect(band(alone)).toEqual(bands[1]);
});

test("a new total is shared as in Python", () => {
  for (const { spend, total, lower, upper, locked, plan } of golden.spread)
    expect(apart(spread(spend, total, { lower, upper }, locked), plan)).toBeLessThan(1e-10);
});
