import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { decodeRows } from "../../../kit/frames";
import { stackOf } from "../contributions";
import { createDiagnosticsTab } from "../diagnostics_tab";
import type { ContributionRow, FitState } from "../wire";
import { all, answer, asked, HAS, opened, text, vega } from "./tab_bench";
import { CHECKS, fitState } from "./tabs_fixture";

const NAMES = ["TV", "Radio"];

test("checks come worst first, each with its status in words; then pictures and returns", async () => {
  const live = opened(createDiagnosticsTab, { tab: "diagnostics" });
  expect(asked(live, "fit")).toHaveLength(1);
  await answer(live, "fit", { _fit: fitState(NAMES) });
  expect(text(live, ".ci-tab-headline")).toBe("1 of 3 checks fails, 1 needs a look.");
  expect(all(live, ".ci-check-name")).toEqual(["separation", "residuals", "convergence"]);
  const marks = [...live.place.querySelectorAll(".ci-check-mark")].map((mark) =>
    mark.getAttribute("aria-label"),
  );
  expect(marks).toEqual(["Don't use:", "Look:", "Good:"]);
  const returns = [...live.place.querySelectorAll("table")].find((table) =>
    table.caption?.textContent?.startsWith("Return"),
  );
  const cells = [...(returns?.querySelectorAll("tbody tr") ?? [])].map((row) =>
    [...row.children].map(({ textContent }) => textContent),
  );
  expect(cells[0]).toEqual([
    "TV",
    "EUR 1,000",
    "1,200 (800 to 1,600)",
    "1.20 (0.80 to 1.60)",
    "0.500 (0.400 to 0.700)",
    "1.5 (at least 0.8)",
  ]);
  expect(cells[1]?.slice(3, 5)).toEqual(["–", "–"]);
  const fitted = await vega(live, ".ci-fitted-chart");
  expect(fitted.data("fitted")).toHaveLength(12);
  expect(fitted.data("fitted")[0].heading).toBe("1 January 2024");
  expect((await vega(live, ".ci-waterfall-chart")).data("waterfall").at(-1)).toMatchObject({
    label: "Expected in all",
    kind: "total",
  });
});

test("the stack adds up to what is expected, with what takes away below zero", () => {
  const { contributions } = fitState(NAMES) as unknown as FitState;
  const stack = stackOf(decodeRows<ContributionRow>(contributions));
  expect(stack.terms.map(({ label }) => label)).toEqual(["Baseline", "Controls", "TV", "Radio"]);
  const week = stack.rows.slice(0, 4);
  expect(week.map(({ low, high }) => [low, high])).toEqual([
    [0, 500],
    [-40, 0],
    [500, 600],
    [600, 650],
  ]);
  expect(week.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(stack.ends.low).toBe(-40);
});

test("more channels than colours are drawn as one", () => {
  const many = Array.from({ length: 14 }, (_, c) => `Channel ${c + 1}`);
  const { terms } = stackOf(
    decodeRows<ContributionRow>((fitState(many) as unknown as FitState).contributions),
  );
  expect(terms).toHaveLength(12);
  expect(terms.at(-1)?.label).toBe("5 other channels");
  const [last, single] = [
    terms.at(-1)?.amounts[0],
    [10, 11, 12, 13, 14].reduce((sum, c) => sum + 100 / c, 0),
  ];
  expect(last).toBeCloseTo(single, 9);
});

test("one term is looked at by itself, with its interval", async () => {
  const live = opened(createDiagnosticsTab, { tab: "diagnostics", _fit: fitState(NAMES) });
  const select = [...live.place.querySelectorAll("select")].find((own) => own.checkVisibility());
  await userEvent.selectOptions(select as HTMLSelectElement, "price");
  const view = await vega(live, ".ci-term-chart");
  expect(view.data("fitted")[0]).toMatchObject({ mean: -40, lower: -50, upper: -30, outcome: null });
  expect(live.place.querySelector(".ci-contributions-chart")?.checkVisibility()).toBe(false);
});

test("a quick estimate has no chains: that is to be looked at, and no fault", () => {
  const checks: FitState["checks"] = [{ ...(CHECKS[0] as FitState["checks"][number]), status: "bad" }];
  const health = { status: "quick" as const, text: "Quick estimate", sentences: [] };
  const live = opened(
    createDiagnosticsTab,
    { tab: "diagnostics", _fit: fitState(NAMES, { checks }) },
    { health, has: { ...HAS, provisional: true } },
  );
  expect(text(live, ".ci-tab-headline")).toBe("Quick estimate: 1 of 1 check needs a look.");
});

test.each([
  ["good", [], "All 3 checks are good."],
  ["look", ["look"], "1 of 3 checks needs a look."],
  ["look", ["look", "look"], "2 of 3 checks need a look."],
  ["bad", ["bad", "bad", "look"], "Don't use for budgets: 2 of 3 checks fail, 1 needs a look."],
] as const)("what the checks come to is said by their number: %s, %j", (status, found, said) => {
  const checks = CHECKS.map((row, i) => ({ ...row, status: found[i] ?? ("good" as const) }));
  const health = { status, text: "Don't use for budgets", sentences: [] };
  const live = opened(
    createDiagnosticsTab,
    { tab: "diagnostics", _fit: fitState(NAMES, { checks }) },
    { health },
  );
  expect(text(live, ".ci-tab-headline")).toBe(said);
});

test("curves without a model say so and ask nothing", () => {
  const health = {
    status: "none" as const,
    text: "Model not checked",
    sentences: ["These curves came without their model."],
  };
  const live = opened(
    createDiagnosticsTab,
    { tab: "diagnostics" },
    { health, has: { ...HAS, model: false } },
  );
  expect(text(live, ".ci-tab-headline")).toBe("These curves came without their model.");
  expect(live.place.querySelector(".ci-fit")?.checkVisibility()).toBe(false);
  expect(asked(live, "fit")).toHaveLength(0);
});
