/** Every metric of every variant against the control; guardrails apart. */
import specs from "../../../custintel_widgets/ab_calculator/specs.json";
import type { Chart } from "../../kit/chart";
import { h, setText } from "../../kit/dom";
import { createDrawing } from "../../kit/drawing";
import { textWidth } from "../../kit/labels";
import { update } from "../../kit/model";
import { roundEnds, within } from "../../kit/rounding";
import { createTwin, dataTable } from "../../kit/tables";
import type { Colours } from "../../kit/theme";
import { type Analysis, type Finding, toneOf } from "./analysis";
import { axisSignals } from "./axis";
import type { TabContext } from "./tab";
import type { State } from "./wire";
import { CORRECTIONS, effectText, factorOf, guardText, shortText, surenessText, unitOf } from "./words";

export interface ForestPanel {
  element: HTMLElement;
  show(analysis: Analysis): void;
  recolour(colours: Colours): void;
  charts(): Chart[];
}

const ROW = 26;
const LONGEST_LABEL = 190;
const AROUND = 30;
const NARROWEST = 200;

interface Row {
  label: string;
  metric?: string;
  variant?: string;
  words?: string;
}

export function createForestPanel(context: TabContext): ForestPanel {
  const { model } = context;
  let analysis: Analysis | null = null;
  const title = h("p", { class: "ci-panel-title" });
  const note = h("p", { class: "ci-panel-note" });
  const twin = createTwin();
  const drawing = createDrawing({
    context,
    spec: specs.forest,
    class: "ci-forest-chart",
    label: () => "Effects of all metrics and variants. The table holds the figures.",
    content(place) {
      if (!analysis) return null;
      const rows = rowsOf(analysis);
      const labels = Math.min(LONGEST_LABEL, Math.max(...rows.map(({ label }) => textWidth(label))));
      const words = Math.max(...rows.map(({ words = "" }) => textWidth(words)));
      const full = place - labels - words - AROUND;
      const show_words = full >= NARROWEST;
      const { forest, forestRelative, guarded } = analysis;
      const [first] = forest;
      const relative = forestRelative;
      return {
        signals: {
          width: Math.max(NARROWEST / 2, show_words ? full : place - labels - AROUND),
          height: ROW * rows.length,
          ...axisSignals(
            endsOf(analysis),
            first ? factorOf(first.metric, relative) : 1,
            first ? unitOf(first.metric, relative) : "",
            context.scene().state.number_format,
          ),
          guarded,
          show_words,
          label_limit: LONGEST_LABEL,
        },
        data: { forest: rows },
      };
    },
    onMade({ view, element }) {
      element.classList.add("ci-pickable");
      const onClick = (_: unknown, item: unknown) => {
        const row = (item as { datum?: Row } | null)?.datum;
        if (row?.variant !== undefined) update(model, { metric: row.metric ?? "", treatment: row.variant });
      };
      view.addEventListener("click", onClick as never);
    },
  });
  const element = h("div", { class: "ci-forest" }, title, drawing.place, twin.element, note);

  return {
    element,
    show(next) {
      analysis = next;
      const { forest, forestRelative, guarded, source } = next;
      const { state } = context.scene();
      element.hidden = forest.length < 2;
      if (element.hidden) return;
      setText(
        title,
        `All against ${source.control}, ${forestRelative ? "in percent of it" : "in the metric's own units"}.${state.table_view ? "" : " Click a row to look at it."}`,
      );
      setText(note, guarded ? "" : noteOf(next, state));
      drawing.place.hidden = state.table_view;
      const rows = forest.map((row) => ({
        ...row,
        effect: guarded ? shortText(row) : effectText(row),
        sure: guarded ? "" : surenessText(row.comparison),
      }));
      const key = rows.map(({ metric, variant, effect, sure }) => [metric.name, variant, effect, sure]);
      twin.show(state.table_view, key, () => [forestTable(rows)]);
      if (!state.table_view) drawing.draw();
    },
    recolour: (colours) => drawing.signal(colours),
    charts: drawing.shown,
  };
}

function endsOf({ forest }: Analysis) {
  return roundEnds(forest.flatMap(({ comparison: { effect, lower, upper } }) => [effect, lower, upper]));
}

function rowsOf(analysis: Analysis): Row[] {
  const { forest, source, guarded, ratio } = analysis;
  const ends = endsOf(analysis);
  const one = source.treatments.length === 1;
  const single = source.metrics.length === 1;
  const written = (row: Finding) => {
    if (!guarded) return [effectText(row), surenessText(row.comparison)].filter(Boolean).join(", ");
    return ratio.verdict === "mismatch" ? "" : shortText(row);
  };
  const drawn = (row: Finding) => {
    const { comparison, metric, variant } = row;
    const { effect, lower, upper } = comparison;
    const there = Number.isFinite(effect);
    return {
      label: single ? variant : one ? metric.name : `${metric.name} · ${variant}`,
      metric: metric.name,
      variant,
      effect: there ? effect : null,
      lower: there ? within(lower, ends) : null,
      upper: there ? within(upper, ends) : null,
      words: written(row),
      tone: toneOf(comparison),
      chosen: metric === source.metric && variant === source.treatment,
      heading: [metric.name, `${variant} against ${source.control}`].filter(Boolean).join(" · "),
      finding: guarded ? guardText(analysis) : effectText(row),
    };
  };
  const deciding = forest.filter(({ metric }) => !metric.guardrail).map(drawn);
  const guardrails = forest.filter(({ metric }) => metric.guardrail).map(drawn);
  return guardrails.length > 0 ? [...deciding, { label: "Guardrails:" }, ...guardrails] : deciding;
}

function noteOf({ forest, comparison }: Analysis, { correction }: State): string {
  const questions = forest.filter(({ metric }) => !metric.guardrail).length;
  if (comparison.method === "bayes" || questions < 2) return "";
  const how = correction === "none" ? "aren't corrected" : `are ${CORRECTIONS[correction]}-corrected`;
  return `Intervals and p-values ${how} for ${questions} questions. Guardrails must not get worse, and decide nothing else.`;
}

type TableRow = Finding & { effect: string; sure: string };

function forestTable(rows: readonly TableRow[]): HTMLElement {
  return dataTable<TableRow>(
    "Effects of all metrics and variants",
    [
      {
        label: "Metric",
        cell: ({ metric }) => `${metric.name || "Metric"}${metric.guardrail ? " (guardrail)" : ""}`,
      },
      { label: "Variant", cell: ({ variant }) => variant },
      { label: "Effect", number: true, cell: ({ effect }) => effect },
      { label: "Certainty", number: true, cell: ({ sure }) => sure || "–" },
    ],
    rows,
  );
}
