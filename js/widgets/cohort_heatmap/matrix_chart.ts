/** The heatmap's chart: its size, its signals, its outlines, and which cell lies under a point. */

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

export interface MatrixChart {
  chart: Chart;
  /** `data` replaces the cells too, not only how they are shown. */
  refresh(scene: Scene, width: number, marked: Marked, data: boolean): Promise<void>;
  mark(marked: Marked): Promise<void>;
  spotAt(event: MouseEvent): Spot | null;
  height(): number;
}

const SIZES_WIDTH = 66;
const SPACING = 6;
const LABEL_PADDING = 16;
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
      const datasets: Datasets = data ? { ...chartData(model), ...marksOf(marked) } : {};
      const signals = { ...signalsFor(next), [`${BODY}_width`]: size.body, height: size.height };
      await chart.update({ signals, data: datasets });
    },
    mark: (marked) => chart.update({ data: marksOf(marked) }),
    spotAt: (event) => spotAt(chart, current, event),
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
  return { body: Math.max(120, width - labels - SIZES_WIDTH - SPACING - 12), height, row: height / rows };
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
  domain(): string[];
  range(): [number, number];
  step(): number;
}

/** Reads the place from the scales: labels carry no marks that would take a click, and cells may be narrower than a pixel's worth of aim. */
function spotAt({ view }: Chart, { matrix }: Scene, event: MouseEvent): Spot | null {
  const canvas = view.container()?.querySelector("canvas");
  const body = groupOf((view.scenegraph() as unknown as { root: SceneItem }).root, `${BODY}_group`);
  if (!canvas || !body) return null;
  const box = canvas.getBoundingClientRect();
  const [left, top] = view.origin();
  const x = event.clientX - box.left - left - body.x;
  const y = event.clientY - box.top - top - body.y;
  const row = indexAt(view.scale(`${BODY}_y`) as Band, y);
  const column = indexAt(view.scale(`${BODY}_x`) as Band, x);
  const age = matrix.ages[column]?.age ?? -1;
  const inRows = row >= 0 && row < matrix.cohorts.length;
  if (x < 0) return inRows ? { row, age: -1 } : null;
  if (age < 0) return null;
  if (inRows) return { row, age };
  return { row: -1, age };
}

function indexAt(scale: Band, position: number): number {
  const [start] = scale.range();
  const index = Math.floor((position - start) / scale.step());
  return index >= 0 && index < scale.domain().length ? index : -1;
}

interface SceneItem {
  name?: string;
  x?: number;
  y?: number;
  items?: SceneItem[];
}

function groupOf(node: SceneItem, name: string): { x: number; y: number } | null {
  if (node.name === name) {
    const [group] = node.items ?? [];
    return group ? { x: group.x ?? 0, y: group.y ?? 0 } : null;
  }
  for (const child of node.items ?? []) {
    const found = groupOf(child, name);
    if (found) return found;
  }
  return null;
}
