/** The row of controls above the pictures, and what stands behind “Columns” and “More”. */
import {
  button,
  type Control,
  disclosure,
  fieldControl,
  selectControl,
  stepperControl,
  toggleControl,
} from "../../kit/controls";
import { h } from "../../kit/dom";
import { update } from "../../kit/model";
import { createPicker } from "../../kit/picker";
import type { Scene } from "./scene";
import type { Method, SegmentModel, State } from "./wire";
import { NEEDS_KERNEL, OWN_NUMBER, SCALING_LABELS } from "./words";

export interface Controls {
  element: HTMLElement;
  show(scene: Scene, wanted: number | null): void;
}

export interface ControlActions {
  find(): void;
  /** Shows that number of segments in grey. */
  preview(k: number): void;
}

export function createControls(model: SegmentModel, actions: ControlActions, signal: AbortSignal): Controls {
  const set = (values: Partial<State>) => update(model, values);
  const method = selectControl<Method>({
    label: "Method",
    choices: [],
    onChange: (value) => set({ method: value }),
    signal,
  });
  const stepper = stepperControl({
    label: "Segments",
    min: 2,
    max: 30,
    fewer: "Fewer segments",
    more: "More segments",
    hint: "Shows the change in grey first",
    onChange: actions.preview,
    signal,
  });
  const find = button("Find segments in the data", actions.find, signal, "k-means at the recommended number");
  find.classList.add("ci-primary");
  const columns = createPicker({
    label: "Columns",
    last: "One feature must stay",
    onChange: (values) => set({ columns: values }),
    signal,
  });
  const map = toggleControl({ label: "Map", onChange: (value) => set({ show_map: value }), signal });

  const scaling = selectControl<State["scaling"]>({
    label: "Scale",
    choices: Object.entries(SCALING_LABELS).map(([value, label]) => ({
      value: value as State["scaling"],
      label,
    })),
    onChange: (value) => set({ scaling: value }),
    signal,
  });
  const log = toggleControl({
    label: "Log skewed features",
    hint: "Counts, days and money: large values weigh less",
    onChange: (value) => set({ log: value }),
    signal,
  });
  const clip = fieldControl({
    label: "Clip at each end, %",
    type: "number",
    min: "0",
    max: "20",
    step: "any",
    hint: "Draws the most extreme values in; 0 clips nothing",
    onChange: (value) => set({ clip: Number(value) / 100 }),
    signal,
  });
  const asOf = fieldControl({
    label: "Features as of",
    type: "date",
    hint: "Later purchases are ignored; empty for the last day of the data",
    onChange: (value) => set({ as_of: value }),
    signal,
  });
  const minGroup = fieldControl({
    label: "Hide groups under, people",
    type: "number",
    min: "1",
    max: "1000",
    step: "1",
    onChange: (value) => set({ min_group: Number(value) }),
    signal,
  });
  const inside = [scaling, log, clip, asOf, minGroup];
  const more = disclosure("More", signal, ...inside.map((control) => control.element));
  const element = h(
    "div",
    { class: "ci-controls" },
    method.element,
    stepper.element,
    find,
    columns.element,
    more,
    map.element,
  );
  const needKernel: readonly Control<never>[] = [method, ...inside];

  return {
    element,
    show({ state, view }, wanted) {
      const { kernel } = view.has;
      method.offer(view.choices.methods);
      method.show(state.method);
      const chosen = view.choices.methods.find(({ value }) => value === state.method);
      for (const control of needKernel) control.enable(kernel, NEEDS_KERNEL);
      if (kernel) method.element.title = chosen?.hint ?? "";
      const own = OWN_NUMBER[state.method];
      stepper.show(wanted ?? state.n_segments);
      stepper.enable(kernel && !own, kernel ? own : NEEDS_KERNEL);
      find.hidden = state.method !== "rfm" || !kernel;
      const offered = view.choices.columns.map(({ base, ...choice }) => ({ ...choice, group: base }));
      columns.show(offered, kernel ? "" : NEEDS_KERNEL);
      scaling.show(state.scaling);
      log.show(state.log);
      clip.show(String(Math.round(state.clip * 1000) / 10));
      asOf.show(state.as_of);
      minGroup.show(String(state.min_group));
      map.show(state.show_map);
      const { length } = Object.keys(model.get("_map"));
      map.enable(kernel || length > 0, NEEDS_KERNEL);
      const viewer = state.audience_mode === "viewer";
      for (const part of [method.element, stepper.element, columns.element, more]) part.hidden = viewer;
      if (viewer) find.hidden = true;
    },
  };
}
