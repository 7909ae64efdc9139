import { expect, test } from "vitest";
import { until } from "../../../testing/waiting";
import { createWeeklyTab } from "../weekly_tab";
import { spreadWeeks, weeksCsv } from "../weeks";
import { planState, TWO } from "./fixture";
import { tableState } from "./pictures_fixture";
import { all, answer, asked, HAS, opened, text, vega } from "./tab_bench";
import { schedule } from "./tabs_fixture";

const WEEKLY = { tab: "weekly", _plan: planState() } as const;

test("opening asks for the schedule, and shows it with amounts per period and in all", async () => {
  const live = opened(createWeeklyTab, WEEKLY);
  expect(asked(live, "schedule")).toHaveLength(1);
  await answer(live, "schedule", { _schedule: schedule(TWO) });
  expect(text(live, ".ci-tab-headline")).toContain("+1,200 against an even spread");
  const view = await vega(live, ".ci-weekly-chart");
  const cells = view.data("weeks");
  expect(cells).toHaveLength(52);
  expect(cells[0]).toMatchObject({ row: 0, period: 1, words: "28.8k", heading: "TV, week 1" });
  expect(cells[0].tone).toBeCloseTo(1, 9);
  expect(cells[0].finding).toBe("EUR 28,846, 50 % above its even amount (EUR 19,231)");
  expect(cells[26].row).toBe(1);
  expect(cells[26].tone).toBeCloseTo(0, 9);
  expect(view.data("channels").map(({ channel, each, whole }) => [channel, each, whole])).toEqual([
    ["All channels", "23.1k", "600k"],
    ["TV", "19.2k", "500k"],
    ["Search", "3.85k", "100k"],
  ]);
  expect(all(live, ".ci-twin tbody tr:last-child td").slice(0, 2)).toEqual(["600,000", "23,077"]);
});

test("periods beyond history are said below the schedule, as long as it is of the plan", () => {
  const said =
    "TV at EUR 28,846 in week 1 is 1.5 × its highest past spend: an extrapolation, as in 1 week of 26.";
  const live = opened(createWeeklyTab, { ...WEEKLY, _schedule: schedule(TWO, { cautions: [said] }) });
  expect(all(live, ".ci-cautions li")).toEqual([said]);
  live.set({ spend: { TV: 450_000, Search: 150_000 } });
  expect(all(live, ".ci-cautions li")).toEqual([]);
});

test("a plan on the way dims the schedule; once Python knows the plan, it is asked again", async () => {
  const live = opened(createWeeklyTab, { ...WEEKLY, _schedule: schedule(TWO) });
  await vega(live, ".ci-weekly-chart");
  expect(asked(live, "schedule")).toHaveLength(0);
  const spend = { TV: 450_000, Search: 150_000 };
  live.set({ spend });
  expect(live.place.querySelector(".ci-weekly-chart")?.classList).toContain("ci-stale");
  expect(text(live, ".ci-tab-headline")).toBe("The plan has changed; its schedule follows once it rests.");
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(asked(live, "schedule")).toHaveLength(0);
  live.set({ _plan: planState({ spend }) });
  await until(() => asked(live, "schedule").length === 1);
  await answer(live, "schedule", { _schedule: schedule(TWO, { of: spend }) });
  expect(live.place.querySelector(".ci-weekly-chart")?.classList).not.toContain("ci-stale");
});

test("an answer that is about other inputs is asked for again, but not for ever", async () => {
  const live = opened(createWeeklyTab, { ...WEEKLY, week_room: 1 });
  for (let i = 1; i <= 3; i += 1) {
    await until(() => asked(live, "schedule").length === i);
    await answer(live, "schedule", { _schedule: schedule(TWO, { room: 0.5 + i / 100 }) });
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(asked(live, "schedule")).toHaveLength(3);
});

test("without carry-over the plan is spread as the curves' profile says, and the tab says why", async () => {
  const profile = TWO.map((_, c) => Array.from({ length: 26 }, (_, i) => (c === 0 && i < 2 ? 0.5 : c / 26)));
  const live = opened(
    createWeeklyTab,
    { tab: "weekly", _table: { ...tableState(TWO, { profile }) } },
    { has: { ...HAS, schedule: false } },
  );
  expect(text(live, ".ci-tab-headline")).toContain("no week can be preferred");
  const view = await vega(live, ".ci-weekly-chart");
  expect(
    view
      .data("weeks")
      .slice(0, 3)
      .map(({ words }) => words),
  ).toEqual(["250k", "250k", "0"]);
  expect(asked(live, "schedule")).toHaveLength(0);
  live.set({ spend: { TV: 400_000, Search: 200_000 } });
  await until(() => view.data("weeks")[0]?.words === "200k");
});

test("in an exported file a schedule stays that of its plan, and says so", () => {
  const live = opened(
    createWeeklyTab,
    { tab: "weekly", _schedule: schedule(TWO), spend: { TV: 450_000, Search: 150_000 } },
    { has: { ...HAS, kernel: false } },
  );
  expect(text(live, ".ci-tab-headline")).toContain("as it was exported");
  expect(live.model.sent).toEqual([]);
});

test("the CSV has a line per period, a column per channel and their total", () => {
  const live = opened(createWeeklyTab, { tab: "weekly" }, { has: { ...HAS, schedule: false } });
  const weeks = spreadWeeks(live.context.scene(), live.model);
  const lines = weeksCsv(weeks, "week").trim().split("\r\n");
  expect(lines).toHaveLength(27);
  expect(lines[0]).toBe("week,TV,Search,total");
  const numbers = (lines[26] ?? "").split(",").map(Number);
  expect(numbers[0]).toBe(26);
  expect((numbers[1] ?? 0) + (numbers[2] ?? 0)).toBeCloseTo(numbers[3] ?? 0, 6);
});
