/** The matrix in the page's hands: cells by place, cohorts, ages, and the average's points. */
import { decodeRows, type Row } from "../../kit/frames";
import { type AveragePoint, type Cell, framesOf, type HeatmapModel } from "./wire";

export interface Cohort {
  cohort: string;
  label: string;
  row: number;
  size: number;
  truncated: boolean;
}

export interface Age {
  age: number;
  label: string;
}

export class Matrix {
  readonly cohorts: readonly Cohort[];
  readonly ages: readonly Age[];
  readonly #byPlace = new Map<string, Cell>();

  constructor(
    readonly cells: readonly Cell[],
    readonly average: readonly AveragePoint[],
  ) {
    const cohorts = new Map<number, Cohort>();
    const ages = new Map<number, Age>();
    for (const cell of cells) {
      this.#byPlace.set(`${cell.row}|${cell.age}`, cell);
      if (!cohorts.has(cell.row)) {
        const { cohort, row, size, truncated } = cell;
        cohorts.set(row, { cohort, label: cell.label_cohort, row, size, truncated });
      }
      if (!ages.has(cell.age)) ages.set(cell.age, { age: cell.age, label: cell.age_label });
    }
    this.cohorts = [...cohorts.values()].sort((a, b) => a.row - b.row);
    this.ages = [...ages.values()].sort((a, b) => a.age - b.age);
  }

  at(row: number, age: number): Cell | undefined {
    return this.#byPlace.get(`${row}|${age}`);
  }

  find(cohort: string, age: number): Cell | undefined {
    return this.cells.find((cell) => cell.cohort === cohort && cell.age === age);
  }

  /** The average's points for one weighting, by age. */
  curve(weights: AveragePoint["weights"], withTruncated: boolean): Map<number, AveragePoint> {
    const points = this.average.filter(
      (point) => point.weights === weights && Boolean(point.with_truncated) === withTruncated,
    );
    return new Map(points.map((point) => [point.age, point]));
  }
}

export function readMatrix(model: HeatmapModel): Matrix {
  const { cells, average } = framesOf(model);
  return new Matrix(decodeRows<Cell>(cells), decodeRows<AveragePoint>(average));
}

/** Both datasets as objects that a Vega view may keep for its own. */
export function chartData(model: HeatmapModel): { cells: Row[]; average: Row[] } {
  const { cells, average } = framesOf(model);
  return { cells: decodeRows(cells), average: decodeRows(average) };
}
