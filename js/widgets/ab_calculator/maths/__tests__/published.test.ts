/** Numbers that others published. */
import { expect, test } from "vitest";
import { compare } from "../compare";
import { momentsSample, proportionSample, type Sample } from "../estimate";
import { powerOf, sampleSize } from "../planning";
import { sampleRatio } from "../sample_ratio";

const orders: [Sample, Sample] = [
  { n: 3407, total: 1396.87, totalSq: 52377.9767, kind: "mean" },
  { n: 3461, total: 2422.7, totalSq: 134698.29, kind: "mean" },
];

test("gbstats: absolute, relative by delta, and Fieller's p is the absolute one's", () => {
  const absolute = compare(...orders);
  expect([absolute.effect, absolute.lower, absolute.upper].map((x) => x.toFixed(5))).toEqual([
    "0.29000",
    "0.04538",
    "0.53462",
  ]);
  expect(absolute.pValue.toFixed(5)).toBe("0.02016");
  const delta = compare(...orders, { relative: true, interval: "delta" });
  expect([delta.effect, delta.lower, delta.upper].map((x) => x.toFixed(5))).toEqual([
    "0.70732",
    "-0.03526",
    "1.44989",
  ]);
  expect(delta.pValue.toFixed(5)).toBe("0.06191");
  const fieller = compare(...orders, { relative: true });
  expect(fieller.pValue).toBe(absolute.pValue);
  expect(fieller.lower > 0).toBe(true);
});

test("gbstats and the exact sum: the chance to beat the control", () => {
  const pair = [proportionSample(49, 100), proportionSample(51, 100)] as const;
  const normal = compare(...pair, { method: "bayes", prior: "normal", relative: true, interval: "delta" });
  expect(normal.effect.toFixed(5)).toBe("0.04082");
  expect(normal.probability.toFixed(5)).toBe("0.60918");
  const exact = compare(...pair, { method: "bayes" });
  expect(Math.abs(exact.probability - 0.6107705227)).toBeLessThan(1e-10);
});

test("Hillstrom: visits of those who got the women's e-mail", () => {
  const found = compare(proportionSample(2262, 21306), proportionSample(3238, 21387), { method: "z" });
  expect(found.effect.toFixed(7)).toBe("0.0452331");
  expect(found.statistic.toFixed(5)).toBe("13.94918");
});

test("sizes: Evan Miller's page, R's power.prop.test, Cohen's h", () => {
  expect(Math.round(sampleSize({ baseline: 0.2 }, 0.05))).toBe(1030);
  expect(sampleSize({ baseline: 0.1 }, 0.02).toFixed(1)).toBe("3622.6");
  expect(sampleSize({ baseline: 0.1, formula: "pooled" }, 0.02).toFixed(2)).toBe("3840.85");
  expect(sampleSize({ baseline: 0.1, formula: "cohen" }, 0.02).toFixed(1)).toBe("3834.6");
});

test("the sample ratio of a known mismatch", () => {
  const { pValue, verdict } = sampleRatio([821588, 815482]);
  expect(pValue.toExponential(4)).toBe("1.8218e-6");
  expect(verdict).toBe("mismatch");
});

test("what isn't possible is no number rather than a wrong one", () => {
  expect(sampleSize({ baseline: 0.9 }, 0.2)).toBeNaN();
  expect(sampleSize({ baseline: 0.2 }, 0)).toBe(Infinity);
  expect(sampleSize({ baseline: 0.2, alternative: "less" }, 0.1)).toBeNaN();
  const zero = compare(proportionSample(0, 50), proportionSample(6, 50), { relative: true });
  expect(zero.effect).toBeNaN();
  expect(zero.message).toContain("relative=False");
  expect(compare(momentsSample(9, 3, 0), momentsSample(9, 4, 0)).pValue).toBeNaN();
});

test("power falls to alpha without an effect, whichever the formula", () => {
  for (const formula of ["miller", "pooled", "unpooled", "cohen"] as const) {
    expect(powerOf({ baseline: 0.3, formula, alpha: 0.1 }, 500, 0)).toBeCloseTo(0.1, 12);
  }
});
