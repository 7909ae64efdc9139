import type { DOMWidgetView } from "@jupyter-widgets/base";
import axe from "axe-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { LiveModel } from "../../../testing/manager";
import { Notebook } from "../../../testing/notebook";
import { until } from "../../../testing/waiting";
import { flowsState, mapState } from "../panels/__tests__/fixture";
import type { State } from "../wire";
import {
  audit,
  explorerState,
  frames,
  type Kind,
  preview,
  quality,
  rules,
  view as viewState,
} from "./fixture";

let notebook: Notebook;

beforeEach(async () => {
  notebook = new Notebook();
  await notebook.openModules();
});
afterEach(() => {
  notebook.close();
  document.body.removeAttribute("data-jp-theme-light");
});

interface Opened extends LiveModel {
  view: DOMWidgetView;
}

async function opened(kind: Kind = "kmeans", changes: Partial<State> = {}, charts = 1): Promise<Opened> {
  const live = await notebook.openExplorer(explorerState(kind, changes));
  return { ...live, view: await notebook.show(live.model, charts) };
}

const text = (view: DOMWidgetView, selector: string) => view.el.querySelector(selector)?.textContent ?? "";
const button = (view: DOMWidgetView, label: string) =>
  [...view.el.querySelectorAll("button")].find((b) => b.textContent === label) as HTMLButtonElement;
const tab = (view: DOMWidgetView, label: string) =>
  [...view.el.querySelectorAll<HTMLElement>("[role=tab]")].find(
    (t) => t.textContent === label,
  ) as HTMLElement;
const rows = (view: DOMWidgetView) => [...view.el.querySelectorAll<HTMLElement>(".ci-groups tbody tr")];
const vega = (view: DOMWidgetView, place = ".ci-profile-chart") => {
  const found = view.el.querySelector<HTMLElement>(`${place} .ci-chart`)?.ciView;
  if (!found) throw new Error("There is no such chart.");
  return found;
};
interface Request {
  kind: string;
  id: number;
  name: string;
  args: Record<string, unknown>;
}
const requests = ({ python }: LiveModel, name: string) =>
  (python.custom as Request[]).filter((message) => message.kind === "request" && message.name === name);
const answer = ({ python }: LiveModel, name: string, message: object) =>
  python.message({ kind: "response", id: requests({ python } as LiveModel, name).at(-1)?.id, ...message });

test("the screen stands: headline, status, a row per segment, profile, tabs, notes, footer", async () => {
  const live = await opened("rfm");
  const { view, python } = live;
  expect(text(view, ".ci-headline")).toMatch(/^Champions: 15 % of customers/);
  expect(text(view, ".ci-status-line")).toBe(
    "10 segments · features as of 10 December 2011 · 2 groups under 10 people hidden.",
  );
  expect(rows(view)).toHaveLength(10);
  expect(rows(view)[1]?.textContent).toContain("Loyal: 5 orders");
  expect(rows(view)[1]?.textContent).toContain("13 %566");
  expect(rows(view)[1]?.textContent).toContain("£1.4m");
  expect(vega(view).data("profile")).toHaveLength(100);
  expect(vega(view).signal("currency_prefix")).toBe("£");
  expect(text(view, ".ci-notes")).toContain("135,080 rows");
  expect(text(view, ".ci-source")).toMatch(/^4,338 customers/);
  expect([...view.el.querySelectorAll("[role=tabpanel]:not([hidden])")]).toEqual([]);
  await until(() => requests(live, "ping").length === 1);
  expect(python.custom.filter((message) => (message as Request).kind === "request")).toHaveLength(1);
});

test("a click on a row selects its segment, Shift adds; chart, table and footer follow", async () => {
  const { view, python } = await opened();
  await userEvent.click(rows(view)[1] as HTMLElement);
  expect(python.state.selection).toEqual([{ kind: "segment", segment: 1 }]);
  await until(() => String(vega(view).signal("chosen")) === "1");
  expect(text(view, ".ci-selected")).toBe("1,162 customers · Steady, 4 orders");
  expect(text(view, ".ci-detail")).toContain("129 customers near the border");
  expect(text(view, ".ci-detail")).toContain("Win back");
  await userEvent.click(rows(view)[3] as HTMLElement, { modifiers: ["Shift"] });
  expect(python.state.selection).toHaveLength(2);
  expect(text(view, ".ci-selected")).toBe("2,790 customers · Steady, 4 orders or Once, long ago");
  expect(view.el.querySelector<HTMLElement>(".ci-detail")?.hidden).toBe(true);
  await userEvent.click(button(view, "Clear"));
  expect(python.state.selection).toEqual([]);
});

test("words of Python are shown for the selection that they are about, and for no newer one", async () => {
  const { view, python } = await opened();
  await userEvent.click(rows(view)[1] as HTMLElement);
  const of = [{ segment: 1, kind: "segment" }];
  python.update({
    _selected: { of, size: 1162, text: "1,162 customers worth £2.2m", code: "x", detail: "Products 81" },
  });
  await until(() => text(view, ".ci-selected").startsWith("1,162 customers worth"));
  expect(text(view, ".ci-detail")).toContain("Set apart by: Products 81");
  await userEvent.click(rows(view)[0] as HTMLElement);
  expect(text(view, ".ci-selected")).toBe("712 customers · Frequent, 14 orders, high basket");
  expect(text(view, ".ci-detail")).not.toContain("Products 81");
});

test("a column of the profile selects too, by pointer and by keyboard", async () => {
  const { view, python } = await opened();
  const chart = vega(view);
  const step = (chart.scale("x") as unknown as { step(): number }).step();
  const position = { x: chart.origin()[0] + 2.5 * step, y: chart.origin()[1] + 40 };
  const canvas = view.el.querySelector(".ci-profile-chart canvas") as HTMLElement;
  await userEvent.click(canvas, { position });
  expect(python.state.selection).toEqual([{ kind: "segment", segment: 2 }]);
  view.el.querySelector<HTMLElement>(".ci-profile .ci-grid [tabindex='0']")?.focus();
  await userEvent.keyboard("{ArrowRight}{ArrowDown}");
  await until(() => vega(view).signal("focus_segment") === 1);
  expect(vega(view).signal("focus_row")).toBe(1);
  await userEvent.keyboard("{Enter}");
  expect(python.state.selection).toEqual([{ kind: "segment", segment: 1 }]);
  await userEvent.keyboard("{Escape}");
  expect(python.state.selection).toEqual([]);
});

test("a name that is typed is shown everywhere at once, and goes to Python; emptied it is the suggested one again", async () => {
  const { view, python } = await opened();
  rows(view)[2]?.focus();
  await userEvent.keyboard("{F2}Newcomers{Enter}");
  expect(python.state.names).toEqual({ "2": "Newcomers" });
  await until(() => rows(view)[2]?.textContent?.includes("Newcomers"));
  const named = () => vega(view).data("segments")[2]?.name;
  await until(() => named() === "Newcomers");
  await userEvent.keyboard("{F2}{Delete}{Enter}");
  expect(python.state.names).toEqual({});
  await until(() => named() === "Recent, 2 orders");
});

test("Python sets traits and the page follows, in the same chart", async () => {
  const { view, python } = await opened("kmeans");
  const before = vega(view);
  python.update({
    method: "rfm",
    profile_value: "mean",
    _frames: frames("rfm"),
    _view: viewState("rfm"),
    selection: [{ kind: "segment", segment: 7 }],
  });
  await until(() => before.data("profile").length === 100 && before.signal("profile_value") === "mean");
  expect(vega(view)).toBe(before);
  expect(rows(view)).toHaveLength(10);
  expect(rows(view)[7]?.getAttribute("aria-selected")).toBe("true");
  expect(text(view, ".ci-headline")).toMatch(/^Champions/);
});

test("segments are found on request, with progress, and the search can be stopped", async () => {
  const live = await opened("rfm");
  const { view, python } = live;
  await userEvent.click(button(view, "Find segments in the data"));
  const [asked] = requests(live, "find");
  python.message({ kind: "progress", id: asked?.id, fraction: 0.4, message: "6 segments, run 3 of 20" });
  await until(() => text(view, ".ci-asking").includes("6 segments, run 3 of 20"));
  const stop = await until(() =>
    [...view.el.querySelectorAll("button")].find((b) => b.textContent === "Stop" && b.checkVisibility()),
  );
  await userEvent.click(stop);
  expect(python.custom.some((m) => (m as Request).kind === "cancel" && (m as Request).id === asked?.id)).toBe(
    true,
  );
  python.update({ method: "kmeans", _frames: frames("kmeans"), _view: viewState("kmeans") });
  await until(() => !button(view, "Find segments in the data").checkVisibility());
});

test("another number of segments is looked at in grey, then applied or left", async () => {
  const live = await opened();
  const { view, python } = live;
  await userEvent.click(button(view, "+"));
  await until(() => requests(live, "preview").length === 1);
  expect(requests(live, "preview")[0]?.args).toEqual({ n_segments: 5 });
  expect(button(view, "Apply").checkVisibility()).toBe(false);
  python.update({ _preview: preview(5) });
  answer(live, "preview", { ok: true, result: null });
  await until(() => rows(view).length === 5);
  expect(view.el.querySelector(".ci-groups")?.classList.contains("ci-grey")).toBe(true);
  expect(text(view, ".ci-changes")).toContain("904 of 1,628 customers");
  expect(python.state.n_segments).toBeUndefined();
  await userEvent.click(rows(view)[1] as HTMLElement);
  expect(python.state.selection).toBeUndefined();
  await userEvent.click(button(view, "Cancel"));
  await until(() => rows(view).length === 4);
  await userEvent.click(button(view, "+"));
  await until(() => rows(view).length === 5);
  await userEvent.click(button(view, "Apply"));
  expect(python.state.n_segments).toBe(5);
  await until(() => !view.el.querySelector(".ci-preview")?.checkVisibility());
});

test("a tab asks once, when it is first looked at, and again for new segments", async () => {
  const live = await opened();
  const { view, python } = live;
  await userEvent.click(tab(view, "How many?"));
  expect(python.state.tab).toBe("choose");
  expect(requests(live, "choose")).toHaveLength(1);
  python.update({ _quality: quality() });
  answer(live, "choose", { ok: true, result: null });
  await until(() => view.el.querySelector(".ci-quality-chart canvas"));
  expect(text(view, ".ci-quality")).toContain("the smallest k with stability ≥ .85");
  await until(() => vega(view, ".ci-quality-chart").signal("k_shown") === 4);
  await userEvent.click(tab(view, "How many?"));
  expect(python.state.tab).toBe("none");
  await userEvent.click(tab(view, "How many?"));
  expect(requests(live, "choose")).toHaveLength(1);
  python.update({ _quality: {}, _frames: frames("kmeans") });
  await until(() => requests(live, "choose").length === 2);
});

test("a point of the quality chart is a number to look at", async () => {
  const live = await opened("kmeans", { tab: "choose", _quality: quality(), n_segments: 6 }, 2);
  const { view } = live;
  await userEvent.click(button(view, "Look at 4 segments"));
  await until(() => requests(live, "preview").length === 1);
  expect(requests(live, "preview")[0]?.args).toEqual({ n_segments: 4 });
});

test("from RFM rules the recommended number leads to k-means", async () => {
  const { view, python } = await opened("rfm", { tab: "choose", _quality: quality(), n_segments: 6 }, 2);
  expect(view.el.querySelector<HTMLInputElement>(".ci-stepper input")?.disabled).toBe(true);
  await userEvent.click(button(view, "Use k-means with 4 segments"));
  expect(python.state).toMatchObject({ method: "kmeans", n_segments: 4 });
});

test("rules are read, run and asked: accuracy, SQL of both kinds, why a customer is here", async () => {
  const live = await opened();
  const { view, python } = live;
  await userEvent.click(tab(view, "Rules and SQL"));
  expect(requests(live, "rules")).toHaveLength(1);
  python.update({ _rules: rules() });
  await until(() => view.el.querySelector(".ci-importance-chart canvas"));
  expect(text(view, ".ci-rules")).toContain("The rules put 94 % of customers where the method does.");
  expect(text(view, ".ci-code")).toContain("CASE WHEN frequency > 6.5");
  await userEvent.click(view.el.querySelector(".ci-sql input[value=exact]") as HTMLElement);
  expect(text(view, ".ci-code")).toContain("arg_min");
  await userEvent.fill(view.el.querySelector(".ci-why-form input") as HTMLElement, "14646");
  await userEvent.keyboard("{Enter}");
  expect(requests(live, "why")[0]?.args).toEqual({ customer: "14646" });
  answer(live, "why", {
    ok: true,
    result: {
      sentence: "Close to the champions' middle.",
      frame: [{ feature: "Recency", value: 2, pull: 0.41 }],
    },
  });
  await until(() => text(view, ".ci-answer").includes("Close to the champions"));
  expect(text(view, ".ci-answer")).toContain("Recency2.00.4");
  await userEvent.click(button(view, "Explain"));
  answer(live, "why", { ok: false, error: "There is no customer '14646'." });
  await until(() => text(view, ".ci-answer") === "There is no customer '14646'.");
});

test("the data's quality is told: score, each column, what was left out, the pipeline", async () => {
  const live = await opened("kmeans", { tab: "quality" });
  await until(() => requests(live, "audit").length === 1);
  live.python.update({ _audit: audit() });
  await until(() => text(live.view, ".ci-audit .ci-panel-headline") === "Data quality 87 of 100.");
  expect(text(live.view, ".ci-audit")).toContain("filled with the median");
  expect(text(live.view, ".ci-audit")).toContain("looks like an id");
  expect(text(live.view, ".ci-audit .ci-code")).toContain("StandardScaler");
});

test("controls send what they say", async () => {
  const { view, python } = await opened();
  await userEvent.selectOptions(view.el.querySelector("select") as HTMLSelectElement, "ward");
  expect(python.state.method).toBe("ward");
  const [columns, more] = [...view.el.querySelectorAll<HTMLDetailsElement>(".ci-controls details")];
  (columns as HTMLDetailsElement).open = true;
  const box = (label: string) =>
    [...view.el.querySelectorAll("label")].find((l) => l.textContent === label)?.querySelector("input");
  await userEvent.click(box("Country") as HTMLElement);
  expect(python.state.columns).toEqual(["recency", "frequency", "monetary", "country"]);
  expect(box("Gender")?.disabled).toBe(true);
  expect(columns?.textContent).toContain("Sensitive: name it in include=");
  (columns as HTMLDetailsElement).open = false;
  (more as HTMLDetailsElement).open = true;
  await userEvent.click(box("Log skewed features") as HTMLElement);
  expect(python.state.log).toBe(false);
  await userEvent.fill(more?.querySelector("input[max='20']") as HTMLElement, "2");
  await userEvent.keyboard("{Enter}");
  expect(python.state.clip).toBe(0.02);
  (more as HTMLDetailsElement).open = false;
  await userEvent.click(box("Map") as HTMLElement);
  expect(python.state.show_map).toBe(true);
  await userEvent.click(box("Effect") as HTMLElement);
  expect(python.state.profile_value).toBe("effect");
  await until(() => vega(view).signal("profile_value") === "effect");
});

test("the table stands in the picture's place and picks like it", async () => {
  const { view, python } = await opened();
  await userEvent.click(button(view, "Table"));
  expect(python.state.table_view).toBe(true);
  await until(() => !view.el.querySelector(".ci-profile-chart")?.checkVisibility());
  const cells = [...view.el.querySelectorAll<HTMLElement>(".ci-profile tbody td")];
  expect(cells).toHaveLength(40);
  expect(cells[0]?.textContent).toBe("13");
  await userEvent.click(cells[1] as HTMLElement);
  expect(python.state.selection).toEqual([{ kind: "segment", segment: 1 }]);
  await until(() => cells[1]?.getAttribute("aria-selected") === "true");
});

test("viewers see neither code nor methods", async () => {
  const { view } = await opened("kmeans", { audience_mode: "viewer", tab: "rules", _rules: rules() }, 2);
  const labels = [...view.el.querySelectorAll<HTMLElement>(".ci-label, summary, button")]
    .filter((element) => element.checkVisibility())
    .map((element) => element.textContent);
  expect(labels).toEqual(expect.arrayContaining(["Profile shows", "Table"]));
  for (const hidden of ["Method", "Segments", "Columns (3)", "More", "Copy code", "Copy SQL", "Explain", "✎"])
    expect(labels, hidden).not.toContain(hidden);
});

test("a file without a kernel keeps what it holds and says what it can't do", async () => {
  const has = { ...(viewState("kmeans").has as object), kernel: false };
  const live = await opened("kmeans", { _view: viewState("kmeans", { has, code: "" }), _rules: rules() });
  const { view } = live;
  await userEvent.click(rows(view)[0] as HTMLElement);
  expect(text(view, ".ci-selected")).toBe("712 customers · Frequent, 14 orders, high basket");
  expect(text(view, ".ci-detail")).toContain(
    "Set apart by: Recency 12 days (all 93 days); Monetary value £7,190.00",
  );
  expect(view.el.querySelector("select")?.disabled).toBe(true);
  expect(view.el.querySelector("select")?.closest("label")?.title).toMatch(/Needs the notebook/);
  expect(view.el.querySelector<HTMLElement>(".ci-pencil:not([hidden])")).toBeNull();
  await userEvent.click(tab(view, "How many?"));
  await until(() => text(view, ".ci-quality").includes("Needs the notebook"));
  await userEvent.click(tab(view, "Rules and SQL"));
  await until(() => text(view, ".ci-rules").includes("The rules put 94 %"));
  expect(view.el.querySelector(".ci-why-form")?.checkVisibility()).toBe(false);
  expect((live.python.custom as Request[]).filter(({ kind }) => kind === "request")).toEqual([]);
});

const busyScreen: Partial<State> = {
  selection: [{ kind: "segment", segment: 0 }],
  show_map: true,
  _map: mapState(),
  _quality: quality(),
  _flows: flowsState(),
  _rules: rules(),
  _audit: audit(),
};

test.each([
  ["light", "choose"],
  ["dark", "choose"],
  ["light", "rules"],
  ["dark", "rules"],
  ["light", "quality"],
  ["dark", "quality"],
  ["light", "migration"],
] as const)("axe finds nothing wrong in the %s theme, tab %s", async (scheme, tab) => {
  document.body.setAttribute("data-jp-theme-light", String(scheme === "light"));
  notebook.place.style.background = scheme === "light" ? "white" : "#121212";
  const live = await notebook.openExplorer(explorerState("kmeans", { ...busyScreen, tab }));
  const view = await notebook.manager.show(live.model, notebook.place);
  await until(
    () => view.el.querySelector(".ci-ready") && view.el.querySelector(".ci-tabpanel:not([hidden]) *"),
  );
  for (const details of view.el.querySelectorAll("details")) details.open = true;
  await userEvent.click(button(view, "+"));
  live.python.update({ table_view: true, _preview: preview(5) });
  await until(() => view.el.querySelectorAll(".ci-profile tbody tr").length === 10);
  const { violations } = await axe.run(view.el);
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  view.remove();
});

test("a switch of theme recolours chart, list and rules", async () => {
  document.body.setAttribute("data-jp-theme-light", "true");
  const { view } = await opened("kmeans", { tab: "rules", _rules: rules() }, 2);
  const swatches = () =>
    [...view.el.querySelectorAll<HTMLElement>(".ci-swatch")].map((s) => s.style.background);
  const light = swatches();
  const ink = vega(view).signal("ink");
  expect(new Set(light).size).toBe(4);
  document.body.setAttribute("data-jp-theme-light", "false");
  await until(() => vega(view).signal("ink") !== ink && swatches().every((colour, i) => colour !== light[i]));
});

test("views come and go: the model keeps no listener, the charts are finalized", async () => {
  const live = await notebook.openExplorer(explorerState("kmeans", { ...busyScreen, tab: "rules" }));
  const events = (live.model as unknown as { _events: Record<string, { callback: { name: string } }[]> })
    ._events;
  // The widget base leaves this one of its own for every view.
  const ours = () =>
    Object.values(events)
      .flat()
      .filter(({ callback }) => callback.name !== "bound handle_message").length;
  const show = async () => {
    const view = await notebook.manager.show(live.model, notebook.place);
    await until(() => view.el.querySelectorAll("canvas").length === 3 && view.el.querySelector(".ci-ready"));
    view.remove();
  };
  await show();
  const before = ours();
  for (let run = 0; run < 4; run += 1) await show();
  expect(ours()).toBe(before);
  expect(notebook.place.childElementCount).toBe(0);
});
