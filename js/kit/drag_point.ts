/** A point of a chart to be dragged, or moved with the arrows. */
import type { Chart } from "./chart";
import { h, setAttributes } from "./dom";
import { plotIn, scaleOf } from "./drawing";

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
  show(point: { x: number; y: number; now: number; min: number; max: number; text: string }): void;
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
  const { place, chart, signal } = options;
  const handle = h("div", {
    class: "ci-drag-point",
    role: "slider",
    tabindex: 0,
    "aria-label": options.label,
  });
  place.append(handle);
  let held = false;

  const onDown = (event: PointerEvent) => {
    const plot = plotIn(chart(), place);
    if (event.button !== 0 || !plot) return;
    const corner = place.getBoundingClientRect();
    const [x, y] = [event.clientX - corner.left - plot.left, event.clientY - corner.top - plot.top];
    if (x < -REACH || y < -REACH || x > plot.width + REACH || y > plot.height + REACH) return;
    held = true;
    place.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    event.preventDefault();
    onMove(event);
  };
  const onMove = (event: PointerEvent) => {
    const [drawn, plot] = [chart(), plotIn(chart(), place)];
    if (!held || !drawn || !plot) return;
    const corner = place.getBoundingClientRect();
    const inside = (pixel: number, length: number) => Math.max(0, Math.min(length, pixel));
    options.onMove(
      scaleOf(drawn, "x").invert(inside(event.clientX - corner.left - plot.left, plot.width)),
      scaleOf(drawn, "y").invert(inside(event.clientY - corner.top - plot.top, plot.height)),
    );
  };
  const onUp = () => {
    if (!held) return;
    held = false;
    options.onRest();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const times = event.shiftKey ? LARGE : 1;
    options.onStep(times * step[0], times * step[1]);
  };
  place.addEventListener("pointerdown", onDown, { signal });
  place.addEventListener("pointermove", onMove, { signal });
  place.addEventListener("pointerup", onUp, { signal });
  place.addEventListener("pointercancel", onUp, { signal });
  handle.addEventListener("keydown", onKey, { signal });

  return {
    show({ x, y, now, min, max, text }) {
      setAttributes(handle, {
        "aria-valuemin": min,
        "aria-valuemax": max,
        "aria-valuenow": now,
        "aria-valuetext": text,
      });
      const [drawn, plot] = [chart(), plotIn(chart(), place)];
      if (!drawn || !plot) return;
      handle.style.left = `${plot.left + scaleOf(drawn, "x")(x)}px`;
      handle.style.top = `${plot.top + scaleOf(drawn, "y")(y)}px`;
    },
    held: () => held,
  };
}
