/**
 * Tables from Python: one typed buffer per column.
 *
 * `float64` and `bool` (a byte) are what they say; `int`, `date` (days since 1970) and the codes of `string` are signed
 * integers of one, two or four bytes, as many as the buffer's length says. NaN, code −1 and the lowest date mean missing and become `null`, which Vega
 * leaves out where it would draw NaN at 0.
 */
export type ColumnType = "float64" | "int" | "bool" | "string" | "date";

export interface WireColumn {
  type: ColumnType;
  values: DataView | ArrayBuffer | ArrayBufferView;
  dictionary?: string[];
}

export interface WireFrame {
  length: number;
  columns: Record<string, WireColumn>;
}

export type Value = number | string | boolean | null;
export type Row = Record<string, Value>;

const WIDTHS: Record<ColumnType, readonly number[]> = {
  float64: [8],
  bool: [1],
  int: [1, 2, 4],
  date: [4],
  string: [1, 2, 4],
};
const NO_DATE = -(2 ** 31);
const DAY = 86_400_000;

/** The values of one column, missing ones as `null`. */
export function decodeColumn(column: WireColumn, length: number): Value[] {
  const view = asDataView(column.values);
  const widths = WIDTHS[column.type];
  const width = widths.find((bytes) => bytes * length === view.byteLength);
  if (width === undefined) {
    const needed = widths.map((bytes) => bytes * length).join(" or ");
    throw new Error(
      `A column of type ${column.type} holds ${view.byteLength} bytes; ${length} rows need ${needed}.`,
    );
  }
  const values = new Array<Value>(length);
  for (let i = 0; i < length; i += 1) values[i] = read(view, i * width, width, column);
  return values;
}

function read(view: DataView, offset: number, width: number, column: WireColumn): Value {
  switch (column.type) {
    case "float64": {
      const value = view.getFloat64(offset, true);
      return Number.isNaN(value) ? null : value;
    }
    case "bool":
      return view.getUint8(offset) !== 0;
    case "int":
      return integer(view, offset, width);
    case "date": {
      const days = integer(view, offset, width);
      return days === NO_DATE ? null : days * DAY;
    }
    case "string":
      return column.dictionary?.[integer(view, offset, width)] ?? null;
  }
}

function integer(view: DataView, offset: number, width: number): number {
  if (width === 1) return view.getInt8(offset);
  return width === 2 ? view.getInt16(offset, true) : view.getInt32(offset, true);
}

function asDataView(values: WireColumn["values"]): DataView {
  if (values instanceof DataView) return values;
  if (ArrayBuffer.isView(values)) return new DataView(values.buffer, values.byteOffset, values.byteLength);
  return new DataView(values);
}

/** The frame as row objects, fresh ones at every call: Vega writes its tuple ids into the objects it is given. */
export function decodeRows<R extends object = Row>(frame: WireFrame | undefined): R[] {
  if (!frame) return [];
  const names = Object.keys(frame.columns);
  const columns = Object.values(frame.columns).map((column) => decodeColumn(column, frame.length));
  const rows = new Array<R>(frame.length);
  for (let i = 0; i < frame.length; i += 1) {
    const row: Row = {};
    for (let c = 0; c < names.length; c += 1) row[names[c] as string] = columns[c]?.[i] ?? null;
    rows[i] = row as R;
  }
  return rows;
}
