/**
 * Tables from Python: one typed buffer per column.
 *
 * `float64` and `int32` are what they say, `bool` is a byte, `date` is float64 milliseconds UTC, `string` is int32 codes
 * into a dictionary. NaN and code −1 mean missing and become `null`, which Vega leaves out where it would draw NaN at 0.
 */
export type ColumnType = "float64" | "int32" | "bool" | "string" | "date";

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

const WIDTH: Record<ColumnType, number> = { float64: 8, date: 8, int32: 4, string: 4, bool: 1 };

/** The values of one column, missing ones as `null`. */
export function decodeColumn(column: WireColumn, length: number): Value[] {
  const view = asDataView(column.values);
  const width = WIDTH[column.type];
  if (view.byteLength !== length * width) {
    throw new Error(
      `A column of type ${column.type} holds ${view.byteLength} bytes; ${length} rows need ${length * width}.`,
    );
  }
  const values = new Array<Value>(length);
  for (let i = 0; i < length; i += 1) values[i] = read(view, i * width, column);
  return values;
}

function read(view: DataView, offset: number, column: WireColumn): Value {
  switch (column.type) {
    case "float64":
    case "date": {
      const value = view.getFloat64(offset, true);
      return Number.isNaN(value) ? null : value;
    }
    case "int32":
      return view.getInt32(offset, true);
    case "bool":
      return view.getUint8(offset) !== 0;
    case "string": {
      const code = view.getInt32(offset, true);
      return code < 0 ? null : (column.dictionary?.[code] ?? null);
    }
  }
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
