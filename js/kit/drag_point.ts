/** A point of a chart to be dragged, or moved with the arrows. */
import type { Chart } from "./chart";
import { createDragHandle, type SliderWords } from "./drag_handle";
import { scaleOf } from "./drawing";

export interface DragPointOptions {
  label: string;
  /** What the chart stands in; it can be pressed anywhere in the plot. */
  place: HTMLElement;
  chart(): Chart | null;
  /** The point is wanted there, in values of the scales `x` and `y`. */
  onMove(x: number, y: number): void;
  /** It has been let go. */
  onRest(): void;
  /** So many steps from the keyboard, to the right and upwards. */
  onStep(right: number, up: number): void;
  signal: AbortSignal;
}

export interface DragPoint {
  /** Where the point is, and what it says: the number of a slider and its words. */
  show(point: { x: number; y: number } & SliderWords): void;
  held(): boolean;
}

const STEPS: Record<string, readonly [number, number]> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const LARGE = 5;
const REACH = 10;

export function createDragPoint(options: DragPointOptions): DragPoint {
  const handle = createDragHandle({
    ...options,
    class: "ci-drag-point",
    reach: REACH,
    onMove: (drawn, x, y) => options.onMove(scaleOf(drawn, "x").invert(x), scaleOf(drawn, "y").invert(y)),
    onKey({ key, shiftKey }) {
      const step = STEPS[key];
      if (!step) return false;
      const times = shiftKey ? LARGE : 1;
      options.onStep(times * step[0], times * step[1]);
      return true;
    },
  });
  return {
    show({ x, y, ...words }) {
      handle.say(words);
      handle.lay((drawn) => ({ left: scaleOf(drawn, "x")(x), top: scaleOf(drawn, "y")(y) }));
    },
    held: handle.held,
  };
}
