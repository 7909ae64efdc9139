/** The effect look by look, with the always-valid band beside the usual interval, and the planned end. */
import specs from "../../../custintel_widgets/ab_calculator/specs.json";
import { createAsking } from "../../kit/asking";
import type { Chart } from "../../kit/chart";
import { h, setText } from "../../kit/dom";
import { createDrawing } from "../../kit/drawing";
import { decodeRows } from "../../kit/frames";
import { roundStep } from "../../kit/rounding";
import { createTwin, dataTable } from "../../kit/tables";
import type { Colours } from "../../kit/theme";
import type { Analysis } from "./analysis";
import { axisSignals } from "./axis";
import { change, integer, span } from "./maths/wording";
import { dayText } from "./scene";
import type { TabContext } from "./tab";
import { type RunningRow, type RunningState, runningOf, type State } from "./wire";
import { factorOf, NEEDS_KERNEL, unitOf } from "./words";

export interface RunningPanel {
  element: HTMLElement;
  show(analysis: Analysis): void;
  recolour(colours: Colours): void;
  charts(): Chart[];
  finding(): string;
  rows(): RunningRow[];
}

const HEIGHT = 250;
const AROUND = 76;
const DAY = 86_400_000;
/** The first looks know next to nothing: the picture is as high as the later bands ask. */
const LATER = 0.35;

export function createRunningPanel(context: TabContext): RunningPanel {
  const { model, requests, scene, signal } = context;
  let analysis: Analysis | null = null;
  let rows: RunningRow[] = [];
  let running: RunningState | null = null;
  let asked = "";

  const asking = createAsking(requests, {
    name: "running",
    doing: "Following the effect day by day…",
    signal,
  });
  const sentence = h("p", { class: "ci-headline" });
  const note = h("p", { class: "ci-panel-note" });
  const twin = createTwin();
  const unit = () => (analysis ? unitOf(analysis.source.metric, scene().state.relative) : "");
  const drawing = createDrawing({
    context,
    spec: specs.running,
    class: "ci-running-chart",
    label: () => `The effect look by look. ${sentence.textContent} The table holds every look.`,
    content(width) {
      if (!analysis || rows.length === 0) return null;
      const { state } = scene();
      const plot = width - AROUND;
      const ends = heightOf(rows);
      const end = endOf();
      const [first, last] = [rows[0]?.date ?? 0, rows.at(-1)?.date ?? 0];
      const to = Math.max(last, end ?? last);
      const room = Math.max(DAY, 0.03 * (to - first));
      return {
        signals: {
          width: plot,
          height: state.height || HEIGHT,
          ...axisSignals(
            { low: 0, high: 1 },
            factorOf(analysis.source.metric, state.relative),
            unit(),
            state.number_format,
          ),
          from_day: first - room,
          to_day: to + room,
          y_low: ends[0],
          y_high: ends[1],
          usual_width: Math.max(2, Math.min(14, (0.5 * plot) / rows.length)),
        },
        data: {
          running: rows.map((row) => ({ ...row, heading: headingOf(row), finding: wordsOf(row, unit()) })),
          levels: levelsOf(analysis, ends),
          marks: end === null ? [] : [{ date: end, words: "planned end" }],
        },
      };
    },
  });
  const legend = h(
    "p",
    { class: "ci-curve-legend" },
    h(
      "span",
      { class: "ci-key" },
      h("span", { class: "ci-key-swatch ci-key-band" }),
      "always valid: holds at every look",
    ),
    h(
      "span",
      { class: "ci-key" },
      h("span", { class: "ci-key-swatch ci-key-usual" }),
      "usual interval: holds at the one planned look",
    ),
  );
  const element = h(
    "div",
    { class: "ci-running" },
    sentence,
    asking.element,
    drawing.place,
    legend,
    twin.element,
    note,
  );

  /** The planned end: Python's, or the one that has just been set. */
  const endOf = (): number | null => {
    const at = Date.parse(scene().state.planned_end || running?.planned_end || "");
    return Number.isNaN(at) ? null : at;
  };
  const questionOf = ({ source }: Analysis, state: State) => {
    const { relative, level, alternative, interval, tuning_n, planned_end, planned_n } = state;
    return JSON.stringify([
      source.metric.name,
      source.treatment,
      relative,
      level,
      alternative,
      interval,
      tuning_n,
      planned_end,
      planned_n,
    ]);
  };
  const fits = ({ source }: Analysis): boolean =>
    running !== null &&
    (running.metric ?? source.metric.name) === source.metric.name &&
    (running.variant ?? source.treatment) === source.treatment;
  const follow = (next: Analysis) => {
    const { state, view } = scene();
    if (!view.has.kernel || !view.has.date) return;
    const question = questionOf(next, state);
    if (asked === "" && fits(next)) asked = question;
    if (asked === question && (fits(next) || asking.failed())) return;
    if (asked !== question) asking.forget();
    asked = question;
    asking.ask({ metric: next.source.metric.name, variant: next.source.treatment });
  };

  return {
    element,
    show(next) {
      const { state, view } = scene();
      analysis = next;
      running = runningOf(model);
      follow(next);
      rows = decodeRows<RunningRow>(fits(next) ? running?.frame : undefined).filter(
        ({ date }) => date !== null,
      );
      const there = rows.length > 0;
      setText(sentence, there ? sentenceOf(rows, endOf()) : "");
      sentence.hidden = !there;
      setText(note, running && fits(next) ? (running.note ?? "") : view.has.kernel ? "" : NEEDS_KERNEL);
      drawing.place.hidden = !there || state.table_view;
      legend.hidden = drawing.place.hidden;
      twin.show(state.table_view, [rows, unit()], () => (there ? [runningTable(rows, unit())] : []));
      if (!drawing.place.hidden) drawing.draw();
    },
    recolour: (colours) => drawing.signal(colours),
    charts: drawing.shown,
    finding: () => sentence.textContent ?? "",
    rows: () => rows,
  };
}

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
const of = (value: number | null): number => value ?? Number.NaN;

function sentenceOf(rows: readonly RunningRow[], end: number | null): string {
  const last = rows.at(-1) as RunningRow;
  const early = end !== null && last.date < end;
  const words = early
    ? `Look ${integer(last.look)}, planned end ${dayText(isoDay(end))}. The usual p-value isn't valid yet; the band is.`
    : `Look ${integer(last.look)}, ${dayText(isoDay(last.date))}.`;
  return `${words} ${bandOf(rows)}`;
}

/** What the always-valid band says, and since when. */
function bandOf(rows: readonly RunningRow[]): string {
  const clear = ({ seq_lower, seq_upper }: RunningRow) => of(seq_lower) > 0 || of(seq_upper) < 0;
  const since = rows.findIndex((_, i) => rows.slice(i).every(clear));
  const first = rows[since];
  return first
    ? `The always-valid band has been clear of zero since ${dayText(isoDay(first.date))}.`
    : "The always-valid band still includes zero.";
}

const headingOf = ({ date, look, n }: RunningRow): string =>
  `Look ${integer(look)}, ${dayText(isoDay(date))}, ${integer(n)} units`;

function wordsOf({ effect, lower, upper, seq_lower, seq_upper }: RunningRow, unit: string): string {
  return `${change(of(effect), unit)}; always valid ${span(of(seq_lower), of(seq_upper), unit)}; usual ${span(of(lower), of(upper), unit)}`;
}

/** Ends of the picture: the later bands and zero are in it, the first ones run out of it. */
function heightOf(rows: readonly RunningRow[]): [number, number] {
  const later = rows.slice(Math.floor(LATER * rows.length));
  const values = [
    0,
    ...later.flatMap((row) => [of(row.seq_lower), of(row.seq_upper)]),
    ...rows.map((row) => of(row.effect)),
  ].filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step = roundStep((high - low || 1) / 6);
  return [Math.floor((low - step / 4) / step) * step, Math.ceil((high + step / 4) / step) * step];
}

function levelsOf({ verdict, comparison }: Analysis, [low, high]: [number, number]): object[] {
  const least = (comparison.direction === "down" ? -1 : 1) * verdict.smallestWorthwhile;
  const levels = [{ at: 0, role: "zero", words: "" }];
  if (least !== 0 && least > low && least < high)
    levels.push({ at: least, role: "worthwhile", words: "worthwhile" });
  return levels;
}

function runningTable(rows: readonly RunningRow[], unit: string): HTMLElement {
  return dataTable<RunningRow>(
    "The effect look by look",
    [
      { label: "Look", cell: ({ look }) => integer(look) },
      { label: "Until", cell: ({ date }) => dayText(isoDay(date)) },
      { label: "Units", number: true, cell: ({ n }) => integer(n) },
      { label: "Effect", number: true, cell: ({ effect }) => change(of(effect), unit) },
      {
        label: "Always valid",
        number: true,
        cell: ({ seq_lower, seq_upper }) => span(of(seq_lower), of(seq_upper), unit),
      },
      { label: "Usual", number: true, cell: ({ lower, upper }) => span(of(lower), of(upper), unit) },
    ],
    rows,
  );
}
