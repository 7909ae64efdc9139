/** Prints how long a step of a channel's slider takes to pixels. Times depend on the machine, so they are read and not asserted. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { Notebook } from "../../../testing/notebook";
import { until } from "../../../testing/waiting";
import type { State } from "../wire";
import { many, optimizerState } from "./fixture";

let notebook: Notebook;

beforeEach(async () => {
  notebook = new Notebook(1300);
  await notebook.openModules();
});
afterEach(() => notebook.close());

const STEPS = 40;

const CASES: [string, number, Partial<State>][] = [
  ["8 channels", 8, {}],
  ["8 channels, lesson", 8, { lesson: true }],
  ["8 channels, More open", 8, {}],
  ["8 channels, frontier", 8, { tab: "frontier" }],
  ["8 channels, weekly", 8, { tab: "weekly" }],
  ["15 channels", 15, {}],
];

test.each(CASES)("a step with %s", async (name, count, changes) => {
  const { model } = await notebook.openOptimizer(optimizerState(changes, {}, many(count)));
  const view = await notebook.manager.show(model, notebook.place);
  await until(() => view.el.querySelectorAll("canvas").length >= count + 2);
  if (name.includes("More")) view.el.querySelector<HTMLElement>(".ci-opener")?.click();
  const range = view.el.querySelector<HTMLInputElement>(".ci-money");
  if (!range) throw new Error("There is no slider.");
  const begin = Number(range.value);
  const worked: number[] = [];
  const drawn: number[] = [];
  for (let i = 0; i < STEPS; i += 1) {
    await new Promise(requestAnimationFrame);
    range.value = String(begin * (1 - 0.004 * (i + 1)));
    const start = performance.now();
    range.dispatchEvent(new Event("input", { bubbles: true }));
    await Promise.resolve();
    worked.push(performance.now() - start);
    for (const holder of view.el.querySelectorAll<HTMLElement>(".ci-chart")) await holder.ciView?.runAsync();
    drawn.push(performance.now() - start);
  }
  const at = (times: number[], share: number) =>
    [...times].sort((a, b) => a - b)[Math.floor(share * STEPS)]?.toFixed(1);
  // biome-ignore lint/suspicious/noConsole: the figure is what this is for
  console.info(
    `${name}: texts median ${at(worked, 0.5)} ms, p90 ${at(worked, 0.9)}; pixels median ${at(drawn, 0.5)} ms, p90 ${at(drawn, 0.9)}`,
  );
  expect(drawn).toHaveLength(STEPS);
  view.remove();
});
