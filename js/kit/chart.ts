/**
 * A Vega-Lite chart that is embedded once and lives: data, signals, size and theme change inside the same view, so that
 * hover, zoom and focus survive every update.
 */
import type { View } from "vega";
import type { TopLevelSpec } from "vega-lite";
import type { Runtime } from "../runtime/index";
import { h } from "./dom";
import type { Colours } from "./theme";
import { createTooltip } from "./tooltip";

export type Signals = Record<string, unknown>;
export type Datasets = Record<string, readonly object[]>;

export interface Changes {
  signals?: Signals;
  data?: Datasets;
}

export interface Chart {
  element: HTMLElement;
  view: View;
  /** Applies data and those signals that the chart has, in one pass; resolves when the pixels are there. */
  update(changes: Changes): Promise<void>;
}

export interface ChartOptions {
  spec: object;
  label: string;
  data: Datasets;
  signals: Signals;
  colours: Colours;
  locale: Record<string, unknown>;
  signal: AbortSignal;
}

const SIZE = /(^|_)(width|height)$/;

declare global {
  interface HTMLElement {
    /** The living Vega view of a chart's element. */
    ciView?: View;
  }
}

export async function createChart(
  runtime: Runtime,
  place: HTMLElement,
  options: ChartOptions,
): Promise<Chart> {
  const { signal, colours } = options;
  const tooltip = createTooltip();
  const canvas = h("div", { class: "ci-canvas" });
  const element = h("div", { class: "ci-chart" }, canvas, tooltip.element);
  place.append(element);

  const spec = prepare(options.spec, { ...options.signals, ...colours }, options.data, options.label);
  const { view, finalize } = await runtime.embed(canvas, spec, {
    mode: "vega-lite",
    actions: false,
    renderer: "canvas",
    defaultStyle: false,
    // Vega warns of every empty layer, such as the outlines of an empty selection.
    logLevel: runtime.vega.Error,
    tooltip: tooltip.handler,
    ast: !mayCompile(),
    // Not embed's own option, which sets the locale of every chart in the page.
    config: { locale: { number: options.locale } } as object,
  });
  const dispose = () => {
    tooltip.hide();
    finalize();
    delete element.ciView;
    element.remove();
  };
  if (signal.aborted) dispose();
  else signal.addEventListener("abort", dispose, { once: true });
  signal.throwIfAborted();
  element.ciView = view;

  const known = new Set(Object.keys(view.getState({ signals: () => true, data: () => false }).signals));
  const update = async ({ signals = {}, data = {} }: Changes) => {
    if (signal.aborted) return;
    const settings = Object.entries(signals);
    // What a tooltip says may no longer be so.
    if (settings.length > 0) tooltip.hide();
    for (const [name, value] of settings) {
      if (!known.has(name)) continue;
      // The canvas of a composed chart keeps its size unless it is told.
      if (SIZE.test(name) && view.signal(name) !== value) view.resize();
      view.signal(name, value);
    }
    for (const [name, rows] of Object.entries(data)) {
      view.resize();
      view.change(
        name,
        runtime.vega
          .changeset()
          .remove(runtime.vega.truthy)
          .insert([...rows]),
      );
    }
    await view.runAsync();
  };
  return { element, view, update };
}

/** Writes a number by a d3 format as a chart of that locale does. */
export function numberWriter(runtime: Runtime, locale: Record<string, unknown>) {
  const { locale: make } = runtime.vega as unknown as {
    locale(number: object): { format(specifier: string): (value: number) => string };
  };
  const known = make(locale);
  return (format: string, value: number): string => known.format(format)(value);
}

/** The specification with its parameters' first values, its data and its name in place: the first picture is the right one. */
function prepare(spec: object, values: Signals, data: Datasets, description: string): TopLevelSpec {
  const params = (spec as { params?: { name: string; value?: unknown }[] }).params ?? [];
  return {
    ...spec,
    description,
    params: params.map((param) => (param.name in values ? { ...param, value: values[param.name] } : param)),
    datasets: data,
  } as unknown as TopLevelSpec;
}

let compiles: boolean | undefined;

/** Whether the page's security policy lets Vega compile its expressions; otherwise they are interpreted. */
function mayCompile(): boolean {
  if (compiles === undefined) {
    try {
      new Function("return 1")();
      compiles = true;
    } catch {
      compiles = false;
    }
  }
  return compiles;
}

/** Calls back with an element's width, at once and whenever it changes by a pixel or more. */
export function followWidth(
  element: HTMLElement,
  onWidth: (width: number) => void,
  signal: AbortSignal,
): void {
  let last = 0;
  let frame = 0;
  const observer = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width === last || width === 0) return;
    last = width;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => onWidth(width));
  });
  observer.observe(element);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  });
}
