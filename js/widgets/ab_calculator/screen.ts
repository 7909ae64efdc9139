/** The calculator's screen: three tabs, notes, footer; and what redraws what. */
import { createAnnouncer } from "../../kit/announce";
import { h } from "../../kit/dom";
import { createFocusChip } from "../../kit/focus";
import { createFooter } from "../../kit/footer";
import { expectAnswer } from "../../kit/liveness";
import { listen, type RenderContext, update, watch } from "../../kit/model";
import { createNotes, type Note } from "../../kit/notes";
import { createRequests, isCancelled } from "../../kit/requests";
import { createSaving } from "../../kit/saving";
import { createStatus } from "../../kit/status";
import { createTabs } from "../../kit/tabs";
import { takeAwayActions } from "../../kit/take_away";
import { followTheme } from "../../kit/theme";
import type { Runtime } from "../../runtime/index";
import { createAnalyseTab } from "./analyse_tab";
import { createMonitorTab } from "./monitor_tab";
import { createPlanTab } from "./plan_tab";
import { createSceneMaker, DRAWN } from "./scene";
import type { TabContext, TabView } from "./tab";
import { pictureText } from "./taking";
import { type State, statusOf, type Tab } from "./wire";

const LABELS: Record<Tab, string> = { plan: "Plan", analyse: "Analyse", monitor: "Monitor" };
export async function renderCalculator(
  { model, signal }: RenderContext<State>,
  root: HTMLElement,
  runtime: Runtime,
): Promise<void> {
  const requests = createRequests(model, signal);
  const announcer = createAnnouncer(signal);
  const trouble = (error: unknown) => {
    if (isCancelled(error) || signal.aborted) return;
    status.trouble(error instanceof Error ? error.message : String(error));
  };
  const status = createStatus(() => requests.ask("stop").catch(trouble), signal);
  const makeScene = createSceneMaker();
  let scene = makeScene(model);
  let begun = false;
  /** Somebody has typed counts of their own. */
  let typed = false;
  let said = "";
  const coloursNow = () => {
    const known = theme();
    if (!known) throw new Error("The page's theme gives no colours.");
    return known.colours;
  };
  const context: TabContext = {
    model,
    runtime,
    requests,
    signal,
    scene: () => scene,
    saving: createSaving(model, signal),
    redraw: () => show(),
    colours: coloursNow,
    formats: () => scene.formats,
    announce: announcer.say,
    trouble,
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
  const notes = createNotes<Note>(signal);
  const footer = createFooter(
    {
      ...takeAwayActions({
        requests,
        charts: () => open().charts(),
        colours: coloursNow,
        text: () => pictureText(scene, open().finding()),
        title: () => `${scene.view.title} ${scene.state.tab}`,
        code: () => scene.view.code,
        tableCsv: () => open().csv(),
        report: (words) => footer.report(words),
        trouble,
      }),
      clear: () => {},
      toggleTable: () => update(model, { table_view: !model.get("table_view") }),
    },
    signal,
  );
  root.append(
    createFocusChip(model, signal).element,
    status.element,
    tabs.element,
    notes.element,
    footer.element,
    announcer.element,
  );
  const theme = followTheme(
    root,
    ({ colours }) => {
      // The first call comes before there is anything to recolour.
      if (begun) for (const view of views.values()) view.recolour(colours);
    },
    signal,
  );

  function show(): void {
    const { state, view } = scene;
    tabs.show(state.tab);
    const shown = open();
    shown.show();
    const analysis = state.tab === "analyse" ? scene.analysis() : null;
    const own = (analysis?.verdict.notes ?? []).map((text): Note => ({ kind: "info", text }));
    notes.show([...own, ...view.notes], () => null);
    footer.show({
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
    if (begun && finding !== said) announcer.say(finding);
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
  watch(model, ["_status"], () => status.show(statusOf(model)), signal);
  // Any word from the kernel takes back that it doesn't answer.
  listen(model, "change:_view", () => status.trouble(""), signal);

  show();
  begun = true;
  status.show(statusOf(model));
  root.classList.add("ci-ready");
  if (scene.view.has.kernel) void expectAnswer(model, requests, trouble, signal);
}
