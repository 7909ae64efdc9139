// @ts-nocheck
import { afterEach, expect, test } from "vitest";
import { page } from "vitest/browser";
import { Notebook } from "../../../testing/notebook";
import { sleep } from "../../../testing/waiting";
import { calculatorState, lift, running, tableState } from "./fixture";

let notebook: Notebook;
afterEach(() => {
  notebook.close();
  document.body.removeAttribute("data-jp-theme-light");
});
const dated = { date: true };
const shots: [string, number, any][] = [
  ["plan", 1100, calculatorState()],
  ["analyse", 1100, calculatorState({ tab: "analyse", worthwhile: 0.05 })],
  [
    "bayes",
    1100,
    calculatorState({
      tab: "analyse",
      worthwhile: 0.05,
      method: "bayes",
      contacts: 100000,
      margin: 12,
      cost: 0.3,
      currency: "EUR",
    }),
  ],
  ["table", 1100, tableState({ worthwhile: 0.1, _lift: lift() }, { segments: ["channel"] })],
  ["early", 1100, tableState({ worthwhile: 0.1, planned_end: "2999-01-01" })],
  [
    "srm",
    1100,
    calculatorState({
      tab: "analyse",
      counts: [
        { variant: "A", n: 821588, successes: 82000 },
        { variant: "B", n: 815482, successes: 84000 },
      ],
    }),
  ],
  [
    "monitor",
    1100,
    tableState(
      { tab: "monitor", worthwhile: 0.1, relative: false, planned_end: "2024-05-21", _running: running() },
      dated,
    ),
  ],
  ["lesson", 1100, calculatorState({ tab: "monitor", lesson: true, looks: 5 })],
  ["narrow", 620, calculatorState({ tab: "analyse", worthwhile: 0.05 })],
  ["narrow_plan", 620, calculatorState()],
  ["as_table", 1100, tableState({ table_view: true })],
];
test.each(
  shots.flatMap((s) => [
    [s[0], "light", s[1], s[2]],
    [`${s[0]}_dark`, "dark", s[1], s[2]],
  ]) as any,
)("%s", async (name: string, scheme: string, width: number, state: any) => {
  document.body.setAttribute("data-jp-theme-light", String(scheme === "light"));
  notebook = new Notebook(width);
  notebook.place.style.background = scheme === "light" ? "white" : "#111";
  notebook.place.style.padding = "12px";
  await notebook.openModules();
  await page.viewport(1280, name.startsWith("table") ? 1500 : 860);
  const live = await notebook.openCalculator(state);
  const v = await notebook.manager.show(live.model, notebook.place);
  await sleep(900);
  for (const d of v.el.querySelectorAll("details.ci-fold"))
    if (name.startsWith("table") || name.startsWith("bayes")) (d as any).open = true;
  await sleep(100);
  await page.screenshot({ element: notebook.place, path: `/work/main/screenshots/ab_room/${name}.png` });
  expect(v.el.querySelector("[role=alert]:not([hidden])")?.textContent ?? "").toBe("");
  v.remove();
});
