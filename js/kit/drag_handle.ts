/** What everything shares that is dragged in a chart: press, movement and rest, the keys, and a slider's words. */
import type { Chart } from "./chart";
import { h, setAttributes } from "./dom";
import { plotIn } from "./drawing";

export interface DragHandleOptions {
  /** The handle's class. */
  class: string;
  label: string;
  /** What the chart stands in, and takes the presses. */
  place: HTMLElement;
  chart(): Chart | null;
  /** Pixels around the plot in which a press still counts; infinite takes any press in the place. */
  reach: number;
  /** The pointer is there, in pixels of the plot and never outside it. */
  onMove(drawn: Chart, x: number, y: number): void;
  /** It has been let go. */
  onRest(): void;
  /** A key; whether it means something here. */
  onKey(event: KeyboardEvent): boolean;
  signal: AbortSignal;
}

/** What a slider says: its number and the words for it. */
export interface SliderWords {
  now: number;
  min: number;
  max: number;
  text: string;
}

export interface DragHandle {
  say(words: SliderWords): void;
  /** Lays the handle into the chart, if it is drawn: lengths in pixels from the corner of the plot. */
  lay(
    lengths: (drawn: Chart, plot: { width: number }) => { left: number; top: number; width?: number },
  ): void;
  /** Whether it is being dragged. */
  held(): boolean;
}

export function createDragHandle(options: DragHandleOptions): DragHandle {
  const { place, chart, reach, signal } = options;
  const handle = h("div", {
    class: options.class,
    role: "slider",
    tabindex: 0,
    "aria-label": options.label,
  });
  place.append(handle);
  let held = false;

  /** The plot, and where in it a pointer is. */
  const spot = (event: PointerEvent) => {
    const [drawn, plot] = [chart(), plotIn(chart(), place)];
    if (!drawn || !plot) return null;
    const corner = place.getBoundingClientRect();
    const [x, y] = [event.clientX - corner.left - plot.left, event.clientY - corner.top - plot.top];
    return { drawn, plot, x, y };
  };
  const onDown = (event: PointerEvent) => {
    const at = spot(event);
    if (event.button !== 0 || !at) return;
    const { plot, x, y } = at;
    if (x < -reach || y < -reach || x > plot.width + reach || y > plot.height + reach) return;
    held = true;
    place.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    event.preventDefault();
    onMove(event);
  };
  const onMove = (event: PointerEvent) => {
    const at = held && spot(event);
    if (!at) return;
    const inside = (pixel: number, length: number) => Math.max(0, Math.min(length, pixel));
    options.onMove(at.drawn, inside(at.x, at.plot.width), inside(at.y, at.plot.height));
  };
  const onUp = () => {
    if (!held) return;
    held = false;
    options.onRest();
  };
  const onKey = (event: KeyboardEvent) => {
    if (!options.onKey(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  place.addEventListener("pointerdown", onDown, { signal });
  place.addEventListener("pointermove", onMove, { signal });
  place.addEventListener("pointerup", onUp, { signal });
  place.addEventListener("pointercancel", onUp, { signal });
  handle.addEventListener("keydown", onKey, { signal });

  return {
    say({ now, min, max, text }) {
      setAttributes(handle, {
        "aria-valuemin": min,
        "aria-valuemax": max,
        "aria-valuenow": now,
        "aria-valuetext": text,
      });
    },
    lay(lengths) {
      const [drawn, plot] = [chart(), plotIn(chart(), place)];
      if (!drawn || !plot) return;
      const { left, top, width } = lengths(drawn, plot);
      handle.style.left = `${plot.left + left}px`;
      handle.style.top = `${plot.top + top}px`;
      if (width !== undefined) handle.style.width = `${width}px`;
    },
    held: () => held,
  };
}
