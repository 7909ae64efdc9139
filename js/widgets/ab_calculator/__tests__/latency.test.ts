/** Prints how long a step of a slider takes to pixels. Times depend on the machine, so they are read and not asserted. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { Notebook } from "../../../testing/notebook";
import { until } from "../../../testing/waiting";
import type { State } from "../wire";
import { calculatorState, tableState } from "./fixture";

let notebook: Notebook;

beforeEach(async () => {
  notebook = new Notebook(1100);
  await notebook.openModules();
});
afterEach(() => notebook.close());

const STEPS = 30;

const CASES: [string, State, string, string, (step: number) => string][] = [
  [
    "worthwhile",
    calculatorState({ tab: "analyse" }),
    ".ci-worthwhile",
    ".ci-density-chart",
    (i) => String(1 + i),
  ],
  [
    "worthwhile, exact posterior",
    calculatorState({ tab: "analyse", method: "bayes" }),
    ".ci-worthwhile",
    ".ci-density-chart",
    (i) => String(1 + i),
  ],
  ["worthwhile, 8 effects", tableState(), ".ci-worthwhile", ".ci-forest-chart", (i) => String(1 + i)],
  [
    "confidence, exact posterior, 8 effects",
    tableState({ method: "bayes" }),
    ".ci-fold",
    ".ci-forest-chart",
    (i) => String(80 + i / 2),
  ],
  ["plan: effect", calculatorState(), ".ci-plan-effect", ".ci-power-chart", (i) => String(2 + i / 5)],
  [
    "lesson: looks",
    calculatorState({ tab: "monitor", lesson: true, looks: 3 }),
    ".ci-lesson-controls",
    ".ci-lesson-chart",
    (i) => String(1 + (i % 20)),
  ],
];

test.each(CASES)("a step of %s", async (name, state, place, chart, valueAt) => {
  const { model } = await notebook.openCalculator(state);
  const view = await notebook.manager.show(model, notebook.place);
  const vega = () => view.el.querySelector<HTMLElement>(`${chart} .ci-chart`)?.ciView;
  await until(vega);
  const field = view.el.querySelector<HTMLInputElement>(`${place} input[type=number]`);
  if (!field) throw new Error(`There is no field in ${place}.`);
  const worked: number[] = [];
  const drawn: number[] = [];
  for (let i = 0; i < STEPS; i += 1) {
    await new Promise(requestAnimationFrame);
    field.value = valueAt(i);
    const begin = performance.now();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await Promise.resolve();
    worked.push(performance.now() - begin);
    for (const holder of view.el.querySelectorAll<HTMLElement>(".ci-chart")) await holder.ciView?.runAsync();
    drawn.push(performance.now() - begin);
  }
  const at = (times: number[], share: number) =>
    [...times].sort((a, b) => a - b)[Math.floor(share * STEPS)]?.toFixed(1);
  // biome-ignore lint/suspicious/noConsole: the figure is what this is for
  console.info(
    `${name}: texts median ${at(worked, 0.5)} ms, p90 ${at(worked, 0.9)}; pixels median ${at(drawn, 0.5)} ms, p90 ${at(drawn, 0.9)}`,
  );
  expect(drawn).toHaveLength(STEPS);
});
