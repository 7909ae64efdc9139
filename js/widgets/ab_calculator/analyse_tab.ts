/** Analyse: the verdict, the counts, the effect with its curve, all metrics, what it is worth, and the method. */

import { h } from "../../kit/dom";
import { toCsv } from "../../kit/download";
import type { Row } from "../../kit/frames";
import { createTwin, dataTable } from "../../kit/tables";
import type { Analysis } from "./analysis";
import { createCountsPanel } from "./counts_panel";
import { createEffectCharts } from "./effect_charts";
import { createForestPanel } from "./forest_panel";
import { createLiftPanel } from "./lift_panel";
import { familyWords } from "./maths/corrections";
import { change, integer, span } from "./maths/wording";
import { createMethodPanel } from "./method_panel";
import type { TabContext, TabView } from "./tab";
import { createValuePanel } from "./value_panel";
import { createVerdictStrip } from "./verdict_strip";
import { DECISIONS, matchOf, meanText, surenessText, unitOf } from "./words";
import { createWorthwhilePanel } from "./worthwhile_panel";

export function createAnalyseTab(context: TabContext, isExample: () => boolean): TabView {
  const { scene } = context;
  const strip = createVerdictStrip(context);
  const counts = createCountsPanel(context);
  const worthwhile = createWorthwhilePanel(context);
  const effect = createEffectCharts(context);
  const forest = createForestPanel(context);
  const lift = createLiftPanel(context);
  const value = createValuePanel(context);
  const method = createMethodPanel(context);
  const twin = createTwin();
  const results = h("div", { class: "ci-results" }, effect.element, twin.element);
  const below = [forest.element, lift.element, value.element];
  const element = h(
    "div",
    { class: "ci-analyse" },
    strip.element,
    h(
      "div",
      { class: "ci-ab-columns" },
      h("div", { class: "ci-ab-inputs" }, counts.element, worthwhile.element, method.element),
      results,
    ),
    ...below,
  );
  let said = "";

  return {
    element,
    show() {
      const wrong = counts.show();
      const analysis = scene().analysis();
      const source = scene().source();
      method.show();
      // Figures of counts that aren't there any more must not be read as if they were.
      for (const part of [results, ...below]) part.classList.toggle("ci-stale", wrong !== "");
      if (wrong || !analysis) {
        said = wrong || (typeof source === "string" ? source : "");
        strip.hold(said);
        if (!analysis) for (const part of [results, ...below]) part.hidden = true;
        return;
      }
      results.hidden = false;
      value.element.hidden = false;
      strip.show(analysis, scene().state, isExample());
      said = `${DECISIONS[analysis.verdict.decision].label}. ${analysis.verdict.reason}`;
      worthwhile.show(analysis.source);
      effect.show(analysis);
      forest.show(analysis);
      lift.show(analysis.source);
      value.show(analysis);
      const rows = figuresOf(analysis);
      twin.show(scene().state.table_view, rows, () => [figuresTable(rows, matchOf(analysis))]);
    },
    recolour(colours) {
      for (const part of [effect, forest, lift]) part.recolour(colours);
    },
    charts: () => [...effect.charts(), ...forest.charts(), ...lift.charts()],
    finding: () => said,
    csv: () => csvOf(scene().analysis()),
  };
}

type Figure = [string, string];

/** The figures of the effect on show, as its table. */
function figuresOf({ comparison, source, plannedEnd, guarded, verdict, ratio }: Analysis): Figure[] {
  const { metric, control, treatment } = source;
  const { effect, lower, upper, relative, nControl, nTreatment } = comparison;
  const unit = unitOf(metric, relative);
  const figures: Figure[] = [
    ["Verdict", DECISIONS[verdict.decision].label],
    [`${control} (control)`, `${meanText(comparison.control, metric)} of ${integer(nControl)} units`],
    [treatment, `${meanText(comparison.treatment, metric)} of ${integer(nTreatment)} units`],
    ["Effect", change(effect, unit)],
  ];
  if (!guarded) {
    figures.push(["Interval", Number.isNaN(lower) ? "–" : span(lower, upper, unit)]);
    const sure = surenessText(comparison);
    figures.push([
      comparison.method === "bayes" ? "Chance" : "p-value",
      sure ? `${sure}${familyWords(comparison.family)}` : "–",
    ]);
  } else if (plannedEnd !== null) figures.push(["Interval", `comes at the planned end, ${plannedEnd}`]);
  figures.push(["Split", ratio.sentence]);
  return figures;
}

const figuresTable = (rows: readonly Figure[], caption: string): HTMLElement =>
  dataTable<Figure>(
    caption,
    [
      { label: "Figure", cell: ([name]) => name },
      { label: "Value", cell: ([, value]) => value },
    ],
    rows,
  );

const COLUMNS = [
  "metric",
  "variant",
  "control",
  "guardrail",
  "n_control",
  "n",
  "control_mean",
  "mean",
  "effect",
  "lower",
  "upper",
  "relative",
  "p_value",
  "lower_adjusted",
  "upper_adjusted",
  "p_adjusted",
  "probability",
  "expected_loss",
];

function csvOf(analysis: Analysis | null): string {
  const number = (value: number) => (Number.isFinite(value) ? value : null);
  const rows = (analysis?.forest ?? []).map(({ metric, variant, comparison, alone }): Row => {
    const { effect, relative, probability, expectedLoss } = comparison;
    return {
      metric: metric.name,
      variant,
      control: analysis?.source.control ?? "",
      guardrail: metric.guardrail,
      n_control: number(comparison.nControl),
      n: number(comparison.nTreatment),
      control_mean: number(comparison.control),
      mean: number(comparison.treatment),
      effect: number(effect),
      lower: number(alone.lower),
      upper: number(alone.upper),
      relative,
      p_value: number(alone.pValue),
      lower_adjusted: number(comparison.lower),
      upper_adjusted: number(comparison.upper),
      p_adjusted: number(comparison.pValue),
      probability: number(probability),
      expected_loss: number(expectedLoss),
    };
  });
  return toCsv(rows, COLUMNS);
}
