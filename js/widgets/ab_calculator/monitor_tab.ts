/** Monitor: the effect under way, when it may be read, and what looking too often does. */
import { fieldControl } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import { toCsv } from "../../kit/download";
import { update } from "../../kit/model";
import { sliderControl } from "../../kit/slider";
import { createRefill, dataTable } from "../../kit/tables";
import { type Analysis, questionOf } from "./analysis";
import { createLessonPanel } from "./lesson_panel";
import { compareArms } from "./maths/compare";
import { change, integer, percent, span } from "./maths/wording";
import { createRunningPanel } from "./running_panel";
import type { TabContext, TabView } from "./tab";
import { matchOf, unitOf } from "./words";

const MOST = 2 ** 31;

export function createMonitorTab(context: TabContext): TabView {
  const { model, scene, saving, signal } = context;
  const match = h("p", { class: "ci-panel-title" });
  const running = createRunningPanel(context);
  const lesson = createLessonPanel(context);
  const end = fieldControl({
    label: "Planned end",
    type: "date",
    hint: "The day on which the experiment is to be read; before it no test decides",
    onChange: (planned_end) => update(model, { planned_end }),
    signal,
  });
  const units = sliderControl({
    label: "Planned units, all arms",
    hint: "0 for none",
    bare: true,
    min: 0,
    max: MOST,
    onMove: (value) => saving.move({ planned_n: Math.round(value) }),
    onRest: (value) => saving.rest({ planned_n: Math.round(value) }),
    signal,
  });
  const now = h("p", { class: "ci-headline" });
  const looking = h("div", { class: "ci-now" });
  const refill = createRefill(looking);
  const element = h(
    "div",
    { class: "ci-monitor" },
    now,
    match,
    running.element,
    looking,
    h("div", { class: "ci-controls ci-planned" }, end.element, units.element),
    lesson.element,
  );

  return {
    element,
    show() {
      const { state } = scene();
      const analysis = scene().analysis();
      const source = scene().source();
      end.show(state.planned_end);
      units.show(state.planned_n);
      const dated = scene().view.has.date;
      setText(
        now,
        typeof source === "string" ? source : dated ? "" : progressOf(analysis as Analysis, state.planned_n),
      );
      now.hidden = now.textContent === "";
      running.element.hidden = !analysis || !dated;
      looking.hidden = !analysis || dated;
      setText(match, analysis ? matchOf(analysis) : "");
      if (analysis && dated) running.show(analysis);
      if (analysis && !dated) {
        const rows = atThisLook(context, analysis);
        refill(rows, () => [lookTable(rows, matchOf(analysis))]);
      }
      lesson.show();
    },
    recolour(colours) {
      running.recolour(colours);
      lesson.recolour(colours);
    },
    charts: () => [...running.charts(), ...lesson.charts()],
    finding: () => lesson.finding() || running.finding() || (now.textContent ?? ""),
    csv() {
      const columns = ["date", "look", "n", "effect", "lower", "upper", "seq_lower", "seq_upper", "p_value"];
      const rows = running
        .rows()
        .map((row) => ({ ...row, date: new Date(row.date).toISOString().slice(0, 10) }));
      return toCsv(rows, columns);
    },
  };
}

/** Counts alone have no course; what they have is this look. */
function progressOf({ source, plannedEnd }: Analysis, planned: number): string {
  const units = source.counts.reduce((sum, n) => sum + n, 0);
  if (planned > 0) {
    const share = `${integer(units)} of ${integer(planned)} planned units (${percent(Math.min(1, units / planned))}).`;
    return plannedEnd === null
      ? `${share} The planned end is reached: the usual test may be read.`
      : `${share} The usual p-value isn't valid yet; the band is.`;
  }
  if (plannedEnd !== null)
    return `Planned end ${plannedEnd}. The usual p-value isn't valid yet; the band is.`;
  return "One look at the counts. Give a table with dates to follow the effect day by day.";
}

interface Look {
  name: string;
  interval: string;
  when: string;
}

function atThisLook({ scene }: TabContext, { source }: Analysis): Look[] {
  const { state } = scene();
  const { metric, treatment } = source;
  const arms = metric.arms(treatment);
  if (!arms) return [];
  const unit = unitOf(metric, state.relative);
  const of = (method: "welch" | "sequential") => {
    const question = questionOf({ ...state, method }, metric, state.relative);
    const { effect, lower, upper } = compareArms(arms, metric.share, question);
    return Number.isNaN(lower) ? "–" : `${change(effect, unit)} (${span(lower, upper, unit)})`;
  };
  return [
    { name: "Usual interval", interval: of("welch"), when: "at the one look that was planned" },
    { name: "Always-valid band", interval: of("sequential"), when: "at any look, as often as you like" },
  ];
}

const lookTable = (rows: readonly Look[], caption: string): HTMLElement =>
  dataTable<Look>(
    `If you look now: ${caption}`,
    [
      { label: "If you look now", cell: ({ name }) => name },
      { label: "Effect", number: true, cell: ({ interval }) => interval },
      { label: "Holds", cell: ({ when }) => when },
    ],
    rows,
  );
