/** Numbers as all sentences write them; Python writes the same (experiments/wording.py). */

const MOST_DIGITS = 6;

/** `-1234.5` → `−1,234.5`; halves away from zero; `∞`, and `–` for NaN. */
export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–";
  const text = Math.abs(value).toFixed(digits);
  const [whole = "", part] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${value < 0 && Number(text) !== 0 ? "−" : ""}${grouped}${part ? `.${part}` : ""}`;
}

/** Decimals with which the largest of the values shows three significant digits. */
export function digitsFor(...values: number[]): number {
  let largest = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
  let digits = 0;
  for (; largest > 0 && largest < 100 && digits < MOST_DIGITS; digits += 1) largest *= 10;
  return digits;
}

/** Three significant digits and no zeros after them: `4.12`, `5`, `1,030`. */
export function significant(value: number): string {
  const text = fixed(value, digitsFor(value));
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** `1030.2` → `1,030`. */
export const integer = (value: number): string => fixed(value, 0);

/** `1 day`, `14 days`. */
export const plural = (count: number, noun: string): string =>
  `${integer(count)} ${noun}${count === 1 ? "" : "s"}`;

/** `.8` → `80 %`, `.0123` → `1.23 %`. */
export const percent = (share: number): string => `${significant(100 * share)} %`;

/** Money in its own unit, whole from 1,000; the currency's code in front. */
export function money(value: number, currency = ""): string {
  const text = fixed(value, Math.abs(value) >= 1000 ? 0 : 2);
  return currency ? `${currency} ${text}` : text;
}

/** A plus in front of what is above zero. */
export const signed = (text: string): string =>
  text.startsWith("−") || !/[1-9∞]/.test(text) ? text : `+${text}`;

const scaleOf = (unit: string): number => (unit === "pp" || unit === "%" ? 100 : 1);

/** An effect with its sign and unit: `+5 pp`, `−0.42`; shares are multiplied by 100 for `pp` and `%`. */
export function change(value: number, unit: string, digits?: number): string {
  const scaled = scaleOf(unit) * value;
  const text = digits === undefined ? significant(scaled) : fixed(scaled, digits);
  return `${signed(text)} ${unit}`.trimEnd();
}

/** An interval from its ends, which are also given as text: `2 to 3`, `at least 2`, `of any size`. */
export function ends(lower: number, upper: number, low: string, high: string): string {
  const [below, above] = [lower === -Infinity, upper === Infinity];
  if (below && above) return "of any size";
  if (above) return `at least ${low}`;
  return below ? `at most ${high}` : `${low} to ${high}`;
}

/** An interval with as many decimals as its wider end needs: `+3.89 to +5.16 pp`. */
export function span(lower: number, upper: number, unit: string): string {
  const scale = scaleOf(unit);
  const digits = digitsFor(scale * lower, scale * upper);
  const low = upper === Infinity ? change(lower, unit, digits) : change(scale * lower, "", digits);
  return ends(lower, upper, low, change(upper, unit, digits));
}
