/** The calculator's screen: three tabs, notes, footer; and what redraws what. */
import { h } from "../../kit/dom";
import { type RenderContext, update, watch } from "../../kit/model";
import type { Note } from "../../kit/notes";
import { createSaving } from "../../kit/saving";
import { createScreen } from "../../kit/screen";
import { createTabs } from "../../kit/tabs";
import type { Runtime } from "../../runtime/index";
import { createAnalyseTab } from "./analyse_tab";
import { createMonitorTab } from "./monitor_tab";
import { createPlanTab } from "./plan_tab";
import { createSceneMaker, DRAWN } from "./scene";
import type { TabContext, TabView } from "./tab";
import { pictureText } from "./taking";
import type { State, Tab } from "./wire";

const LABELS: Record<Tab, string> = { plan: "Plan", analyse: "Analyse", monitor: "Monitor" };

export async function renderCalculator(
  render: RenderContext<State>,
  root: HTMLElement,
  runtime: Runtime,
): Promise<void> {
  const { model, signal } = render;
  const makeScene = createSceneMaker();
  let scene = makeScene(model);
  /** Somebody has typed counts of their own. */
  let typed = false;
  let said: string | null = null;
  const screen = createScreen(render, root, {
    charts: () => open().charts(),
    text: () => pictureText(scene, open().finding()),
    title: () => `${scene.view.title} ${scene.state.tab}`,
    code: () => scene.view.code,
    tableCsv: () => open().csv(),
    clear: () => {},
    onTheme(colours) {
      for (const view of views.values()) view.recolour(colours);
    },
  });
  const context: TabContext = {
    model,
    runtime,
    requests: screen.requests,
    signal,
    scene: () => scene,
    saving: createSaving(model, signal),
    redraw: () => show(),
    colours: screen.colours,
    formats: () => scene.formats,
    announce: screen.announce,
    trouble: screen.trouble,
  };
  const make: Record<Tab, () => TabView> = {
    plan: () => createPlanTab(context),
    analyse: () => createAnalyseTab(context, () => scene.view.example && !typed),
    monitor: () => createMonitorTab(context),
  };
  const place = () => h("div", { class: "ci-ab-panel" });
  const places: Record<Tab, HTMLElement> = { plan: place(), analyse: place(), monitor: place() };
  const views = new Map<Tab, TabView>();
  const open = (): TabView => {
    const { tab } = scene.state;
    const view = views.get(tab) ?? make[tab]();
    if (!views.has(tab)) {
      views.set(tab, view);
      places[tab].append(view.element);
    }
    return view;
  };
  const tabs = createTabs<Tab | "">({
    label: "Experiment",
    none: "",
    pages: Object.entries(LABELS).map(([value, label]) => ({
      value: value as Tab,
      label,
      content: places[value as Tab],
    })),
    // One is always open.
    onChange: (tab) => tab !== "" && update(model, { tab }),
    signal,
  });
  screen.lay([], tabs.element);

  function show(): void {
    const { state, view } = scene;
    tabs.show(state.tab);
    const shown = open();
    shown.show();
    const analysis = state.tab === "analyse" ? scene.analysis() : null;
    const own = (analysis?.verdict.notes ?? []).map((text): Note => ({ kind: "info", text }));
    screen.notes.show([...own, ...view.notes], () => null);
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
    root.classList.toggle("ci-as-table", state.table_view);
    const finding = shown.finding();
    if (said !== null && finding !== said) screen.announce(finding);
    said = finding;
  }
  const onDrawn = (changed: ReadonlySet<string>) => {
    // Python says with each view whether the counts are still those of the example.
    if (changed.has("_view")) typed = false;
    else if (changed.has("counts")) typed = true;
    scene = makeScene(model);
    show();
  };
  watch(model, DRAWN, onDrawn, signal);

  show();
  root.classList.add("ci-ready");
  screen.begin(scene.view.has.kernel);
}
