/** The model and the past: expected against seen, what each term brought over time, and in all. */
import type { Chart } from "../../kit/chart";
import { selectControl } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import type { Drawing } from "../../kit/drawing";
import { decodeRows, type WireFrame } from "../../kit/frames";
import { dataTable, type TableColumn } from "../../kit/tables";
import type { Colours } from "../../kit/theme";
import { type Stack, stackOf } from "./contributions";
import { createContributionsChart, type Seen } from "./contributions_chart";
import { amountText, estimateText } from "./figures";
import { createFittedChart, type TimeRow } from "./fitted_chart";
import type { PanelContext } from "./panel";
import { createWideTwin } from "./scrolling";
import { createWaterfallChart, ROW as WATERFALL_ROW, waterfallTable } from "./waterfall";
import type { ContributionRow, FitState, FittedRow, WaterfallRow } from "./wire";

export interface FitPictures {
  element: HTMLElement;
  show(fit: FitState): void;
  recolour(colours: Colours): void;
  charts(): Chart[];
}

/** Stands for all terms, and for a model without geos. */
const ALL = "";
const HEIGHT = 220;
const MOST_HEIGHT = 340;

interface Read {
  fit: FitState;
  fitted: FittedRow[];
  geos: string[];
  seen: Seen[];
  contributions: ContributionRow[];
  waterfall: WaterfallRow[];
  stack: Stack;
}

export function createFitPictures(context: PanelContext): FitPictures {
  const { scene, signal } = context;
  let read: Read | null = null;
  let [geo, term] = [ALL, ALL];
  let fitted: TimeRow[] = [];
  let single: TimeRow[] = [];

  const choose = (label: string, onChange: (value: string) => void) =>
    selectControl<string>({ label, choices: [], onChange, signal });
  const geos = choose("Geo", (value) => {
    geo = value;
    if (read) pick(read);
    paint();
  });
  const terms = choose("Term", (value) => {
    term = value;
    if (read) pick(read);
    paint();
  });
  const fit = createFittedChart(context, {
    class: "ci-fitted-chart",
    // Beside the waterfall, and about as high.
    height: () => Math.min(MOST_HEIGHT, Math.max(HEIGHT, WATERFALL_ROW * (read?.waterfall.length ?? 0))),
    label: () => "What the model expects and what was seen. The table holds the values.",
    rows: () => fitted,
  });
  const one = createFittedChart(context, {
    class: "ci-term-chart",
    height: () => HEIGHT,
    label: () => `What ${term} brought over time, with its interval. The table holds the values.`,
    rows: () => single,
  });
  const all = createContributionsChart(context, {
    stack: () => read?.stack ?? null,
    seen: () => read?.seen ?? [],
  });
  const whole = createWaterfallChart(context, () => read?.waterfall ?? []);
  const twins = {
    fit: createWideTwin("Seen and expected"),
    parts: createWideTwin("What each term brought in each period"),
    whole: createWideTwin("What each term brought in all"),
  };
  const titled = (title: string) => h("p", { class: "ci-panel-title" }, title);
  const figure = (...parts: HTMLElement[]) => h("div", { class: "ci-figure" }, ...parts);
  const partsTitle = titled("");
  const element = h(
    "div",
    { class: "ci-fit" },
    figure(titled("Seen (dots), and expected with its interval"), geos.element, fit.place, twins.fit.element),
    figure(titled("What brought it, in all"), whole.place, twins.whole.element),
    figure(partsTitle, terms.element, all.place, one.place, twins.parts.element),
  );

  function pick({ fitted: rows, contributions }: Read): void {
    fitted = rows.filter((row) => (row.geo ?? ALL) === geo);
    single = contributions
      .filter((row) => row.term === term)
      .map(({ date, mean, lower, upper }) => ({ date, outcome: null, mean, lower, upper }));
  }
  function take(next: FitState): void {
    read = readFit(next);
    if (!read.geos.includes(geo)) geo = read.geos[0] ?? ALL;
    const names = [...new Set(read.contributions.map((row) => row.term))];
    if (!names.includes(term)) term = ALL;
    geos.offer(read.geos.map((value) => ({ value, label: value })));
    geos.element.hidden = read.geos.length < 2;
    terms.offer([
      { value: ALL, label: "All, stacked" },
      ...names.map((name) => ({ value: name, label: name })),
    ]);
    pick(read);
  }
  function paint(): void {
    if (!read) return;
    const { state } = scene();
    const { table_view, locale } = state;
    const { day } = context.formats();
    geos.show(geo);
    terms.show(term);
    setText(
      partsTitle,
      term === ALL
        ? "What brought it, period by period; the line is what was seen"
        : `What ${term} brought, period by period, with its interval`,
    );
    const pictured: [Drawing, boolean][] = [
      [fit, true],
      [all, term === ALL],
      [one, term !== ALL],
      [whole, true],
    ];
    for (const [drawing, wanted] of pictured) drawing.place.hidden = table_view || !wanted;
    const { stack, waterfall } = read;
    const rows = fitted;
    twins.fit.show(table_view, [geo, locale, rows.length, rows[0]], () => [fittedTable(rows, day)]);
    twins.parts.show(table_view, [locale, stack.terms], () => [stackTable(stack, day)]);
    twins.whole.show(table_view, waterfall, () => [waterfallTable(waterfall)]);
    for (const [drawing] of pictured) if (!drawing.place.hidden) drawing.draw();
  }

  const drawings = [fit, all, one, whole];
  return {
    element,
    show(next) {
      if (read?.fit !== next) take(next);
      paint();
    },
    recolour(colours) {
      for (const drawing of drawings) drawing.signal(colours);
    },
    charts: () => drawings.flatMap((drawing) => drawing.shown()),
  };
}

function readFit(fit: FitState): Read {
  const rows = <R extends object>(frame: WireFrame) => decodeRows<R>(frame);
  const fitted = rows<FittedRow>(fit.fitted);
  const contributions = rows<ContributionRow>(fit.contributions);
  const seen = new Map<number, number>();
  for (const { date, outcome } of fitted) seen.set(date, (seen.get(date) ?? 0) + outcome);
  return {
    fit,
    fitted,
    geos: [...new Set(fitted.map(({ geo }) => geo ?? ALL))],
    seen: [...seen].map(([date, outcome]) => ({ date, outcome })),
    contributions,
    waterfall: rows<WaterfallRow>(fit.waterfall),
    stack: stackOf(contributions),
  };
}

function fittedTable(rows: readonly TimeRow[], day: (date: number) => string): HTMLElement {
  return dataTable<TimeRow>(
    "Seen and expected",
    [
      { label: "Period", cell: ({ date }) => day(date) },
      { label: "Seen", number: true, cell: ({ outcome }) => amountText(outcome) },
      {
        label: "Expected",
        number: true,
        cell: ({ mean, lower, upper }) => estimateText([mean, lower, upper]),
      },
    ],
    rows,
  );
}

function stackTable({ periods, terms }: Stack, day: (date: number) => string): HTMLElement {
  type Line = { date: number; i: number };
  const columns: TableColumn<Line>[] = [
    { label: "Period", cell: ({ date }) => day(date) },
    ...terms.map(({ label, amounts }) => ({
      label,
      number: true,
      cell: ({ i }: Line) => amountText(amounts[i] ?? null),
    })),
  ];
  return dataTable<Line>(
    "What each term brought in each period",
    columns,
    periods.map(({ date }, i) => ({ date, i })),
  );
}
