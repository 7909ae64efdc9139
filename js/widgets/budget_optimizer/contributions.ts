/** What each term brought over time: baseline, controls and channels on top of each other. */
import { spread, textWidth } from "../../kit/labels";
import { roundEnds } from "../../kit/rounding";
import { percent } from "../../kit/wording";
import { amountText } from "./figures";
import { sum } from "./outcome";
import { type Period, periodsOf } from "./times";
import type { ContributionRow } from "./wire";

/** More channels than these are drawn as one: colours can't be told apart any longer. */
const MOST_CHANNELS = 10;
const LABEL = 15;

export const ORDER = { baseline: -2, control: -1 } as const;

/** A term of the stack: its colour's place, and what it brought in each period. */
export interface StackTerm {
  label: string;
  order: number;
  amounts: number[];
}

export interface StackRow extends Period {
  label: string;
  order: number;
  low: number;
  high: number;
  amount: number;
  share: number;
}

export interface Stack {
  periods: Period[];
  terms: StackTerm[];
  rows: StackRow[];
  ends: { low: number; high: number };
}

/** The stack, from the baseline up; what takes away lies below zero. */
export function stackOf(contributions: readonly ContributionRow[]): Stack {
  const periods = periodsOf(contributions.map(({ date }) => date));
  const terms = termsOf(contributions, periods);
  const rows: StackRow[] = [];
  const values: number[] = [];
  periods.forEach((period, i) => {
    let [below, above] = [0, 0];
    const expected = sum(terms.map(({ amounts }) => amounts[i] ?? 0));
    for (const { label, order, amounts } of terms) {
      const amount = amounts[i] ?? 0;
      const begin = amount < 0 ? below : above;
      if (amount < 0) below += amount;
      else above += amount;
      const [low, high] = [Math.min(begin, begin + amount), Math.max(begin, begin + amount)];
      rows.push({ ...period, label, order, low, high, amount, share: amount / expected });
    }
    values.push(below, above);
  });
  return { periods, terms, rows, ends: { low: Math.min(0, ...values), high: roundEnds(values).high } };
}

function termsOf(contributions: readonly ContributionRow[], periods: readonly Period[]): StackTerm[] {
  const places = new Map(periods.map(({ date }, i) => [date, i]));
  const empty = (label: string, order: number): StackTerm => ({
    label,
    order,
    amounts: periods.map(() => 0),
  });
  const add = (term: StackTerm, { date, mean }: ContributionRow) => {
    const i = places.get(date) ?? 0;
    term.amounts[i] = (term.amounts[i] ?? 0) + mean;
  };
  const baseline = empty("Baseline", ORDER.baseline);
  const controls = empty("Controls", ORDER.control);
  const channels = new Map<string, StackTerm>();
  let controlled = false;
  for (const row of contributions) {
    if (row.kind === "baseline") add(baseline, row);
    else if (row.kind === "control") {
      controlled = true;
      add(controls, row);
    } else {
      const own = channels.get(row.term) ?? empty(row.term, 0);
      channels.set(row.term, own);
      add(own, row);
    }
  }
  const ranked = [...channels.values()].sort((a, b) => sum(b.amounts) - sum(a.amounts));
  return [baseline, ...(controlled ? [controls] : []), ...grouped(ranked)];
}

/** The largest channels, and the others as one. */
function grouped(ranked: readonly StackTerm[]): StackTerm[] {
  const all = ranked.length <= MOST_CHANNELS;
  const shown = all ? ranked : ranked.slice(0, MOST_CHANNELS - 1);
  const named = shown.map((term, order) => ({ ...term, order }));
  if (all) return named;
  const rest = ranked.slice(MOST_CHANNELS - 1);
  const amounts = (rest[0]?.amounts ?? []).map((_, i) => sum(rest.map((term) => term.amounts[i] ?? 0)));
  return [...named, { label: `${rest.length} other channels`, order: MOST_CHANNELS - 1, amounts }];
}

/** Room for the names at the right. */
export const namesWidth = ({ terms }: Stack): number =>
  34 + Math.max(...terms.map(({ label }) => textWidth(label)));

/** Height at which all names have room. */
export const namesHeight = ({ terms }: Stack): number => LABEL * terms.length;

/** Where each name stands: beside its part in the last period, as near as the others let it. */
export function placed({ terms, rows, ends }: Stack, height: number): object[] {
  const last = rows.slice(-terms.length);
  const pixel = (value: number) => height * (1 - (value - ends.low) / (ends.high - ends.low));
  const middles = spread(
    last.map(({ low, high }) => ({ at: pixel((low + high) / 2), height: LABEL })),
    height,
  );
  return terms.map(({ label, order }, i) => ({ label, order, y: middles[i] ?? 0 }));
}

/** “1,200 revenue, 12 % of what is expected”. */
export const partWords = ({ amount, share }: StackRow, target: string): string =>
  `${amountText(amount)} ${target}, ${percent(Math.round(1000 * share) / 1000)} of what is expected`;
