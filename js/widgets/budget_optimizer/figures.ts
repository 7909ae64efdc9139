/** Amounts as the tabs write them: in tables like the sentences, in pictures in short. */
import { digitsFor, fixed, significant } from "../../kit/wording";
import type { Estimate } from "./wire";

/** Whole from 1,000, three significant digits below. */
export const amountText = (value: number | null): string =>
  value === null || Number.isNaN(value)
    ? "–"
    : Math.abs(value) >= 1000
      ? fixed(value, 0)
      : significant(value);

/** “EUR 1,200”. */
export const moneyText = (value: number, currency: string): string =>
  currency ? `${currency} ${amountText(value)}` : amountText(value);

const SIZES: [number, string][] = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
  [1e3, "k"],
];

/** “1.23M”, as on the axes. */
export function shortText(value: number): string {
  // What rounds to a thousand of a size is one of the next.
  const found = SIZES.find(([size]) => Math.abs(value) >= 0.9995 * size);
  return found ? `${significant(value / found[0])}${found[1]}` : significant(value);
}

/** “2.1 (1.7 to 2.6)”: as many decimals at both ends. */
export function estimateText([mean, lower, upper]: readonly [
  number | null,
  number | null,
  number | null,
]): string {
  if (mean === null || lower === null || upper === null) return "–";
  const digits = Math.abs(mean) >= 1000 ? 0 : Math.min(digitsFor(mean), digitsFor(lower, upper) + 1);
  return `${fixed(mean, digits)} (${fixed(lower, digits)} to ${fixed(upper, digits)})`;
}

/** The same in short. */
export const shortEstimate = ([mean, lower, upper]: Estimate): string =>
  `${shortText(mean)} (${shortText(lower)} to ${shortText(upper)})`;

/** “Week 3”. */
export const periodText = (period: string, number: number): string =>
  `${period.charAt(0).toUpperCase()}${period.slice(1)} ${number}`;
