/** “Method”: how variants are compared, on which scale one decides, and how sure one wants to be. */
import { choicesOf, fieldControl, segmentedControl, selectControl, toggleControl } from "../../kit/controls";
import { h } from "../../kit/dom";
import { update } from "../../kit/model";
import { sliderControl } from "../../kit/slider";
import type { TabContext } from "./tab";
import type { State } from "./wire";
import { ALTERNATIVES, CORRECTIONS, INTERVALS, METHODS } from "./words";

export interface MethodPanel {
  element: HTMLElement;
  show(): void;
}

const MOST_PRIOR = 1e9;

export function createMethodPanel({ model, scene, saving, signal }: TabContext): MethodPanel {
  const set = (values: Partial<State>) => update(model, values);
  const method = selectControl<State["method"]>({
    label: "Method",
    choices: choicesOf(METHODS),
    hint: "Always valid: may be read at any look. The tests hold at the one look that was planned",
    onChange: (value) => set({ method: value }),
    signal,
  });
  const scale = segmentedControl<"relative" | "absolute">({
    label: "Decide in",
    choices: [
      { value: "relative", label: "% of control" },
      { value: "absolute", label: "units" },
    ],
    hint: "One scale decides; the other is only shown",
    onChange: (value) => set({ relative: value === "relative" }),
    signal,
  });
  const interval = segmentedControl<State["interval"]>({
    label: "Relative interval",
    choices: choicesOf(INTERVALS),
    hint: "Fieller's never disagrees with the absolute effect; the delta method is what other tools show",
    onChange: (value) => set({ interval: value }),
    signal,
  });
  const level = sliderControl({
    label: "Confidence",
    min: 0.8,
    max: 0.99,
    least: 0.5,
    most: 0.999,
    step: 0.01,
    factor: 100,
    unit: "%",
    onMove: (value) => saving.move({ level: value }),
    onRest: (value) => saving.rest({ level: value }),
    signal,
  });
  const alternative = selectControl<State["alternative"]>({
    label: "Look for effects",
    choices: choicesOf(ALTERNATIVES),
    onChange: (value) => set({ alternative: value }),
    signal,
  });
  const direction = segmentedControl<State["direction"]>({
    label: "Better is",
    choices: [
      { value: "up", label: "more" },
      { value: "down", label: "less" },
    ],
    onChange: (value) => set({ direction: value }),
    signal,
  });
  const correction = selectControl<State["correction"]>({
    label: "Several questions",
    choices: choicesOf(CORRECTIONS),
    hint: "How p-values and intervals are corrected for the number of metrics and variants",
    onChange: (value) => set({ correction: value }),
    signal,
  });
  const prior = sliderControl({
    label: "Prior's standard deviation",
    hint: "Of a normal prior around no effect, on the scale that decides; 0 for none",
    bare: true,
    min: 0,
    max: MOST_PRIOR,
    onMove: (value) => saving.move({ prior_sd: value }),
    onRest: (value) => saving.rest({ prior_sd: value }),
    signal,
  });
  const tuning = fieldControl({
    label: "Tightest at, units",
    type: "number",
    min: "0",
    step: "1",
    hint: "The total number of units at which the always-valid band is tightest; 0 for 5,000",
    onChange: (value) => set({ tuning_n: Number(value) }),
    signal,
  });
  const curve = toggleControl({
    label: "Draw the curve",
    onChange: (value) => set({ show_density: value }),
    signal,
  });
  const body = h(
    "div",
    { class: "ci-controls" },
    ...[method, scale, interval, level, alternative, direction, correction, prior, tuning, curve].map(
      (control) => control.element,
    ),
  );
  const summary = h("summary", { class: "ci-button" }, "Method");
  const element = h("details", { class: "ci-fold" }, summary, body);

  return {
    element,
    show() {
      const { state } = scene();
      const source = scene().source();
      const known = typeof source === "string" ? null : source;
      element.hidden = state.audience_mode === "viewer";
      method.show(state.method);
      scale.show(state.relative ? "relative" : "absolute");
      const units = scale.element.querySelectorAll(".ci-segment span")[1];
      if (units) units.textContent = known?.metric.share ? "points" : known?.metric.unit || "units";
      interval.show(state.interval);
      interval.enable(state.relative, "Only effects in percent of the control have two kinds of interval");
      level.show(state.level);
      alternative.show(state.alternative);
      direction.show(known?.metric.direction ?? state.direction);
      direction.enable(!known || known.typed, "The metric says it itself");
      correction.show(state.correction);
      correction.element.hidden = (known?.metrics.length ?? 1) * (known?.treatments.length ?? 1) < 2;
      prior.show(state.prior_sd);
      const share = state.relative || (known?.metric.share ?? false);
      prior.measure(state.relative ? "%" : known?.metric.share ? "pp" : "", share ? 100 : 1);
      prior.element.hidden = state.method !== "bayes";
      tuning.show(String(state.tuning_n));
      tuning.element.hidden = state.method !== "sequential";
      curve.show(state.show_density);
    },
  };
}
