/** Both charts of the screen, drawn from one scene: when they are made, and what each change redraws. */
import { type Chart, followWidth } from "../../kit/chart";
import type { Colours } from "../../kit/theme";
import type { Runtime } from "../../runtime/index";
import { type CurveChart, createCurveChart } from "./curve_chart";
import { createMatrixChart, type Marked, type MatrixChart, type Pointer } from "./matrix_chart";
import type { Scene } from "./scene";
import type { HeatmapModel } from "./wire";

export interface Charts {
  all: Chart[];
  matrixElement: HTMLElement;
  redraw(data: boolean): Promise<unknown>;
  mark(): Promise<void>;
  emphasise(row: number): void;
  recolour(colours: Colours): void;
  follow(pointer: Pointer): void;
}

export interface ChartContext {
  model: HeatmapModel;
  runtime: Runtime;
  matrixPlace: HTMLElement;
  curvePlace: HTMLElement;
  scene(): Scene;
  marked(): Marked;
  colours(): Colours;
  signal: AbortSignal;
}

export async function createCharts(context: ChartContext): Promise<Charts> {
  const { model, runtime, matrixPlace, curvePlace, scene, marked, colours, signal } = context;
  const widths = { matrix: 0, curve: 0 };
  await Promise.all([firstWidth(matrixPlace, signal), firstWidth(curvePlace, signal)]);
  signal.throwIfAborted();
  widths.matrix = matrixPlace.clientWidth;
  widths.curve = curvePlace.clientWidth;
  const matrix: MatrixChart = await createMatrixChart(
    runtime,
    matrixPlace,
    model,
    scene(),
    widths.matrix,
    colours(),
    signal,
  );
  const size = () => ({ width: widths.curve, height: matrix.height() });
  const curve: CurveChart = await createCurveChart(
    runtime,
    curvePlace,
    model,
    scene(),
    size(),
    colours(),
    signal,
  );

  const redraw = (data: boolean) =>
    Promise.all([
      matrix.refresh(scene(), widths.matrix, marked(), data),
      curve.refresh(scene(), size(), data),
    ]);
  const resize = (which: "matrix" | "curve") => (width: number) => {
    if (widths[which] === width) return;
    widths[which] = width;
    void redraw(false);
  };
  followWidth(matrixPlace, resize("matrix"), signal);
  followWidth(curvePlace, resize("curve"), signal);
  let emphasised = -1;

  return {
    all: [matrix.chart, curve.chart],
    matrixElement: matrix.chart.element,
    redraw,
    mark: () => matrix.mark(marked()),
    emphasise(row) {
      if (row === emphasised) return;
      emphasised = row;
      void curve.emphasise(row);
    },
    recolour(next) {
      void matrix.chart.update({ signals: next });
      void curve.chart.update({ signals: next });
    },
    follow: matrix.follow,
  };
}

/** Resolves once the element has a width: an output that is folded away is drawn when it is opened. */
function firstWidth(element: HTMLElement, signal: AbortSignal): Promise<void> {
  if (element.clientWidth > 0) return Promise.resolve();
  return new Promise((resolve) => {
    const seen = new AbortController();
    followWidth(
      element,
      () => {
        seen.abort();
        resolve();
      },
      AbortSignal.any([signal, seen.signal]),
    );
  });
}
