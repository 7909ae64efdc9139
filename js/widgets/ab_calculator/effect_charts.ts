/** The effect on show with its interval, and below it, on the same axis, the curve of what is known of it. */
import specs from "../../../custintel_widgets/ab_calculator/specs.json";
import type { Chart, Signals } from "../../kit/chart";
import { h, setText } from "../../kit/dom";
import { createDrawing } from "../../kit/drawing";
import { textWidth } from "../../kit/labels";
import type { Colours } from "../../kit/theme";
import type { Analysis } from "./analysis";
import { axisSignals, type Ends, roundEnds, within } from "./axis";
import type { Comparison } from "./maths/compare";
import { decisionOf } from "./maths/compare";
import { change, digitsFor } from "./maths/wording";
import type { TabContext } from "./tab";
import { chanceText, effectText, factorOf, guardText, surenessText, unitOf } from "./words";

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
  let analysis: Analysis | null = null;
  const found = () => analysis as Analysis;
  const label = (what: string) => () =>
    analysis ? `${what}: ${effectText(rowOf(analysis))}. The table holds the figures.` : what;
  const effect = createDrawing({
    context,
    spec: specs.effect,
    class: "ci-effect-chart",
    label: label("Effect and interval"),
    content(width) {
      if (!analysis) return null;
      const signals = signalsOf(analysis, context, width - BESIDE);
      return {
        signals: { ...signals, width: width - BESIDE, height: EFFECT_HEIGHT },
        data: effectData(analysis, width - BESIDE),
      };
    },
  });
  const density = createDrawing({
    context,
    spec: specs.density,
    class: "ci-density-chart",
    label: label("Curve of the effect"),
    content(width) {
      if (!analysis) return null;
      const signals = signalsOf(analysis, context, width - BESIDE);
      const { lines } = effectData(analysis, width - BESIDE);
      return {
        signals: {
          ...signals,
          width: width - BESIDE,
          height: context.scene().state.height || DENSITY_HEIGHT,
        },
        data: { lines, density: densityRows(analysis) },
      };
    },
  });
  const about = h("span", { class: "ci-curve-about" });
  const keys = (["worse", "small", "worthwhile"] as const).map((region) => {
    const text = h("span", {});
    const item = h(
      "span",
      { class: "ci-key", "data-region": region },
      h("span", { class: "ci-key-swatch" }),
      text,
    );
    return { region, item, text };
  });
  const legend = h("p", { class: "ci-curve-legend" }, about, ...keys.map(({ item }) => item));
  const none = h("p", { class: "ci-panel-note" });
  const element = h("div", { class: "ci-effect" }, effect.place, density.place, legend, none);

  return {
    element,
    show(next) {
      analysis = next;
      const { comparison, guarded, verdict } = found();
      const { state } = context.scene();
      const drawn = Number.isFinite(comparison.effect);
      const curved = state.show_density && comparison.curve !== null && drawn;
      effect.place.hidden = !drawn || state.table_view;
      density.place.hidden = !curved || state.table_view;
      legend.hidden = !curved || state.table_view;
      setText(none, drawn ? "" : comparison.message);
      if (curved) {
        setText(about, guarded ? guardText(next) : aboutOf(comparison));
        const shares = decisionOf(comparison, verdict.smallestWorthwhile);
        const words = keyWords(comparison, verdict.smallestWorthwhile, found());
        for (const { region, item, text } of keys) {
          const share = region === "small" ? shares.tooSmall : shares[region];
          item.hidden = guarded || (region === "small" && verdict.smallestWorthwhile === 0);
          setText(text, `${words[region]} ${chanceText(share)}`);
        }
      }
      if (drawn && !state.table_view) effect.draw();
      if (curved && !state.table_view) density.draw();
    },
    recolour(colours) {
      effect.signal(colours as Signals);
      density.signal(colours as Signals);
    },
    charts: () =>
      [effect, density].flatMap(({ place, chart }) => {
        const drawn = chart();
        return drawn && !place.hidden ? [drawn] : [];
      }),
  };
}

const rowOf = ({ comparison, source, forest }: Analysis) => ({
  comparison,
  metric: source.metric,
  variant: source.treatment,
  pAdjusted:
    forest.find((row) => row.metric === source.metric && row.variant === source.treatment)?.pAdjusted ??
    Number.NaN,
});

/** Ends of the axis: zero, the interval and the worthwhile effect are in sight. */
function endsOf({ comparison, verdict, value }: Analysis): Ends {
  const { effect, lower, upper, curve, direction, relative, control } = comparison;
  const sign = direction === "down" ? -1 : 1;
  const [low, high] = curve?.reach() ?? [effect, effect];
  const bar = value ? value.breakEven / (relative ? control : 1) : 0;
  const inSight = [effect, lower, upper, sign * verdict.smallestWorthwhile, bar];
  // An interval without an end still needs a picture of the rest.
  if (!Number.isFinite(lower)) inSight.push(low);
  if (!Number.isFinite(upper)) inSight.push(high);
  return roundEnds(inSight, Math.abs(effect) || 1);
}

function signalsOf(analysis: Analysis, context: TabContext, width: number): Signals & { width: number } {
  const { comparison, guarded, source, verdict } = analysis;
  const { metric } = source;
  const { state } = context.scene();
  const ends = endsOf(analysis);
  const smallest = verdict.smallestWorthwhile;
  const up = comparison.direction === "up";
  const { decision } = verdict;
  return {
    ...axisSignals(
      ends,
      factorOf(metric, comparison.relative),
      unitOf(metric, comparison.relative),
      state.number_format,
    ),
    width,
    zone_low: up ? within(smallest, ends) : ends.low,
    zone_high: up ? ends.high : within(-smallest, ends),
    tone: decision === "ship" ? "good" : decision === "stop" && analysis.tone === "bad" ? "bad" : "open",
    guarded,
  };
}

function effectData(analysis: Analysis, width: number) {
  const { comparison, source, verdict, value, plannedEnd, guarded } = analysis;
  const { effect, lower, upper, relative, control, direction } = comparison;
  const { metric } = source;
  const ends = endsOf(analysis);
  const unit = unitOf(metric, relative);
  const sign = direction === "down" ? -1 : 1;
  const smallest = verdict.smallestWorthwhile;
  const bar = value ? value.breakEven / (relative ? Math.abs(control) : 1) : 0;
  const row = rowOf(analysis);
  const pixel = (at: number) => ((at - ends.low) / (ends.high - ends.low)) * width;
  /** Words stand on the outer side of their line, as long as they have room there. */
  const placed = (at: number, words: string, role: string, side: number) => {
    const room = side > 0 ? width - pixel(at) : pixel(at);
    return { at, words, role, side: textWidth(words) + 6 > room + BESIDE / 2 ? -side : side };
  };
  const lines = [placed(0, "no effect", "zero", -sign)];
  if (smallest > 0 && smallest > Math.abs(bar))
    lines.push(placed(sign * smallest, `worthwhile ${change(sign * smallest, unit)}`, "worthwhile", sign));
  if (bar !== 0) lines.push(placed(bar, `covers costs ${change(bar, unit)}`, "costs", sign));
  const known = Number.isFinite(effect) && !Number.isNaN(lower);
  const factor = factorOf(metric, relative);
  const digits = digitsFor(factor * lower, factor * upper);
  const end = (value: number) =>
    !guarded && known && Number.isFinite(value) ? change(value, unit, digits) : "";
  const own = change(effect, unit);
  return {
    lines,
    interval: [
      {
        effect,
        lower: known ? within(lower, ends) : effect,
        upper: known ? within(upper, ends) : effect,
        low_open: lower < ends.low,
        high_open: upper > ends.high,
        words: !guarded ? own : plannedEnd === null ? "" : `${own} so far`,
        low_words: end(lower),
        high_words: end(upper),
        heading: guarded ? guardText(analysis) : effectText(row),
        finding: guarded ? "" : surenessText(row),
      },
    ],
  };
}

/** The curve in its regions; borders belong to both neighbours, so that no gap shows. */
function densityRows(analysis: Analysis): object[] {
  const { comparison, verdict } = analysis;
  const { curve, direction } = comparison;
  if (!curve) return [];
  const ends = endsOf(analysis);
  const reach = curve.reach();
  const [low, high] = [Math.max(ends.low, reach[0]), Math.min(ends.high, reach[1])];
  const up = direction === "up";
  const border = (up ? 1 : -1) * verdict.smallestWorthwhile;
  const regionAt = (x: number): Region => {
    if (up ? x < 0 : x > 0) return "worse";
    return Math.abs(x) < Math.abs(border) ? "small" : "worthwhile";
  };
  const borders = [...new Set([0, border])].filter((x) => x > low && x < high).sort((a, b) => a - b);
  const parts = [low, ...borders, high];
  const rows: object[] = [];
  for (let part = 0; part + 1 < parts.length; part += 1) {
    const [from, to] = [parts[part] as number, parts[part + 1] as number];
    const region = regionAt((from + to) / 2);
    const count = Math.max(2, Math.ceil((POINTS * (to - from)) / (high - low)));
    for (let i = 0; i <= count; i += 1) {
      const x = from + ((to - from) * i) / count;
      rows.push({ x, density: densityAt(curve, x), region });
    }
  }
  return rows;
}

/** Heights at places that come again with every step of a slider. */
const heights = new WeakMap<object, Map<number, number>>();

function densityAt(curve: NonNullable<Comparison["curve"]>, x: number): number {
  let known = heights.get(curve);
  if (!known) {
    known = new Map();
    heights.set(curve, known);
  }
  const height = known.get(x) ?? curve.density(x);
  known.set(x, height);
  return height;
}

function aboutOf({ method }: Comparison): string {
  if (method === "bayes") return "Posterior of the effect:";
  if (method === "sequential")
    return "Confidence curve of this look; the band is wider, it holds at any look:";
  return "Confidence curve (no probability of the effect); its area:";
}

function keyWords(comparison: Comparison, smallest: number, { source }: Analysis): Record<Region, string> {
  const least = change(
    (comparison.direction === "down" ? -1 : 1) * smallest,
    unitOf(source.metric, comparison.relative),
  );
  return {
    worse: `worse than ${source.control}`,
    small: `better by less than ${least}`,
    worthwhile: smallest > 0 ? "worthwhile" : "better",
  };
}
