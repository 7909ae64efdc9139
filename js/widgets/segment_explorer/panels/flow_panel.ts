/** Who moved between segments from one date to another: ribbons, the same as a table, and how far the features drifted. */
import specs from "../../../../custintel_widgets/segment_explorer/specs.json";
import { createAsking } from "../../../kit/asking";
import type { Chart } from "../../../kit/chart";
import { fieldControl } from "../../../kit/controls";
import { h, setText } from "../../../kit/dom";
import { type Content, createDrawing } from "../../../kit/drawing";
import { decodeRows } from "../../../kit/frames";
import { createGrid } from "../../../kit/grid";
import { textWidth } from "../../../kit/labels";
import { update, watch } from "../../../kit/model";
import { createRefill, dataTable } from "../../../kit/tables";
import { chosenOf } from "../scene";
import {
  type DriftRow,
  type FlowCell,
  type FlowNode,
  type Flows,
  flowsOf,
  type Pick,
  type RibbonPoint,
  type State,
  selectionOf,
  viewOf,
} from "../wire";
import { NEEDS_KERNEL } from "../words";
import { layoutFlows } from "./flow_layout";
import { type Matrix, matrixOf, ribbonInWords } from "./flow_scene";
import { paletteSignals, threeDigits } from "./palette";
import { afterPick, type Panel, type PanelContext } from "./panel";

/** Above this share of a row a cell has the full colour. */
const FULL = 0.8;
const MOST_DRIFT = 12;
/** Longer bars would press the thresholds together; the number beside the bar says how far it goes. */
const LONGEST_DRIFT = 1;

export function createFlowPanel(context: PanelContext): Panel {
  const { model, signal } = context;
  let flows: Flows | null = null;
  let bands = new Map<number, RibbonPoint>();
  let nodes: FlowNode[] = [];
  let drift: DriftRow[] = [];
  let matrix: Matrix | null = null;
  let asked = false;

  const asking = createAsking(context.requests, {
    name: "migration",
    doing: "Finding each customer's segment at both dates…",
    signal,
  });
  const choose = (band: Pick, add: boolean) =>
    update(model, { selection: afterPick(selectionOf(model), band, add) } as unknown as Partial<State>);
  const pickOf = ({ from_segment, to_segment }: FlowCell | RibbonPoint): Pick => ({
    kind: "flow",
    from: from_segment,
    to: to_segment,
  });
  const dates = () => {
    const { day } = context.formats();
    return { before: day(Date.parse(flows?.before ?? "")), after: day(Date.parse(flows?.after ?? "")) };
  };
  const nameOf = (segment: number, side: 0 | 1) =>
    nodes.find((node) => node.segment === segment && node.side === side)?.name ?? "";
  const picked = () => {
    const keys = new Set(selectionOf(model).map((pick) => JSON.stringify(pick)));
    const chosen = [...bands].filter(([, ribbon]) => keys.has(JSON.stringify(pickOf(ribbon))));
    return { bands: chosen.map(([band]) => band), picked: chosenOf(selectionOf(model)) };
  };

  const sankey = createDrawing({
    context,
    spec: specs.flow,
    class: "ci-flow-chart",
    label: () =>
      `Moves between segments, ${dates().before} to ${dates().after}. The table below holds them all.`,
    content(width): Content | null {
      if (!flows || nodes.length === 0) return null;
      const height = Math.max(220, Math.min(420, 48 * (nodes.length / 2)));
      const layout = layoutFlows(nodes, width, height, context.formats());
      const label = (ribbon: RibbonPoint) => ribbonInWords(ribbon, nameOf, context.formats());
      return {
        signals: {
          width: layout.width,
          height,
          ...paletteSignals(context),
          ...picked(),
          ...dates(),
          y_low: layout.low,
          y_high: layout.high,
        },
        data: {
          ribbons: decodeRows<RibbonPoint>(flows.ribbons).map((row) => ({ ...row, label: label(row) })),
          nodes: layout.nodes,
        },
      };
    },
    onMade: followPointer,
  });
  function followPointer({ view, element }: Chart): void {
    const bandOf = (item: unknown) =>
      bands.get((item as { datum?: { band?: number } } | null)?.datum?.band ?? -1) ?? null;
    view.addEventListener("pointermove", (_, item) => {
      const ribbon = bandOf(item);
      element.classList.toggle("ci-pickable", ribbon !== null);
      if (view.signal("hovered") !== (ribbon?.band ?? -1))
        view.signal("hovered", ribbon?.band ?? -1).runAsync();
    });
    view.addEventListener("click", (event, item) => {
      const ribbon = bandOf(item);
      if (ribbon) choose(pickOf(ribbon), (event as unknown as MouseEvent).shiftKey);
    });
    const leave = () => void view.signal("hovered", -1).runAsync();
    element.addEventListener("pointerleave", leave, { signal });
  }

  const bars = createDrawing({
    context,
    spec: specs.drift,
    class: "ci-drift-chart",
    label: () =>
      "How far each feature has drifted, as population stability index. The table holds the values.",
    content(width): Content | null {
      if (drift.length === 0) return null;
      const labels = Math.min(170, Math.max(...drift.map(({ label }) => textWidth(label))));
      return {
        signals: {
          width: Math.max(100, width - labels - 52),
          psi_most: Math.min(LONGEST_DRIFT, Math.max(0.3, ...drift.map(({ psi }) => psi ?? 0))),
        },
        data: { drift: drift.map((row) => ({ ...row })) },
      };
    },
  });

  const cellAt = (row: number, column: number) => matrix?.at(row, column);
  const grid = createGrid({
    onPick({ row, column }, { add }) {
      const cell = cellAt(row, column);
      if (cell) choose(pickOf(cell), add);
    },
    onKey(key) {
      if (key === "Escape") update(model, { selection: [] });
      return key === "Escape";
    },
    onFocus: () => {},
    signal,
  });
  grid.reveal(true);
  const since = fieldControl({
    label: "Compare with",
    type: "date",
    hint: "The earlier day; empty for a quarter before",
    onChange: (migrate_from) => update(model, { migrate_from }),
    signal,
  });
  const headline = h("p", { class: "ci-panel-headline" });
  const shares = h("p", { class: "ci-panel-note" });
  const hidden = h("p", { class: "ci-panel-note" });
  const notes = h("p", { class: "ci-panel-note" });
  const title = (text: string) => h("p", { class: "ci-panel-title" }, text);
  const holder = h("div", { class: "ci-twin" });
  const refill = createRefill(holder);
  const side = h("div", { class: "ci-drift" }, title("Drift of the features"), bars.place, holder, shares);
  const pictures = h("div", { class: "ci-flow-pictures" }, sankey.place, side);
  const element = h(
    "div",
    { class: "ci-flow" },
    h("div", { class: "ci-flow-head" }, headline, since.element),
    asking.element,
    pictures,
    grid.element,
    notes,
    hidden,
  );

  const take = () => {
    const next = flowsOf(model);
    if (next) asked = false;
    else if (model.get("tab") === "migration") askOnce();
    if (next === flows) return;
    flows = next;
    bands = new Map(decodeRows<RibbonPoint>(next?.ribbons).map((row) => [row.band, row]));
    nodes = decodeRows<FlowNode>(next?.nodes);
    drift = decodeRows<DriftRow>(next?.drift)
      .sort((a, b) => (b.psi ?? 0) - (a.psi ?? 0))
      .slice(0, MOST_DRIFT);
  };
  const askOnce = () => {
    if (asked || asking.failed() || !viewOf(model).has.kernel) return;
    asked = true;
    asking.ask();
  };
  const showMatrix = () => {
    const cells = decodeRows<FlowCell>(flows?.matrix);
    matrix = matrixOf(cells, dates(), context.formats());
    grid.show(matrix.data);
    for (const cell of grid.element.querySelectorAll("td")) {
      const row = Number((cell.parentElement as HTMLTableRowElement).dataset.row);
      const share = cellAt(row, cell.cellIndex - 1)?.share ?? 0;
      cell.style.background =
        share > 0 ? `color-mix(in srgb, var(--ci-c3) ${heat(share)}%, var(--ci-raised))` : "";
    }
    markMatrix();
  };
  const markMatrix = () => {
    const keys = new Set(selectionOf(model).map((pick) => JSON.stringify(pick)));
    grid.mark(({ row, column }) => {
      const cell = cellAt(row, column);
      return cell && keys.has(JSON.stringify(pickOf(cell))) ? "selected" : "";
    });
  };
  const showTexts = () => {
    const kernel = viewOf(model).has.kernel;
    setText(headline, flows?.headline ?? (kernel ? "" : NEEDS_KERNEL));
    since.show(model.get("migrate_from") || (flows?.before ?? ""));
    since.enable(kernel, NEEDS_KERNEL);
    const psi = flows?.shares_psi ?? null;
    const few = flows?.hidden ?? 0;
    setText(notes, (flows?.notes ?? []).join(" "));
    setText(shares, psi === null ? "" : `Shares of the segments: index ${psi.toFixed(2)}, ${verdict(psi)}.`);
    setText(
      hidden,
      few
        ? `${few === 1 ? "1 move" : `${few} moves`} of fewer than ${model.get("min_group")} people hidden.`
        : "",
    );
    for (const part of [pictures, grid.element]) part.hidden = flows === null;
    const table = model.get("table_view");
    sankey.place.hidden = table;
    bars.place.hidden = table;
    holder.classList.toggle("ci-hidden", !table);
    refill(drift, () => [driftTable(drift, threeDigits(context))]);
  };
  let begun = false;
  const draw = () => {
    if (!begun) return;
    take();
    showTexts();
    showMatrix();
    sankey.draw();
    bars.draw();
  };
  const onSelection = () => {
    if (!begun) return;
    sankey.signal(picked());
    markMatrix();
  };
  watch(model, ["selection"], onSelection, signal);
  const onOtherQuestion = () => {
    asked = false;
    asking.forget();
  };
  watch(model, ["migrate_from", "_frames"], onOtherQuestion, signal);
  watch(model, ["_flows", "_view", "migrate_from", "table_view", "locale"], draw, signal);

  return {
    element,
    show() {
      begun = true;
      if (!flowsOf(model)) askOnce();
      draw();
    },
    recolour(colours) {
      sankey.signal({ ...colours, ...paletteSignals(context) });
      bars.signal(colours);
    },
    charts: () => [sankey.chart(), bars.chart()].filter((chart) => chart !== null),
  };
}

function heat(share: number): number {
  return Math.round(4 + 46 * Math.min(1, share / FULL));
}

function verdict(psi: number): string {
  return psi < 0.1 ? "stable" : psi < 0.25 ? "moved" : "shifted";
}

function driftTable(drift: readonly DriftRow[], write: (value: number | null) => string): HTMLElement {
  return dataTable<DriftRow>(
    "Drift of the features between both dates",
    [
      { label: "Feature", cell: ({ label }) => label },
      { label: "Index", number: true, cell: ({ psi }) => write(psi) },
      { label: "Verdict", cell: ({ verdict }) => verdict },
      { label: "Mean before", number: true, cell: ({ mean_before }) => write(mean_before) },
      { label: "Mean after", number: true, cell: ({ mean_after }) => write(mean_after) },
    ],
    drift,
  );
}
