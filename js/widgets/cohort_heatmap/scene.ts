/** What both charts are drawn from at one moment, and the signals that follow from it. */
import type { Signals } from "../../kit/chart";
import type { Formats } from "../../kit/format";
import type { Matrix } from "./matrix_data";
import { colourRange, isTrusted, MEASURES, measured } from "./measures";
import type { State, ViewState } from "./wire";

export interface Scene {
  matrix: Matrix;
  state: State;
  view: ViewState;
  formats: Formats;
}

const LABELLED_COLUMNS = 25;
const LARGEST_LABEL = 11;
/** A short value in this size is better than a full one in a smaller. */
const COMFORTABLE_LABEL = 10;
const SMALLEST_LABEL = 9;
/** Between the values of neighbouring cells, in pixels. */
const GAP = 1.5;
/** What a first period holds by definition. */
const FULL = "100%";
export const CHART_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** Signals that both charts share. */
export function commonSignals({ state, view, formats }: Scene): Signals {
  const { measure, normalise, average, naive, include_truncated, show_interval } = state;
  return {
    measure,
    normalise,
    average,
    naive,
    include_truncated,
    show_interval,
    value_format: state.number_format || MEASURES[measure].axis,
    money_format: ",.2f",
    currency_prefix: formats.currencyPrefix,
    age_title: view.age_title,
    age_unit: view.age_unit,
  };
}

/** Writes a number by a d3 format, as the chart will. */
export type Write = (format: string, value: number) => string;

/** Signals of the matrix: how its values are written in cells of this size. */
export function labelSignals(scene: Scene, cell: { width: number; height: number }, write: Write): Signals {
  const { matrix, state } = scene;
  if (matrix.ages.length > LABELLED_COLUMNS) return { show_labels: false };
  const own = state.number_format ? [state.number_format] : MEASURES[state.measure].formats;
  const formats = state.normalise === "none" ? own : [".0%"];
  const longest = state.normalise === "none" ? highest(scene) : 1;
  const room = cell.width - GAP;
  const most = Math.min(LARGEST_LABEL, Math.floor(cell.height - 3));
  const fits = (format: string, size: number) =>
    size >= SMALLEST_LABEL && textWidth(write(format, longest), size) <= room;
  for (const size of [most, COMFORTABLE_LABEL, SMALLEST_LABEL].filter((size) => size <= most)) {
    const format = formats.find((candidate) => fits(candidate, size));
    if (!format) continue;
    return {
      show_labels: true,
      label_size: size,
      label_format: format,
      first_label: textWidth(FULL, size) <= room ? FULL : "",
      average_weight: textWidth(write(format, longest), size, "bold") <= room ? "bold" : "normal",
    };
  }
  return { show_labels: false };
}

function highest({ matrix, state }: Scene): number {
  let top = 0;
  for (const cell of matrix.cells) {
    if (cell.age > 0 && isTrusted(cell, state)) top = Math.max(top, measured(cell, state.measure) ?? 0);
  }
  return top;
}

let ruler: CanvasRenderingContext2D | null = null;

/** Width of text in the charts' font, in pixels. */
export function textWidth(text: string, size: number, weight = "normal"): number {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return text.length * size;
  ruler.font = `${weight} ${size}px ${CHART_FONT}`;
  return ruler.measureText(text).width;
}

/** Keeps the colour scale of each measure where it was while the lock is on. */
export function createColourScale(): (scene: Scene) => Signals {
  const kept = new Map<string, { low: number; high: number }>();
  return ({ matrix, state }) => {
    const key = `${state.measure}|${state.normalise}`;
    const locked = state.colour_lock ? kept.get(key) : undefined;
    const range = locked ?? colourRange(matrix, state);
    kept.set(key, range);
    return { colour_min: range.low, colour_max: range.high };
  };
}
