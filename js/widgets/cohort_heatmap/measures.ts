/** What the cells can show: names, what each needs of the data, how its values are written and coloured. */
import type { Formats } from "../../kit/format";
import type { Matrix } from "./matrix_data";
import type { AveragePoint, Cell, Measure, State, ViewState } from "./wire";

interface MeasureInfo {
  label: string;
  needs?: readonly ("revenue" | "orders")[];
  /** d3 formats from the fullest to the shortest; a chart takes the first that fits its cells. */
  formats: readonly string[];
  /** d3 format on an axis, without superfluous zeros. */
  axis: string;
  write(value: number | null, formats: Formats): string;
  /** Already at its level in the first period, which other measures fill by definition. */
  level?: boolean;
}

const count = (value: number | null, formats: Formats) => formats.count(value);
const money = (value: number | null, formats: Formats) => formats.money(value);
// Below 1,000 the picture writes whole numbers all the same: 967, not 970 beside 1.6k.
const WHOLE = [",.0f", ".3~s", ".2~s"] as const;
const MONEY = [",.2f", ",.1f", ",.0f", ".2~s"] as const;

export const MEASURES: Record<Measure, MeasureInfo> = {
  retention: {
    label: "Retention",
    formats: [".1%", ".0%"],
    axis: ".1~%",
    write: (value, formats) => formats.percent(value),
  },
  active: { label: "Active customers", formats: WHOLE, axis: ",.3~s", write: count },
  revenue: { label: "Revenue", needs: ["revenue"], formats: WHOLE, axis: ",.3~s", write: money },
  orders: { label: "Orders", needs: ["orders"], formats: WHOLE, axis: ",.3~s", write: count },
  average_order: {
    label: "Average order",
    needs: ["revenue", "orders"],
    formats: MONEY,
    axis: ",.2~f",
    write: money,
    level: true,
  },
  cumulative_value: {
    label: "Value per customer acquired",
    needs: ["revenue"],
    formats: MONEY,
    axis: ",.2~f",
    write: money,
    level: true,
  },
};

export const MEASURE_NAMES = Object.keys(MEASURES) as Measure[];

export function available(measure: Measure, view: ViewState): boolean {
  return (MEASURES[measure].needs ?? []).every((part) => view.has[part]);
}

export function measured(cell: Cell | AveragePoint, measure: Measure): number | null {
  return (cell as Partial<Record<Measure, number | null>>)[measure] ?? null;
}

type ColourSettings = Pick<State, "measure" | "normalise" | "include_truncated" | "naive">;

/** Whether a cell takes part in the colour scale and in the averages. */
export function isTrusted(cell: Cell, settings: ColourSettings): boolean {
  return settings.naive || (cell.mature && (settings.include_truncated || !cell.truncated));
}

/**
 * Both ends of the colour scale: what finished cells really hold, without the first period where it is full by
 * definition. It begins at the lowest value: from zero, rates between 5 and 14 % would look alike.
 */
export function colourRange(matrix: Matrix, settings: ColourSettings): { low: number; high: number } {
  const { measure, normalise } = settings;
  const level = MEASURES[measure].level === true;
  const scaled: { cell: Cell; value: number }[] = [];
  for (const cell of matrix.cells) {
    const value = measured(cell, measure);
    if (value !== null && (level || cell.age > 0) && isTrusted(cell, settings)) scaled.push({ cell, value });
  }
  const values =
    normalise === "none"
      ? scaled.map((entry) => entry.value)
      : normalise === "row"
        ? compared(scaled, "row", highest)
        : compared(scaled, "age", mean);
  const low = values.reduce((bottom, value) => Math.min(bottom, value), Number.POSITIVE_INFINITY);
  const high = highest(values);
  if (values.length === 0) return { low: 0, high: 1 };
  return low < high ? { low, high } : { low: 0, high: high > 0 ? high : 1 };
}

function compared(
  entries: readonly { cell: Cell; value: number }[],
  by: "row" | "age",
  reference: (values: readonly number[]) => number,
): number[] {
  const groups = new Map<number, number[]>();
  for (const { cell, value } of entries) {
    const group = groups.get(cell[by]) ?? [];
    group.push(value);
    groups.set(cell[by], group);
  }
  return [...groups.values()].flatMap((group) => {
    const base = reference(group);
    return base > 0 ? group.map((value) => value / base) : [];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function highest(values: readonly number[]): number {
  return values.reduce((top, value) => Math.max(top, value), 0);
}
