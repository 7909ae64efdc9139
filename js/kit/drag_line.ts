/** A level line across a chart, to be dragged or moved with the arrows: a slider for whoever can't see it. */
import type { Chart } from "./chart";
import { createDragHandle, type SliderWords } from "./drag_handle";
import { scaleOf } from "./drawing";

export interface DragLineOptions {
  label: string;
  /** What the chart stands in; it can be pressed anywhere. */
  place: HTMLElement;
  chart(): Chart | null;
  /** The line is at a value of the scale `y`. */
  onMove(value: number): void;
  /** It has been let go. */
  onRest(): void;
  /** So many steps from the keyboard: right and down are positive; Home and End are endless. */
  onStep(steps: number): void;
  signal: AbortSignal;
}

export interface DragLine {
  /** Where the line is, and what it says: the number of a slider and its words. */
  show(line: { value: number } & SliderWords): void;
  /** Whether it is being dragged. */
  held(): boolean;
}

const STEPS: Record<string, number> = {
  ArrowUp: -1,
  ArrowLeft: -1,
  ArrowDown: 1,
  ArrowRight: 1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

export function createDragLine(options: DragLineOptions): DragLine {
  const handle = createDragHandle({
    ...options,
    class: "ci-drag-line",
    reach: Number.POSITIVE_INFINITY,
    onMove: (drawn, _, y) => options.onMove(scaleOf(drawn, "y").invert(y)),
    onKey({ key }) {
      const steps = STEPS[key];
      if (steps !== undefined) options.onStep(steps);
      return steps !== undefined;
    },
  });
  return {
    show({ value, ...words }) {
      handle.say(words);
      handle.lay((drawn, { width }) => ({ left: 0, top: scaleOf(drawn, "y")(value), width }));
    },
    held: handle.held,
  };
}
