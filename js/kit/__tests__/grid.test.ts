import axe from "axe-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { createGrid, type Grid, type GridData, type Position } from "../grid";
import { dressRoot } from "../root";

let life: AbortController;
let place: HTMLElement;
let grid: Grid;
let picks: unknown[];
let focused: (Position | null)[];

const data = (rows: number, columns: number, mark = ""): GridData => ({
  caption: "Retention",
  corner: "Cohort",
  columns: Array.from({ length: columns }, (_, c) => `age ${c}`),
  rows: Array.from({ length: rows }, (_, r) => `cohort ${r}`),
  cell: (r, c) => (r + c < rows ? { text: `${r}/${c}${mark}` } : null),
  describe: (r, c) => `cohort ${r}, age ${c}: ${r}/${c}${mark}`,
});
const bodyRows = () => place.querySelectorAll("tbody tr").length;
const at = (row: number, column: number) =>
  place.querySelector<HTMLTableRowElement>(`tr[data-row="${row}"]`)?.cells[
    column + 1
  ] as HTMLTableCellElement;

beforeEach(() => {
  life = new AbortController();
  place = document.createElement("div");
  place.className = "ci-root";
  document.body.append(place);
  dressRoot(place, life.signal);
  picks = [];
  focused = [];
  grid = createGrid({
    onPick: (position, how) => picks.push([position, how]),
    onKey: (key) => key === "d",
    onFocus: (position) => focused.push(position),
    signal: life.signal,
  });
  place.append(grid.element);
  grid.show(data(30, 20));
});
afterEach(() => {
  life.abort();
  place.remove();
});

test("hidden, it holds only the row with the focus; shown, all of them", () => {
  expect(bodyRows()).toBe(1);
  expect(place.querySelector("table")?.getAttribute("aria-rowcount")).toBe("31");
  grid.reveal(true);
  expect(bodyRows()).toBe(30);
  grid.reveal(false);
  expect(bodyRows()).toBe(1);
});

test("one cell is in the tab order, and arrows carry it along", async () => {
  await userEvent.tab();
  expect(document.activeElement).toBe(at(0, 0));
  await userEvent.keyboard("{ArrowDown}{ArrowDown}{ArrowRight}");
  expect(document.activeElement).toBe(at(2, 1));
  expect(document.activeElement?.getAttribute("aria-label")).toBe("cohort 2, age 1: 2/1");
  expect(place.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  expect(bodyRows()).toBe(1);
  expect(focused.at(-1)).toEqual({ row: 2, column: 1 });
});

test("Home, End, page keys and headers", async () => {
  await userEvent.tab();
  const keys: [string, number, number][] = [
    ["{End}", 0, 19],
    ["{PageDown}", 10, 19],
    ["{PageUp}", 0, 19],
    ["{Home}", 0, 0],
    ["{Control>}{End}{/Control}", 29, 19],
    ["{Control>}{Home}{/Control}", 0, 0],
    ["{ArrowUp}", -1, 0],
    ["{ArrowLeft}", -1, -1],
    ["{ArrowLeft}", -1, -1],
  ];
  for (const [key, row, column] of keys) {
    await userEvent.keyboard(key);
    expect(document.activeElement, key).toBe(at(row, column));
  }
});

test("Enter and Space pick, Shift adds, Shift with an arrow adds on the way", async () => {
  await userEvent.tab();
  await userEvent.keyboard("{Enter}{Shift>}{Enter}{ArrowRight}{/Shift} ");
  const first = { row: 0, column: 0 };
  const second = { row: 0, column: 1 };
  expect(picks).toEqual([
    [first, { add: false, across: false }],
    [first, { add: true, across: false }],
    [second, { add: true, across: false }],
    [second, { add: false, across: false }],
  ]);
});

test("keys that are used stay inside, others reach the page", async () => {
  const outside: string[] = [];
  const note = (event: KeyboardEvent) => outside.push(event.key);
  document.body.addEventListener("keydown", note, { signal: life.signal });
  await userEvent.tab();
  await userEvent.keyboard("{ArrowDown}dx");
  expect(outside.filter((key) => key !== "Tab")).toEqual(["x"]);
});

test("a click picks and takes the focus, without asking for an outline", async () => {
  grid.reveal(true);
  await userEvent.click(at(3, 2), { modifiers: ["Shift"] });
  expect(picks).toEqual([
    [
      { row: 3, column: 2 },
      { add: true, across: false },
    ],
  ]);
  expect(document.activeElement).toBe(at(3, 2));
  expect(focused.at(-1)).toBeNull();
});

test("new values come into the same cells, and the focus stays", async () => {
  await userEvent.tab();
  await userEvent.keyboard("{ArrowDown}");
  grid.show(data(30, 20, "!"));
  expect(document.activeElement).toBe(at(1, 0));
  expect(at(1, 0).textContent).toBe("1/0!");
  grid.show(data(1, 2));
  expect(document.activeElement).toBe(at(0, 0));
});

test("what is selected and compared is said", () => {
  grid.reveal(true);
  grid.mark(({ row, column }) => (row === 1 && column === 1 ? "selected" : row === 2 ? "compared" : ""));
  expect(at(1, 1).getAttribute("aria-selected")).toBe("true");
  expect(at(0, 0).getAttribute("aria-selected")).toBe("false");
  expect(at(2, 4).dataset.state).toBe("compared");
});

test("leaving is reported, and shortcuts of the notebook are kept off the focused cell", async () => {
  await userEvent.tab();
  expect(document.activeElement?.getAttribute("data-lm-suppress-shortcuts")).toBe("true");
  (document.activeElement as HTMLElement).blur();
  expect(focused.at(-1)).toBeNull();
});

test.each([false, true])("axe finds nothing wrong (shown: %s)", async (shown) => {
  grid.reveal(shown);
  const { violations } = await axe.run(place);
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});
