/** What people paste from spreadsheets: numbers as their country writes them, and tables with or without a heading. */

/** The number that a text is, NaN where it is none: “1,234”, “1 234,5”, “12.5 %”, “€ 1.234”. */
export function readNumber(text: string, decimal = "."): number {
  const percent = text.includes("%");
  const bare = text.replace(/[%\s'’\u00a0\u202f]|[€$£¥]/g, "").replace(/^[−–]/, "-");
  if (!/^[-+]?[\d.,]+(e[-+]?\d+)?$/i.test(bare) || !/\d/.test(bare)) return Number.NaN;
  const value = Number(unified(bare, decimal));
  return percent ? value / 100 : value;
}

/** With a point before the decimals and nothing between thousands. */
function unified(text: string, decimal: string): string {
  const [points, commas] = [count(text, "."), count(text, ",")];
  if (points && commas) {
    return text.lastIndexOf(".") > text.lastIndexOf(",")
      ? text.replaceAll(",", "")
      : text.replaceAll(".", "").replace(",", ".");
  }
  const mark = points ? "." : ",";
  if (!points && !commas) return text;
  const thousands = new RegExp(`^[-+]?[1-9]\\d{0,2}(\\${mark}\\d{3})+$`).test(text);
  if (thousands && (mark !== decimal || count(text, mark) > 1)) return text.replaceAll(mark, "");
  return text.replace(mark, ".");
}

const count = (text: string, mark: string) => text.split(mark).length - 1;

/** A number with commas between thousands, which separate no cells. */
const GROUPED = /^\d{1,3}(,\d{3})+(\.\d+)?$/;

/** Rows and cells of a pasted table; one cell where it is none. */
export function readTable(text: string): string[][] {
  const lines = text
    .replace(/\r\n?/g, "\n")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const mark = ["\t", ";", ","].find((candidate) => {
    if (candidate === "\t") return text.includes("\t");
    if (candidate === "," && lines.every((line) => GROUPED.test(line.trim()))) return false;
    const parts = new Set(lines.map((line) => line.split(candidate).length));
    return lines.length > 1 && parts.size === 1 && !parts.has(1);
  });
  return lines.map((line) =>
    mark === undefined
      ? [line.trim()]
      : line.split(mark).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")),
  );
}

export interface PasteColumn {
  key: string;
  number: boolean;
  /** What headings call it, in lower case. */
  names: readonly string[];
}

export interface Pasted {
  /** For each row of the table the cells by the key of their column. */
  rows: Record<string, string>[];
  /** The table names its columns: it stands for all rows, wherever it was pasted. */
  headed: boolean;
  /** Headings of columns that have no place here. */
  leftOut: string[];
}

/** Finds the columns of a pasted table: by its heading, else in their order from the one that it is pasted into. */
export function placePasted(
  cells: readonly (readonly string[])[],
  columns: readonly PasteColumn[],
  from: number,
  decimal: string,
): Pasted {
  const [first = [], ...rest] = cells;
  const isNumber = (cell: string) => !Number.isNaN(readNumber(cell, decimal));
  const headed = rest.length > 0 && !first.some(isNumber) && rest.some((row) => row.some(isNumber));
  const keys = headed ? byHeading(first, columns) : byOrder(first, columns, from, isNumber);
  const rows = (headed ? rest : cells).map((row) => {
    const placed: Record<string, string> = {};
    for (const [i, cell] of row.entries()) {
      const key = keys[i];
      if (key !== undefined) placed[key] = cell;
    }
    return placed;
  });
  const leftOut = first.flatMap((cell, i) =>
    keys[i] === undefined ? [headed ? cell : `column ${i + 1}`] : [],
  );
  return { rows, headed, leftOut };
}

function byHeading(headings: readonly string[], columns: readonly PasteColumn[]): (string | undefined)[] {
  const taken = new Set<string>();
  return headings.map((heading) => {
    const words = heading.toLowerCase().replace(/[_.]/g, " ").trim();
    const column = columns.find(
      ({ key, names }) => !taken.has(key) && (key === words || names.includes(words)),
    );
    if (column) taken.add(column.key);
    return column?.key;
  });
}

/** A table that begins with words begins with the first column of words. */
function byOrder(
  row: readonly string[],
  columns: readonly PasteColumn[],
  from: number,
  isNumber: (cell: string) => boolean,
): (string | undefined)[] {
  const named = row.length > 1 && !isNumber(row[0] ?? "");
  const begin = named ? 0 : from;
  return row.map((_, i) => columns[begin + i]?.key);
}
