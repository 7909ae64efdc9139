import { expect, test } from "vitest";
import { placePasted, readNumber, readTable } from "../pasting";

test.each([
  ["1234", ".", 1234],
  ["1,234", ".", 1234],
  ["1.234", ".", 1.234],
  ["1.234", ",", 1234],
  ["1,234", ",", 1.234],
  ["12,5", ".", 12.5],
  ["1,234,567", ".", 1234567],
  ["1.234.567", ".", 1234567],
  ["1,234.5", ".", 1234.5],
  ["1.234,5", ".", 1234.5],
  ["0,001", ".", 0.001],
  ["1 234", ".", 1234],
  ["1\u202f234,50", ".", 1234.5],
  ["1'234", ".", 1234],
  ["€ 12.50", ".", 12.5],
  ["12.5 %", ".", 0.125],
  ["−3", ".", -3],
  ["1e+21", ".", 1e21],
])("%s with %s before decimals is %d", (text, decimal, number) => {
  expect(readNumber(text, decimal)).toBeCloseTo(number, 12);
});

test.each(["", "n", "1-2", "12a", ".", "1,2,3.4.5"])("“%s” is no number", (text) => {
  expect(readNumber(text)).toBeNaN();
});

test("tables come with tabs, semicolons or commas; a line of words is one cell", () => {
  expect(readTable("A\t1\r\nB\t2\r\n")).toEqual([
    ["A", "1"],
    ["B", "2"],
  ]);
  expect(readTable('"A";1,5\nB;2')).toEqual([
    ["A", "1,5"],
    ["B", "2"],
  ]);
  expect(readTable("A,1\nB,2")).toEqual([
    ["A", "1"],
    ["B", "2"],
  ]);
  expect(readTable("1,030\n12,040")).toEqual([["1,030"], ["12,040"]]);
  expect(readTable("hello world")).toEqual([["hello world"]]);
});

const COLUMNS = [
  { key: "variant", number: false, names: ["group"] },
  { key: "n", number: true, names: ["visitors"] },
  { key: "successes", number: true, names: ["conversions"] },
];

test("a heading says which column is which, in any order; what has no place is named", () => {
  const cells = readTable("Conversions\tGroup\tRate\tVisitors\n20\tA\t2 %\t1000\n30\tB\t3 %\t1000");
  expect(placePasted(cells, COLUMNS, 0, ".")).toEqual({
    headed: true,
    leftOut: ["Rate"],
    rows: [
      { successes: "20", variant: "A", n: "1000" },
      { successes: "30", variant: "B", n: "1000" },
    ],
  });
});

test("without a heading columns follow from where they are pasted, words from the first column", () => {
  expect(placePasted(readTable("1000\t20\n1000\t30"), COLUMNS, 1, ".").rows[1]).toEqual({
    n: "1000",
    successes: "30",
  });
  expect(placePasted(readTable("A\t1000\t20\nB\t1000\t30"), COLUMNS, 2, ".").rows[0]).toEqual({
    variant: "A",
    n: "1000",
    successes: "20",
  });
  expect(placePasted(readTable("A\t1\t2\t3"), COLUMNS, 0, ".").leftOut).toEqual(["column 4"]);
});
