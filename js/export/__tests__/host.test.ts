import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import heatmapModule from "../../../custintel_widgets/static/cohort_heatmap.js?raw";
import hostModule from "../../../custintel_widgets/static/export_host.js?raw";
import runtimeModule from "../../../custintel_widgets/static/runtime.js?raw";
import shellModule from "../../../custintel_widgets/static/widget.js?raw";
import type { WireFrame } from "../../kit/frames";
import { heatmapState } from "../../testing/fixture";
import { until } from "../../testing/waiting";
import { StubModel } from "../stub_model";

let page: HTMLElement;

beforeEach(() => {
  page = document.createElement("div");
  page.style.width = "1100px";
  document.body.append(page);
});
afterEach(() => page.remove());

function base64(view: DataView): string {
  return btoa(String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)));
}

/** A model as the exporter writes it: JSON, its binary parts apart. */
function exported(changes = {}) {
  const { _frames, _view, ...state } = heatmapState(5, changes);
  const buffers: { path: string[]; data: string }[] = [];
  const frames: Record<string, unknown> = {};
  for (const [name, frame] of Object.entries(_frames as Record<string, WireFrame>)) {
    const columns: Record<string, unknown> = {};
    for (const [column, { values, ...rest }] of Object.entries(frame.columns)) {
      columns[column] = rest;
      buffers.push({
        path: ["_frames", name, "columns", column, "values"],
        data: base64(values as DataView),
      });
    }
    frames[name] = { length: frame.length, columns };
  }
  const view = { ..._view, has: { revenue: true, orders: true, kernel: false } };
  const references = { _runtime: "anywidget:runtime", _module: "anywidget:cohort_heatmap" };
  return { module: "widget", state: { ...state, ...references, _frames: frames, _view: view }, buffers };
}

async function open(models: Record<string, unknown>): Promise<void> {
  const views = Object.keys(models);
  const state = {
    modules: { widget: shellModule, runtime: runtimeModule, cohort_heatmap: heatmapModule },
    models: {
      ...models,
      runtime: { module: "runtime", state: {}, buffers: [] },
      cohort_heatmap: { module: "cohort_heatmap", state: {}, buffers: [] },
    },
    views,
  };
  const script = document.createElement("script");
  script.type = "application/json";
  script.id = "custintel-state";
  script.textContent = JSON.stringify(state).replaceAll("<", "\\u003c");
  page.append(script);
  for (const id of views) {
    const place = document.createElement("div");
    place.dataset.custintelView = id;
    place.textContent = "static table";
    page.append(place);
  }
  const url = URL.createObjectURL(new Blob([hostModule], { type: "text/javascript" }));
  await import(/* @vite-ignore */ url);
  await until(() => page.querySelectorAll(".ci-ready").length === views.length);
}

test("widgets of one file live without a kernel, on one evaluation of the libraries", async () => {
  await open({ w0: exported(), w1: exported({ measure: "revenue" }) });
  expect(page.textContent).not.toContain("static table");
  expect(page.querySelectorAll("canvas")).toHaveLength(4);
  expect(globalThis.__custintel_runtime_evaluations).toBe(1);
  const [first, second] = [...page.querySelectorAll(".ci-root")];
  expect(first?.querySelector(".ci-headline")?.textContent).toBe("Half bought once.");
  expect(second?.querySelector(".ci-headline")?.textContent).toBe("9,000 of revenue.");
});

test("measure and selection work; what needs Python is off and says why; no code, no customers", async () => {
  await open({ w0: exported() });
  const root = page.querySelector(".ci-root") as HTMLElement;
  const chart = root.querySelector<HTMLElement>(".ci-chart");
  const [measure, cohorts] = [...root.querySelectorAll("select")] as HTMLSelectElement[];
  await userEvent.selectOptions(measure as HTMLSelectElement, "revenue");
  await until(() => chart?.ciView?.signal("measure") === "revenue");
  expect(root.querySelector(".ci-headline")?.textContent).toBe("9,000 of revenue.");
  expect(cohorts?.disabled).toBe(true);
  expect(cohorts?.closest("label")?.title).toMatch(/^Needs the notebook/);

  (root.querySelector('[tabindex="0"]') as HTMLElement).focus();
  await userEvent.keyboard("{ArrowRight}{Enter}");
  const selected = () => root.querySelector(".ci-selected")?.textContent;
  await until(() => selected() === "49 customers · Jan 2020, month 1");
  await userEvent.keyboard("{ArrowRight}{Shift>}{Enter}{/Shift}");
  await until(() => selected()?.includes("counting them once needs the notebook"));
  await userEvent.keyboard("c");
  await until(() => selected() === "147 customers · month 2, all cohorts");
  const shown = [...root.querySelectorAll("button")]
    .filter((b) => b.checkVisibility())
    .map((b) => b.textContent);
  expect(shown).not.toContain("CSV");
  await new Promise((resolve) => setTimeout(resolve, 300));
  const alerts = [...root.querySelectorAll("[role=alert]:not([hidden])")];
  expect(alerts.map((alert) => alert.textContent).join("")).toBe("");
});

test("a stub model keeps buffers in their places and fires changes as a model does", () => {
  const data = btoa(String.fromCharCode(1, 2));
  const model = new StubModel({
    state: { a: 1, deep: { list: [{}] } },
    buffers: [{ path: ["deep", "list", 0, "b"], data }],
  });
  const { list } = model.get("deep") as { list: [{ b: DataView }] };
  expect(list[0].b.getUint8(1)).toBe(2);
  let changes = 0;
  const count = () => {
    changes += 1;
  };
  model.on("change:a", count);
  model.set("a", 1);
  model.set("a", 2);
  expect([model.get("a"), changes]).toEqual([2, 1]);
  model.off("change:a", count);
  model.set("a", 3);
  expect(changes).toBe(1);
});
