/** The plan's fields: baseline, effect, power and days, of which one is computed; traffic, arms, and the method. */
import { choicesOf, fieldControl, segmentedControl, selectControl, stepperControl } from "../../kit/controls";
import { h, uniqueId } from "../../kit/dom";
import { update } from "../../kit/model";
import { createPadlock } from "../../kit/padlock";
import { type Slider, sliderControl } from "../../kit/slider";
import { bothScales, chance, integer, plural } from "./maths/wording";
import { isShare, type Plan } from "./plan";
import type { TabContext } from "./tab";
import type { State } from "./wire";
import { ALTERNATIVES, FORMULA_LABELS } from "./words";

export interface PlanFieldsView {
  linked: HTMLElement;
  more: HTMLElement;
  show(plan: Plan): void;
}

type Solve = State["solve"];
type Numbers = "baseline" | "effect" | "power" | "days" | "per_day" | "sd" | "variance_reduction";

const COMPUTED = "Computed from the other fields; choose another padlock to set it";
const MOST = 1e12;
const LARGEST = 1e6;
const LEAST = 1e-4;
const POINTS: [number, number] = [0.0005, 0.5];
const SIZES: [number, number] = [0.01, 1e5];
const LONGEST = 84;

export function createPlanFields({ model, scene, saving, signal }: TabContext): PlanFieldsView {
  const slider = (name: Numbers, options: Partial<Parameters<typeof sliderControl>[0]> & { label: string }) =>
    sliderControl({
      min: 0,
      max: 1,
      onMove: (value) => saving.move({ [name]: value } as Partial<State>),
      onRest: (value) => saving.rest({ [name]: value } as Partial<State>),
      signal,
      ...options,
    });
  /** What was computed stays as it is, and becomes something to set. */
  const lock = (solve: Solve) => {
    const { state } = scene();
    const { solved, impossible } = scene().plan();
    if (state.solve === solve) return;
    const value = solved[state.solve];
    const keep = !impossible && value !== null && Number.isFinite(value);
    update(model, { solve, ...(keep && { [state.solve]: Number(value.toPrecision(4)) }) });
  };
  const group = uniqueId("solve");
  const padlocks = {
    effect: createPadlock(group, "Compute the effect", () => lock("effect"), signal),
    power: createPadlock(group, "Compute the power", () => lock("power"), signal),
    days: createPadlock(group, "Compute the days", () => lock("days"), signal),
  };
  const baseline = slider("baseline", {
    label: "Baseline",
    hint: "The control's share, or its mean",
    min: 0.005,
    max: 0.995,
    step: 0.005,
  });
  const size = {
    share: slider("effect", {
      label: "Effect to find",
      logarithmic: true,
      min: POINTS[0],
      max: POINTS[1],
      mark: h("span", { class: "ci-lock-place" }),
    }),
    mean: slider("effect", {
      label: "Effect to find",
      logarithmic: true,
      min: SIZES[0],
      max: SIZES[1],
      mark: h("span", { class: "ci-lock-place" }),
    }),
  };
  const power = slider("power", {
    label: "Power",
    hint: "The chance to find the effect if it is there",
    min: 0.5,
    max: 0.99,
    least: 0.01,
    most: 0.999,
    step: 0.01,
    factor: 100,
    unit: "%",
    mark: padlocks.power.element,
  });
  const days = slider("days", {
    label: "Duration",
    min: 1,
    max: LONGEST,
    most: 36500,
    least: 0.01,
    step: 1,
    unit: "days",
    mark: padlocks.days.element,
  });
  const perDay = slider("per_day", {
    label: "Traffic: units a day, all arms",
    logarithmic: true,
    min: 10,
    max: LARGEST,
    least: 0,
    most: MOST,
  });
  const sd = slider("sd", {
    label: "Standard deviation of a unit",
    logarithmic: true,
    min: SIZES[0],
    max: SIZES[1],
    least: 0,
    most: MOST,
  });
  const reduction = slider("variance_reduction", {
    label: "Variance that CUPED takes away",
    hint: "The square of the correlation with what was known before",
    min: 0,
    max: 0.9,
    most: 0.99,
    step: 0.01,
    factor: 100,
    unit: "%",
  });
  const arms = stepperControl({
    label: "Arms",
    min: 2,
    max: 20,
    fewer: "Fewer arms",
    more: "More arms",
    hint: "The control among them; each is compared with the control",
    onChange: (value) => update(model, { arms: value }),
    signal,
  });
  const kind = segmentedControl<State["plan_kind"]>({
    label: "What is measured",
    choices: [
      { value: "proportion", label: "Share" },
      { value: "mean", label: "Mean" },
    ],
    onChange: (value) => update(model, { plan_kind: value }),
    signal,
  });
  const formula = selectControl<State["formula"]>({
    label: "Formula",
    choices: choicesOf(FORMULA_LABELS),
    hint: "They differ by up to a tenth: say which one you used",
    onChange: (value) => update(model, { formula: value }),
    signal,
  });
  const alternative = selectControl<State["alternative"]>({
    label: "Look for effects",
    choices: choicesOf(ALTERNATIVES),
    onChange: (value) => update(model, { alternative: value }),
    signal,
  });
  const alpha = fieldControl({
    label: "Alpha, %",
    type: "number",
    min: "0.1",
    max: "50",
    step: "any",
    hint: "How often something is found without any effect",
    onChange: (value) => update(model, { level: 1 - Number(value) / 100 }),
    signal,
  });
  const effectPlace = h("div", { class: "ci-plan-effect" }, size.share.element, size.mean.element);
  // One padlock for both fields of the effect: it moves to the one on show.
  const holders = [size.share, size.mean].map(({ element }) =>
    element.querySelector(".ci-slider-head > :last-child"),
  );
  const linked = h(
    "div",
    { class: "ci-plan-linked" },
    baseline.element,
    effectPlace,
    power.element,
    days.element,
  );
  const fold = h(
    "details",
    { class: "ci-fold" },
    h("summary", { class: "ci-button" }, "Method"),
    h(
      "div",
      { class: "ci-controls" },
      formula.element,
      alternative.element,
      alpha.element,
      reduction.element,
    ),
  );
  const more = h(
    "div",
    { class: "ci-plan-more" },
    h("div", { class: "ci-controls" }, perDay.element, arms.element, kind.element, sd.element),
    fold,
  );

  function showEffect(plan: Plan, state: State): void {
    const share = isShare(state);
    const [shown, other] = share ? [size.share, size.mean] : [size.mean, size.share];
    shown.element.hidden = false;
    other.element.hidden = true;
    holders[share ? 0 : 1]?.replaceChildren(padlocks.effect.element);
    const { baseline: base } = state;
    const value = state.solve === "effect" ? plan.solved.effect : state.effect;
    if (share) shown.range({ min: POINTS[0], max: POINTS[1], least: -base, most: 1 - base });
    else shown.range({ min: Math.min(SIZES[0], LEAST), max: SIZES[1], least: -MOST, most: MOST });
    shown.measure(share ? "pp" : "", share ? 100 : 1);
    shown.show(value);
    shown.say(Number.isFinite(value) ? bothScales(value, base, share) : "not to be found");
  }

  return {
    linked,
    more,
    show(plan) {
      const { state } = scene();
      const { solved, impossible } = plan;
      const share = isShare(state);
      const controls: Record<Solve, Slider[]> = {
        effect: [size.share, size.mean],
        power: [power],
        days: [days],
      };
      for (const [name, own] of Object.entries(controls)) {
        padlocks[name as Solve].show(state.solve === name);
        for (const control of own) control.enable(state.solve !== name, COMPUTED);
      }
      baseline.range(
        share
          ? { min: 0.005, max: 0.995, least: 0, most: 1 }
          : { min: 0, max: roundMost(state.baseline), least: -MOST, most: MOST },
      );
      baseline.measure(share ? "%" : "", share ? 100 : 1);
      baseline.show(state.baseline);
      baseline.say(share ? "of the control" : "mean of the control");
      showEffect(plan, state);
      const computed = (name: "power" | "days") =>
        state.solve === name ? (impossible ? Number.NaN : (solved[name] ?? Number.NaN)) : state[name];
      power.show(computed("power"));
      power.say(
        impossible || !Number.isFinite(computed("power"))
          ? ""
          : `misses it ${chance(1 - computed("power"))} of the time`,
      );
      days.show(computed("days"));
      const n = impossible ? "" : `${integer(solved.nPerArm)} per arm`;
      const weeks =
        plan.duration && state.solve === "days" ? `${plural(plan.duration.weeks, "whole week")}, ` : "";
      days.say(n && `${weeks}${n}`);
      perDay.show(state.per_day);
      sd.show(state.sd);
      sd.element.hidden = share;
      arms.show(state.arms);
      kind.show(state.plan_kind);
      formula.show(state.formula);
      formula.element.hidden = !share;
      alternative.show(state.alternative);
      alpha.show(String(Number((100 * (1 - state.level)).toPrecision(6))));
      reduction.show(state.variance_reduction);
      fold.hidden = state.audience_mode === "viewer";
    },
  };
}

/** An end of the slider of a mean, far enough above it and as round as can be. */
function roundMost(mean: number): number {
  const size = Math.abs(mean) || 1;
  return 10 ** Math.ceil(Math.log10(size * 1.2));
}
