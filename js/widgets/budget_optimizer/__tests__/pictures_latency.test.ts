/** Prints how long a step of a slider takes to pixels in all pictures. Times depend on the machine: read, not asserted. */
import { afterEach, expect, test } from "vitest";
import { until } from "../../../testing/waiting";
import { createCurvesPanel } from "../curves_panel";
import { createDumbbellPanel } from "../dumbbell_panel";
import { at } from "../maths/curves";
import { createOutcomePanel } from "../outcome_panel";
import { type Bench, bench, budgetState, type Channel, EIGHT } from "./pictures_fixture";

let open: Bench;
afterEach(() => open.end());

const STEPS = 60;
const FIFTEEN: Channel[] = [
  ...EIGHT,
  ...EIGHT.slice(0, 7).map((channel) => ({ ...channel, name: `${channel.name} 2` })),
];

test.each([
  ["8 channels", EIGHT, {}],
  ["8 channels, lesson", EIGHT, { lesson: true }],
  ["8 channels, tables", EIGHT, { table_view: true }],
  ["15 channels", FIFTEEN, {}],
])("a step with %s", async (name, channels, changes) => {
  const began = performance.now();
  open = bench(budgetState(channels, changes));
  const panels = [createCurvesPanel, createDumbbellPanel, createOutcomePanel].map((make) => open.add(make));
  const views = () => panels.flatMap((panel) => panel.charts().map(({ view }) => view));
  const pictured = !("table_view" in changes);
  if (pictured) await until(() => views().length === channels.length + 2);
  const opened = performance.now() - began;
  const { moves } = open.context;
  const worked: number[] = [];
  const drawn: number[] = [];
  for (let i = 0; i < STEPS; i += 1) {
    await new Promise(requestAnimationFrame);
    const begin = performance.now();
    moves.move(0, at([300_000], 0) + 4000 * i + 200_000);
    open.set({});
    worked.push(performance.now() - begin);
    await Promise.all(views().map((view) => view.runAsync()));
    drawn.push(performance.now() - begin);
  }
  const share = (times: number[], part: number) =>
    [...times].sort((a, b) => a - b)[Math.floor(part * STEPS)]?.toFixed(1);
  // biome-ignore lint/suspicious/noConsole: the figure is what this is for
  console.info(
    `${name}: opened in ${opened.toFixed(0)} ms; a step's work median ${share(worked, 0.5)} ms, p90 ${share(worked, 0.9)}; ` +
      `pixels median ${share(drawn, 0.5)} ms, p90 ${share(drawn, 0.9)}`,
  );
  expect(open.troubles).toEqual([]);
  expect(open.context.scene().spend[0]).not.toBe(EIGHT[0]?.current);
});
