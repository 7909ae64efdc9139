import { expect, test } from "vitest";
import golden_ from "../../../tests/golden/frames.json";
import { decodeRows, type WireColumn, type WireFrame } from "../frames";

interface GoldenColumn {
  type: WireColumn["type"];
  hex: string;
  dictionary?: string[];
}
const golden = golden_ as { length: number; columns: Record<string, GoldenColumn> };

function column(type: WireColumn["type"], values: ArrayBufferView, dictionary?: string[]): WireColumn {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return dictionary ? { type, values: view, dictionary } : { type, values: view };
}

test("every type is decoded, and what is missing becomes null", () => {
  const frame: WireFrame = {
    length: 2,
    columns: {
      rate: column("float64", new Float64Array([0.25, Number.NaN])),
      count: column("int", new Int32Array([7, -1])),
      few: column("int", new Int8Array([-3, 127])),
      more: column("int", new Int16Array([-300, 12])),
      done: column("bool", new Uint8Array([1, 0])),
      on: column("date", new Int32Array([Date.UTC(1998, 2, 1) / 86_400_000, -(2 ** 31)])),
      cohort: column("string", new Int8Array([1, -1]), ["a", "b"]),
    },
  };
  expect(decodeRows(frame)).toEqual([
    { rate: 0.25, count: 7, few: -3, more: -300, done: true, on: Date.UTC(1998, 2, 1), cohort: "b" },
    { rate: null, count: -1, few: 127, more: 12, done: false, on: null, cohort: null },
  ]);
});

test("a buffer that does not start at a multiple of eight is read all the same", () => {
  const bytes = new Uint8Array(1 + 16);
  new DataView(bytes.buffer).setFloat64(1, 1.5, true);
  new DataView(bytes.buffer).setFloat64(9, -2, true);
  const values = new DataView(bytes.buffer, 1, 16);
  expect(decodeRows({ length: 2, columns: { x: { type: "float64", values } } })).toEqual([
    { x: 1.5 },
    { x: -2 },
  ]);
});

test("each call gives objects of its own, because Vega marks those it is given", () => {
  const frame: WireFrame = { length: 1, columns: { x: column("int", new Int32Array([1])) } };
  expect(decodeRows(frame)[0]).not.toBe(decodeRows(frame)[0]);
});

test("a buffer of the wrong length says what it should be", () => {
  const frame: WireFrame = { length: 3, columns: { x: column("int", new Int32Array([1])) } };
  expect(() => decodeRows(frame)).toThrow("int holds 4 bytes; 3 rows need 3 or 6 or 12");
});

test("no frame yet is no rows", () => {
  expect(decodeRows(undefined)).toEqual([]);
});

test("what Python sends is read as it was meant: both suites hold the same golden vector", () => {
  const columns: Record<string, WireColumn> = {};
  for (const [name, { type, hex, dictionary }] of Object.entries<GoldenColumn>(golden.columns)) {
    const bytes = new Uint8Array((hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
    columns[name] = column(type, bytes, dictionary);
  }
  expect(decodeRows({ length: golden.length, columns })).toEqual([
    {
      cohort: "1997-01",
      size: 7846,
      retention: 0.147,
      mature: true,
      complete_on: Date.UTC(1998, 5, 30),
      large: 2 ** 40,
    },
    { cohort: null, size: 8476, retention: null, mature: false, complete_on: null, large: 1 },
    {
      cohort: "1997-01",
      size: 7248,
      retention: 1,
      mature: true,
      complete_on: Date.UTC(1997, 0, 1),
      large: -1,
    },
  ]);
});
