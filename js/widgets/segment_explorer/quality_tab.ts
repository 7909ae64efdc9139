/** How many segments: each index by their number, the recommendation with its reason, and the tree where there is one. */
import specs from "../../../custintel_widgets/segment_explorer/specs.json";
import { button } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import { createDrawing } from "../../kit/drawing";
import { decodeRows } from "../../kit/frames";
import { update } from "../../kit/model";
import { createRefill, dataTable, type TableColumn } from "../../kit/tables";
import { createLazy } from "./lazily";
import type { Panel, PanelContext } from "./panels/panel";
import { createTreePanel } from "./panels/tree_panel";
import { type QualityRow, qualityOf, viewOf } from "./wire";
import { NEEDS_KERNEL, OWN_NUMBER } from "./words";

const COLUMNS = 3;
/** What an axis and the gap beside it take of each column. */
const BESIDE = 62;
/** What the first axis and the chart's padding take: the chart's own width counts from that axis on. */
const AROUND = 44;
const HEIGHT = 84;

export function createQualityTab(context: PanelContext, preview: (k: number) => void): Panel {
  const { model, signal } = context;
  const rows = () => decodeRows<QualityRow>(qualityOf(model)?.frame);
  const reason = h("p", { class: "ci-panel-headline" });
  const sample = h("p", { class: "ci-panel-note" });
  const key = h("p", { class: "ci-panel-note" });
  const use = button("", () => take(recommended()), signal);
  const twin = h("div", { class: "ci-twin" });
  const refill = createRefill(twin);
  const tree = createTreePanel(context);
  const treeHolder = h("div", {}, h("p", { class: "ci-panel-title" }, "Where the tree is cut"), tree.element);

  const recommended = () => rows().find((row) => row.recommended)?.k ?? null;
  /** Looks at a number of segments; from a method that has its own groups it goes to k-means. */
  const take = (k: number | null) => {
    if (k === null || !viewOf(model).has.kernel || model.get("audience_mode") === "viewer") return;
    if (OWN_NUMBER[model.get("method")]) update(model, { method: "kmeans", n_segments: k });
    else preview(k);
  };
  const sizes = (width: number) => ({
    child_width: Math.max(60, Math.floor(width / COLUMNS) - BESIDE),
    child_height: HEIGHT,
    k_shown: OWN_NUMBER[model.get("method")] ? 0 : model.get("n_segments"),
  });
  const drawing = createDrawing({
    context,
    spec: specs.quality,
    class: "ci-quality-chart",
    label: () => "Indices by number of segments. The table holds their values.",
    content(width) {
      const quality = rows();
      return quality.length === 0
        ? null
        : { signals: { width: width - AROUND, ...sizes(width) }, data: { quality } };
    },
    onMade({ view, element }) {
      element.classList.add("ci-pickable");
      view.addEventListener("click", (_, item) => {
        const k = (item?.datum as { k?: number } | undefined)?.k;
        if (k !== undefined) take(k);
      });
      // The parts of a composed chart take their size from signals only.
      drawing.draw();
    },
  });

  const draw = () => {
    const quality = qualityOf(model);
    const kernel = viewOf(model).has.kernel;
    setText(reason, quality?.reason ?? (kernel ? "" : NEEDS_KERNEL));
    setText(sample, quality ? [quality.method, quality.sample].filter(Boolean).join(". ") : "");
    const clickable = kernel && model.get("audience_mode") !== "viewer";
    const act = clickable ? " Click a point to look at that number." : "";
    setText(
      key,
      quality ? `◆ recommended · dashed line: on show · dotted: the least that is asked for.${act}` : "",
    );
    const k = recommended();
    const there = !OWN_NUMBER[model.get("method")] && k === model.get("n_segments");
    use.hidden = k === null || there || !clickable;
    setText(
      use,
      OWN_NUMBER[model.get("method")] ? `Use k-means with ${k} segments` : `Look at ${k} segments`,
    );
    const table = model.get("table_view");
    drawing.place.hidden = table;
    twin.classList.toggle("ci-hidden", !table);
    refill([quality?.reason, rows()], () => [qualityTable(rows())]);
    treeHolder.hidden = !viewOf(model).has.tree;
    if (quality) drawing.draw();
    if (viewOf(model).has.tree) tree.show();
  };
  const lazy = createLazy(context, {
    tab: "choose",
    trait: "_quality",
    request: "choose",
    doing: "Trying each number of segments…",
    draw,
  });

  return {
    element: h(
      "div",
      { class: "ci-quality" },
      lazy.asking.element,
      h("div", { class: "ci-panel-head" }, reason, use),
      sample,
      drawing.place,
      key,
      twin,
      treeHolder,
    ),
    show: lazy.show,
    recolour(colours) {
      drawing.signal(colours);
      tree.recolour(colours);
    },
    charts: () => [drawing.chart(), ...tree.charts()].filter((chart) => chart !== null),
  };
}

function qualityTable(rows: readonly QualityRow[]): HTMLElement {
  const number = (label: string, name: keyof QualityRow): TableColumn<QualityRow> => ({
    label,
    number: true,
    cell: (row) => (typeof row[name] === "number" ? row[name].toPrecision(4) : "–"),
  });
  return dataTable<QualityRow>(
    "Indices by number of segments",
    [
      { label: "Segments", cell: ({ k, recommended }) => `${k}${recommended ? " (recommended)" : ""}` },
      number("Stability", "stability"),
      number("Silhouette", "silhouette"),
      number("Davies–Bouldin", "davies_bouldin"),
      number("Calinski–Harabasz", "calinski_harabasz"),
      number("Smallest share", "smallest_share"),
      number("Inertia", "inertia"),
    ],
    rows,
  );
}
