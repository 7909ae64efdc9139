import type { DOMWidgetView } from "@jupyter-widgets/base";
import axe from "axe-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { frames, heatmapState } from "../../../testing/fixture";
import type { LiveModel } from "../../../testing/manager";
import { Notebook } from "../../../testing/notebook";
import { until } from "../../../testing/waiting";

let notebook: Notebook;

beforeEach(async () => {
  notebook = new Notebook();
  await notebook.openModules();
});
afterEach(() => {
  notebook.close();
  document.body.removeAttribute("data-jp-theme-light");
});

const charts = (view: DOMWidgetView) => [...view.el.querySelectorAll<HTMLElement>(".ci-chart")];
const vega = (view: DOMWidgetView, index = 0) => {
  const found = charts(view)[index]?.ciView;
  if (!found) throw new Error("There is no such chart.");
  return found;
};
const text = (view: DOMWidgetView, selector: string) => view.el.querySelector(selector)?.textContent ?? "";
const button = (view: DOMWidgetView, label: string) =>
  [...view.el.querySelectorAll("button")].find((b) => b.textContent === label) as HTMLButtonElement;
const marks = (view: DOMWidgetView, kind: string) =>
  vega(view)
    .data("marks")
    .filter((mark) => mark.kind === kind)
    .map((mark) => `${mark.row}/${mark.age}`);

interface Item {
  name?: string;
  x: number;
  y: number;
  items: Item[];
}

/** Where a cell stands in the picture; −1 for the labels left of it or above it. */
function place(view: DOMWidgetView, row: number, age: number): { x: number; y: number } {
  const chart = vega(view);
  const { root } = chart.scenegraph() as unknown as { root: Item };
  const body = root.items[0]?.items.find((item) => item.name === "concat_1_group")?.items[0] as Item;
  const step = (name: string) => (chart.scale(name) as unknown as { step(): number }).step();
  const [left, top] = [chart.origin()[0] + body.x, chart.origin()[1] + body.y];
  return {
    x: age < 0 ? left - 90 : left + (age + 0.5) * step("concat_1_x"),
    y: row < 0 ? top - 8 : top + (row + 0.5) * step("concat_1_y"),
  };
}

async function click(view: DOMWidgetView, row: number, age: number, modifiers: ("Shift" | "Alt")[] = []) {
  const canvas = charts(view)[0]?.querySelector("canvas") as HTMLCanvasElement;
  await userEvent.click(canvas, { position: place(view, row, age), modifiers });
}

async function opened(cohorts = 5, changes = {}): Promise<LiveModel & { view: DOMWidgetView }> {
  const live = await notebook.openHeatmap(cohorts, changes);
  return { ...live, view: await notebook.show(live.model) };
}

test("the screen stands: headline, controls, both pictures, notes, footer", async () => {
  const { view, python } = await opened();
  expect(text(view, ".ci-headline")).toBe("Half bought once.");
  expect(vega(view).data("cells")).toHaveLength(15);
  expect([...view.el.querySelectorAll(".ci-label")].map((label) => label.textContent)).toEqual([
    "Measure",
    "Cohorts",
    "Window",
    "Step",
    "Kind",
    "Average over",
    "Compare with",
    "Interval level, %",
    "Observed until",
  ]);
  expect(text(view, ".ci-notes")).toContain("4 cells hatched.");
  expect(text(view, ".ci-source")).toBe("Data until 31 May 2020");
  await until(() => python.custom.some((m) => (m as { name?: string }).name === "ping"));
  expect(python.custom[0]).toEqual({ kind: "views", count: 1 });
});

test("clicks select cells, rows, columns and diagonals; Shift adds; Python hears of each", async () => {
  const { view, python } = await opened();
  const cell = { kind: "cell", cohort: "2020-02", age: 2 };
  await click(view, 1, 2);
  expect(python.state.selection).toEqual([cell]);
  expect(text(view, ".ci-selected")).toBe("49 customers · Feb 2020, month 2");
  await click(view, 0, 1, ["Shift"]);
  expect(python.state.selection).toEqual([cell, { kind: "cell", cohort: "2020-01", age: 1 }]);
  await click(view, 2, -1);
  expect(python.state.selection).toEqual([{ kind: "row", cohort: "2020-03" }]);
  await click(view, -1, 3);
  expect(python.state.selection).toEqual([{ kind: "column", age: 3 }]);
  await click(view, 1, 2, ["Alt"]);
  expect(python.state.selection).toEqual([{ kind: "diagonal", period: "2020-04" }]);
  await until(() => marks(view, "selected").length === 4);
  expect(marks(view, "selected")).toEqual(["0/3", "1/2", "2/1", "3/0"]);
  await click(view, 1, 2, ["Alt"]);
  expect(python.state.selection).toEqual([]);
});

test("the keyboard does all of it, starting from the picture's place in the tab order", async () => {
  const { view, python } = await opened();
  (view.el.querySelector('[tabindex="0"]') as HTMLElement).focus();
  await userEvent.keyboard("{ArrowRight}{ArrowDown}");
  await until(() => marks(view, "focus").length > 0);
  expect(marks(view, "focus")).toEqual(["1/1"]);
  expect(vega(view, 1).signal("hover_row")).toBe(1);
  await userEvent.keyboard("{Enter}");
  expect(python.state.selection).toEqual([{ kind: "cell", cohort: "2020-02", age: 1 }]);
  await userEvent.keyboard("{ArrowRight}{Shift>}{Enter}{/Shift}");
  expect(python.state.selection).toHaveLength(2);
  for (const [key, pick] of [
    ["r", { kind: "row", cohort: "2020-02" }],
    ["c", { kind: "column", age: 2 }],
    ["d", { kind: "diagonal", period: "2020-04" }],
  ] as const) {
    await userEvent.keyboard(key);
    expect(python.state.selection).toEqual([pick]);
  }
  await userEvent.keyboard("{Escape}");
  expect(python.state.selection).toEqual([]);
  (document.activeElement as HTMLElement).blur();
  await until(() => marks(view, "focus").length === 0);
});

test("Python sets traits and the page follows, in the same charts", async () => {
  const { view, python } = await opened();
  const canvases = [...view.el.querySelectorAll("canvas")];
  const before = vega(view);
  python.update({ measure: "revenue", selection: [{ kind: "row", cohort: "2020-01" }] });
  await until(() => vega(view).signal("measure") === "revenue");
  expect(view.el.querySelector("select")?.value).toBe("revenue");
  expect(text(view, ".ci-headline")).toBe("9,000 of revenue.");
  await until(() => marks(view, "selected").length === 5);
  python.update({
    _frames: frames(8),
    _view: { ...heatmapState()._view, headlines: {}, headline: "Now eight." },
  });
  await until(() => vega(view).data("cells").length === 36);
  expect(text(view, ".ci-headline")).toBe("Now eight.");
  expect(vega(view)).toBe(before);
  expect([...view.el.querySelectorAll("canvas")]).toEqual(canvases);
});

test("controls send what they say", async () => {
  const { view, python } = await opened();
  const [measure, cohorts] = [...view.el.querySelectorAll("select")] as HTMLSelectElement[];
  await userEvent.selectOptions(measure as HTMLSelectElement, "orders");
  expect(python.state.measure).toBe("orders");
  await until(() => vega(view).signal("measure") === "orders");
  await userEvent.selectOptions(cohorts as HTMLSelectElement, "by:channel");
  expect(python.state).toMatchObject({ by: "channel" });
  await userEvent.selectOptions(cohorts as HTMLSelectElement, "week");
  expect(python.state).toMatchObject({ by: null, cohort_grain: "week" });
});

test("the table stands in the picture's place, picks like it, and is chosen from both sides", async () => {
  const { view, python } = await opened();
  await userEvent.click(button(view, "Table"));
  expect(python.state.table_view).toBe(true);
  expect(charts(view)[0]?.checkVisibility()).toBe(false);
  const cells = [...view.el.querySelectorAll<HTMLElement>("tbody td")];
  expect(cells).toHaveLength(6 * 5);
  await userEvent.click(cells[1] as HTMLElement);
  expect(python.state.selection).toEqual([{ kind: "cell", cohort: "2020-01", age: 1 }]);
  await until(() => cells[1]?.getAttribute("aria-selected") === "true");
  python.update({ table_view: false });
  await until(() => charts(view)[0]?.checkVisibility());
});

test("two selections are compared", async () => {
  const { view, python } = await opened();
  await click(view, 0, 1);
  await userEvent.click(button(view, "Compare"));
  expect(python.state).toMatchObject({
    selection: [],
    compared: [{ kind: "cell", cohort: "2020-01", age: 1 }],
  });
  await click(view, 1, 1);
  await until(() => marks(view, "compared").length === 1 && marks(view, "selected").length === 1);
  python.update({
    _selected: { size: 50, text: "50 customers", comparison: "50 against 49 customers; 0 are in both." },
  });
  await until(() => text(view, ".ci-comparing").startsWith("50 against 49"));
  await userEvent.click(button(view, "End comparison"));
  expect(python.state.compared).toEqual([]);
});

test("words of Python about an older selection are not shown for the present one", async () => {
  const { view, python } = await opened();
  python.update({ _selected: { size: 9, text: "9 customers", of: [{ kind: "row", cohort: "2020-05" }] } });
  await click(view, 0, 1);
  expect(text(view, ".ci-selected")).toBe("49 customers · Jan 2020, month 1");
});

test("a cell on several windows of its cohort says that it is being counted", async () => {
  const { view, python } = await opened();
  await click(view, 0, 1);
  await click(view, 0, 2, ["Shift"]);
  expect(text(view, ".ci-selected")).toBe("2 selections · counting…");
  python.update({ _selected: { size: 60, text: "60 customers", of: python.state.selection } });
  await until(() => text(view, ".ci-selected") === "60 customers · 2 selections");
});

test("viewers see neither code nor methods", async () => {
  const { view } = await opened(5, { audience_mode: "viewer" });
  expect(button(view, "Copy code").checkVisibility()).toBe(false);
  const shown = [...view.el.querySelectorAll<HTMLElement>(".ci-label")].filter((label) =>
    label.checkVisibility(),
  );
  expect(shown.map((label) => label.textContent)).not.toContain("Kind");
});

test("an error and long work of Python are shown, and work can be stopped", async () => {
  const { view, python } = await opened();
  python.update({ _status: { busy: false, error: "Column amount has text." } });
  await until(() => text(view, ".ci-banners").includes("Column amount has text."));
  python.update({ _status: { busy: true, message: "Reading 12 million rows…", cancellable: true } });
  await until(() => button(view, "Stop").checkVisibility());
  await userEvent.click(button(view, "Stop"));
  await until(() => python.custom.some((m) => (m as { name?: string }).name === "stop"));
});

const february = {
  text: "Filtered to 101 customers: cohort 2020-02",
  size: 101,
  by: "explorer",
  clearable: true,
};

test("a linked widget's selection is said under the headline, and ✕ asks for all customers", async () => {
  const { view, python } = await opened();
  python.update({ _focus: february });
  await until(() => text(view, ".ci-focus-chip > span") === february.text);
  expect(view.el.querySelector(".ci-headline + .ci-focus")).not.toBeNull();
  await userEvent.click(view.el.querySelector(".ci-focus-chip button") as HTMLElement);
  await until(() => python.custom.some((m) => (m as { name?: string }).name === "clear_focus"));
  expect(python.state.selection).toBeUndefined();
  python.update({ _focus: {} });
  await until(() => !view.el.querySelector(".ci-focus-chip")?.checkVisibility());
});

test("a runtime that never came is said in the widget, with what to do", async () => {
  const { model } = await notebook.openHeatmap(5, { _runtime: "anywidget:gone" });
  const view = await notebook.manager.show(model, notebook.place);
  await until(() => view.el.querySelector("[role=alert]"));
  expect(text(view, "[role=alert]")).toMatch(/could not be drawn: .*Run the cell again/);
  view.remove();
});

test.each(["light", "dark"])("axe finds nothing wrong in the %s theme", async (scheme) => {
  document.body.setAttribute("data-jp-theme-light", String(scheme === "light"));
  notebook.place.style.background = scheme === "light" ? "white" : "#121212";
  const { view, python } = await opened();
  await click(view, 0, 1);
  python.update({ table_view: true, _focus: february });
  await until(() => view.el.querySelectorAll("tbody tr").length === 6);
  (view.el.querySelector("details") as HTMLDetailsElement).open = true;
  const { violations } = await axe.run(view.el);
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});

test("a switch of theme recolours the living charts", async () => {
  document.body.setAttribute("data-jp-theme-light", "true");
  const { view } = await opened();
  const light = vega(view).signal("ink");
  document.body.setAttribute("data-jp-theme-light", "false");
  await until(() => vega(view).signal("ink") !== light && vega(view, 1).signal("ink") !== light);
});
