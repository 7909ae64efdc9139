/** The optimizer's screen: what is said, what can be moved, pictures, reasons, tabs; and what redraws what. */
import { h } from "../../kit/dom";
import { type RenderContext, update, watch } from "../../kit/model";
import { createSaving } from "../../kit/saving";
import { createScreen } from "../../kit/screen";
import { createTabs } from "../../kit/tabs";
import type { Runtime } from "../../runtime/index";
import { createChannelRows } from "./channel_rows";
import { createCurvesPanel } from "./curves_panel";
import { createDiagnosticsTab } from "./diagnostics_tab";
import { createDumbbellPanel } from "./dumbbell_panel";
import { createFrontierTab } from "./frontier_tab";
import { createHead } from "./head";
import { headlineOf } from "./headline";
import { createLessonPanel } from "./lesson_panel";
import { createMorePanel } from "./more_panel";
import { createMoves } from "./moves";
import { createOutcomePanel } from "./outcome_panel";
import type { Panel, PanelContext } from "./panel";
import type { Part } from "./part";
import { createScenariosTab } from "./scenarios_tab";
import { createSceneMaker, DRAWN } from "./scene";
import { pictureText, planCsv } from "./taking";
import { createTotalBar } from "./total_bar";
import { createWeeklyTab } from "./weekly_tab";
import { createWhyPanel } from "./why_panel";
import type { State, Tab } from "./wire";

const LABELS: Record<Tab, string> = {
  weekly: "Weekly",
  frontier: "Frontier",
  diagnostics: "Diagnostics",
  scenarios: "Scenarios",
};

const TABS: Record<Tab, (context: PanelContext) => Panel> = {
  weekly: createWeeklyTab,
  frontier: createFrontierTab,
  diagnostics: createDiagnosticsTab,
  scenarios: createScenariosTab,
};

/** A hand that pauses so long has come to rest. */
const PAUSE = 150;

export async function renderOptimizer(
  render: RenderContext<State>,
  root: HTMLElement,
  runtime: Runtime,
): Promise<void> {
  const { model, signal } = render;
  const makeScene = createSceneMaker();
  let scene = makeScene(model);
  let said = "";
  let timer = 0;
  const screen = createScreen(render, root, {
    charts: () => pictures.flatMap((panel) => panel.charts()),
    text: () => pictureText(scene),
    title: () => scene.view.title,
    code: () => scene.view.code,
    tableCsv: () => planCsv(scene),
    clear: () => {},
    onTheme(colours) {
      for (const panel of [...pictures, ...opened.values()]) panel.recolour(colours);
    },
  });
  const saving = createSaving(model, signal);
  const moves = createMoves({ scene: () => scene, saving, requests: screen.requests, signal });
  const context: PanelContext = {
    model,
    runtime,
    requests: screen.requests,
    signal,
    scene: () => scene,
    moves,
    saving,
    colours: screen.colours,
    formats: () => scene.formats,
    announce: screen.announce,
    trouble: screen.trouble,
  };
  const head = createHead(context);
  const more = createMorePanel(context);
  const total = createTotalBar(context, more.opener);
  const rows = createChannelRows(context);
  const lesson = createLessonPanel(context);
  const why = createWhyPanel(context);
  const parts: Part[] = [head, total, more, lesson, rows, why];
  const curves = createCurvesPanel(context);
  const dumbbell = createDumbbellPanel(context);
  const outcome = createOutcomePanel(context);
  const pictures: Panel[] = [curves, dumbbell, outcome];
  const places = new Map<Tab, HTMLElement>();
  const opened = new Map<Tab, Panel>();
  const tabs = createTabs<Tab | "">({
    label: "More about the plan",
    none: "",
    pages: (Object.keys(LABELS) as Tab[]).map((value) => {
      const content = h("div", {});
      places.set(value, content);
      return { value, label: LABELS[value], content };
    }),
    onChange: (tab) => update(model, { tab }),
    signal,
  });
  const panelOf = (tab: Tab): Panel => {
    const panel = opened.get(tab) ?? TABS[tab](context);
    if (!opened.has(tab)) places.get(tab)?.append(panel.element);
    opened.set(tab, panel);
    return panel;
  };
  screen.lay(
    [head.headline],
    head.element,
    total.element,
    more.element,
    lesson.element,
    h(
      "div",
      { class: "ci-budget" },
      rows.element,
      curves.element,
      h("div", { class: "ci-budget-right" }, dumbbell.element, outcome.element),
    ),
    why.element,
    tabs.element,
  );

  function show(): void {
    const { state, view } = scene;
    for (const part of parts) part.show();
    for (const panel of pictures) panel.show();
    tabs.show(state.tab);
    if (state.tab !== "") panelOf(state.tab).show();
    root.classList.toggle("ci-as-table", state.table_view);
    screen.notes.show(view.notes, () => null);
    screen.footer.show({
      selected: "",
      hint: "",
      offers: [],
      comparison: "",
      hasCode: state.audience_mode !== "viewer" && view.code !== "",
      hasCustomers: false,
      source: view.footer,
      tableShown: state.table_view,
    });
  }
  function rest(): void {
    clearTimeout(timer);
    timer = 0;
    for (const part of parts) part.rest?.();
    const finding = headlineOf(scene);
    if (said !== "" && finding !== said) screen.announce(finding);
    said = finding;
  }
  const onDrawn = () => {
    scene = makeScene(model);
    show();
    clearTimeout(timer);
    timer = window.setTimeout(rest, PAUSE);
  };
  watch(model, DRAWN, onDrawn, signal);
  signal.addEventListener("abort", () => clearTimeout(timer));

  show();
  rest();
  root.classList.add("ci-ready");
  screen.begin(scene.view.has.kernel);
}
