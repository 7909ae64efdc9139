/**
 * A chart as a plane: wheel and keys zoom, drag and arrows move, a lasso selects.
 *
 * The chart's scales end at the signals `x_low`, `x_high`, `y_low` and `y_high`. Moving sets them at once, with the data that
 * are there; when the movement rests, whoever uses the plane may ask for finer ones.
 */
import type { Chart } from "./chart";
import { button } from "./controls";
import { h } from "./dom";
import { plotIn, scaleOf } from "./drawing";

export type Span = [number, number];
export type Corner = [number, number];

export interface Area {
  x: Span;
  y: Span;
}

export interface PlaneOptions {
  /** What the plane shows, for screen readers; the keys are said after it. */
  label: string;
  chart(): Chart | null;
  /** Something else is in view. */
  onMove(): void;
  /** The movement has rested for a moment. */
  onRest(): void;
  /** An area in the data's coordinates; `add` with Shift. */
  onArea(polygon: Corner[], add: boolean): void;
  onEscape(): void;
  signal: AbortSignal;
}

export interface Plane {
  /** Holds the chart, and has the focus. */
  place: HTMLElement;
  /** Buttons for what wheel and drag do. */
  bar: HTMLElement;
  view(): Area;
  /** The ends of the scales. */
  signals(): { x_low: number; x_high: number; y_low: number; y_high: number };
  /** Puts another part, of another whole, into view. */
  lay(view: Area, whole: Area): void;
  /** Whether a movement hasn't rested yet. */
  moving(): boolean;
  /** Whether the last press was a drag or part of a lasso, and no click. */
  dragged(): boolean;
  /** Where in the data's coordinates a press was. */
  cornerOf(event: MouseEvent): Corner;
}

const REST = 40;
const MOST_CORNERS = 100;
const STEP = 0.2;
const ZOOM = 1.5;
/** Pixels that a press may move and still be a click. */
const NUDGE = 4;
/** The whole is at most so many times as wide as what is in view. */
const DEEPEST = 2000;
/** Milliseconds after which a turn of the wheel is over: a page that scrolls under the pointer scrolls on. */
const PAUSE = 250;
const KEYS_IN_WORDS =
  "Plus and minus zoom, arrow keys move, 0 shows everything, Enter selects what is in view, Escape selects nothing.";
const SVG = "http://www.w3.org/2000/svg";

export function createPlane(options: PlaneOptions): Plane {
  const { signal } = options;
  let view: Area = { x: [0, 1], y: [0, 1] };
  let whole = view;
  let timer = 0;
  let frame = 0;
  let drawing = false;

  const place = h("div", {
    class: "ci-plane",
    tabindex: 0,
    role: "application",
    "aria-label": `${options.label} ${KEYS_IN_WORDS}`,
  });
  const signals = () => ({ x_low: view.x[0], x_high: view.x[1], y_low: view.y[0], y_high: view.y[1] });
  const move = (next: Area): boolean => {
    if (sameArea(next, view)) return false;
    view = next;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => void options.chart()?.update({ signals: signals() }));
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      timer = 0;
      options.onRest();
    }, REST);
    options.onMove();
    return true;
  };
  const zoom = (factor: number, at?: Corner) => move(zoomed(view, whole, factor, at));
  const pan = (right: number, up: number) => move(panned(view, whole, right, up));
  const draw = (on: boolean) => {
    drawing = on;
    lasso.setAttribute("aria-pressed", String(on));
    place.classList.toggle("ci-lassoing", on);
  };
  const act = (label: string, name: string, run: () => void) => {
    const element = button(label, run, signal, name);
    element.setAttribute("aria-label", name);
    return element;
  };
  const lasso = button("Lasso", () => draw(!drawing), signal, "Draw around something to select it");
  const bar = h(
    "div",
    { class: "ci-plane-bar" },
    lasso,
    act("+", "Zoom in", () => zoom(1 / ZOOM)),
    act("−", "Zoom out", () => zoom(ZOOM)),
    button("All", () => move(whole), signal, "Show everything"),
  );

  const keys: Record<string, (shift: boolean) => unknown> = {
    "+": () => zoom(1 / ZOOM),
    "=": () => zoom(1 / ZOOM),
    "-": () => zoom(ZOOM),
    ArrowLeft: () => pan(-STEP, 0),
    ArrowRight: () => pan(STEP, 0),
    ArrowUp: () => pan(0, STEP),
    ArrowDown: () => pan(0, -STEP),
    "0": () => move(whole),
    Enter: (shift) => options.onArea(cornersOf(view), shift),
    Escape: () => (drawing ? draw(false) : options.onEscape()),
  };
  const onKey = (event: KeyboardEvent) => {
    const run = keys[event.key];
    if (!run || event.target !== place || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    run(event.shiftKey);
  };
  place.addEventListener("keydown", onKey, { signal });
  followWheel(place, (factor, at) => zoom(factor, shareOf(at)), signal);
  const dragged = followDrag(place, signal, {
    drawing: () => drawing,
    drag(dx, dy) {
      const plot = plotIn(options.chart(), place);
      if (plot) pan(-dx / plot.width, dy / plot.height);
    },
    drawn(trail, add) {
      const chart = options.chart();
      const plot = plotIn(chart, place);
      draw(false);
      if (!chart || !plot) return;
      const [x, y] = [scaleOf(chart, "x"), scaleOf(chart, "y")];
      const polygon = trail.map(([px, py]): Corner => [px - plot.left, py - plot.top]);
      const inData = ([px, py]: Corner): Corner => [x.invert(px), y.invert(py)];
      options.onArea(thinned(polygon, MOST_CORNERS).map(inData), add);
    },
    again: () => move(whole),
  });
  /** A place as shares of the plot's width and height, from its lower left corner. */
  function shareOf([x, y]: Corner): Corner {
    const plot = plotIn(options.chart(), place);
    return plot ? [(x - plot.left) / plot.width, 1 - (y - plot.top) / plot.height] : [0.5, 0.5];
  }
  const inView = ([low, high]: Span, share: number) => low + share * (high - low);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  });

  return {
    place,
    bar,
    view: () => view,
    signals,
    lay(next, all) {
      clearTimeout(timer);
      timer = 0;
      view = next;
      whole = all;
    },
    moving: () => timer !== 0,
    dragged,
    cornerOf(event) {
      const [right, up] = shareOf(pixelOf(place, event));
      return [inView(view.x, right), inView(view.y, up)];
    },
  };
}

function pixelOf(place: HTMLElement, event: MouseEvent): Corner {
  const box = place.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** Turns of the wheel over `place` as factors; those that belong to a scrolling page pass by. */
function followWheel(
  place: HTMLElement,
  zoom: (factor: number, at: Corner) => boolean,
  signal: AbortSignal,
): void {
  let scrolled = Number.NEGATIVE_INFINITY;
  let zoomed = Number.NEGATIVE_INFINITY;
  const onWheelAnywhere = (event: WheelEvent) => {
    if (!(event.target instanceof Node && place.contains(event.target))) scrolled = event.timeStamp;
  };
  const onWheel = (event: WheelEvent) => {
    const { timeStamp, deltaMode, deltaY } = event;
    if (timeStamp - scrolled < PAUSE && !event.ctrlKey) {
      scrolled = timeStamp;
      return;
    }
    const pixels = deltaY * (deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1);
    const changed = zoom(Math.exp(Math.max(-1, Math.min(1, pixels * 0.002))), pixelOf(place, event));
    // At its end a zoom goes on holding the page until the wheel rests; after that the page may scroll.
    if (!changed && timeStamp - zoomed > PAUSE) return;
    zoomed = timeStamp;
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("wheel", onWheelAnywhere, { signal, passive: true, capture: true });
  place.addEventListener("wheel", onWheel, { signal, passive: false });
}

interface Dragging {
  /** Whether a drag draws an outline and doesn't move the plane. */
  drawing(): boolean;
  drag(dx: number, dy: number): void;
  drawn(trail: Corner[], add: boolean): void;
  again(): void;
}

/** Presses on the chart in `place`; the returned test says whether the last one has moved or drawn. */
function followDrag(place: HTMLElement, signal: AbortSignal, to: Dragging): () => boolean {
  let down = false;
  let moved = false;
  let trail: Corner[] = [];
  const outline = document.createElementNS(SVG, "polygon");
  const overlay = document.createElementNS(SVG, "svg");
  overlay.setAttribute("class", "ci-lasso");
  overlay.append(outline);

  const onDown = (event: PointerEvent) => {
    if (event.button !== 0 || !(event.target instanceof HTMLCanvasElement)) return;
    down = true;
    moved = false;
    trail = [pixelOf(place, event)];
  };
  const onMove = (event: PointerEvent) => {
    if (!down) return;
    const at = pixelOf(place, event);
    const [x, y] = trail.at(-1) ?? at;
    if (!moved && Math.hypot(at[0] - x, at[1] - y) < NUDGE) return;
    if (!moved) {
      moved = true;
      place.setPointerCapture(event.pointerId);
      if (to.drawing()) place.append(overlay);
    }
    trail.push(at);
    if (to.drawing()) outline.setAttribute("points", trail.join(" "));
    else to.drag(at[0] - x, at[1] - y);
  };
  const onUp = (event: PointerEvent) => {
    overlay.remove();
    outline.removeAttribute("points");
    const drew = down && moved && to.drawing() && event.type === "pointerup" && trail.length > 2;
    down = false;
    if (drew) to.drawn(trail, event.shiftKey);
  };
  const onDouble = () => {
    if (!to.drawing()) to.again();
  };
  place.addEventListener("pointerdown", onDown, { signal });
  place.addEventListener("pointermove", onMove, { signal });
  place.addEventListener("pointerup", onUp, { signal });
  place.addEventListener("pointercancel", onUp, { signal });
  place.addEventListener("dblclick", onDouble, { signal });
  return () => moved || to.drawing();
}

/** Scales what is in view by `factor` (below 1 zooms in) about a place given as shares of width and height. */
export function zoomed(view: Area, whole: Area, factor: number, at: Corner = [0.5, 0.5]): Area {
  const scale = ([low, high]: Span, [first, last]: Span, share: number): Span => {
    const length = Math.max((last - first) / DEEPEST, Math.min(last - first, (high - low) * factor));
    const start = low + share * (high - low - length);
    return within([start, start + length], [first, last]);
  };
  return { x: scale(view.x, whole.x, at[0]), y: scale(view.y, whole.y, at[1]) };
}

/** Moves what is in view by shares of its own width and height. */
export function panned(view: Area, whole: Area, right: number, up: number): Area {
  const shift = ([low, high]: Span, all: Span, share: number): Span =>
    within([low + share * (high - low), high + share * (high - low)], all);
  return { x: shift(view.x, whole.x, right), y: shift(view.y, whole.y, up) };
}

function within([low, high]: Span, [first, last]: Span): Span {
  const shift = Math.max(0, first - low) + Math.min(0, last - high);
  return [Math.max(first, low + shift), Math.min(last, high + shift)];
}

export function sameArea(a: Area, b: Area): boolean {
  const near = (one: Span, other: Span) =>
    Math.abs(one[0] - other[0]) + Math.abs(one[1] - other[1]) < 1e-6 * (other[1] - other[0]);
  return near(a.x, b.x) && near(a.y, b.y);
}

export function holds({ x, y }: Area, [px, py]: Corner): boolean {
  return px >= x[0] && px <= x[1] && py >= y[0] && py <= y[1];
}

export function cornersOf({ x, y }: Area): Corner[] {
  return [
    [x[0], y[0]],
    [x[1], y[0]],
    [x[1], y[1]],
    [x[0], y[1]],
  ];
}

/**
 * The polygon with at most `most` corners: again and again without the corner that changes its area least
 * (Visvalingam and Whyatt 1993).
 */
export function thinned(polygon: readonly Corner[], most: number): Corner[] {
  const kept = [...polygon];
  while (kept.length > most) {
    let least = 0;
    let smallest = Number.POSITIVE_INFINITY;
    for (const [i, corner] of kept.entries()) {
      const size = triangle(kept.at(i - 1) ?? corner, corner, kept[(i + 1) % kept.length] ?? corner);
      if (size < smallest) [least, smallest] = [i, size];
    }
    kept.splice(least, 1);
  }
  return kept;
}

function triangle([ax, ay]: Corner, [bx, by]: Corner, [cx, cy]: Corner): number {
  return Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2;
}
