/** A level line across a chart, to be dragged or moved with the arrows: a slider for whoever can't see it. */
import type { Chart } from "./chart";
import { h, setAttributes } from "./dom";
import { plotIn, scaleOf } from "./drawing";

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
  show(line: { value: number; now: number; min: number; max: number; text: string }): void;
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
  const { place, chart, signal } = options;
  const handle = h("div", {
    class: "ci-drag-line",
    role: "slider",
    tabindex: 0,
    "aria-label": options.label,
  });
  place.append(handle);
  let held = false;

  const onDown = (event: PointerEvent) => {
    if (event.button !== 0 || !chart()) return;
    held = true;
    place.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    event.preventDefault();
    onMove(event);
  };
  const onMove = (event: PointerEvent) => {
    const [drawn, plot] = [chart(), plotIn(chart(), place)];
    if (!held || !drawn || !plot) return;
    const pixel = event.clientY - place.getBoundingClientRect().top - plot.top;
    options.onMove(scaleOf(drawn, "y").invert(Math.max(0, Math.min(plot.height, pixel))));
  };
  const onUp = () => {
    if (!held) return;
    held = false;
    options.onRest();
  };
  const onKey = (event: KeyboardEvent) => {
    const steps = STEPS[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    options.onStep(steps);
  };
  place.addEventListener("pointerdown", onDown, { signal });
  place.addEventListener("pointermove", onMove, { signal });
  place.addEventListener("pointerup", onUp, { signal });
  place.addEventListener("pointercancel", onUp, { signal });
  handle.addEventListener("keydown", onKey, { signal });

  return {
    show({ value, now, min, max, text }) {
      setAttributes(handle, {
        "aria-valuemin": min,
        "aria-valuemax": max,
        "aria-valuenow": now,
        "aria-valuetext": text,
      });
      const [drawn, plot] = [chart(), plotIn(chart(), place)];
      if (!drawn || !plot) return;
      handle.style.top = `${plot.top + scaleOf(drawn, "y")(value)}px`;
      handle.style.left = `${plot.left}px`;
      handle.style.width = `${plot.width}px`;
    },
    held: () => held,
  };
}
