import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { until } from "../../../testing/waiting";
import { createFrontierTab } from "../frontier_tab";
import { TWO } from "./fixture";
import { EIGHT } from "./pictures_fixture";
import { all, answer, asked, button, opened, text, vega } from "./tab_bench";
import { askedBy, frontier } from "./tabs_fixture";

const FRONTIER = { tab: "frontier" } as const;

test("the page finds the best plan at each total, and says what more money brings", async () => {
  const live = opened(createFrontierTab, FRONTIER, {}, EIGHT);
  const view = await vega(live, ".ci-frontier-chart");
  const rows = view.data("frontier");
  expect(rows).toHaveLength(25);
  const now = 1_515_000;
  expect(rows[0].total).toBeCloseTo(0.7 * now, 0);
  expect(rows[24].total).toBeCloseTo(1.3 * now, 0);
  const outcomes = rows.map(({ outcome }) => outcome as number);
  expect(outcomes).toEqual([...outcomes].sort((a, b) => a - b));
  // With the money of today the best plan brings at least what the current one does.
  expect(outcomes[12]).toBeGreaterThan(live.context.scene().current()?.estimate[0] ?? Infinity);
  expect(text(live, ".ci-tab-headline")).toMatch(
    /^Between EUR 1,060,500 and EUR 1,969,500 .* At the lower end the next 1,000 bring/,
  );
  expect(asked(live, "frontier")).toHaveLength(0);
  expect(all(live, ".ci-twin tbody tr")).toHaveLength(25);
});

test("dragging a channel moves the plan's point, and nothing else is sent", async () => {
  const live = opened(createFrontierTab, FRONTIER, {}, EIGHT);
  const view = await vega(live, ".ci-frontier-chart");
  const first = view.data("frontier")[0];
  const outcome = () => view.signal("mark_outcome")[1] as number;
  const before = outcome();
  live.set({ spend: { TV: 480_000, Radio: 170_000 } });
  await until(() => outcome() !== before);
  expect(outcome()).toBe(live.context.scene().plan().estimate[0]);
  expect(view.data("frontier")[0]).toBe(first);
});

test("other limits find other plans, once they rest", async () => {
  const live = opened(createFrontierTab, FRONTIER, {}, EIGHT);
  const view = await vega(live, ".ci-frontier-chart");
  live.set({ room: 0.1 });
  expect(live.place.querySelector(".ci-frontier-chart")?.classList).toContain("ci-stale");
  await until(() => Math.abs(view.data("frontier")[0]?.total - 0.9 * 1_515_000) < 1);
  expect(live.place.querySelector(".ci-frontier-chart")?.classList).not.toContain("ci-stale");
});

test("a plan is taken from the frontier, by its slider and button", async () => {
  const live = opened(createFrontierTab, FRONTIER);
  await vega(live, ".ci-frontier-chart");
  const field = live.place.querySelector(".ci-frontier-pick input[type=number]") as HTMLInputElement;
  await userEvent.fill(field, "700000");
  await userEvent.keyboard("{Enter}");
  await userEvent.click(button(live, "Take this plan"));
  const { total, spend } = live.model.state;
  expect(total).toBeCloseTo(705_000, 0);
  expect(Object.values(spend).reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(total, 6);
});

test("what the page can't find is asked of Python, and taken only as the answer to the present question", async () => {
  const live = opened(createFrontierTab, { ...FRONTIER, objective: "cvar" });
  expect(asked(live, "frontier")).toHaveLength(1);
  await answer(live, "frontier", { _frontier: frontier(TWO, { ...askedBy(live.model.state), level: 0.1 }) });
  expect(text(live, ".ci-tab-headline")).toBe("");
  await until(() => asked(live, "frontier").length === 2);
  await answer(live, "frontier", { _frontier: frontier(TWO, askedBy(live.model.state)) });
  expect(text(live, ".ci-tab-headline")).toContain("Between EUR 480,000 and EUR 720,000");
  expect((await vega(live, ".ci-frontier-chart")).data("frontier")).toHaveLength(3);
});

test("limits that leave one plan are no curve", () => {
  const live = opened(createFrontierTab, { ...FRONTIER, room: 0 });
  expect(text(live, ".ci-tab-headline")).toMatch(/^The limits leave one plan, for EUR 600,000: 741,\d{3} \(/);
});

test("a model that mustn't be used has no frontier, and says why", () => {
  const health = {
    status: "bad",
    text: "Don't use for budgets",
    sentences: ["Don't use for budgets: R-hat 1.4."],
  } as const;
  const live = opened(createFrontierTab, FRONTIER, {
    usable: false,
    health: { ...health, sentences: [...health.sentences] },
  });
  expect(text(live, ".ci-tab-headline")).toBe("Don't use for budgets: R-hat 1.4.");
  expect(live.place.querySelector(".ci-frontier-pick")?.checkVisibility()).toBe(false);
});
