/** Named plans: kept, compared draw by draw, shown again, taken away as CSV; without a kernel too. */
import { button } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import { fileName, saveFile } from "../../kit/download";
import { moneyText, shortEstimate } from "./figures";
import { at } from "./maths/curves";
import type { Panel, PanelContext } from "./panel";
import { createScenarioChart } from "./scenario_chart";
import { createPairTable, createScenarioRows } from "./scenario_rows";
import {
  amountsOf,
  createComparing,
  MOST_LETTERS,
  type NamedPlan,
  RESERVED,
  refusal,
  saved,
  scenariosCsv,
} from "./scenarios";
import type { Scene } from "./scene";
import { scrolling } from "./scrolling";
import type { Scenario, State } from "./wire";
import { likely } from "./words";

export function createScenariosTab(context: PanelContext): Panel {
  const { announce, moves, saving, scene, signal } = context;
  const compare = createComparing();
  let plans: NamedPlan[] = [];
  let removed: { row: Scenario; place: number } | null = null;

  const headline = h("p", { class: "ci-tab-headline" });
  const name = h("input", {
    class: "ci-field",
    type: "text",
    maxlength: MOST_LETTERS,
    placeholder: "Name of the plan on show",
    "aria-label": "Name of the plan on show",
  });
  const refused = h("p", { class: "ci-error", role: "alert", hidden: true });
  const back = button("", () => putBack(), signal);
  const csv = button(
    "Save CSV",
    () => {
      const text = scenariosCsv(plans, scene().budget);
      saveFile(`${fileName(`${scene().view.title} scenarios`)}.csv`, text, "text/csv");
      announce("Saved the scenarios");
    },
    signal,
    "A line per plan, with its spend by channel",
  );
  const keep = button("Save this plan", () => save(), signal);
  const rows = createScenarioRows({ use, rename, remove }, signal);
  const pairs = createPairTable();
  const paired = h(
    "div",
    { class: "ci-figure" },
    h(
      "p",
      { class: "ci-panel-title" },
      "How sure is it that the plan of a row brings more than that of a column?",
    ),
    scrolling("Probabilities that one plan brings more than another", pairs.element),
  );
  const drawing = createScenarioChart(context, () => plans);
  const note = h("p", { class: "ci-panel-note ci-tab-note" });
  const element = h(
    "div",
    { class: "ci-scenarios" },
    headline,
    h("div", { class: "ci-scenario-form" }, name, keep, csv, back),
    refused,
    scrolling("Plans", rows.element),
    h("div", { class: "ci-scenario-pictures" }, drawing.place, paired),
    note,
  );
  const onKey = (event: KeyboardEvent) => event.key === "Enter" && save();
  name.addEventListener("keydown", onKey, { signal });
  name.addEventListener("input", () => refuse(""), { signal });

  function refuse(why: string): void {
    refused.hidden = why === "";
    setText(refused, why);
  }
  const set = (next: readonly Scenario[]) =>
    saving.rest({ scenarios: next as unknown as State["scenarios"] });
  function save(): void {
    const now = scene();
    const words = name.value.trim().replace(/\s+/g, " ");
    const why = refusal(words, saved(now));
    refuse(why);
    if (why !== "") return;
    const spend = Object.fromEntries(now.budget.channels.map((channel, c) => [channel, at(now.spend, c)]));
    name.value = "";
    set([...saved(now), { name: words, spend }]);
    announce(`Saved ${words}`);
  }
  function use(wanted: string): void {
    const { budget } = scene();
    const row = saved(scene()).find((own) => own.name === wanted);
    if (row) moves.take(amountsOf(row, budget));
    else if (wanted === RESERVED.current) moves.take(budget.opening);
  }
  function rename(before: string, next: string): void {
    const all = saved(scene());
    const why = refusal(next, all);
    refuse(why);
    if (why === "") set(all.map((row) => (row.name === before ? { ...row, name: next } : row)));
  }
  function remove(gone: string): void {
    const all = saved(scene());
    const place = all.findIndex((row) => row.name === gone);
    const row = all[place];
    if (!row) return;
    removed = { row, place };
    set(all.filter((own) => own !== row));
    announce(`Removed ${gone}`);
    back.focus();
  }
  function putBack(): void {
    if (!removed) return;
    const { row, place } = removed;
    removed = null;
    set(saved(scene()).toSpliced(place, 0, row));
    name.focus();
  }

  return {
    element,
    show() {
      const now = scene();
      if (now.state.tab !== "scenarios") return;
      plans = compare(now);
      // Its name may have been given again.
      if (removed && refusal(removed.row.name, saved(now)) !== "") removed = null;
      setText(headline, headlineOf(plans, now));
      setText(note, noteOf(plans));
      back.hidden = removed === null;
      setText(back, removed ? `Put back ${removed.row.name}` : "");
      rows.show(plans, now);
      paired.hidden = plans.length < 2;
      pairs.show(plans);
      drawing.place.hidden = now.state.table_view;
      if (!now.state.table_view) drawing.draw();
    },
    recolour: (colours) => drawing.signal(colours),
    charts: drawing.shown,
  };
}

/** The plan with the largest expected outcome, for its money. */
function headlineOf(plans: readonly NamedPlan[], { budget, state }: Scene): string {
  if (!plans.some(({ role }) => role === "saved"))
    return "Save the plan on show under a name, to compare it with others draw by draw.";
  const best = plans.reduce((most, plan) => (plan.estimate[0] > most.estimate[0] ? plan : most));
  const brings = `${best.label} brings most: ${shortEstimate(best.estimate)} ${budget.target} for ${moneyText(best.outcome.total, state.currency)}`;
  return best.better === null
    ? `${brings}.`
    : `${brings}; ${likely(best.better)} chance of beating the current plan.`;
}

const SAME = 1e-6;

function noteOf(plans: readonly NamedPlan[]): string {
  const paired =
    "Plans share what isn't known of the model, so their intervals overlap even where one is surely better: read the probabilities, which compare them draw by draw.";
  const totals = plans.map(({ outcome }) => outcome.total);
  const apart = Math.max(...totals) - Math.min(...totals) > SAME * Math.max(...totals);
  return apart
    ? `${paired} They don't all spend the same: weigh what they bring against their totals.`
    : paired;
}
