/** The plan by period: how much of each channel when, against an even spread, to take away as CSV. */
import { button } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import { fileName, saveFile } from "../../kit/download";
import { sliderControl } from "../../kit/slider";
import { createRefill, dataTable, type TableColumn } from "../../kit/tables";
import { amountText, periodText, shortText } from "./figures";
import { createFollowing } from "./following";
import type { Panel, PanelContext } from "./panel";
import type { Scene } from "./scene";
import { createWideTwin } from "./scrolling";
import { createWeeklyChart } from "./weekly_chart";
import { fitsNow, scheduledWeeks, spreadWeeks, type Weeks, weeksCsv } from "./weeks";
import { type ScheduleState, scheduleOf } from "./wire";
import { NEEDS_KERNEL } from "./words";

const MOST_ROOM = 2;
/** Amounts that the page spreads itself follow a hand once it rests. */
const REST = 150;

export function createWeeklyTab(context: PanelContext): Panel {
  const { model, saving, scene, signal, announce } = context;
  let weeks: Weeks | null = null;
  let weeksFor: unknown = null;
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer));

  const headline = h("p", { class: "ci-tab-headline" });
  const note = h("p", { class: "ci-panel-note ci-tab-note" });
  const cautions = h("ul", { class: "ci-cautions" });
  const refillCautions = createRefill(cautions);
  const legend = h(
    "p",
    { class: "ci-weekly-legend" },
    h("span", {}, "less than its even amount"),
    h("span", { class: "ci-weekly-ramp", "aria-hidden": "true" }),
    h("span", {}, "more"),
  );
  const twin = createWideTwin("Spend by channel and period");
  const room = sliderControl({
    label: `A channel's ${scene().view.period} may be this far from its even amount`,
    min: 0,
    max: MOST_ROOM,
    most: 100,
    step: 0.05,
    factor: 100,
    unit: "%",
    onMove: (week_room) => saving.move({ week_room }),
    onRest: (week_room) => saving.rest({ week_room }),
    signal,
  });
  const save = button(
    "Save CSV",
    () => {
      if (!weeks) return;
      saveFile(
        `${fileName(`${scene().view.title} by ${scene().view.period}`)}.csv`,
        weeksCsv(weeks, scene().view.period),
        "text/csv",
      );
      announce("Saved the schedule");
    },
    signal,
    "A line per period, a column per channel",
  );
  const tools = h("div", { class: "ci-weekly-tools" }, room.element, save);
  const following = createFollowing(context, {
    name: "schedule",
    doing: "Spreading the plan over the periods…",
    question() {
      const now = scene();
      const { has } = now.view;
      // Python's word on the plan shows that it knows of it.
      const asked = now.state.tab === "weekly" && has.kernel && has.schedule && now.exact !== null;
      const found = scheduleOf(model);
      if (!asked || (found && fitsNow(now, found))) return null;
      const { week_room, seasonality, interval } = now.state;
      return JSON.stringify([Array.from(now.spend), week_room, seasonality, interval]);
    },
  });
  const drawing = createWeeklyChart(context, () => weeks);
  const element = h(
    "div",
    { class: "ci-weekly" },
    headline,
    following.asking.element,
    tools,
    drawing.place,
    legend,
    twin.element,
    cautions,
    note,
  );

  /** Brings the periods to the plan: at once what Python sent, and what the page spreads once a hand rests. */
  function follow(): void {
    const now = scene();
    clearTimeout(timer);
    if (now.view.has.schedule) {
      following.follow();
      const found = scheduleOf(model);
      if (found !== weeksFor) weeks = found && scheduledWeeks(now, found);
      weeksFor = found;
      return;
    }
    const key = JSON.stringify(Array.from(now.spend));
    if (key === weeksFor) return;
    const spread = () => {
      weeksFor = key;
      weeks = spreadWeeks(now, model);
    };
    if (weeks === null) spread();
    else
      timer = window.setTimeout(() => {
        spread();
        show();
      }, REST);
  }
  function show(): void {
    const now = scene();
    const { state, view } = now;
    if (state.tab !== "weekly") return;
    follow();
    const found = view.has.schedule ? scheduleOf(model) : null;
    const stale = found !== null && !fitsNow(now, found);
    setText(headline, headlineOf(now, found, stale));
    setText(note, weeks ? noteOf(now, found) : "");
    const warned = stale ? [] : (found?.cautions ?? []);
    refillCautions(warned, () => warned.map((text) => h("li", {}, text)));
    room.show(state.week_room);
    room.element.hidden = !view.has.schedule || !view.has.kernel;
    save.hidden = weeks === null || stale;
    drawing.place.hidden = weeks === null || state.table_view;
    legend.hidden = drawing.place.hidden;
    drawing.place.classList.toggle("ci-stale", stale);
    const own = weeks;
    twin.show(state.table_view, own && [own.channels, own.amounts], () =>
      own ? [tableOf(own, view.period)] : [],
    );
    if (!drawing.place.hidden) drawing.draw();
  }

  return { element, show, recolour: (colours) => drawing.signal(colours), charts: drawing.shown };
}

function headlineOf({ view }: Scene, found: ScheduleState | null, stale: boolean): string {
  if (!view.has.schedule)
    return `These curves hold only the response to totals, so no ${view.period} can be preferred: the amounts are spread as they were when the curves were made.`;
  if (!found) return view.has.kernel ? "" : `${NEEDS_KERNEL}.`;
  if (!stale) return found.sentence;
  return view.has.kernel
    ? "The plan has changed; its schedule follows once it rests."
    : "The plan has changed. This is the schedule of the plan as it was exported; another one needs the notebook.";
}

function noteOf({ view, state }: Scene, found: ScheduleState | null): string {
  if (!found)
    return "A schedule needs to know how spend carries over: make the curves from a model of this library.";
  const said = `The schedule knows how spend carries over from ${view.period} to ${view.period}, and nothing of offers, prices or what else happens in one. Nothing is spent after the last ${view.period}, so the last ones have what they carry over to themselves, and may get more.`;
  if (state.seasonality.length === 0)
    return `${said} All ${view.period}s count as equally effective: set seasonality to say otherwise.`;
  const [low, high] = [Math.min(...found.seasonality), Math.max(...found.seasonality)];
  const when = (factor: number) =>
    periodText(view.period, found.seasonality.indexOf(factor) + 1).toLowerCase();
  return `${said} Seasonality as it was given: from ${shortText(low)} in ${when(low)} to ${shortText(high)} in ${when(high)}.`;
}

interface TableRow {
  label: string;
  amounts: readonly number[];
  whole: number;
}

function tableOf({ channels, periods, amounts, totals, whole }: Weeks, period: string): HTMLElement {
  const rows: TableRow[] = [
    ...channels.map((label, c) => ({ label, amounts: amounts[c] ?? [], whole: whole(c) })),
    { label: "All channels", amounts: totals, whole: totals.reduce((sum, total) => sum + total, 0) },
  ];
  const columns: TableColumn<TableRow>[] = [
    { label: "Channel", cell: ({ label }) => label },
    { label: "In all", number: true, cell: (row) => amountText(row.whole) },
    { label: `A ${period}`, number: true, cell: (row) => amountText(row.whole / periods) },
    ...Array.from({ length: periods }, (_, i) => ({
      label: periodText(period, i + 1),
      number: true,
      cell: (row: TableRow) => amountText(row.amounts[i] ?? null),
    })),
  ];
  return dataTable<TableRow>(`Spend by channel and ${period}`, columns, rows);
}
