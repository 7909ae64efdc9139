/** The top of the screen: the plan in a sentence, what is expected of it, and whether the model may be believed. */
import { createAsking } from "../../kit/asking";
import { button } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import { update } from "../../kit/model";
import { money, percent, plural, signed } from "../../kit/wording";
import { headlineOf } from "./headline";
import { compared, outcomeFor, sum } from "./outcome";
import type { PanelContext } from "./panel";
import type { Part } from "./part";
import type { Scene } from "./scene";
import type { HealthStatus, ViewState } from "./wire";
import { aboutTime, estimateText, NEEDS_KERNEL } from "./words";

const MARKS: Record<HealthStatus, string> = { good: "✓", look: "!", bad: "✕", quick: "~", none: "?" };
/** Of the outcome: what isn't worth another plan. */
const WORTH = 0.0005;

export interface Head extends Part {
  headline: HTMLElement;
}

export function createHead({ model, scene, requests, signal }: PanelContext): Head {
  const headline = h("p", { class: "ci-headline" });
  const mark = h("span", { class: "ci-health-mark", "aria-hidden": "true" });
  const label = h("span", {});
  const badge = button("", () => update(model, { tab: "diagnostics" }), signal);
  badge.classList.add("ci-health");
  badge.append(mark, label);
  const expected = h("span", {});
  const possible = h("span", { class: "ci-possible" });
  const outlook = h("p", { class: "ci-outlook" }, expected, possible);
  const warning = h("span", {});
  const fit = button("Fit the full model", () => fitting.ask(), signal);
  const fitting = createAsking(requests, { name: "refine", doing: "Fitting the full model…", signal });
  const strip = h("div", { class: "ci-health-strip" }, warning, fit);
  const element = h("div", { class: "ci-budget-head" }, outlook, strip, fitting.element);

  return {
    element,
    headline: h("div", { class: "ci-headline-row" }, headline, badge),
    show() {
      const now = scene();
      const { health, usable, has } = now.view;
      setText(headline, headlineOf(now));
      badge.dataset.status = health.status;
      setText(mark, MARKS[health.status]);
      setText(label, health.text);
      badge.title = [...health.sentences.slice(0, 2), "Opens the diagnostics."].join("\n");
      setText(expected, expectedText(now));
      const words = warningOf(now.view);
      strip.hidden = words === "";
      strip.classList.toggle("ci-bad", !usable);
      setText(warning, words);
      fit.hidden = !has.provisional || now.state.audience_mode === "viewer";
      fit.disabled = !has.kernel;
      fit.title = has.kernel ? "Samples the whole posterior in place of the quick estimate" : NEEDS_KERNEL;
    },
    rest() {
      setText(possible, possibleText(scene()));
    },
  };
}

/** “Expected revenue: 1,234,567 (1,100,000 to 1,400,000) from EUR 520,000 over 26 weeks.” */
function expectedText(scene: Scene): string {
  const { budget, state, view, spend, exact } = scene;
  const paid = money(sum(spend), state.currency);
  const estimate = estimateText(exact?.outcome ?? scene.plan().estimate);
  const odds = `${percent(state.interval)} interval`;
  // The headline says the rest.
  if (!budget.current) return `${odds}. `;
  return `Expected ${budget.target}: ${estimate}, ${odds}, from ${paid} over ${plural(budget.periods, view.period)}. `;
}

/** What the best plan would bring above this one, where that is worth a word. */
function possibleText(scene: Scene): string {
  const { budget, state, view } = scene;
  if (!scene.findsBest || !view.usable || scene.conflict() !== "" || scene.isBest()) return "";
  const found = scene.best();
  if (!found) return "";
  const plan = scene.plan();
  const best = outcomeFor(budget, found.spend, state.interval);
  const { gain } = compared(best, plan, state.interval);
  if (!(gain[0] > WORTH * Math.abs(plan.estimate[0]))) return "";
  const [more, low, high] = gain.map((amount) => signed(money(amount)));
  return `Possible within the limits: ${more} (${low} to ${high}).`;
}

function warningOf({ health, usable, expected_seconds }: ViewState): string {
  if (!usable) return health.sentences[0] ?? "Don't use for budgets.";
  if (health.status !== "quick") return "";
  const time = expected_seconds ? ` Full model: ${aboutTime(expected_seconds)}.` : "";
  return `Quick estimate, without reliable uncertainty.${time}`;
}
