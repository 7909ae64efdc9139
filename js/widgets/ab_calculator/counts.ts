/** What people type: rows of counts, read and checked; what is wrong is said by cell, in the words of Python's errors. */
import { readNumber } from "../../kit/pasting";
import { momentsSample, proportionSample, type Sample } from "./maths/estimate";
import { integer, significant } from "./maths/wording";
import type { State } from "./wire";

export type Kind = State["kind"];

/** A row as it stands in the table. */
export type Draft = Record<string, string>;

export interface CountRow {
  variant: string;
  n: number;
  successes: number;
  mean: number;
  sd: number;
}

export const COLUMNS: Record<Kind, readonly (keyof CountRow)[]> = {
  proportion: ["variant", "n", "successes"],
  mean: ["variant", "n", "mean", "sd"],
};

const LONGEST_NAME = 40;

/** The rows of the trait as texts. */
export function draftsOf(counts: State["counts"]): Draft[] {
  const write = (value: unknown) =>
    typeof value === "number" && Number.isFinite(value) ? String(value) : "";
  return counts.map((row) => ({
    variant: String(row.variant ?? ""),
    n: write(row.n),
    successes: write(row.successes),
    mean: write(row.mean),
    sd: write(row.sd),
  }));
}

export interface Read {
  rows: CountRow[];
  /** By “row|column”. */
  wrong: Map<string, string>;
}

/** Texts as counts, and what is wrong with them. */
export function readDrafts(drafts: readonly Draft[], kind: Kind, decimal: string): Read {
  const number = (text = "") => readNumber(text, decimal);
  const rows = drafts.map(({ variant = "", n, successes, mean, sd }) => ({
    variant: variant.trim().replace(/\s+/g, " "),
    n: number(n),
    successes: number(successes),
    mean: number(mean),
    sd: number(sd),
  }));
  const wrong = new Map<string, string>();
  for (const [i, row] of rows.entries()) {
    const name = row.variant || `Row ${i + 1}`;
    const complain = (column: keyof CountRow, text: string) =>
      wrong.set(`${i}|${column}`, `${name}: ${text}`);
    if (row.variant === "") complain("variant", "give the variant a name.");
    else if (row.variant.length > LONGEST_NAME)
      complain("variant", `a name has at most ${LONGEST_NAME} letters.`);
    else if (rows.findIndex(({ variant }) => variant === row.variant) < i)
      complain("variant", "there is another variant of this name.");
    checkSize(row.n, kind, (text) => complain("n", text));
    if (kind === "proportion") checkSuccesses(row, (text) => complain("successes", text));
    else {
      if (!Number.isFinite(row.mean)) complain("mean", "the mean is missing.");
      if (Number.isNaN(row.sd)) complain("sd", "the standard deviation is missing.");
      else if (row.sd < 0) complain("sd", "a standard deviation can't be negative.");
    }
  }
  return { rows, wrong };
}

function checkSize(n: number, kind: Kind, complain: (text: string) => void): void {
  const least = kind === "mean" ? 2 : 1;
  if (Number.isNaN(n)) complain("the number of units is missing.");
  else if (n < 0) complain(`${significant(n)} units: a count can't be negative.`);
  else if (!Number.isInteger(n)) complain(`${significant(n)} units: units are counted whole.`);
  else if (n < least) complain(kind === "mean" ? "a mean needs at least 2 units." : "there are no units.");
}

function checkSuccesses({ n, successes }: CountRow, complain: (text: string) => void): void {
  if (Number.isNaN(successes)) complain("the number of conversions is missing.");
  else if (successes < 0) complain(`${significant(successes)} conversions: a count can't be negative.`);
  else if (!Number.isInteger(successes)) complain("conversions are counted whole.");
  else if (successes > n)
    complain(
      `${integer(successes)} conversions of ${integer(n)} units: more than there are. Count each unit once, or analyse conversions per unit as a mean.`,
    );
}

/** The rows as the trait holds them. */
export function countsOf(rows: readonly CountRow[], kind: Kind): State["counts"] {
  return rows.map((row) => Object.fromEntries(COLUMNS[kind].map((key) => [key, row[key]])));
}

export const sampleOf = (row: CountRow, kind: Kind): Sample =>
  kind === "proportion"
    ? proportionSample(row.successes, row.n)
    : momentsSample(row.n, row.mean, row.sd ** 2);
