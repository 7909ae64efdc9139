/** What is said of moves between segments: of one, and of all as a table. */

import type { Formats } from "../../../kit/format";
import type { GridData } from "../../../kit/grid";
import type { FlowCell, RibbonPoint } from "../wire";

/** “312 of 1,204 Champions (26 %) became At risk”, or stayed. */
export function ribbonInWords(
  { from_segment, to_segment, customers, share }: FlowCell | RibbonPoint,
  nameOf: (segment: number, side: 0 | 1) => string,
  formats: Formats,
): string {
  const of = share > 0 ? ` of ${formats.count(customers / share)}` : "";
  const went = from_segment === to_segment ? "stayed" : `became ${nameOf(to_segment, 1)}`;
  return `${formats.count(customers)}${of} ${nameOf(from_segment, 0)} (${formats.percent(share, 0)}) ${went}`;
}

export interface Matrix {
  from: number[];
  to: number[];
  at(row: number, column: number): FlowCell | undefined;
  data: GridData;
}

/** From whom to whom as a table; rows are the earlier date. */
export function matrixOf(
  cells: readonly FlowCell[],
  dates: { before: string; after: string },
  formats: Formats,
): Matrix {
  const from = new Map(cells.map((cell) => [cell.from_segment, cell.from_name]));
  const to = new Map(cells.map((cell) => [cell.to_segment, cell.to_name]));
  const [rows, columns] = [inOrder(from), inOrder(to)];
  const known = new Map(cells.map((cell) => [`${cell.from_segment}|${cell.to_segment}`, cell]));
  const at = (row: number, column: number) => known.get(`${rows[row]}|${columns[column]}`);
  const write = (cell: FlowCell) => `${formats.count(cell.customers)} (${formats.percent(cell.share, 0)})`;
  const nameOf = (segment: number, side: 0 | 1) => (side ? to : from).get(segment) ?? "";
  return {
    from: rows,
    to: columns,
    at,
    data: {
      caption: `Customers by segment at ${dates.before} (rows) and ${dates.after} (columns)`,
      corner: `${dates.before} ↓ ${dates.after} →`,
      rows: rows.map((segment) => from.get(segment) ?? ""),
      columns: columns.map((segment) => to.get(segment) ?? ""),
      cell(row, column) {
        const cell = at(row, column);
        return cell ? { text: write(cell) } : { text: "–", quiet: true };
      },
      describe(row, column) {
        const cell = at(row, column);
        const names = `${from.get(rows[row] ?? 0)} to ${to.get(columns[column] ?? 0)}`;
        return cell
          ? `${write(cell)}: ${ribbonInWords(cell, nameOf, formats)}`
          : `–: ${names}, too few or none`;
      },
    },
  };
}

/** Segments by number, those in none at the end. */
function inOrder(names: Map<number, string>): number[] {
  const last = (segment: number) => (segment < 0 ? 1000 - segment : segment);
  return [...names.keys()].sort((a, b) => last(a) - last(b));
}
