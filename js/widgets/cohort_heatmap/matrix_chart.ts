/** The heatmap's chart: its size, its signals, its outlines, and which cell lies under a point. */

import type { ScenegraphEvent } from "vega";
import specs from "../../../custintel_widgets/cohort_heatmap/specs.json";
import { type Chart, createChart, type Datasets, numberWriter, type Signals } from "../../kit/chart";
import type { Colours } from "../../kit/theme";
import type { Runtime } from "../../runtime/index";
import { chartData } from "./matrix_data";
import { commonSignals, createColourScale, labelSignals, type Scene, textWidth } from "./scene";
import type { Cell, HeatmapModel } from "./wire";

/** What a point of the picture belongs to; an index of −1 is a label: of a row, or of a column. */
export interface Spot {
  row: number;
  age: number;
}

export interface Marked {
  selected: readonly Cell[];
  compared: readonly Cell[];
  focus: readonly Cell[];
}

export interface Pointer {
  hover(spot: Spot | null): void;
  click(spot: Spot | null, event: MouseEvent): void;
}

export interface MatrixChart {
  chart: Chart;
  /** `data` replaces the cells too, not only how they are shown. */
  refresh(scene: Scene, width: number, marked: Marked, data: boolean): Promise<void>;
  mark(marked: Marked): Promise<void>;
  /** Calls back with what lies under the pointer while it moves, and when it clicks. */
  follow(pointer: Pointer): void;
  height(): number;
}

const SIZES_WIDTH = 44;
const SPACING = 6;
/** Between labels and bars, and around the whole picture. */
const LABEL_PADDING = 6;
const CHART_PADDING = 5;
const LONGEST_LABEL = 150;
const LABEL_SIZE = 11;
const BODY = "concat_1";

export async function createMatrixChart(
  runtime: Runtime,
  place: HTMLElement,
  model: HeatmapModel,
  scene: Scene,
  width: number,
  colours: Colours,
  signal: AbortSignal,
): Promise<MatrixChart> {
  const colourScale = createColourScale();
  let current = scene;
  let size = measure(scene, width);

  const write = numberWriter(runtime, scene.formats.d3Locale);
  const signalsFor = (next: Scene): Signals => ({
    ...commonSignals(next),
    ...colourScale(next),
    ...labelSignals(next, { width: size.body / next.matrix.ages.length, height: size.row }, write),
    hatch_size: Math.min(size.row, size.body / next.matrix.ages.length) ** 2,
  });
  const chart = await createChart(runtime, place, {
    spec: sized(specs.matrix, size),
    label: `${scene.view.title}. The table below holds every value.`,
    data: { ...chartData(model), marks: [] },
    signals: signalsFor(scene),
    colours,
    locale: scene.formats.d3Locale,
    signal,
  });

  return {
    chart,
    async refresh(next, nextWidth, marked, data) {
      current = next;
      size = measure(next, nextWidth);
      // What was hovered belongs to the old cells; Vega-Lite keeps a selection in a dataset of its own.
      const datasets: Datasets = data ? { ...chartData(model), ...marksOf(marked), hover_store: [] } : {};
      const signals = { ...signalsFor(next), [`${BODY}_width`]: size.body, height: size.height };
      await chart.update({ signals, data: datasets });
    },
    mark: (marked) => chart.update({ data: marksOf(marked) }),
    follow({ hover, click }) {
      const spot = (event: ScenegraphEvent, item?: unknown) =>
        spotAt(chart, current, event as unknown as MouseEvent, (item ?? null) as SceneItem | null);
      chart.view.addEventListener("pointermove", (event, item) => hover(spot(event, item)));
      chart.element.addEventListener("pointerleave", () => hover(null), { signal });
      chart.view.addEventListener("click", (event, item) =>
        click(spot(event, item), event as unknown as MouseEvent),
      );
    },
    height: () => size.height,
  };
}

interface Size {
  body: number;
  height: number;
  row: number;
}

function measure({ matrix, state }: Scene, width: number): Size {
  const rows = matrix.cohorts.length + 1;
  const wanted = rows <= 17 ? 26 : rows <= 31 ? 21 : rows <= 46 ? 16 : 13;
  const height = state.height || rows * wanted;
  const labels =
    Math.min(LONGEST_LABEL, widest(matrix.cohorts.map((cohort) => cohort.label))) + LABEL_PADDING;
  return {
    body: Math.max(120, width - labels - SIZES_WIDTH - SPACING - 2 * CHART_PADDING),
    height,
    row: height / rows,
  };
}

function widest(labels: readonly string[]): number {
  return Math.ceil(labels.reduce((most, label) => Math.max(most, textWidth(label, LABEL_SIZE)), 0));
}

/** The specification with its first size in place; later ones are signals. */
function sized(spec: object, size: Size): object {
  const parts = (spec as { hconcat: object[] }).hconcat;
  return {
    ...spec,
    hconcat: parts.map((part, i) => ({
      ...part,
      height: size.height,
      width: i === 0 ? SIZES_WIDTH : size.body,
    })),
  };
}

function marksOf(marked: Marked): Datasets {
  const kinds = ["compared", "selected", "focus"] as const;
  return { marks: kinds.flatMap((kind) => marked[kind].map((cell) => markOf(cell, kind))) };
}

function markOf({ row, age, label_cohort, age_label }: Cell, kind: string): object {
  return { row, age, label_cohort, age_label, kind };
}

interface Band {
  (value: string): number | undefined;
  domain(): string[];
  step(): number;
  bandwidth(): number;
}

/**
 * The place under the pointer: what Vega found there, which is what its tooltip speaks of; otherwise, for labels and
 * gaps, what the scales say.
 */
function spotAt({ view }: Chart, { matrix }: Scene, event: MouseEvent, item: SceneItem | null): Spot | null {
  const canvas = view.container()?.querySelector("canvas");
  const body = groupOf((view.scenegraph() as unknown as { root: SceneItem }).root, `${BODY}_group`);
  if (!canvas || !body) return null;
  const { row: itemRow, age: itemAge } = item?.datum ?? {};
  if (item?.mark?.group === body && itemAge !== undefined) return { row: itemRow ?? -1, age: itemAge };
  const box = canvas.getBoundingClientRect();
  const [left, top] = view.origin();
  const x = event.clientX - box.left - left - (body.x ?? 0);
  const y = event.clientY - box.top - top - (body.y ?? 0);
  const row = indexAt(view.scale(`${BODY}_y`) as Band, y);
  const column = indexAt(view.scale(`${BODY}_x`) as Band, x);
  const age = matrix.ages[column]?.age ?? -1;
  const inRows = row >= 0 && row < matrix.cohorts.length;
  if (x < 0) return inRows ? { row, age: -1 } : null;
  if (age < 0) return null;
  return { row: inRows ? row : -1, age };
}

function indexAt(scale: Band, position: number): number {
  const domain = scale.domain();
  const [first] = domain;
  if (first === undefined) return -1;
  const start = (scale(first) ?? 0) - (scale.step() - scale.bandwidth()) / 2;
  const index = Math.floor((position - start) / scale.step());
  return index >= 0 && index < domain.length ? index : -1;
}

interface SceneItem {
  name?: string;
  x?: number;
  y?: number;
  items?: SceneItem[];
  datum?: { row?: number; age?: number };
  mark?: { group?: SceneItem };
}

function groupOf(node: SceneItem, name: string): SceneItem | null {
  if (node.name === name) return node.items?.[0] ?? null;
  for (const child of node.items ?? []) {
    const found = groupOf(child, name);
    if (found) return found;
  }
  return null;
}
