import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { createEntryGrid, type Entry, type EntryGridData } from "../entry_grid";

let life: AbortController;
let rows: Entry[];
let moved: number;
let rested: number;
let chosen: number;
let said: string;
let wrong: Map<string, string>;
let grid: ReturnType<typeof createEntryGrid>;

const COLUMNS = [
  { key: "variant", label: "Variant", number: false, names: ["group"] },
  { key: "n", label: "Units", number: true, names: ["visitors"] },
];
const data = (): EntryGridData => ({
  caption: "Counts",
  columns: COLUMNS,
  rows,
  derived: { label: "Double", cells: rows.map(({ n }) => String(2 * Number(n))) },
  chosen,
  wrong,
  enabled: true,
});

beforeEach(() => {
  life = new AbortController();
  [rows, moved, rested, chosen, said, wrong] = [
    [
      { variant: "A", n: "10" },
      { variant: "B", n: "20" },
    ],
    0,
    0,
    0,
    "",
    new Map(),
  ];
  const take = (next: Entry[]) => {
    rows = next;
    grid.show(data());
  };
  grid = createEntryGrid({
    choice: { label: "Control", of: (name) => `${name} is the control` },
    name: "variant",
    least: 2,
    most: 3,
    add: "Add",
    decimal: () => ".",
    fresh: () => ({ variant: "New", n: "1" }),
    onMove(next) {
      moved += 1;
      take(next);
    },
    onRest(next) {
      rested += 1;
      take(next);
    },
    onChoose(row) {
      chosen = row;
      grid.show(data());
    },
    report: (text) => {
      said = text;
    },
    signal: life.signal,
  });
  document.body.append(grid.element);
  grid.show(data());
});
afterEach(() => {
  life.abort();
  grid.element.remove();
});

const field = (label: string) => grid.element.querySelector(`[aria-label="${label}"]`) as HTMLInputElement;
const paste = (into: HTMLElement, text: string) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  into.dispatchEvent(event);
  return event.defaultPrevented;
};

test("every letter is reported, leaving a cell is final; other figures follow while one types", async () => {
  await userEvent.fill(field("Units, A"), "15");
  expect(rows[0]).toEqual({ variant: "A", n: "15" });
  expect([moved, rested]).toEqual([1, 0]);
  expect(grid.element.querySelector(".ci-derived")?.textContent).toBe("30");
  await userEvent.keyboard("{Enter}");
  expect(rested).toBe(1);
  expect(document.activeElement).toBe(field("Units, B"));
  await userEvent.keyboard("{ArrowUp}");
  expect(document.activeElement).toBe(field("Units, A"));
});

test("what is wrong is marked and said where it stands", () => {
  wrong = new Map([["1|n", "B: too many."]]);
  grid.show(data());
  const bad = field("Units, B");
  expect(bad.getAttribute("aria-invalid")).toBe("true");
  const told = document.getElementById(bad.getAttribute("aria-describedby") ?? "");
  expect(told?.textContent).toBe("B: too many.");
  expect(field("Units, A").getAttribute("aria-invalid")).toBeNull();
});

test("a table with a heading replaces all rows, whatever cell it is pasted into", () => {
  expect(paste(field("Units, B"), "Visitors\tGroup\tRate\n5\tX\t1\n6\tY\t2")).toBe(true);
  expect(rows).toEqual([
    { variant: "X", n: "5" },
    { variant: "Y", n: "6" },
  ]);
  expect(said).toBe("Pasted 2 rows. Left out: Rate.");
  expect(rested).toBe(1);
});

test("a column goes downwards from its cell and makes rows; what doesn't fit is said", () => {
  paste(field("Units, B"), "7\n8\n9");
  expect(rows).toEqual([
    { variant: "A", n: "10" },
    { variant: "B", n: "7" },
    { variant: "New", n: "8" },
  ]);
  expect(said).toContain("Only 3 rows fit.");
});

test("a single value is pasted as into any field", () => {
  expect(paste(field("Units, B"), "12")).toBe(false);
});

test("rows are added and taken away, down to the least; a dot chooses one", async () => {
  const buttons = () =>
    [...grid.element.querySelectorAll("button")].filter((b) => !b.hidden).map((b) => b.textContent);
  expect(buttons()).toEqual(["Add"]);
  await userEvent.click(grid.element.querySelector(".ci-entry-add") as HTMLElement);
  expect(rows).toHaveLength(3);
  expect(buttons()).toEqual(["✕", "✕", "✕"]);
  await userEvent.click(field("Take away B"));
  expect(rows.map(({ variant }) => variant)).toEqual(["A", "New"]);
  await userEvent.click(field("New is the control"));
  expect(chosen).toBe(1);
});
