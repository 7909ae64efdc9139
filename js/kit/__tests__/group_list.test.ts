import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { createGroupList, type GroupList, type GroupListContent } from "../group_list";

let life: AbortController;
let list: GroupList;
let done: unknown[][];

const row = (id: number, share: number) => ({
  id,
  mark: String(id),
  name: `Group ${id}`,
  colour: "rgb(1, 2, 3)",
  line: `frequency > ${id}`,
  shares: [{ share, text: `${100 * share} %`, below: "12" }],
});
const content: GroupListContent = {
  caption: "Groups",
  headings: ["Customers"],
  rows: [row(0, 0.5), row(1, 0.25), row(2, 0.25)],
  chosen: [],
  grey: false,
  editable: true,
};

beforeEach(() => {
  life = new AbortController();
  done = [];
  list = createGroupList({
    corner: "Segment",
    longestName: 20,
    onPick: (...args) => done.push(["pick", ...args]),
    onRename: (...args) => done.push(["rename", ...args]),
    onClear: () => done.push(["clear"]) > 0,
    signal: life.signal,
  });
  list.show(content);
  document.body.append(list.element);
});
afterEach(() => {
  life.abort();
  list.element.remove();
});

const rows = () => [...list.element.querySelectorAll<HTMLTableRowElement>("tbody tr")];
const input = () =>
  [...list.element.querySelectorAll("input")].find((field) => field.checkVisibility()) as HTMLInputElement;

test("rows say number, name, line and shares; bars are as long as their share of the longest", () => {
  expect(rows()[1]?.textContent).toContain("1Group 1");
  expect(rows()[1]?.textContent).toContain("frequency > 1");
  const widths = [...list.element.querySelectorAll<HTMLElement>(".ci-share-bar")].map(
    (bar) => bar.style.width,
  );
  expect(widths).toEqual(["100%", "50%", "50%"]);
});

test("a click picks, with Shift it adds", async () => {
  await userEvent.click(rows()[1]?.cells[1] as HTMLElement);
  await userEvent.click(rows()[2]?.cells[1] as HTMLElement, { modifiers: ["Shift"] });
  expect(done).toEqual([
    ["pick", 1, false],
    ["pick", 2, true],
  ]);
});

test("the keyboard moves, picks, adds and clears; one row is in the tab order", async () => {
  await userEvent.tab();
  expect(document.activeElement).toBe(rows()[0]);
  await userEvent.keyboard("{ArrowDown}{Enter}{End}{Shift>} {/Shift}{Escape}");
  expect(done).toEqual([["pick", 1, false], ["pick", 2, true], ["clear"]]);
  expect(list.element.querySelectorAll("tr[tabindex='0']")).toHaveLength(1);
  expect(list.element.querySelectorAll("button[tabindex='0']")).toHaveLength(1);
});

test("F2 edits the name; Enter keeps it, Escape takes it back, and neither picks the row", async () => {
  rows()[1]?.focus();
  await userEvent.keyboard("{F2}");
  expect(document.activeElement).toBe(input());
  await userEvent.keyboard("Regulars  of old{Enter}");
  expect(done).toEqual([["rename", 1, "Regulars of old"]]);
  await userEvent.keyboard("{Enter}");
  expect(input()?.value).toBe("Group 1");
  await userEvent.keyboard("x{Escape}");
  expect(done).toHaveLength(1);
  expect(rows()[1]?.textContent).toContain("Group 1");
});

test("leaving the field keeps the name; an emptied name is reported as none", async () => {
  await userEvent.dblClick(list.element.querySelector(".ci-editable-text") as HTMLElement);
  await userEvent.fill(input(), "");
  input().blur();
  expect(done.filter(([what]) => what === "rename")).toEqual([["rename", 0, ""]]);
});

test("a name that is being typed survives an update of the numbers", async () => {
  rows()[0]?.focus();
  await userEvent.keyboard("{F2}New");
  list.show({ ...content, rows: [row(0, 0.4), row(1, 0.3), row(2, 0.3)] });
  expect(document.activeElement).toBe(input());
  expect(input().value).toBe("New");
});

test("a grey list is only to look at", async () => {
  list.show({ ...content, grey: true });
  await userEvent.click(rows()[0] as HTMLElement);
  await userEvent.keyboard("{Enter}{F2}");
  expect(done).toEqual([]);
  expect(list.element.querySelector("button:not([hidden])")).toBeNull();
});

test("chosen rows are marked, the others recede; fewer shares hide their cells", () => {
  list.show({
    ...content,
    chosen: [1],
    headings: [],
    rows: content.rows.map((one) => ({ ...one, shares: [] })),
  });
  expect(rows().map((one) => one.getAttribute("aria-selected"))).toEqual(["false", "true", "false"]);
  expect(rows().map((one) => one.classList.contains("ci-faded"))).toEqual([true, false, true]);
  expect(list.element.querySelectorAll("td:not([hidden])")).toHaveLength(0);
});
