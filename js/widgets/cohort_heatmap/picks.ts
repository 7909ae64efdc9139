/** What can be picked in the matrix, in the words of the `selection` trait; and what a selection covers. */
import type { Matrix } from "./matrix_data";
import type { Cell } from "./wire";

export type Pick =
  | { kind: "cell"; cohort: string; age: number }
  | { kind: "row"; cohort: string }
  | { kind: "column"; age: number }
  | { kind: "diagonal"; period: string };

export const pickCell = (cell: Cell): Pick => ({ kind: "cell", cohort: cell.cohort, age: cell.age });
export const pickRow = ({ cohort }: { cohort: string }): Pick => ({ kind: "row", cohort });
export const pickColumn = (age: number): Pick => ({ kind: "column", age });
export const pickDiagonal = (cell: Cell): Pick | null =>
  cell.diagonal ? { kind: "diagonal", period: cell.diagonal } : null;

export function samePick(a: Pick, b: Pick): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf(pick: Pick): string {
  switch (pick.kind) {
    case "cell":
      return `cell|${pick.cohort}|${pick.age}`;
    case "row":
      return `row|${pick.cohort}`;
    case "column":
      return `column|${pick.age}`;
    case "diagonal":
      return `diagonal|${pick.period}`;
  }
}

export function sameSelection(a: readonly Pick[], b: readonly Pick[]): boolean {
  return a.length === b.length && a.every((pick, i) => samePick(pick, b[i] as Pick));
}

/** The selection after a pick: alone, it replaces, or clears what it repeats; with `add`, it joins or leaves. */
export function afterPick(selection: readonly Pick[], pick: Pick, add: boolean): Pick[] {
  const there = selection.some((other) => samePick(other, pick));
  if (add) return there ? selection.filter((other) => !samePick(other, pick)) : [...selection, pick];
  return there && selection.length === 1 ? [] : [pick];
}

function covers(pick: Pick, cell: Cell): boolean {
  switch (pick.kind) {
    case "cell":
      return cell.cohort === pick.cohort && cell.age === pick.age;
    case "row":
      return cell.cohort === pick.cohort;
    case "column":
      return cell.age === pick.age;
    case "diagonal":
      return cell.diagonal === pick.period;
  }
}

/** The cells that a selection covers, each once. */
export function coveredCells(selection: readonly Pick[], cells: readonly Cell[]): Cell[] {
  return selection.length === 0 ? [] : cells.filter((cell) => selection.some((pick) => covers(pick, cell)));
}

/**
 * How many customers a selection holds, as far as counts alone can say; `null` where they can't.
 *
 * A customer belongs to one cohort, so cells of different cohorts have nobody in common and add up; two ages of one
 * cohort share customers, whom only the purchases themselves can tell apart. A row is its whole cohort.
 */
export function countFromCells(selection: readonly Pick[], matrix: Matrix): number | null {
  const byRow = new Map<number, number>();
  const whole = new Set<number>();
  for (const pick of selection) {
    if (pick.kind !== "row") continue;
    const cohort = matrix.cohorts.find((other) => other.cohort === pick.cohort);
    if (cohort) whole.add(cohort.row);
  }
  for (const row of whole) byRow.set(row, matrix.cohorts[row]?.size ?? 0);
  const others = selection.filter((pick) => pick.kind !== "row");
  for (const cell of coveredCells(others, matrix.cells)) {
    if (whole.has(cell.row)) continue;
    if (byRow.has(cell.row)) return null;
    byRow.set(cell.row, cell.active);
  }
  return [...byRow.values()].reduce((sum, count) => sum + count, 0);
}

/** A selection in words: “Jan 1997, month 3”, “cohort Jan 1997”, “3 selections”. */
export function describePicks(selection: readonly Pick[], matrix: Matrix, unit: string): string {
  const [pick] = selection;
  if (!pick) return "nothing";
  if (selection.length > 1) return `${selection.length} selections`;
  const name = (cohort: string) => matrix.cohorts.find((other) => other.cohort === cohort)?.label ?? cohort;
  switch (pick.kind) {
    case "cell":
      return `${name(pick.cohort)}, ${unit} ${pick.age}`;
    case "row":
      return `cohort ${name(pick.cohort)}`;
    case "column":
      return `${unit} ${pick.age}, all cohorts`;
    case "diagonal":
      return `active in ${pick.period}`;
  }
}
