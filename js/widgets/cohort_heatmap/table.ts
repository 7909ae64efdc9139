/** The matrix as the table twin: cohorts down, ages across, the average last. */
import type { GridData, Position } from "../../kit/grid";
import type { Spot } from "./matrix_chart";
import { MEASURES, measured } from "./measures";
import type { Scene } from "./scene";
import { averageInWords, cellInWords } from "./words";

export function tableOf({ matrix, state, view, formats }: Scene): GridData {
  const { measure } = state;
  const { label, write } = MEASURES[measure];
  const { cohorts, ages } = matrix;
  const curve = matrix.curve(state.average, state.include_truncated);
  const ageOf = (column: number) => ages[column]?.age ?? -1;
  const isAverage = (row: number) => row === cohorts.length;
  return {
    caption: `${label}. ${view.headline}`,
    corner: "Cohort (customers)",
    columns: ages.map((age) => age.label),
    rows: [...cohorts.map((cohort) => `${cohort.label} (${formats.count(cohort.size)})`), view.average_label],
    cell(row, column) {
      if (isAverage(row)) {
        const point = curve.get(ageOf(column));
        return point ? { text: write(measured(point, measure), formats) } : null;
      }
      const cell = matrix.at(row, ageOf(column));
      if (!cell) return null;
      const text = cell.mature || state.naive ? write(measured(cell, measure), formats) : "so far";
      return { text, quiet: !cell.mature || (cell.truncated && !state.include_truncated) };
    },
    describe(row, column) {
      const point = isAverage(row) ? curve.get(ageOf(column)) : undefined;
      if (point) return averageInWords(point, measure, view, formats);
      const cell = matrix.at(row, ageOf(column));
      return cell ? cellInWords(cell, measure, view, formats) : "Nothing yet";
    },
  };
}

/** The grid's position as a place in the matrix; the average's row stands for the column above it. */
export function spotOf({ matrix }: Scene, { row, column }: Position): Spot {
  return { row: row < matrix.cohorts.length ? row : -1, age: matrix.ages[column]?.age ?? -1 };
}

export function positionOf({ matrix }: Scene, { row, age }: Spot): Position {
  return { row, column: matrix.ages.findIndex((other) => other.age === age) };
}
