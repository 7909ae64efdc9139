/** Prints how long a switch of measure takes to pixels. Times depend on the machine, so they are read and not asserted. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { average, cells, encode } from "../../../testing/fixture";
import { Notebook } from "../../../testing/notebook";

let notebook: Notebook;

beforeEach(async () => {
  notebook = new Notebook(1200);
  await notebook.openModules();
});
afterEach(() => notebook.close());

test.each([
  ["500 cells", 31],
  ["3,600 cells in a square", 60],
])("switching the measure with %s", async (name, cohorts) => {
  const changes = cohorts === 60 ? { _frames: square(60) } : {};
  const { model, python } = await notebook.openHeatmap(cohorts, changes);
  const view = await notebook.show(model);
  const chart = view.el.querySelector<HTMLElement>(".ci-chart")?.ciView;
  const times: number[] = [];
  for (const measure of ["revenue", "active", "retention", "orders", "cumulative_value"]) {
    const begin = performance.now();
    python.update({ measure });
    while (chart?.signal("measure") !== measure)
      await Promise.resolve().then(() => new Promise(requestAnimationFrame));
    await chart?.runAsync();
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  // biome-ignore lint/suspicious/noConsole: the figure is what this is for
  console.info(`${name}: median ${times[2]?.toFixed(0)} ms, worst ${times[4]?.toFixed(0)} ms`);
  expect(chart?.signal("measure")).toBe("cumulative_value");
});

/** All cohorts with all ages, for the largest matrix that must stay readable. */
function square(side: number) {
  const rows = cells(2 * side).filter((row) => Number(row.row) < side && Number(row.age) < side);
  return { cells: encode(rows), average: encode(average(rows)) };
}
