/** What the effect is worth in money. */
import { h, setText } from "../../kit/dom";
import { type Slider, sliderControl } from "../../kit/slider";
import type { Analysis } from "./analysis";
import { money } from "./maths/wording";
import type { TabContext } from "./tab";
import type { State } from "./wire";

export interface ValuePanel {
  element: HTMLElement;
  show(analysis: Analysis): void;
}

const MOST = 1e12;

type Field = "contacts" | "margin" | "cost" | "horizon_days";

export function createValuePanel({ scene, saving, signal }: TabContext): ValuePanel {
  const field = (name: Field, label: string, hint: string): Slider =>
    sliderControl({
      label,
      hint,
      bare: true,
      min: 0,
      max: MOST,
      onMove: (value) => saving.move({ [name]: value } as Partial<State>),
      onRest: (value) => saving.rest({ [name]: value } as Partial<State>),
      signal,
    });
  const fields: Record<Field, Slider> = {
    contacts: field("contacts", "Contacts", "People who would get the treatment: in all, or per day"),
    horizon_days: field("horizon_days", "For how many days", "0: the contacts are all there are"),
    margin: field(
      "margin",
      "Margin per unit of effect",
      "Money gained per conversion, or per unit of the metric",
    ),
    cost: field("cost", "Cost per contact", "What the treatment costs more than the control, per person"),
  };
  const amount = h("p", { class: "ci-worth" });
  const element = h(
    "section",
    { class: "ci-value", "aria-label": "What it is worth" },
    h("p", { class: "ci-panel-title" }, "What it is worth"),
    h("div", { class: "ci-controls" }, ...Object.values(fields).map((control) => control.element)),
    amount,
  );
  return {
    element,
    show(analysis) {
      const { state } = scene();
      for (const [name, control] of Object.entries(fields)) control.show(state[name as Field]);
      fields.contacts.say(state.horizon_days > 0 ? "a day" : "in all");
      fields.horizon_days.say(state.horizon_days > 0 ? "" : "0: not by the day");
      for (const name of ["margin", "cost"] as const) fields[name].measure(state.currency, 1);
      setText(amount, wordsOf(analysis, state));
    },
  };
}

function wordsOf(
  { comparison, source, value, verdict, plannedEnd, guarded }: Analysis,
  { contacts, margin, currency }: State,
): string {
  if (contacts === 0) return "Say how many people would get the treatment, and it becomes money.";
  if (margin === 0) return "Say what a unit of effect brings, and it becomes money.";
  if (verdict.decision === "don't read") return "No value: the groups aren't alike.";
  if (guarded) return `The value comes at the planned end, ${plannedEnd}.`;
  if (!value) return "No value: the control's own mean isn't above zero. Decide in units.";
  const { probability } = comparison;
  const worse = value.expectedLoss / (1 - probability);
  const loss = Number.isFinite(worse)
    ? ` If you ship ${source.treatment} and it is worse, you lose about ${money(worse, currency)}.`
    : "";
  return value.sentence + loss;
}
