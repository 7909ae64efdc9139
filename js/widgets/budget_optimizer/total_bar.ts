/** Above the rows: the total and its padlock, the horizon, and what is done to the plan as a whole. */
import { amountText, createAmountField } from "../../kit/amount";
import { button, stepperControl } from "../../kit/controls";
import { h, setText, uniqueId } from "../../kit/dom";
import { update } from "../../kit/model";
import { createLock } from "../../kit/padlock";
import { money } from "../../kit/wording";
import { sum } from "./outcome";
import type { PanelContext } from "./panel";
import type { Part } from "./part";
import type { Scene } from "./scene";
import { each, GOALS, NEEDS_KERNEL } from "./words";

/** Of the total: what rounding may leave. */
const SLACK = 1e-6;
const LONGEST = 520;
const CAUTION =
  "The best plan in which no channel goes further than 20 % from its current spend; limits of their own stay";
const PINNED = "Keep the total: what one channel is given, the others give up";

export function createTotalBar({ model, scene, moves, announce, signal }: PanelContext, more: HTMLElement) {
  const name = h("span", { class: "ci-label", id: uniqueId("total") });
  const total = createAmountField({
    label: "Total over the window",
    hint: "Money over the whole window, all channels together; the channels share what is more or less",
    onCommit: (value) => value !== null && moves.setTotal(value),
    signal,
  });
  const pin = createLock(PINNED, (pinned) => update(model, { pinned }), signal);
  const period = h("span", { class: "ci-below" });
  const horizon = stepperControl({
    label: "Horizon",
    min: 1,
    max: LONGEST,
    fewer: "Fewer periods",
    more: "More periods",
    onChange: (periods) => update(model, { periods }),
    signal,
  });
  const horizonLabel = horizon.element.querySelector(".ci-label") as HTMLElement;
  const optimise = button("Optimise", moves.optimize, signal);
  optimise.classList.add("ci-primary");
  const cautious = button("Cautious move", moves.cautiously, signal);
  const undo = button("Undo", moves.undo, signal, "Takes back the last change of the plan");
  const back = button("Back to current", () => toCurrent(), signal, "Every channel as it is today");
  const spent = h("p", { class: "ci-spent", role: "status" });
  const conflict = h("p", { class: "ci-conflict ci-refused", role: "status" });
  const element = h(
    "div",
    { class: "ci-total-bar" },
    h(
      "div",
      { class: "ci-controls" },
      h(
        "div",
        { class: "ci-control" },
        name,
        h("span", { class: "ci-total-field" }, total.element, pin.element, period),
      ),
      horizon.element,
      h("span", { class: "ci-total-buttons" }, optimise, cautious, undo, back),
      more,
    ),
    moves.progress,
    conflict,
    spent,
  );

  function toCurrent(): void {
    const { current } = scene().budget;
    if (current) moves.take(current);
    announce("Back to the current plan");
  }

  return {
    element,
    show() {
      const now = scene();
      const { state, view, budget } = now;
      setText(name, `Total over ${budget.periods} ${view.period}s`);
      total.show(now.total);
      total.element.style.setProperty("--ci-digits", String(Math.max(7, amountText(now.total).length)));
      pin.show(state.pinned);
      setText(period, `${amountText(now.total / budget.periods)} ${each(view.period)}`);
      setText(horizonLabel, `Horizon, ${view.period}s`);
      horizon.show(state.periods);
      const fixed = view.has.horizon
        ? "Needs the notebook: the curves of another horizon come from the model"
        : "These curves are for one horizon; pass the model to choose another";
      horizon.enable(view.has.kernel && view.has.horizon, fixed);
      const why = whyNot(now);
      for (const [action, hint] of [
        [optimise, `${GOALS[state.goal]}, within the limits`],
        [cautious, CAUTION],
      ] as const) {
        action.disabled = why !== "";
        action.title = why || hint;
      }
      cautious.hidden = back.hidden = budget.current === null;
      undo.disabled = !moves.canUndo();
      setText(conflict, now.conflict());
      conflict.hidden = now.conflict() === "";
      const words = leftWords(now);
      setText(spent, words);
      spent.hidden = words === "";
    },
  } satisfies Part;
}

/** Why there is no looking for a better plan; "" where there is. */
function whyNot(scene: Scene): string {
  const { view, findsBest } = scene;
  if (!view.usable) return view.health.sentences[0] ?? "Don't use for budgets.";
  if (!findsBest && !view.has.kernel) return NEEDS_KERNEL;
  return scene.conflict();
}

/** A total that the plan misses. */
function leftWords({ spend, total, state }: Scene): string {
  const spends = sum(spend);
  const left = total - spends;
  if (Math.abs(left) <= SLACK * Math.max(total, spends)) return "";
  const paid = (amount: number) => money(amount, state.currency);
  return left > 0
    ? `Plan spends ${paid(spends)} of ${paid(total)}: ${paid(left)} left.`
    : `Plan spends ${paid(spends)}, ${paid(-left)} more than the total of ${paid(total)}.`;
}
