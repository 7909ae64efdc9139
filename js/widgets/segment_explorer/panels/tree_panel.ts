/**
 * The dendrogram with its cut: a line to drag, which says how many segments it makes.
 *
 * While it moves, colours and count follow in the page; the number of segments is set when it rests.
 */
import specs from "../../../../custintel_widgets/segment_explorer/specs.json";
import { h, setText } from "../../../kit/dom";
import { createDragLine } from "../../../kit/drag_line";
import { type Content, createDrawing } from "../../../kit/drawing";
import { decodeRows } from "../../../kit/frames";
import { textWidth, wrapped } from "../../../kit/labels";
import { update, watch } from "../../../kit/model";
import { createRefill, dataTable } from "../../../kit/tables";
import { chosenOf } from "../scene";
import { selectionOf, type Tree, type TreePoint, treeOf, viewOf } from "../wire";
import { type Branch, CutTree, type Heights, heightFor, segmentsAt } from "./merge_tree";
import { paletteSignals, threeDigits } from "./palette";
import type { Panel, PanelContext } from "./panel";

/** What the axis at the left and the gap before the count at the right take of the width. */
const BESIDE = 64;
const HEIGHT = 260;
const REST = 400;

export function createTreePanel(context: PanelContext): Panel {
  const { model, signal } = context;
  let tree: Tree | null = null;
  let cut: CutTree | null = null;
  let heights: Heights = [];
  let height = 0;
  let begun = false;
  let timer = 0;
  let frame = 0;
  const count = () => segmentsAt(heights, height);
  const said = () => `${count()} segments`;
  const middleOf = (k: number) => heightFor(heights, k, cut?.top ?? 1);

  const drawing = createDrawing({
    context,
    spec: specs.tree,
    class: "ci-tree-chart",
    label: () => "Tree of merged groups. The table lists the heights at which it is cut.",
    content(place): Content | null {
      if (!cut) return null;
      const branches = cut.branches(height);
      const width = Math.max(160, place - BESIDE - textWidth("30 segments", "600 12px"));
      return {
        signals: {
          width,
          height: HEIGHT,
          ...paletteSignals(context),
          picked: chosenOf(selectionOf(model)),
          y_most: cut.top * 1.06,
        },
        data: {
          links: cut.lines(height, branches),
          dots: branches.map(({ x, segment }) => ({ x, y: height, segment })),
          cut: [{ y: height, text: said() }],
          words: count() === model.get("n_segments") ? namesBelow(branches, width, context.names()) : [],
        },
      };
    },
    onMade: () => showLine(),
  });
  const place = h("div", { class: "ci-dragged" }, drawing.place);
  const line = createDragLine({
    label: "Number of segments: where the tree is cut",
    place,
    chart: drawing.chart,
    onMove: (value) => moveTo(value),
    onRest: () => settle(),
    onStep(steps) {
      const at = heights.findIndex(({ k }) => k === count()) + steps;
      const to = heights[Math.max(0, Math.min(heights.length - 1, at))];
      if (to) moveTo(middleOf(to.k));
      clearTimeout(timer);
      timer = window.setTimeout(settle, REST);
    },
    signal,
  });
  const note = h("p", { class: "ci-panel-note" });
  const twin = h("div", { class: "ci-twin" });
  const refill = createRefill(twin);
  const element = h("div", { class: "ci-tree" }, place, note, twin);

  const showLine = () => {
    const ks = heights.map(({ k }) => k);
    line.show({ value: height, now: count(), min: Math.min(...ks), max: Math.max(...ks), text: said() });
  };
  const moveTo = (next: number) => {
    height = next;
    showLine();
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => drawing.draw());
  };
  /** Sets what the line says, and puts it into the middle of the heights that say the same. */
  const settle = () => {
    timer = 0;
    const k = count();
    moveTo(middleOf(k));
    context.announce(said());
    if (viewOf(model).has.kernel && k !== model.get("n_segments")) update(model, { n_segments: k });
  };
  const take = () => {
    const next = treeOf(model);
    if (next === tree) return;
    tree = next;
    cut = next ? new CutTree(decodeRows<TreePoint>(next.frame)) : null;
    heights = (next?.heights ?? []).filter(({ k, low, high }) => k >= 2 && low !== high);
  };
  const draw = () => {
    if (!begun) return;
    take();
    element.hidden = cut === null;
    if (!cut) return;
    if (!line.held() && timer === 0) height = middleOf(model.get("n_segments"));
    setText(note, `The tree is ${tree?.exact ? "exact" : "approximate"}. ${tree?.note ?? ""}`.trim());
    place.hidden = model.get("table_view");
    twin.classList.toggle("ci-hidden", !model.get("table_view"));
    refill(heights, () => [heightsTable(heights, threeDigits(context))]);
    drawing.draw();
    showLine();
  };
  watch(model, ["_tree", "_frames", "n_segments", "table_view", "selection", "locale"], draw, signal);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  });

  return {
    element,
    show() {
      begun = true;
      draw();
    },
    recolour: (colours) => drawing.signal({ ...colours, ...paletteSignals(context) }),
    charts: () => [drawing.chart()].filter((chart) => chart !== null),
  };
}

/** A name under each branch, in lines as wide as there is room between its neighbours; none where it doesn't fit. */
function namesBelow(branches: readonly Branch[], width: number, names: Map<number, string>): object[] {
  const first = Math.min(...branches.map(({ from }) => from));
  const scale = width / Math.max(1, Math.max(...branches.map(({ to }) => to)) - first);
  return branches.flatMap(({ from, to, segment }, i) => {
    const middle = (from + to) / 2;
    const left = ((branches[i - 1]?.to ?? Number.NEGATIVE_INFINITY) + from) / 2;
    const right = ((branches[i + 1]?.from ?? Number.POSITIVE_INFINITY) + to) / 2;
    const room = Math.min(width / 2, 2 * Math.min(middle - left, right - middle) * scale - 6);
    const text = wrapped(names.get(segment) ?? "", room, 3);
    const fits = text.every((line) => textWidth(line) <= room);
    return fits && text.length > 0 ? [{ x: middle, text }] : [];
  });
}

function heightsTable(heights: Heights, write: (value: number | null) => string): HTMLElement {
  return dataTable<Heights[number]>(
    "Where the tree is cut for each number of segments",
    [
      { label: "Segments", cell: ({ k }) => String(k) },
      { label: "Above", number: true, cell: ({ low }) => write(low) },
      { label: "Up to", number: true, cell: ({ high }) => write(high) },
    ],
    heights,
  );
}
