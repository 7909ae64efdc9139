/** What stands beside and below the pictures, each made when it is first opened: the map, and the tabs. */
import type { Chart } from "../../kit/chart";
import { h } from "../../kit/dom";
import { update } from "../../kit/model";
import { createTabs } from "../../kit/tabs";
import type { Colours } from "../../kit/theme";
import { createAuditTab } from "./audit_tab";
import { createFlowPanel } from "./panels/flow_panel";
import { createMapPanel } from "./panels/map_panel";
import type { Panel, PanelContext } from "./panels/panel";
import { createQualityTab } from "./quality_tab";
import { createRulesTab } from "./rules_tab";
import type { State, Tab } from "./wire";

export interface Sides {
  map: HTMLElement;
  tabs: HTMLElement;
  show(state: State): void;
  recolour(colours: Colours): void;
  /** Of what is open. */
  charts(): Chart[];
}

const LABELS: Record<Exclude<Tab, "none">, string> = {
  choose: "How many?",
  migration: "Migration",
  rules: "Rules and SQL",
  quality: "Data quality",
};

export function createSides(context: PanelContext, actions: { preview(k: number): void }): Sides {
  const { model, signal } = context;
  const make: Record<string, () => Panel> = {
    map: () => createMapPanel(context),
    choose: () => createQualityTab(context, actions.preview),
    migration: () => createFlowPanel(context),
    rules: () => createRulesTab(context),
    quality: () => createAuditTab(context),
  };
  const places = new Map(Object.keys(make).map((name) => [name, h("div", { class: "ci-side" })]));
  const panels = new Map<string, Panel>();
  let open: string[] = [];
  const placeOf = (name: string) => places.get(name) as HTMLElement;
  const map = placeOf("map");
  const tabs = createTabs<Tab>({
    label: "More about the segments",
    none: "none",
    pages: Object.entries(LABELS).map(([value, label]) => ({
      value: value as Tab,
      label,
      content: placeOf(value),
    })),
    onChange: (tab) => update(model, { tab }),
    signal,
  });
  const present = (name: string) => {
    const known = panels.get(name);
    const panel = known ?? (make[name]?.() as Panel);
    panels.set(name, panel);
    if (!known) placeOf(name).append(panel.element);
    panel.show();
  };

  return {
    map,
    tabs: tabs.element,
    show({ show_map, tab }) {
      map.hidden = !show_map;
      tabs.show(tab);
      const before = open;
      open = [...(show_map ? ["map"] : []), ...(tab === "none" ? [] : [tab])];
      // Panels follow the model by themselves; they only need to hear that they can be seen.
      for (const name of open) if (!before.includes(name)) present(name);
    },
    recolour(colours) {
      for (const panel of panels.values()) panel.recolour(colours);
    },
    charts: () => open.flatMap((name) => panels.get(name)?.charts() ?? []),
  };
}
