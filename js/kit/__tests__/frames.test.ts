import { expect, test } from "vitest";
import { decodeRows, type WireColumn, type WireFrame } from "../frames";

function column(type: WireColumn["type"], values: ArrayBufferView, dictionary?: string[]): WireColumn {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return dictionary ? { type, values: view, dictionary } : { type, values: view };
}

test("every type is decoded, and what is missing becomes null", () => {
  const frame: WireFrame = {
    length: 2,
    columns: {
      rate: column("float64", new Float64Array([0.25, Number.NaN])),
      count: column("int32", new Int32Array([7, -1])),
      done: column("bool", new Uint8Array([1, 0])),
      on: column("date", new Float64Array([Date.UTC(1998, 2, 1), Number.NaN])),
      cohort: column("string", new Int32Array([1, -1]), ["a", "b"]),
    },
  };
  expect(decodeRows(frame)).toEqual([
    { rate: 0.25, count: 7, done: true, on: Date.UTC(1998, 2, 1), cohort: "b" },
    { rate: null, count: -1, done: false, on: null, cohort: null },
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
  const frame: WireFrame = { length: 1, columns: { x: column("int32", new Int32Array([1])) } };
  expect(decodeRows(frame)[0]).not.toBe(decodeRows(frame)[0]);
});

test("a buffer of the wrong length says what it should be", () => {
  const frame: WireFrame = { length: 3, columns: { x: column("int32", new Int32Array([1])) } };
  expect(() => decodeRows(frame)).toThrow("int32 holds 4 bytes; 3 rows need 12");
});

test("no frame yet is no rows", () => {
  expect(decodeRows(undefined)).toEqual([]);
});
