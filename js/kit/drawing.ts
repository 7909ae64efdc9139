/** A chart that is made once its place has a width, and is as wide as its place from then on. */
import type { Runtime } from "../runtime/index";
import { type Chart, createChart, type Datasets, followWidth, type Signals } from "./chart";
import { h } from "./dom";
import type { Formats } from "./format";
import type { Colours } from "./theme";

export interface Content {
  /** `width` and `height` are those of the plot, without what stands around it. */
  signals: Signals & { width: number; height?: number };
  data: Datasets;
}

export interface Drawing {
  place: HTMLElement;
  chart(): Chart | null;
  /** The chart, while it is drawn and its place on show: for pictures to take away. */
  shown(): Chart[];
  /** Draws what `content` gives now; before the place has a width, as soon as it has one. */
  draw(): void;
  /** Sets signals alone, without looking at the data. */
  signal(signals: Signals): void;
}

export interface DrawingOptions {
  context: {
    runtime: Runtime;
    signal: AbortSignal;
    colours(): Colours;
    formats(): Formats;
    trouble(error: unknown): void;
  };
  spec: object;
  class: string;
  label(): string;
  /** What to draw in a place of that width; `null` while there is nothing. */
  content(width: number): Content | null;
  onMade?(chart: Chart): void;
}

export function createDrawing(options: DrawingOptions): Drawing {
  const { context, spec } = options;
  const { runtime, signal, trouble } = context;
  const place = h("div", { class: `ci-drawing ${options.class}` });
  let chart: Chart | null = null;
  let state: "idle" | "waiting" | "making" | "made" = "idle";
  let width = 0;
  let again = false;

  const make = async ({ signals, data }: Content) => {
    const { width: first, height } = signals;
    chart = await createChart(runtime, place, {
      spec: { ...spec, width: first, ...(height && { height }) },
      label: options.label(),
      data,
      signals,
      colours: context.colours(),
      locale: context.formats().d3Locale,
      signal,
    });
    state = "made";
    options.onMade?.(chart);
    if (again) await redraw();
  };
  const redraw = async () => {
    if (state === "making") {
      again = true;
      return;
    }
    const content = width > 0 ? options.content(width) : null;
    if (!content) return;
    if (state === "made") await chart?.update(content);
    else {
      state = "making";
      await make(content);
    }
  };
  const draw = () => void redraw().catch(trouble);

  return {
    place,
    chart: () => chart,
    shown: () => (chart && place.checkVisibility() ? [chart] : []),
    draw() {
      if (state !== "idle") return draw();
      state = "waiting";
      const onWidth = (next: number) => {
        width = next;
        draw();
      };
      followWidth(place, onWidth, signal);
    },
    signal: (signals) => void chart?.update({ signals }).catch(trouble),
  };
}

/** The plot inside a chart's padding, in pixels from the upper left corner of `place`. */
export function plotIn(chart: Chart | null, place: HTMLElement) {
  const canvas = chart?.element.querySelector("canvas");
  if (!chart || !canvas) return null;
  const [outer, inner] = [place.getBoundingClientRect(), canvas.getBoundingClientRect()];
  const [x, y] = chart.view.origin();
  const padding = chart.view.padding() as { left: number; top: number };
  return {
    left: inner.left - outer.left + x + padding.left,
    top: inner.top - outer.top + y + padding.top,
    width: chart.view.width(),
    height: chart.view.height(),
  };
}

/** A continuous scale of a chart: what a value's pixel is, and what a pixel's value. */
export function scaleOf({ view }: Chart, name: string) {
  return view.scale(name) as unknown as ((value: number) => number) & { invert(pixel: number): number };
}
