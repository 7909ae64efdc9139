/** Cells in words, for the table, screen readers and the picture's subtitle. */
import type { Formats } from "../../kit/format";
import { MEASURES, measured } from "./measures";
import type { AveragePoint, Cell, Grain, State, ViewState } from "./wire";

export const GRAIN_LABELS: Record<Grain, string> = {
  day: "Day",
  week: "Week",
  month: "Month",
  quarter: "Quarter",
  year: "Year",
};

const WINDOW_DAYS: Record<Grain, number> = { day: 1, week: 7, month: 30, quarter: 91, year: 365 };

/** One step of age as a choice: a calendar period's name, or the length of an elapsed window. */
export function stepLabel(grain: Grain, window: State["window"]): string {
  if (window === "calendar") return GRAIN_LABELS[grain];
  const days = WINDOW_DAYS[grain];
  return days === 1 ? "1 day" : `${days} days`;
}

export const KIND_LABELS: Record<State["kind"], string> = {
  classic: "In the period",
  unbounded: "Then or later",
  bracket: "Grouped periods",
};

export const AVERAGE_LABELS: Record<State["average"], string> = {
  customers: "Customers",
  cohorts: "Cohorts",
};

function interval(point: { lower: number | null; upper: number | null }, formats: Formats): string {
  if (point.lower === null || point.upper === null) return "";
  return ` (${formats.percent(point.lower).replace(" %", "")}–${formats.percent(point.upper)})`;
}

function finding(cell: Cell, measure: State["measure"], formats: Formats): string {
  const value = MEASURES[measure].write(measured(cell, measure), formats);
  switch (measure) {
    case "revenue":
      return `${value} · ${formats.count(cell.active)} active customers`;
    case "orders":
      return `${value} orders · ${formats.count(cell.active)} active customers`;
    case "average_order":
      return `${value} over ${formats.count(cell.orders ?? null)} orders`;
    case "cumulative_value":
      return `${value} so far per customer acquired`;
    default: {
      const share = `${formats.percent(cell.retention)}${interval(cell, formats)}`;
      // Of a mature cell those observed are the whole cohort, or all of it that the rate is of.
      return `${formats.count(cell.active)} of ${formats.count(cell.observed)} = ${share}`;
    }
  }
}

/** A cell in one sentence; one that is still filling up says how far it is. */
export function cellInWords(
  cell: Cell,
  measure: State["measure"],
  view: ViewState,
  formats: Formats,
): string {
  const place = `${cell.label_cohort}, ${view.age_unit} ${cell.age_label}`;
  if (cell.mature) return `${place}: ${finding(cell, measure, formats)}`;
  const done = `${formats.count(cell.observed)} of ${formats.count(cell.size)}`;
  return `${place}: so far ${formats.count(cell.active)}, too early. ${done} customers have had the full ${view.age_unit}; complete on ${formats.day(cell.complete_on)}.`;
}

export function averageInWords(
  point: AveragePoint,
  measure: State["measure"],
  view: ViewState,
  formats: Formats,
): string {
  const value = MEASURES[measure].write(measured(point, measure), formats);
  const band = measure === "retention" ? interval(point, formats) : "";
  const basis = `over ${formats.count(point.cohorts)} cohorts, ${formats.count(point.customers)} customers`;
  return `${view.average_label}, ${view.age_unit} ${point.age_label}: ${value}${band}, ${basis}`;
}

/** What is on show and how it was counted, in one line: the subtitle of a picture that travels alone. */
export function settingsInWords(state: State, view: ViewState): string {
  const cohorts = state.by
    ? `cohorts by ${state.by}`
    : `cohorts by ${GRAIN_LABELS[state.cohort_grain].toLowerCase()}`;
  const steps =
    state.window === "elapsed"
      ? `windows of ${stepLabel(state.grain, "elapsed")} from each customer's own first day`
      : `calendar ${state.grain}s`;
  const parts = [
    MEASURES[state.measure].label,
    cohorts,
    steps,
    `bought: ${KIND_LABELS[state.kind].toLowerCase()}`,
  ];
  if (state.normalise === "row") parts.push("share of each row's highest");
  if (state.normalise === "column") parts.push("against each column's average");
  if (state.naive) parts.push("lesson: unfinished cells drawn as finished");
  parts.push(`average over ${state.average}`);
  if (view.has.kernel && state.as_of) parts.push(`until ${state.as_of}`);
  return parts.join(" · ");
}
