import { expect, test } from "vitest";
import { type Comparison, compare, compareArms, decisionOf, densityOf } from "../compare";
import { correctedP, families, familyWords } from "../corrections";
import * as distributions from "../distributions";
import {
  duration,
  durationSentence,
  minimumEffect,
  planSentence,
  powerCurve,
  powerOf,
  sampleSize,
  solvePlan,
} from "../planning";
import { sampleRatio } from "../sample_ratio";
import { worthOf } from "../value";
import { verdictOf } from "../verdict";
import * as wording from "../wording";
import { expectDigits, expectSame, golden, pairOf } from "./golden";

const PROBABILITY = 1e-8;

test("distribution functions are SciPy's, also far out in the tails", () => {
  const functions = distributions as unknown as Record<string, (...values: number[]) => number>;
  for (const { name, arguments: given, value } of golden.quantiles) {
    const found = functions[name]?.(...given) ?? Number.NaN;
    const what = `${name}(${given})`;
    if (value === 0) expectSame(found, value, what, 1e-15);
    else expectDigits(found, value, what, 1e-10);
  }
});

test("numbers are written as in Python's sentences", () => {
  for (const { value, ...words } of golden.words) {
    const x = value as number;
    expect(
      {
        significant: wording.significant(x),
        percent: wording.percent(x),
        chance: wording.chance(x),
        money: wording.money(x, "EUR"),
        points: wording.change(x, "pp"),
        span: wording.span(-x, 3 * x, "kg"),
        both: wording.bothScales(x, 0.2, true),
        p_value: wording.pValueText(x),
      },
      String(x),
    ).toEqual(words);
  }
});

test("sizes, powers and smallest effects are Python's", () => {
  for (const { design, effect = 0, power = 0, n = 0, ...wanted } of golden.sizes) {
    const what = JSON.stringify(design);
    expectSame(sampleSize(design, effect, power), n, `${what} size`);
    expectSame(powerOf(design, n, effect), wanted.power_at_n, `${what} power`);
    expectSame(powerOf(design, n / 2, effect), wanted.power_at_half, `${what} power of half`);
    expectSame(powerOf(design, n, 0), wanted.power_at_none, `${what} power of none`);
    expectSame(powerOf(design, n, 0), design.alpha ?? 0.05, `${what} alpha`, 1e-14);
    expectSame(minimumEffect(design, n, power), wanted.minimum, `${what} minimum`);
    expectSame(minimumEffect(design, 2000, power, "down"), wanted.minimum_down, `${what} downwards`);
  }
});

test("plans are solved and worded as in Python", () => {
  for (const wanted of golden.plans) {
    const { fields, solve } = wanted;
    const none = Number.NaN;
    const plan = { ...fields, effect: wanted.effect ?? none, power: wanted.power, days: wanted.days ?? none };
    const solved = solvePlan(plan, solve);
    expectSame(solved.effect, wanted.solved.effect, "effect");
    expectSame(solved.power, wanted.solved.power, "power");
    expectSame(solved.nPerArm, wanted.solved.n_per_arm, "units");
    expect(solved.days).toBe(wanted.solved.days);
    expect(planSentence(plan, solved)).toBe(wanted.sentence);
    if (solved.duration && wanted.duration) {
      expectSame(solved.duration.exactDays, wanted.duration.exact_days, "days");
      expect([solved.duration.weeks, solved.duration.days]).toEqual([
        wanted.duration.weeks,
        wanted.duration.days,
      ]);
      expect(durationSentence(solved.duration, fields.perDay ?? none)).toBe(wanted.duration_sentence);
    } else expect([solved.duration, wanted.duration]).toEqual([null, null]);
    powerCurve(plan, solved, 5).forEach((point, i) => {
      expectSame(point.effect, wanted.curve.effect[i], "curve effect");
      expectSame(point.power, wanted.curve.power[i], "curve power");
    });
  }
});

test("two weeks of days are two weeks, not three", () => {
  expect(duration(7000, 1000)).toEqual({ units: 14_000, exactDays: 14, weeks: 2, days: 14 });
  expect(duration(7001, 1000).weeks).toBe(3);
});

function expectAnswer(found: Comparison, answer: Record<string, number | string>, what: string): void {
  expectSame(found.effect, answer.effect, `${what} effect`);
  expectSame(found.lower, answer.lower, `${what} lower`, PROBABILITY);
  expectSame(found.upper, answer.upper, `${what} upper`, PROBABILITY);
  expectSame(found.pValue, answer.p_value, `${what} p`, PROBABILITY);
  if (found.pValue > 1e-280)
    expectDigits(found.pValue, answer.p_value as number, `${what} p digits`, PROBABILITY);
  expectSame(found.probability, answer.probability, `${what} probability`, PROBABILITY);
  expectSame(found.expectedLoss, answer.expected_loss, `${what} loss`, PROBABILITY);
  expectSame(found.standardError, answer.standard_error, `${what} error`);
  expectSame(found.statistic, answer.statistic, `${what} statistic`);
  expectSame(found.df, answer.df, `${what} df`);
  expectSame(found.control, answer.control, `${what} control`);
  expectSame(found.treatment, answer.treatment, `${what} treatment`);
  expect(found.message, what).toBe(answer.message);
}

test("comparisons by every method are Python's", () => {
  for (const { samples, question, answer, density, decision } of golden.comparisons) {
    const what = `${samples} ${JSON.stringify(question)}`;
    const found = compare(...pairOf(samples), question);
    expectAnswer(found, answer, what);
    const drawn = densityOf(found, 7).slice(1, 6);
    expect(drawn.length, what).toBe(density.length);
    const highest = Math.max(...density.map(([, height]) => height));
    drawn.forEach((point, i) => {
      const [x = 0, height = 0] = density[i] ?? [];
      expectSame(point.x, x, `${what} x`, PROBABILITY);
      expectSame(point.density / highest, height / highest, `${what} density at ${x}`, 1e-6);
    });
    const { worse, tooSmall, worthwhile } = decisionOf(found, 0.02);
    [worse, tooSmall, worthwhile].forEach((share, i) => {
      expectSame(share, decision[i], `${what} region ${i}`, PROBABILITY);
    });
  }
});

test("adjusted estimates, whose errors hang together, are compared as in Python", () => {
  for (const { arms, question, answer } of golden.adjusted) {
    expectAnswer(compareArms(arms, false, question), answer, JSON.stringify(question));
  }
});

test("splits are checked as in Python", () => {
  for (const { counts, split, ...wanted } of golden.sample_ratios) {
    const found = sampleRatio(counts, split ?? undefined);
    expectDigits(found.pValue, wanted.p_value, "p", 1e-9);
    expect([found.verdict, found.sentence]).toEqual([wanted.verdict, wanted.sentence]);
  }
});

test("effects are worth what Python says", () => {
  for (const { samples, question, worth, value } of golden.values) {
    const found = worthOf(compare(...pairOf(samples), question), worth);
    expectSame(found.amount, value.amount, "amount");
    expectSame(found.lower, value.lower, "lower", PROBABILITY);
    expectSame(found.upper, value.upper, "upper", PROBABILITY);
    expectSame(found.probability, value.probability, "probability", PROBABILITY);
    expectSame(found.expectedLoss, value.expected_loss, "loss", PROBABILITY);
    expectSame(found.breakEven + 0, (value.break_even as number) + 0, "break-even");
    expect(found.sentence).toBe(value.sentence);
  }
});

test("several questions become families as in Python", () => {
  for (const wanted of golden.families) {
    const found = families(wanted.p_values, wanted.correction);
    expect(found.map(familyWords)).toEqual(wanted.words);
    for (const [i, family] of found.entries()) {
      expect({ ...family, factor: 0 }).toEqual({ ...wanted.families[i], factor: 0 });
      expectDigits(family.factor, wanted.families[i]?.factor ?? 0, "factor", 1e-12);
      expectSame(correctedP(family, wanted.p_values[i] ?? 0), wanted.corrected[i], "p", 1e-12);
    }
  }
});

test("verdicts and all their words are Python's", () => {
  for (const { samples, question, given, worth, other, ratio, guardrails, ...wanted } of golden.verdicts) {
    const pair = pairOf(samples);
    const found = compare(...pair, question);
    const said = verdictOf(found, {
      ...given,
      value: worth && worthOf(found, worth),
      otherScale: other && compare(...pair, other),
      sampleRatio: ratio && sampleRatio(ratio),
      guardrails: guardrails.map((name) => [name, compare(...pairOf(name))]),
    });
    const { smallestWorthwhile, ...words } = said;
    const { smallest_worthwhile, ...expected } = wanted;
    expect(words).toEqual(expected);
    expectSame(smallestWorthwhile, smallest_worthwhile, "smallest worthwhile");
  }
});
