/** The average curve beside the matrix, with the cohort under the pointer or the focus emphasised. */

import specs from "../../../custintel_widgets/cohort_heatmap/specs.json";
import { type Chart, createChart } from "../../kit/chart";
import type { Colours } from "../../kit/theme";
import type { Runtime } from "../../runtime/index";
import { chartData } from "./matrix_data";
import { commonSignals, type Scene } from "./scene";
import type { HeatmapModel } from "./wire";

export interface CurveChart {
  chart: Chart;
  refresh(scene: Scene, size: Size, data: boolean): Promise<void>;
  /** Emphasises a cohort; −1 for none. */
  emphasise(row: number): Promise<void>;
}

interface Size {
  width: number;
  height: number;
}

const LOWEST = 180;
const HIGHEST = 340;
/** What the axis' labels and the title below it take of the place. */
const AXIS_WIDTH = 52;
const AXIS_HEIGHT = 44;

export async function createCurveChart(
  runtime: Runtime,
  place: HTMLElement,
  model: HeatmapModel,
  scene: Scene,
  size: Size,
  colours: Colours,
  signal: AbortSignal,
): Promise<CurveChart> {
  const chart = await createChart(runtime, place, {
    spec: { ...specs.curve, ...plotSize(size) },
    label: `${scene.view.average_label} over the cohorts, by age. The table holds its values in the last row.`,
    data: chartData(model),
    signals: commonSignals(scene),
    colours,
    locale: scene.formats.d3Locale,
    signal,
  });
  return {
    chart,
    refresh: (next, nextSize, data) =>
      chart.update({
        signals: { ...commonSignals(next), ...plotSize(nextSize) },
        data: data ? chartData(model) : {},
      }),
    emphasise: (row) => chart.update({ signals: { hover_row: row } }),
  };
}

function plotSize({ width, height }: Size): { width: number; height: number } {
  return {
    width: Math.max(120, width - AXIS_WIDTH),
    height: Math.max(LOWEST, Math.min(HIGHEST, height)) - AXIS_HEIGHT,
  };
}
