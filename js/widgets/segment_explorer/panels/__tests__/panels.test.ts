import axe from "axe-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { dressRoot } from "../../../../kit/root";
import { followTheme } from "../../../../kit/theme";
import { until } from "../../../../testing/waiting";
import type { Pick, State } from "../../wire";
import { createFlowPanel } from "../flow_panel";
import { createMapPanel } from "../map_panel";
import type { Panel, PanelContext } from "../panel";
import { createTreePanel } from "../tree_panel";
import { type Bench, bench, EXTENT, mapState, pointsState, treeState } from "./fixture";

let life: AbortController;
let open: Bench[];
beforeEach(() => {
  life = new AbortController();
  open = [];
});
afterEach(() => {
  for (const one of open) one.end();
  life.abort();
});

interface Request {
  kind: string;
  name: string;
  id: number;
  args: Record<string, unknown>;
}

async function show(make: (context: PanelContext) => Panel, changes: Partial<State> = {}, charts = 1) {
  const setting = bench(changes);
  open.push(setting);
  setting.place.className = "ci-root";
  dressRoot(setting.place, life.signal);
  const theme = followTheme(setting.place, () => {}, life.signal);
  setting.context.colours = () => theme()?.colours as ReturnType<PanelContext["colours"]>;
  const panel = make(setting.context);
  setting.place.append(panel.element);
  panel.show();
  if (charts > 0) await until(() => panel.charts().length === charts);
  const { model } = setting;
  const asked = (name: string) =>
    (model.sent as Request[]).filter((message) => message.kind === "request" && message.name === name);
  const selection = () => model.state.selection as unknown as Pick[];
  return { ...setting, panel, asked, selection };
}

const viewOf = (panel: Panel, index = 0) => {
  const view = panel.charts()[index]?.view;
  if (!view) throw new Error("There is no such chart.");
  return view;
};
const press = (element: Element, type: string, x: number, y: number, more: PointerEventInit = {}) => {
  const box = element.getBoundingClientRect();
  element.dispatchEvent(
    new PointerEvent(type, {
      pointerId: 1,
      button: 0,
      clientX: box.left + x,
      clientY: box.top + y,
      bubbles: true,
      ...more,
    }),
  );
};
const quiet = (element: HTMLElement) => {
  element.setPointerCapture = () => {};
};

test("the map zooms at once with what is there, then asks for finer bins, the latest wins", async () => {
  const { panel, place, asked, model } = await show(createMapPanel);
  const view = viewOf(panel);
  const plane = place.querySelector(".ci-plane") as HTMLElement;
  plane.focus();
  // Both in one movement, however slow the machine is.
  for (let i = 0; i < 2; i += 1)
    plane.dispatchEvent(new KeyboardEvent("keydown", { key: "+", bubbles: true }));
  await until(() => (view.signal("x_high") as number) < 3);
  expect(view.data("bins").every((bin) => bin.part === 0)).toBe(true);
  await until(() => asked("map").length === 1);
  const first = asked("map")[0]?.args as { x: [number, number]; y: [number, number]; serial: number };
  expect(first.x[1] - first.x[0]).toBeCloseTo(10 / 1.5 / 1.5);
  await userEvent.keyboard("+");
  await until(() => asked("map").length === 2);
  const second = asked("map")[1]?.args as typeof first;
  expect(second.serial).toBeGreaterThan(first.serial);
  expect(model.sent).toContainEqual({ kind: "cancel", id: asked("map")[0]?.id });
  // The outdated answer comes all the same, and is not drawn.
  model.set("_map", mapState(first.x, first.y, first.serial));
  await Promise.resolve();
  model.set("_map", mapState(second.x, second.y, second.serial));
  await until(() => view.data("bins").some((bin) => bin.part === 1));
  const fine = view.data("bins").filter((bin) => bin.part === 0);
  expect(Math.min(...fine.map(({ x }) => x))).toBeCloseTo(second.x[0]);
  expect(view.signal("x_low")).toBeCloseTo(second.x[0]);
  expect(place.querySelector(".ci-map-count")?.textContent).toMatch(
    /^[\d,]+ of 1,000,000 customers in view · 2 groups under 10 people hidden$/,
  );
});

test("without a kernel, and for viewers, the map zooms and asks nothing", async () => {
  const has = { value: false, kernel: false, tree: true, umap: true, table: true };
  for (const changes of [{ _view: { has } }, { audience_mode: "viewer" }] as Partial<State>[]) {
    const { panel, place, asked } = await show(createMapPanel, changes);
    (place.querySelector(".ci-plane") as HTMLElement).focus();
    await userEvent.keyboard("+");
    await until(() => (viewOf(panel).signal("x_high") as number) < 4);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(asked("map")).toEqual([]);
    expect(place.querySelector(".ci-map-count")?.textContent).toMatch(/^About/);
  }
});

test("an empty map is asked for, once; a layout that Python changed is shown whole", async () => {
  const { panel, asked, model } = await show(createMapPanel, { _map: {} }, 0);
  panel.show();
  expect(asked("map")).toHaveLength(1);
  model.set("_map", mapState());
  await until(() => panel.charts().length === 1);
  model.set("_map", pointsState([-3, -2], [0, 1]));
  await until(() => viewOf(panel).data("points").length === 300);
  expect(viewOf(panel).signal("x_low")).toBe(-3);
});

test("a lasso becomes a polygon in the data's coordinates and stays drawn; Shift adds one", async () => {
  const { panel, place, selection } = await show(createMapPanel);
  const view = viewOf(panel);
  const canvas = place.querySelector("canvas") as HTMLCanvasElement;
  quiet(place.querySelector(".ci-plane") as HTMLElement);
  const [left, top] = view.origin().map((side) => side + 5) as [number, number];
  const draw = (shiftKey: boolean) => {
    [...place.querySelectorAll("button")].find((b) => b.textContent === "Lasso")?.click();
    press(canvas, "pointerdown", left, top);
    press(canvas, "pointermove", left + view.width(), top);
    press(canvas, "pointermove", left + view.width(), top + view.height());
    expect(place.querySelector(".ci-lasso polygon")?.getAttribute("points")).not.toBeNull();
    press(canvas, "pointermove", left, top + view.height());
    press(canvas, "pointerup", left, top + view.height(), { shiftKey });
  };
  draw(false);
  const [{ polygon } = { polygon: [] }] = selection() as { polygon: [number, number][] }[];
  const { x, y } = EXTENT;
  const wanted = [
    [x[0], y[1]],
    [x[1], y[1]],
    [x[1], y[0]],
    [x[0], y[0]],
  ];
  for (const [i, [px, py]] of polygon.entries()) {
    expect(px).toBeCloseTo(wanted[i]?.[0] ?? 0, 1);
    expect(py).toBeCloseTo(wanted[i]?.[1] ?? 0, 1);
  }
  await until(() => view.data("areas").length === polygon.length);
  expect(place.querySelector(".ci-lasso")).toBeNull();
  draw(true);
  expect(selection()).toHaveLength(2);
});

test("a click selects the segment that is there and dims the others; a drag moves and selects nothing", async () => {
  const { panel, place, selection } = await show(createMapPanel);
  const view = viewOf(panel);
  const canvas = place.querySelector("canvas") as HTMLCanvasElement;
  const [left, top] = view.origin() as [number, number];
  const at = { x: left + 5 + view.width() * 0.28, y: top + 5 + view.height() * 0.55 };
  await userEvent.click(canvas, { position: at });
  expect(selection()).toEqual([{ kind: "segment", segment: 4 }]);
  await until(() => view.signal("picked").length === 1);
  await userEvent.click(canvas, { position: at });
  expect(selection()).toEqual([]);
  quiet(place.querySelector(".ci-plane") as HTMLElement);
  await userEvent.keyboard("{Tab}");
  const plane = place.querySelector(".ci-plane") as HTMLElement;
  plane.focus();
  await userEvent.keyboard("++");
  const before = await until(() => view.signal("x_low") as number);
  press(canvas, "pointerdown", 200, 150);
  press(canvas, "pointermove", 150, 150);
  press(canvas, "pointerup", 150, 150);
  await until(() => (view.signal("x_low") as number) > before);
  expect(selection()).toEqual([]);
});

test("dragging the cut colours and counts in the page; letting go sets the number of segments", async () => {
  const { panel, place, model } = await show(createTreePanel);
  const view = viewOf(panel);
  const stage = place.querySelector(".ci-dragged") as HTMLElement;
  quiet(stage);
  const slider = place.querySelector("[role=slider]") as HTMLElement;
  expect(slider.getAttribute("aria-valuetext")).toBe("4 segments");
  expect(view.data("dots")).toHaveLength(4);
  const scale = view.scale("y") as unknown as (value: number) => number;
  const low = (treeState().heights as { k: number; low: number; high: number }[]).find(({ k }) => k === 6);
  const offset = stage.querySelector("canvas")?.getBoundingClientRect().top ?? 0;
  const y = offset - stage.getBoundingClientRect().top + view.origin()[1] + 5;
  press(stage, "pointerdown", 200, y + scale(((low?.low ?? 0) + (low?.high ?? 0)) / 2));
  await until(() => view.data("dots").length === 6);
  expect(slider.getAttribute("aria-valuetext")).toBe("6 segments");
  expect(view.data("cut")[0]?.text).toBe("6 segments");
  expect(model.state.n_segments).toBe(4);
  press(stage, "pointerup", 200, 0);
  expect(model.state.n_segments).toBe(6);
  slider.focus();
  await userEvent.keyboard("{ArrowLeft}");
  expect(slider.getAttribute("aria-valuenow")).toBe("5");
  await until(() => model.state.n_segments === 5);
  await userEvent.keyboard("{Home}");
  await until(() => model.state.n_segments === 2);
  expect(place.textContent).toContain("The tree is approximate. 500 micro-clusters");
});

test("a method without a tree shows none", async () => {
  const { panel, model } = await show(createTreePanel);
  model.set("_tree", {});
  await until(() => panel.element.hidden);
});

test("ribbons and cells select a move; both show what is selected", async () => {
  const { panel, place, model, selection } = await show(createFlowPanel, {}, 2);
  expect(place.textContent).toContain("newly agreed, not new customers");
  const cell = place.querySelectorAll<HTMLElement>(".ci-grid tbody td")[3] as HTMLElement;
  await userEvent.click(cell);
  expect(selection()).toEqual([{ kind: "flow", from: 0, to: 3 }]);
  await until(() => viewOf(panel).signal("bands").length === 1);
  expect(cell.dataset.state).toBe("selected");
  expect(cell.style.background).toContain("color-mix");
  const canvas = place.querySelector(".ci-flow-chart canvas") as HTMLCanvasElement;
  const view = viewOf(panel);
  const [left, top] = view.origin() as [number, number];
  const lapsed = view.data("nodes").find(({ side, segment }) => side === 0 && segment === 4);
  const y = (view.scale("y") as unknown as (v: number) => number)((lapsed?.y + lapsed?.y2) / 2);
  await userEvent.click(canvas, { position: { x: left + 5 + view.width() / 2, y: top + 5 + y } });
  expect(selection()).toEqual([{ kind: "flow", from: 4, to: 4 }]);
  expect(view.data("ribbons")[0]?.label).toBe(
    "41,200 of 58,500 Champions: 9 orders, last week (70 %) stayed",
  );
  model.set("selection", []);
  await until(() => view.signal("bands").length === 0);
});

test("the migration is asked for when its tab is open, and again from another day", async () => {
  const { panel, place, asked, model } = await show(createFlowPanel, { _flows: {} }, 0);
  panel.show();
  expect(asked("migration")).toHaveLength(1);
  expect(place.textContent).toContain("Finding each customer's segment at both dates…");
  const date = place.querySelector("input[type=date]") as HTMLInputElement;
  await userEvent.fill(date, "2011-06-01");
  date.dispatchEvent(new Event("change"));
  expect(model.state.migrate_from).toBe("2011-06-01");
  await until(() => asked("migration").length === 2);
});

test("as a table everything that is drawn can be read", async () => {
  for (const make of [createMapPanel, createTreePanel, createFlowPanel]) {
    const { place } = await show(make, { table_view: true }, 0);
    const twin = await until(() => place.querySelector(".ci-twin:not(.ci-hidden)"));
    expect(twin.querySelectorAll("tbody tr").length).toBeGreaterThan(4);
  }
});

test.each([
  ["map", createMapPanel, 1],
  ["dendrogram", createTreePanel, 1],
  ["migration", createFlowPanel, 2],
] as const)("axe finds nothing serious in the %s, and it leaves nothing behind", async (_, make, charts) => {
  const { place, model, end, troubles } = await show(make, {}, charts);
  const { violations } = await axe.run(place);
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  end();
  expect(model.listeners()).toBe(0);
  expect(troubles).toEqual([]);
});
