import { expect, test } from "vitest";
import { fileName, toCsv } from "../download";

test("fields are quoted where they must be, and missing ones are empty", () => {
  const rows = [{ name: 'a "b", c', n: 1.5, done: true, gone: null }];
  expect(toCsv(rows, ["name", "n", "done", "gone"])).toBe('name,n,done,gone\r\n"a ""b"", c",1.5,true,\r\n');
});

test("text that a spreadsheet would run is disarmed; numbers stay numbers", () => {
  const rows = [{ a: "=cmd()", b: "+1", c: -2 }];
  expect(toCsv(rows, ["a", "b", "c"])).toBe("a,b,c\r\n'=cmd(),'+1,-2\r\n");
});

test("file names are plain words", () => {
  expect(fileName("Cohorts weekly, data until 30 June 1998")).toBe("cohorts-weekly-data-until-30-june-1998");
  expect(fileName("Kohorten nach Müsli/Tee")).toBe("kohorten-nach-musli-tee");
});
