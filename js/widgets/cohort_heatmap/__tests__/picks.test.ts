import { expect, test } from "vitest";
import { average, cells } from "../../../testing/fixture";
import { Matrix } from "../matrix_data";
import { afterPick, countFromCells, coveredCells, describePicks, type Pick } from "../picks";
import type { AveragePoint, Cell } from "../wire";

const rows = cells(5);
const matrix = new Matrix(rows as unknown as Cell[], average(rows) as unknown as AveragePoint[]);
const cell = (cohort: string, age: number): Pick => ({ kind: "cell", cohort, age });
const row = (cohort: string): Pick => ({ kind: "row", cohort });
const column = (age: number): Pick => ({ kind: "column", age });
const diagonal = (period: string): Pick => ({ kind: "diagonal", period });

test("a pick replaces; repeated it clears; added it joins or leaves", () => {
  const [a, b] = [cell("2020-01", 1), cell("2020-02", 1)];
  expect(afterPick([], a, false)).toEqual([a]);
  expect(afterPick([a, b], a, false)).toEqual([a]);
  expect(afterPick([a], a, false)).toEqual([]);
  expect(afterPick([a], b, true)).toEqual([a, b]);
  expect(afterPick([a, b], a, true)).toEqual([b]);
});

test("rows, columns and diagonals cover their cells, each once", () => {
  const places = (selection: Pick[]) => coveredCells(selection, matrix.cells).map((c) => `${c.row}/${c.age}`);
  expect(places([row("2020-04")])).toEqual(["3/0", "3/1"]);
  expect(places([column(3)])).toEqual(["0/3", "1/3"]);
  expect(places([diagonal("2020-03")])).toEqual(["0/2", "1/1", "2/0"]);
  expect(places([cell("2020-01", 2), diagonal("2020-03")])).toEqual(["0/2", "1/1", "2/0"]);
  expect(places([])).toEqual([]);
});

test("counts add up across cohorts, and are unknown within one", () => {
  expect(countFromCells([cell("2020-01", 1)], matrix)).toBe(49);
  expect(countFromCells([row("2020-02")], matrix)).toBe(101);
  expect(countFromCells([column(1)], matrix)).toBe(49 + 50 + 51 + 52);
  expect(countFromCells([diagonal("2020-02")], matrix)).toBe(49 + 101);
  expect(countFromCells([cell("2020-01", 1), cell("2020-02", 2)], matrix)).toBe(49 + 49);
  expect(countFromCells([row("2020-01"), cell("2020-01", 1)], matrix)).toBe(100);
  expect(countFromCells([cell("2020-01", 1), cell("2020-01", 2)], matrix)).toBeNull();
  expect(countFromCells([column(1), column(2)], matrix)).toBeNull();
});

test("selections in words", () => {
  expect(describePicks([cell("2020-01", 3)], matrix, "month")).toBe("Jan 2020, month 3");
  expect(describePicks([row("2020-02")], matrix, "month")).toBe("cohort Feb 2020");
  expect(describePicks([column(2)], matrix, "30-day window")).toBe("30-day window 2, all cohorts");
  expect(describePicks([diagonal("2020-03")], matrix, "month")).toBe("active in 2020-03");
  expect(describePicks([row("2020-02"), column(1)], matrix, "month")).toBe("2 selections");
});
