/** The row of controls above the picture, and what stands behind “More”. */
import {
  type Choice,
  type Control,
  disclosure,
  fieldControl,
  segmentedControl,
  selectControl,
  toggleControl,
} from "../../kit/controls";
import { h } from "../../kit/dom";
import { update } from "../../kit/model";
import { available, MEASURE_NAMES, MEASURES } from "./measures";
import type { Grain, HeatmapModel, Measure, State, ViewState } from "./wire";
import { AVERAGE_LABELS, GRAIN_LABELS, KIND_LABELS, stepLabel } from "./words";

export interface Controls {
  element: HTMLElement;
  show(state: State, view: ViewState): void;
}

const NEEDS_KERNEL = "Needs the notebook: this file holds the table as it was exported";
const BY_ATTRIBUTE = "by:";

export function createControls(model: HeatmapModel, signal: AbortSignal): Controls {
  const set = (values: Partial<State>) => update(model, values);

  const measure = selectControl<Measure>({
    label: "Measure",
    choices: [],
    onChange: (value) => set({ measure: value }),
    signal,
  });
  const cohorts = selectControl<string>({
    label: "Cohorts",
    choices: [],
    hint: "What customers are grouped by: when they first bought, or what was true of them then",
    onChange: (value) =>
      set(
        value.startsWith(BY_ATTRIBUTE)
          ? { by: value.slice(BY_ATTRIBUTE.length) }
          : { by: null, cohort_grain: value as Grain },
      ),
    signal,
  });
  const window = segmentedControl<State["window"]>({
    label: "Window",
    choices: [
      { value: "calendar", label: "Calendar" },
      { value: "elapsed", label: "Elapsed" },
    ],
    hint: "Calendar periods, or windows counted from each customer's own first day",
    onChange: (value) => set({ window: value }),
    signal,
  });
  const grain = selectControl<Grain>({
    label: "Step",
    choices: [],
    hint: "Length of one step of age",
    onChange: (value) => set({ grain: value }),
    signal,
  });
  const kind = selectControl<State["kind"]>({
    label: "Kind",
    choices: choices(KIND_LABELS),
    hint: "Classic counts who bought in exactly that period, unbounded who bought then or later, grouped who bought within several periods",
    onChange: (value) => set({ kind: value }),
    signal,
  });
  const average = segmentedControl<State["average"]>({
    label: "Average over",
    choices: choices(AVERAGE_LABELS),
    hint: "Over customers, large cohorts count for more; over cohorts, each counts the same",
    onChange: (value) => set({ average: value }),
    signal,
  });

  const normalise = selectControl<State["normalise"]>({
    label: "Compare with",
    choices: [
      { value: "none", label: "Nothing: values as they are" },
      { value: "row", label: "The row's highest" },
      { value: "column", label: "The column's average" },
    ],
    onChange: (value) => set({ normalise: value }),
    signal,
  });
  const level = fieldControl({
    label: "Interval level, %",
    type: "number",
    min: "50",
    max: "99.9",
    step: "any",
    onChange: (value) => set({ level: Number(value) / 100 }),
    signal,
  });
  const asOf = fieldControl({
    label: "Observed until",
    type: "date",
    hint: "Purchases after this day are ignored; empty for the last day of the data",
    onChange: (value) => set({ as_of: value }),
    signal,
  });
  const showInterval = toggleControl({
    label: "Show the interval",
    onChange: (value) => set({ show_interval: value }),
    signal,
  });
  const lock = toggleControl({
    label: "Keep the colour scale",
    hint: "Colours keep their meaning while the cohorts change",
    onChange: (value) => set({ colour_lock: value }),
    signal,
  });
  const truncated = toggleControl({
    label: "Averages include truncated cohorts",
    onChange: (value) => set({ include_truncated: value }),
    signal,
  });
  const naive = toggleControl({
    label: "Lesson: what naive code shows",
    hint: "Draws cells that are still filling up as if they were finished",
    onChange: (value) => set({ naive: value }),
    signal,
  });

  const more = disclosure("More", signal, normalise.element, level.element, asOf.element);
  more.lastElementChild?.append(showInterval.element, lock.element, truncated.element, naive.element);
  const row = [measure, cohorts, window, grain, kind, average].map((control) => control.element);
  const element = h("div", { class: "ci-controls" }, ...row, more);

  const needKernel: readonly Control<never>[] = [cohorts, window, grain, kind, level, asOf];
  const method = [kind, level, asOf, truncated, naive];

  return {
    element,
    show(state, view) {
      measure.offer(
        MEASURE_NAMES.filter((name) => available(name, view)).map((value) => ({
          value,
          label: MEASURES[value].label,
        })),
      );
      cohorts.offer(cohortChoices(view));
      grain.offer(view.choices.grain.map((value) => ({ value, label: stepLabel(value, state.window) })));
      measure.show(state.measure);
      cohorts.show(state.by ? BY_ATTRIBUTE + state.by : state.cohort_grain);
      window.show(state.window);
      grain.show(state.grain);
      kind.show(state.kind);
      average.show(state.average);
      normalise.show(state.normalise);
      level.show(String(Math.round(state.level * 1000) / 10));
      asOf.show(state.as_of);
      showInterval.show(state.show_interval);
      lock.show(state.colour_lock);
      truncated.show(state.include_truncated);
      naive.show(state.naive);
      for (const control of needKernel) control.enable(view.has.kernel, NEEDS_KERNEL);
      for (const control of method) control.element.hidden = state.audience_mode === "viewer";
    },
  };
}

function choices<V extends string>(labels: Record<V, string>): Choice<V>[] {
  return (Object.keys(labels) as V[]).map((value) => ({ value, label: labels[value] }));
}

function cohortChoices(view: ViewState): Choice[] {
  const dates = view.choices.cohort_grain.map((value) => ({
    value,
    label: GRAIN_LABELS[value],
    group: "First purchase, by",
  }));
  const attributes = view.choices.by.map((name) => ({
    value: BY_ATTRIBUTE + name,
    label: name,
    group: "At the first purchase",
  }));
  return [...dates, ...attributes];
}
