/** The room that the labels of an axis of amounts take, as the charts write them (budget_optimizer/axes.py). */
import { numberWriter } from "../../kit/chart";
import { textWidth } from "../../kit/labels";
import { roundStep } from "../../kit/rounding";
import { shortText } from "./figures";
import type { PanelContext } from "./panel";

const FONT = "10px";
const LEAST_RIGHT = 14;
const GAP = 8;

export interface AxisRoom {
  /** Left of an axis that goes up. */
  left(high: number, ticks: number): number;
  /** Right of an axis that goes along, whose last label may stand at its end. */
  right(high: number, ticks: number): number;
}

export function createAxisRoom({ runtime, formats, scene }: PanelContext): AxisRoom {
  const scale = runtime.vega.scale("linear") as unknown as () => {
    domain(ends: [number, number]): { ticks(count: number): number[] };
  };
  let known = { key: "", widths: [0] };
  const widths = (high: number, ticks: number): number[] => {
    const { number_format, locale } = scene().state;
    const key = JSON.stringify([high, ticks, number_format, locale]);
    if (known.key !== key) {
      const write = number_format
        ? (value: number) => numberWriter(runtime, formats().d3Locale)(number_format, value)
        : shortText;
      const labels = scale().domain([0, high]).ticks(ticks).map(write);
      known = { key, widths: labels.map((text) => textWidth(text, FONT)) };
    }
    return known.widths;
  };
  return {
    left: (high, ticks) => Math.ceil(Math.max(...widths(high, ticks))) + GAP,
    right: (high, ticks) => Math.max(LEAST_RIGHT, Math.ceil((widths(high, ticks).at(-1) ?? 0) / 2) + 2),
  };
}

const BETWEEN = 24;

/** The room of rows whose names stand at the left and whose figures at the right. */
export function rowRoom(
  place: number,
  { names, words, ends, mark }: RowTexts,
): { width: number; pad_left: number; pad_right: number } {
  const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => textWidth(text)));
  const left = Math.min(Math.max(widest(names) + mark, ends[0]), ends[1], 0.35 * place);
  const right = widest(words) + BETWEEN;
  return { width: Math.max(100, place - left - right), pad_left: left, pad_right: right };
}

interface RowTexts {
  names: readonly string[];
  words: readonly string[];
  /** The least and the most that names get. */
  ends: readonly [number, number];
  /** What stands between a name and its row. */
  mark: number;
}

/** A round end for an axis that has to hold an amount. */
export function roundEnd(most: number, steps = 4): number {
  if (!(most > 0)) return 1;
  const step = roundStep(most / steps);
  return step * Math.ceil(most / step - 1e-9);
}
