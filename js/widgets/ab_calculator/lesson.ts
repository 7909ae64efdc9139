/** What looking often does: tests in which nothing differs, looked at again and again, by chance and exactly. */
import { normalQuantile } from "./maths/distributions";

export const TESTS = 1000;
export const MOST_LOOKS = 20;
/** Points of the grid on which densities are carried from look to look; an even number of Simpson's stretches. */
const GRID = 240;

/** The value beyond which a single look at level alpha seems significant. */
export const criticalOf = (alpha: number): number => -normalQuantile(alpha / 2);

/**
 * The chance of a false alarm at any of 1, 2, … looks after equal numbers of units (Armitage, McPherson and Rowe, 1969).
 *
 * The density of the running sum among tests without an alarm is carried on: each look adds a standard normal step, and what
 * lies beyond the bound is alarmed.
 */
export function exactRates(alpha: number, looks = MOST_LOOKS): number[] {
  const critical = criticalOf(alpha);
  let quiet: { at: number[]; weight: number[] } | null = null;
  const rates: number[] = [];
  for (let look = 1; look <= looks; look += 1) {
    const bound = critical * Math.sqrt(look);
    const before: { at: number[]; weight: number[] } | null = quiet;
    const density = (s: number): number => {
      if (!before) return gauss(s);
      let sum = 0;
      for (let i = 0; i <= GRID; i += 1)
        sum += (before.weight[i] as number) * gauss(s - (before.at[i] as number));
      return sum;
    };
    const step = (2 * bound) / GRID;
    const at = Array.from({ length: GRID + 1 }, (_, i) => -bound + i * step);
    const weight = at.map((s, i) => {
      const simpson = i === 0 || i === GRID ? 1 : i % 2 ? 4 : 2;
      return ((simpson * step) / 3) * density(s);
    });
    quiet = { at, weight };
    rates.push(1 - weight.reduce((sum, part) => sum + part, 0));
  }
  return rates;
}

const gauss = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

export interface AATests {
  /** For each test its statistic at every look. */
  z: Float64Array[];
}

/** Tests without any effect; the same seed gives the same tests. */
export function simulate(seed: number, tests = TESTS, looks = MOST_LOOKS): AATests {
  const normal = normals(seed);
  const z = Array.from({ length: tests }, () => {
    const path = new Float64Array(looks);
    let sum = 0;
    for (let look = 1; look <= looks; look += 1) {
      sum += normal();
      path[look - 1] = sum / Math.sqrt(look);
    }
    return path;
  });
  return { z };
}

/** For each test the first look at which it seems significant; 0 for none. */
export function alarmsOf({ z }: AATests, critical: number): number[] {
  return z.map((path) => path.findIndex((value) => Math.abs(value) > critical) + 1);
}

/** How many tests gave an alarm at one of the first 1, 2, … looks. */
export function alarmCounts(alarms: readonly number[], looks = MOST_LOOKS): number[] {
  const counts = new Array<number>(looks).fill(0);
  for (const look of alarms) {
    for (let from = look; look > 0 && from <= looks; from += 1)
      counts[from - 1] = (counts[from - 1] ?? 0) + 1;
  }
  return counts;
}

/** Standard normal numbers by Box and Muller's method from Mulberry32. */
function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  let spare = Number.NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = Number.NaN;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** Wilson's 95 % interval of a share. */
export function wilson(hits: number, of: number): [number, number] {
  const z = 1.959964;
  const share = hits / of;
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
