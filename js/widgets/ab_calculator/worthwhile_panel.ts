/** “Smallest effect worth having”: set on one scale, read on both. */
import { segmentedControl } from "../../kit/controls";
import { h } from "../../kit/dom";
import { update } from "../../kit/model";
import { roundStep } from "../../kit/rounding";
import { sliderControl } from "../../kit/slider";
import { bothScales } from "./maths/wording";
import { baselineOf, type Source } from "./source";
import type { TabContext } from "./tab";
import { factorOf, unitOf } from "./words";

export interface WorthwhilePanel {
  element: HTMLElement;
  show(source: Source): void;
}

const STEPS = 200;
const MOST_RELATIVE = 0.5;
const MOST_POINTS = 0.2;
const ENDLESS = 1e9;

export function createWorthwhilePanel({ model, scene, saving, signal }: TabContext): WorthwhilePanel {
  const slider = sliderControl({
    label: "Smallest effect worth having",
    hint: "Smaller effects aren't worth the trouble; 0 takes any",
    min: 0,
    max: MOST_RELATIVE,
    step: MOST_RELATIVE / STEPS,
    most: ENDLESS,
    onMove: (worthwhile) => saving.move({ worthwhile }),
    onRest: (worthwhile) => saving.rest({ worthwhile }),
    signal,
  });
  const scale = segmentedControl<"relative" | "absolute">({
    label: "Given in",
    choices: [
      { value: "relative", label: "% of control" },
      { value: "absolute", label: "units" },
    ],
    onChange: (value) => turn(value === "relative"),
    signal,
  });
  const absolute = scale.element.querySelectorAll(".ci-segment span")[1] as HTMLElement;

  /** The same effect on the other scale. */
  function turn(relative: boolean): void {
    const { state } = scene();
    const source = scene().source();
    const base = typeof source === "string" ? Number.NaN : Math.abs(baselineOf(source));
    const same = relative ? state.worthwhile / base : state.worthwhile * base;
    const worthwhile = Number.isFinite(same) ? Number(same.toPrecision(3)) : state.worthwhile;
    update(model, { worthwhile_relative: relative, worthwhile });
  }

  return {
    element: h("div", { class: "ci-worthwhile" }, slider.element, scale.element),
    show(source) {
      const { state } = scene();
      const { metric } = source;
      const relative = state.worthwhile_relative;
      const base = baselineOf(source);
      const most = relative ? MOST_RELATIVE : metric.share ? MOST_POINTS : roundStep(Math.abs(base) / 2 || 1);
      slider.range({ min: 0, max: most, most: ENDLESS });
      slider.measure(unitOf(metric, relative), factorOf(metric, relative));
      slider.show(state.worthwhile);
      const sign = metric.direction === "down" ? -1 : 1;
      const size = sign * (relative ? state.worthwhile * Math.abs(base) : state.worthwhile);
      slider.say(
        state.worthwhile > 0 ? bothScales(size, base, metric.share, metric.unit) : "any effect counts",
      );
      scale.show(relative ? "relative" : "absolute");
      absolute.textContent = metric.share ? "points" : metric.unit || "units";
      scale.enable(base > 0, "The control's own mean isn't above zero: there is no percent of it");
    },
  };
}
