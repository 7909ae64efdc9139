/** More: what is asked for, how far a plan may go, and the lesson. */
import { choicesOf, fieldControl, selectControl, toggleControl } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import { update } from "../../kit/model";
import { money } from "../../kit/wording";
import { createLimitsTable } from "./limits_table";
import type { PanelContext } from "./panel";
import type { Part } from "./part";
import type { State } from "./wire";
import { GOAL_VALUES, GOALS, NEEDS_KERNEL, OBJECTIVES } from "./words";

type Numbers = "level" | "goal_value" | "interval" | "step" | "room" | "carry_out";

/** How many times the value a field shows. */
const FACTORS: Partial<Record<Numbers, number>> = { level: 100, interval: 100, room: 100 };

export interface MorePanel extends Part {
  /** The button that opens it. */
  opener: HTMLButtonElement;
}

export function createMorePanel(context: PanelContext): MorePanel {
  const { model, scene, signal } = context;
  const number = (name: Numbers, label: string, hint: string, ends: { min?: string; max?: string }) =>
    fieldControl({
      label,
      hint,
      type: "number",
      step: "any",
      min: "0",
      ...ends,
      onChange: (text) => update(model, { [name]: Number(text) / (FACTORS[name] ?? 1) }),
      signal,
    });
  const room = number("room", "Room, ± %", "How far a channel may go from its current spend", {
    max: "10000",
  });
  const objective = selectControl<State["objective"]>({
    label: "Make large",
    choices: choicesOf(OBJECTIVES),
    hint: "What is made large: the expected outcome, or one that minds the bad cases",
    onChange: (value) => update(model, { objective: value }),
    signal,
  });
  const level = number("level", "Share of bad cases, %", "The worst share of the draws that it looks at", {
    min: "0.1",
    max: "50",
  });
  const goal = selectControl<State["goal"]>({
    label: "Asked for",
    choices: choicesOf(GOALS),
    onChange: (value) => update(model, { goal: value }),
    signal,
  });
  const value = number("goal_value", "Value", "What the goal speaks of", {});
  const valueLabel = value.element.querySelector(".ci-label") as HTMLElement;
  const interval = number("interval", "Intervals, %", "Probability between the ends of all intervals", {
    min: "50",
    max: "99.9",
  });
  const step = number("step", "Steps of money", "Amount that an optimal plan is made of; 0 for any", {});
  const carry = number("carry_out", "Periods counted after", "What spend still brings after the window", {
    max: "104",
  });
  const carryLabel = carry.element.querySelector(".ci-label") as HTMLElement;
  const lesson = toggleControl({
    label: "Lesson: average or marginal",
    hint: "Draws what a unit brought on average, and what the next one would bring",
    onChange: (on) => update(model, { lesson: on }),
    signal,
  });
  const limits = createLimitsTable(context);
  const groups = h("p", { class: "ci-panel-note" });
  const unit = h("p", { class: "ci-panel-note" });
  const opener = h(
    "button",
    { type: "button", class: "ci-button ci-opener", "aria-expanded": "false" },
    "More",
  );
  const element = h(
    "div",
    { class: "ci-budget-more", hidden: true },
    h(
      "div",
      { class: "ci-controls" },
      ...[room, goal, value, objective, level, interval, step, carry].map((control) => control.element),
      lesson.element,
    ),
    h("p", { class: "ci-panel-title" }, "Limits by channel. Empty: the room around the current spend."),
    limits.element,
    groups,
    unit,
  );
  const toggle = () => {
    element.hidden = !element.hidden;
    opener.setAttribute("aria-expanded", String(!element.hidden));
    show();
  };
  opener.addEventListener("click", toggle, { signal });

  function show(): void {
    const { state, view, budget } = scene();
    opener.hidden = state.audience_mode === "viewer";
    if (opener.hidden) element.hidden = true;
    if (element.hidden) return;
    const shown = (name: Numbers) => String(Number((state[name] * (FACTORS[name] ?? 1)).toPrecision(6)));
    room.show(shown("room"));
    room.enable(budget.current !== null, "Without a current spend there is nothing to go from");
    goal.show(state.goal);
    value.element.hidden = state.goal === "total";
    if (state.goal !== "total") setText(valueLabel, GOAL_VALUES[state.goal]);
    value.show(shown("goal_value"));
    objective.show(state.objective);
    for (const control of [goal, objective]) control.enable(view.has.kernel, NEEDS_KERNEL);
    level.element.hidden = !["quantile", "cvar"].includes(state.objective);
    level.show(shown("level"));
    interval.show(shown("interval"));
    step.show(shown("step"));
    step.enable(view.has.kernel, NEEDS_KERNEL);
    setText(carryLabel, `${view.period.charAt(0).toUpperCase()}${view.period.slice(1)}s counted after`);
    carry.show(shown("carry_out"));
    carry.enable(
      view.has.kernel && view.has.horizon,
      view.has.horizon ? NEEDS_KERNEL : "These curves are for one horizon",
    );
    lesson.show(state.lesson);
    limits.show();
    setText(groups, groupsText(state));
    setText(unit, `All amounts are totals over ${budget.periods} ${view.period}s.`);
  }

  return { element, opener, show };
}

/** Sums that are limited, which Python sets. */
function groupsText({ groups, currency }: State): string {
  const said = groups.map(({ name, channels, min, max }) => {
    const ends = [
      typeof min === "number" ? `at least ${money(min, currency)}` : "",
      typeof max === "number" ? `at most ${money(max, currency)}` : "",
    ].filter(Boolean);
    return `${name} (${(channels as string[]).join(" + ")}) ${ends.join(" and ")}`;
  });
  return said.length > 0 ? `Groups: ${said.join("; ")}. Set them in Python: budget.groups = […].` : "";
}
