import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { createScenariosTab } from "../scenarios_tab";
import { planState } from "./fixture";
import type { Bench } from "./pictures_fixture";
import { all, button, opened, text } from "./tab_bench";

const SCENARIOS = { tab: "scenarios" } as const;
const MORE_SEARCH = { name: "more search", spend: { TV: 400_000, Search: 200_000 } };
const named = (live: Bench) => (live.model.state.scenarios as { name: string }[]).map(({ name }) => name);

test("the plan on show is kept under a name of its own", async () => {
  const live = opened(createScenariosTab, { ...SCENARIOS, spend: MORE_SEARCH.spend });
  expect(text(live, ".ci-tab-headline")).toMatch(/^Save the plan on show under a name/);
  const field = live.place.querySelector(".ci-scenario-form input") as HTMLInputElement;
  await userEvent.click(button(live, "Save this plan"));
  expect(text(live, ".ci-error")).toBe("Give the plan a name.");
  await userEvent.fill(field, "  more   search ");
  await userEvent.keyboard("{Enter}");
  live.set({});
  expect(live.model.state.scenarios).toEqual([MORE_SEARCH]);
  for (const [name, why] of [
    ["more search", "is there already"],
    ["plan", "names the plan on show"],
  ]) {
    await userEvent.fill(field, name ?? "");
    await userEvent.keyboard("{Enter}");
    expect(text(live, ".ci-error")).toContain(why);
  }
  expect(live.model.state.scenarios).toHaveLength(1);
});

test("plans are compared draw by draw with the current one and with each other", () => {
  const live = opened(createScenariosTab, { ...SCENARIOS, scenarios: [MORE_SEARCH], locked: [] });
  const rows = [...live.place.querySelectorAll(".ci-scenario-table tbody tr")].map((row) =>
    [...row.querySelectorAll("th, .ci-number")].map(({ textContent }) => textContent?.replace(/✎$/, "")),
  );
  expect(rows.map(([name]) => name)).toEqual(["Current plan", "This plan", "more search"]);
  expect(rows.map(([, total]) => total)).toEqual(["EUR 600,000", "EUR 600,000", "EUR 600,000"]);
  expect(rows.map((row) => row.at(-1))).toEqual(["–", "50 %", "over 99 %"]);
  expect(all(live, ".ci-pair-table tbody tr:last-child td")).toEqual(["over 99 %", "over 99 %", ""]);
  expect(text(live, ".ci-tab-headline")).toMatch(
    /^more search brings most: .* over 99 % chance of beating the current plan\.$/,
  );
});

test("what Python says of a saved plan takes the place of the page's word, as long as it is about its amounts", () => {
  const outcome: [number, number, number] = [777_000, 700_000, 800_000];
  const named = { "more search": { spend: MORE_SEARCH.spend, outcome, better: 0.83 } };
  const live = opened(createScenariosTab, {
    ...SCENARIOS,
    scenarios: [MORE_SEARCH],
    _plan: planState({ named }),
  });
  const said = () => all(live, "tr[data-role=saved] .ci-number").slice(1);
  expect(said()).toEqual(["777,000 (700,000 to 800,000)", "1.29", "83 %"]);
  live.set({ spend: { TV: 450_000, Search: 150_000 } });
  expect(said()[0]).toBe("777,000 (700,000 to 800,000)");
  live.set({ scenarios: [{ ...MORE_SEARCH, spend: { TV: 300_000, Search: 300_000 } }] });
  expect(said()[0]).not.toContain("777,000");
});

test("a scenario is shown, renamed, removed and put back", async () => {
  const other = { name: "other", spend: { TV: 550_000, Search: 50_000 } };
  const live = opened(createScenariosTab, { ...SCENARIOS, scenarios: [MORE_SEARCH, other] });
  await userEvent.click(button(live, "Show more search"));
  expect(live.model.state.spend).toEqual(MORE_SEARCH.spend);
  await userEvent.click(button(live, "Edit: Name of the plan more search"));
  await userEvent.keyboard("search first{Enter}");
  live.set({});
  expect(named(live)).toEqual(["search first", "other"]);
  await userEvent.click(button(live, "Remove search first"));
  live.set({});
  expect(named(live)).toEqual(["other"]);
  await userEvent.click(button(live, "Put back search first"));
  live.set({});
  expect(named(live)).toEqual(["search first", "other"]);
});

test("a step of a slider changes figures in place: the field that is typed in keeps its focus", () => {
  const live = opened(createScenariosTab, { ...SCENARIOS, scenarios: [MORE_SEARCH] });
  const row = live.place.querySelector("[data-role=saved]");
  const own = () => text(live, "tr[data-role=plan] .ci-scenario-interval");
  const before = own();
  live.set({ spend: { TV: 450_000, Search: 150_000 } });
  expect(own()).not.toBe(before);
  expect(live.place.querySelector("[data-role=saved]")).toBe(row);
});

test("plans of other totals are weighed by what they spend", () => {
  const dear = { name: "dear", spend: { TV: 600_000, Search: 200_000 } };
  const live = opened(createScenariosTab, { ...SCENARIOS, scenarios: [dear] });
  expect(text(live, ".ci-tab-note")).toContain("They don't all spend the same");
});
