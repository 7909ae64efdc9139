/** The effect on show with its interval, and below it, on the same axis, the curve of what is known of it. */
import specs from "../../../custintel_widgets/ab_calculator/specs.json";
import type { Chart, Signals } from "../../kit/chart";
import { h, setText } from "../../kit/dom";
import { createDrawing } from "../../kit/drawing";
import { textWidth } from "../../kit/labels";
import { type Ends, roundEnds, within } from "../../kit/rounding";
import type { Colours } from "../../kit/theme";
import type { Analysis, Finding } from "./analysis";
import { axisSignals } from "./axis";
import { type Comparison, decisionOf } from "./maths/compare";
import type { Curve } from "./maths/curves";
import { chance, change, digitsFor } from "./maths/wording";
import type { TabContext } from "./tab";
import { effectText, factorOf, guardText, surenessText, unitOf } from "./words";

export interface EffectCharts {
  element: HTMLElement;
  show(analysis: Analysis): void;
  recolour(colours: Colours): void;
  charts(): Chart[];
}

/** What stands at both sides of the plot. */
const BESIDE = 56;
const EFFECT_HEIGHT = 92;
const DENSITY_HEIGHT = 96;
const POINTS = 120;

type Region = "worse" | "small" | "worthwhile";

export function createEffectCharts(context: TabContext): EffectCharts {
  let picture: Picture | null = null;
  const label = (what: string) => () =>
    picture ? `${what}: ${effectText(picture.row)}. The table holds the figures.` : what;
  const effect = createDrawing({
    context,
    spec: specs.effect,
    class: "ci-effect-chart",
    label: label("Effect and interval"),
    content(place) {
      if (!picture) return null;
      const width = place - BESIDE;
      const data = { interval: [intervalOf(picture)], lines: linesOf(picture, width) };
      return { signals: { ...signalsOf(picture), width, height: EFFECT_HEIGHT }, data };
    },
  });
  const density = createDrawing({
    context,
    spec: specs.density,
    class: "ci-density-chart",
    label: label("Curve of the effect"),
    content(place) {
      if (!picture) return null;
      const width = place - BESIDE;
      const height = context.scene().state.height || DENSITY_HEIGHT;
      const data = { density: densityOf(picture), lines: linesOf(picture, width) };
      return { signals: { ...signalsOf(picture), width, height }, data };
    },
  });
  const about = h("span", { class: "ci-curve-about" });
  const keys = (["worse", "small", "worthwhile"] as const).map((region) => {
    const text = h("span", {});
    const swatch = h("span", { class: "ci-key-swatch" });
    return { region, item: h("span", { class: "ci-key", "data-region": region }, swatch, text), text };
  });
  const legend = h("p", { class: "ci-curve-legend" }, about, ...keys.map(({ item }) => item));
  const none = h("p", { class: "ci-panel-note" });
  const element = h("div", { class: "ci-effect" }, effect.place, density.place, legend, none);

  const showLegend = ({ analysis, smallest }: Picture) => {
    const { comparison, guarded } = analysis;
    setText(about, guarded ? guardText(analysis) : aboutOf(comparison));
    const shares = decisionOf(comparison, smallest);
    const words = keyWords(analysis, smallest);
    for (const { region, item, text } of keys) {
      item.hidden = guarded || (region === "small" && smallest === 0);
      setText(text, `${words[region]} ${chance(region === "small" ? shares.tooSmall : shares[region])}`);
    }
  };
  return {
    element,
    show(analysis) {
      const { state } = context.scene();
      const { comparison } = analysis;
      picture = pictureOf(analysis, state.number_format);
      const drawn = Number.isFinite(comparison.effect);
      const pictured = drawn && !state.table_view;
      const curved = pictured && state.show_density && comparison.curve !== null;
      effect.place.hidden = !pictured;
      for (const part of [density.place, legend]) part.hidden = !curved;
      setText(none, drawn ? "" : comparison.message);
      if (pictured) effect.draw();
      if (!curved) return;
      showLegend(picture);
      density.draw();
    },
    recolour(colours) {
      effect.signal(colours);
      density.signal(colours);
    },
    charts: () => [...effect.shown(), ...density.shown()],
  };
}

/** What both charts are drawn from. */
interface Picture {
  analysis: Analysis;
  row: Pick<Finding, "metric" | "comparison">;
  /** Upwards is better, or downwards. */
  sign: 1 | -1;
  smallest: number;
  /** The effect that covers the costs, on the scale of the comparison; 0 for none. */
  bar: number;
  ends: Ends;
  unit: string;
  factor: number;
  format: string;
}

function pictureOf(analysis: Analysis, format: string): Picture {
  const { comparison, verdict, value, source } = analysis;
  const { relative, control, direction } = comparison;
  const { metric } = source;
  const sign = direction === "down" ? -1 : 1;
  const smallest = verdict.smallestWorthwhile;
  const bar = value ? value.breakEven / (relative ? Math.abs(control) : 1) : 0;
  return {
    analysis,
    row: { metric, comparison },
    sign,
    smallest,
    bar,
    ends: endsOf(comparison, [sign * smallest, bar]),
    unit: unitOf(metric, relative),
    factor: factorOf(metric, relative),
    format,
  };
}

/** Zero, the interval and what it is held against are in sight; of an interval without an end, the curve's own reach. */
function endsOf({ effect, lower, upper, curve }: Comparison, lines: readonly number[]): Ends {
  const inSight = [effect, lower, upper, ...lines];
  const endless = !Number.isFinite(lower) || !Number.isFinite(upper);
  if (curve && endless) inSight.push(...rememberedOf(curve).reach);
  return roundEnds(inSight, Math.abs(effect) || 1);
}

function signalsOf({ analysis, sign, smallest, ends, unit, factor, format }: Picture): Signals {
  const { guarded, verdict, tone } = analysis;
  const { decision } = verdict;
  return {
    ...axisSignals(ends, factor, unit, format),
    zone_low: sign > 0 ? within(smallest, ends) : ends.low,
    zone_high: sign > 0 ? ends.high : within(-smallest, ends),
    tone: decision === "ship" ? "good" : decision === "stop" && tone === "bad" ? "bad" : "open",
    guarded,
  };
}

/** What the effect is held against; words stand on the outer side of their line, as long as they have room there. */
function linesOf({ sign, smallest, bar, ends, unit }: Picture, width: number): object[] {
  const placed = (at: number, words: string, role: string, side: number) => {
    const pixel = ((at - ends.low) / (ends.high - ends.low)) * width;
    const room = (side > 0 ? width - pixel : pixel) + BESIDE / 2;
    return { at, words, role, side: textWidth(words) + 6 > room ? -side : side };
  };
  const lines = [placed(0, "no effect", "zero", -sign)];
  if (smallest > Math.abs(bar))
    lines.push(placed(sign * smallest, `worthwhile ${change(sign * smallest, unit)}`, "worthwhile", sign));
  if (bar !== 0) lines.push(placed(bar, `covers costs ${change(bar, unit)}`, "costs", sign));
  return lines;
}

function intervalOf({ analysis, row, ends, unit, factor }: Picture): object {
  const { comparison, plannedEnd, guarded } = analysis;
  const { effect, lower, upper } = comparison;
  const known = !Number.isNaN(lower);
  const digits = digitsFor(factor * lower, factor * upper);
  const end = (value: number) => (!guarded && Number.isFinite(value) ? change(value, unit, digits) : "");
  const own = change(effect, unit);
  return {
    effect,
    lower: known ? within(lower, ends) : effect,
    upper: known ? within(upper, ends) : effect,
    low_open: lower < ends.low,
    high_open: upper > ends.high,
    words: !guarded ? own : plannedEnd === null ? "" : `${own} so far`,
    low_words: end(lower),
    high_words: end(upper),
    heading: guarded ? guardText(analysis) : effectText(row),
    finding: guarded ? "" : surenessText(row.comparison),
  };
}

/** The curve in its regions; borders belong to both neighbours, so that no gap shows. */
function densityOf({ analysis, sign, smallest, ends }: Picture): object[] {
  const { curve } = analysis.comparison;
  if (!curve) return [];
  const remembered = rememberedOf(curve);
  const low = Math.max(ends.low, remembered.reach[0]);
  const high = Math.min(ends.high, remembered.reach[1]);
  const regionAt = (x: number): Region =>
    sign * x < 0 ? "worse" : Math.abs(x) < smallest ? "small" : "worthwhile";
  const borders = [...new Set([0, sign * smallest])].filter((x) => x > low && x < high).sort((a, b) => a - b);
  const parts = [low, ...borders, high];
  return parts.slice(1).flatMap((to, part) => {
    const from = parts[part] as number;
    const region = regionAt((from + to) / 2);
    const count = Math.max(2, Math.ceil((POINTS * (to - from)) / (high - low)));
    return Array.from({ length: count + 1 }, (_, i) => {
      const x = from + ((to - from) * i) / count;
      return { x, density: remembered.heightAt(x), region };
    });
  });
}

/** What is known of a curve: an exact posterior takes its time, and a slider asks for the same again and again. */
interface Remembered {
  reach: readonly [number, number];
  heightAt(x: number): number;
}

const remembered = new WeakMap<Curve, Remembered>();

function rememberedOf(curve: Curve): Remembered {
  const known = remembered.get(curve);
  if (known) return known;
  const heights = new Map<number, number>();
  const fresh: Remembered = {
    reach: curve.reach(),
    heightAt(x) {
      const height = heights.get(x) ?? curve.density(x);
      heights.set(x, height);
      return height;
    },
  };
  remembered.set(curve, fresh);
  return fresh;
}

function aboutOf({ method }: Comparison): string {
  if (method === "bayes") return "Posterior of the effect:";
  if (method === "sequential")
    return "Confidence curve of this look; the band is wider, it holds at any look:";
  return "Confidence curve (no probability of the effect); its area:";
}

function keyWords({ comparison, source }: Analysis, smallest: number): Record<Region, string> {
  const { relative, direction } = comparison;
  const least = change((direction === "down" ? -1 : 1) * smallest, unitOf(source.metric, relative));
  return {
    worse: `worse than ${source.control}`,
    small: `better by less than ${least}`,
    worthwhile: smallest > 0 ? "worthwhile" : "better",
  };
}
