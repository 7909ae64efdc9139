import type { DOMWidgetView } from "@jupyter-widgets/base";
import axe from "axe-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Notebook } from "../../../testing/notebook";
import { until } from "../../../testing/waiting";
import type { State, Tab } from "../wire";
import { optimizerState, planState, TWO } from "./fixture";
import { fitState, schedule } from "./tabs_fixture";

let notebook: Notebook;

beforeEach(async () => {
  notebook = new Notebook(1200);
  await notebook.openModules();
});
afterEach(() => {
  notebook.close();
  document.body.removeAttribute("data-jp-theme-light");
});

/** Pictures that a tab adds to those of the screen: a curve per channel, both plans, and the outcome. */
const SCREEN = TWO.length + 2;
const PICTURES: Record<Tab, number> = { weekly: 1, frontier: 1, diagnostics: 3, scenarios: 1 };
const TABS = Object.keys(PICTURES) as Tab[];

async function opened(tab: Tab, changes: Partial<State> = {}) {
  const live = await notebook.openOptimizer(
    optimizerState({
      tab,
      _plan: planState(),
      _schedule: schedule(TWO),
      _fit: fitState(["TV", "Search"]),
      scenarios: [{ name: "more search", spend: { TV: 400_000, Search: 200_000 } }],
      ...changes,
    }),
  );
  return { ...live, view: await notebook.show(live.model, SCREEN + PICTURES[tab]) };
}

const violations = async (view: DOMWidgetView) =>
  (await axe.run(view.el)).violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary]);

test.each(TABS.flatMap((tab) => [[tab, true] as const, [tab, false] as const]))(
  "axe finds nothing in %s, in light %s",
  async (tab, light) => {
    document.body.setAttribute("data-jp-theme-light", String(light));
    notebook.place.style.background = light ? "white" : "#111";
    const { view, python } = await opened(tab);
    expect(await violations(view)).toEqual([]);
    python.update({ table_view: true });
    await until(() => view.el.querySelector(".ci-as-table"));
    expect(await violations(view)).toEqual([]);
  },
);

test.each(TABS)("nothing of %s sticks out of a narrow cell", async (tab) => {
  notebook.place.style.width = "560px";
  const { view } = await opened(tab);
  const edge = view.el.getBoundingClientRect().right + 1;
  const out = [...view.el.querySelectorAll(".ci-tabpanel:not([hidden]) *")].filter(
    (part) =>
      !part.closest(".ci-scroll, .ci-tooltip, .ci-hidden") && part.getBoundingClientRect().right > edge,
  );
  expect(out.map(({ className }) => className)).toEqual([]);
});

test("pictures follow the theme", async () => {
  const { view } = await opened("frontier");
  const vega = view.el.querySelector<HTMLElement>(".ci-frontier-chart .ci-chart")?.ciView;
  const before = vega?.signal("ink");
  document.body.setAttribute("data-jp-theme-light", "false");
  await until(() => vega?.signal("ink") !== before);
});
