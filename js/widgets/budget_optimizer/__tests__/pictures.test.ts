import axe from "axe-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { textWidth } from "../../../kit/labels";
import { sleep, until } from "../../../testing/waiting";
import { createCurvesPanel } from "../curves_panel";
import { createDumbbellPanel } from "../dumbbell_panel";
import { at } from "../maths/curves";
import { createOutcomePanel } from "../outcome_panel";
import type { Panel, PanelContext } from "../panel";
import type { State, TableState } from "../wire";
import { type Bench, bench, budgetState, type Channel, EIGHT, PERIODS } from "./pictures_fixture";

let open: Bench[];
beforeEach(() => {
  open = [];
});
afterEach(() => {
  for (const one of open) {
    expect(one.troubles).toEqual([]);
    one.end();
  }
  document.body.removeAttribute("data-jp-theme-light");
});

interface Options {
  channels?: Channel[];
  table?: Partial<TableState>;
  width?: number;
  charts?: number;
}

async function shown(
  make: (context: PanelContext) => Panel,
  changes: Partial<State> = {},
  { channels = EIGHT, table = {}, width = 900, charts = 1 }: Options = {},
) {
  const setting = bench(budgetState(channels, changes, table), width);
  open.push(setting);
  const panel = setting.add(make);
  await until(() => panel.charts().length === charts || charts === 0);
  return { ...setting, panel };
}
const curves = (changes: Partial<State> = {}, options: Options = {}) =>
  shown(createCurvesPanel, changes, { charts: (options.channels ?? EIGHT).length, ...options });

const viewOf = (panel: Panel, index = 0) => {
  const view = panel.charts()[index]?.view;
  if (!view) throw new Error("There is no such chart.");
  return view;
};
const drawn = async (panel: Panel) => {
  for (const { view } of panel.charts()) await view.runAsync();
};
const texts = (place: HTMLElement, selector: string) =>
  [...place.querySelectorAll(selector)].map((element) => element.textContent ?? "");
const cells = (place: HTMLElement, row: number) =>
  texts(place.querySelectorAll("tbody tr")[row] as HTMLElement, "th, td");

// Curves

test("a step moves points; curves aren't sent again", async () => {
  const { panel, context, set } = await curves();
  const view = viewOf(panel);
  const before = [...view.data("curve")];
  context.moves.move(0, 600_000);
  set({});
  await drawn(panel);
  expect(view.signal("plan_spend")).toBe(600_000);
  expect(view.signal("plan_response")).toBeCloseTo(900_000 * (1 - Math.exp(-1)), -2);
  expect(view.signal("current_spend")).toBe(520_000);
  expect(viewOf(panel, 1).signal("plan_spend")).toBeLessThan(130_000);
  expect(view.data("curve").every((row, i) => row === before[i])).toBe(true);
});

const choose = (place: HTMLElement, label: string) =>
  userEvent.click(
    [...place.querySelectorAll(".ci-toggle")].find((one) => one.textContent === label) as HTMLElement,
  );

test("a curve is solid up to the highest past spend and dashed beyond; the border belongs to both", async () => {
  const { panel, place } = await curves();
  await choose(place, "Whole curves");
  await drawn(panel);
  const rows = viewOf(panel).data("curve");
  const ends = (part: string) => {
    const own = rows.filter((row) => row.part === part).map(({ spend }) => spend as number);
    return [Math.min(...own), Math.max(...own)];
  };
  expect(ends("inside")[0]).toBe(0);
  expect(ends("inside")[1]).toBeCloseTo(1.6 * 520_000);
  expect(ends("beyond")).toEqual([ends("inside")[1], 2.5 * 520_000]);
  for (const { lower, response, upper } of rows) expect(lower <= response && response <= upper).toBe(true);
});

test("what the pointer finds covers the plot without a gap, and says response, interval and what comes next", async () => {
  const { panel } = await curves();
  const rows = viewOf(panel).data("curve");
  const strips = rows
    .filter(({ begin, end }) => end > begin)
    .map(({ begin, end }) => [begin, end] as [number, number]);
  expect(at(strips[0] ?? [], 0)).toBe(0);
  expect(strips.at(-1)?.[1]).toBe(2.5 * 520_000);
  for (let i = 1; i < strips.length; i += 1)
    expect(strips[i]?.[0] ?? Number.NaN).toBeLessThanOrEqual(strips[i - 1]?.[1] ?? Number.NaN);
  const past = rows.find(({ part }) => part === "beyond");
  expect(past?.heading).toBe("TV, beyond past spend");
  expect(past?.finding).toMatch(
    /^EUR 832,000 \(EUR 32,000 a week\) brings 67[\d,]+ \([\d,]+ to [\d,]+\) revenue; next 1,000 bring 37\d$/,
  );
});

test("curves are shown as far as the limits make them matter, and stay so while a channel moves", async () => {
  const { panel, place, context, set } = await curves();
  const highs = () => panel.charts().map(({ view }) => view.signal("x_high"));
  const before = highs();
  // Twice 169,000 in round; a channel that may get nothing is shown whole.
  expect([before[1], before[7]]).toEqual([325_000, 100_000]);
  expect(before[6]).toBe(120_000);
  context.moves.move(6, 52_000);
  set({});
  await drawn(panel);
  expect(highs()).toEqual(before);
  set({ max_spend: { "Out of home": 70_000 } });
  await drawn(panel);
  expect(highs()[6]).toBe(140_000);
  await choose(place, "Whole curves");
  await drawn(panel);
  expect(highs()[6]).toBe(180_000);
});

test("another interval sends the curves anew", async () => {
  const { panel, place, set } = await curves();
  const widest = () =>
    Math.max(
      ...viewOf(panel)
        .data("curve")
        .map(({ upper, lower }) => upper - lower),
    );
  const before = widest();
  set({ interval: 0.5 });
  await drawn(panel);
  expect(widest()).toBeLessThan(before);
  expect(texts(place, ".ci-plan-key").at(5)).toBe("50 % interval");
});

test("the lesson draws both returns with their numbers, at angles that can be compared", async () => {
  const { panel, place, set } = await curves();
  const steepness = () =>
    panel.charts().map(({ view }) => (view.signal("y_high") as number) / (view.signal("x_high") as number));
  expect(new Set(steepness().map((one) => one.toFixed(6))).size).toBeGreaterThan(1);
  set({ lesson: true });
  await drawn(panel);
  const view = viewOf(panel);
  expect(view.signal("lesson")).toBe(true);
  expect(view.signal("plan_average")).toBe("average 1");
  expect(view.signal("plan_marginal")).toBe("marginal 0.631");
  expect(new Set(steepness().map((one) => one.toFixed(6))).size).toBe(1);
  expect(place.querySelector('[data-key="chord"]')?.checkVisibility()).toBe(true);
  expect([...place.querySelectorAll<HTMLInputElement>(".ci-check")].map(({ checked }) => checked)).toEqual([
    false,
    true,
  ]);
  await choose(place, "Same steepness");
  await drawn(panel);
  expect(new Set(steepness().map((one) => one.toFixed(6))).size).toBeGreaterThan(1);
});

test("a channel without spend has no average, comes last, and is dashed from the first", async () => {
  const idle = { name: "New", current: 0, scale: 1000, most: 900 };
  const { panel, place } = await curves({ lesson: true }, { channels: [idle, ...EIGHT.slice(0, 2)] });
  const view = viewOf(panel);
  expect(view.signal("plan_name")).toBe("New");
  expect(view.signal("plan_average")).toBe("");
  const parts = view.data("curve").map(({ part }) => part);
  expect(parts.filter((part) => part === "inside")).toHaveLength(1);
  const lefts = panel.charts().map(({ element }) => element.getBoundingClientRect().left);
  expect(lefts[0]).toBeGreaterThan(lefts[2] ?? Number.NaN);
  expect(lefts[2]).toBeGreaterThan(lefts[1] ?? Number.NaN);
  expect(texts(place, "tbody th")).toEqual(["TV", "Radio", "New"]);
});

test("what isn't known isn't drawn, and is said", async () => {
  const { panel, place } = await curves({}, { table: { current: null, historyMax: null } });
  expect(viewOf(panel).signal("current_spend")).toBeNull();
  expect(
    new Set(
      viewOf(panel)
        .data("curve")
        .map(({ part }) => part),
    ),
  ).toEqual(new Set(["inside"]));
  expect(place.querySelector(".ci-panel-note")?.textContent).toMatch(/past spend isn't known/);
});

test("the table holds every channel's figures, and stands in the picture's place", async () => {
  const { place, set } = await curves({ table_view: true }, { charts: 0 });
  expect(cells(place, 0)).toEqual([
    "TV",
    "EUR 520,000",
    "521,685",
    expect.stringMatching(/^[\d,]+ to [\d,]+$/),
    "1",
    "0.631",
    "EUR 832,000",
  ]);
  expect(place.querySelector(".ci-curves-grid")?.checkVisibility()).toBe(false);
  set({ table_view: false, spend: { TV: 600_000 } });
  await until(() => place.querySelectorAll("canvas").length === EIGHT.length);
  expect(cells(place, 0)[1]).toBe("EUR 600,000");
});

test.each([
  ["tiny", 1e-7, "", /^next 0\.01 bring 0\.00631$/],
  ["usual", 1, "", /^next 1,000 bring 631$/],
  ["huge, in a format of one's own", 1e5, ",.0f", /^next 1,000 bring 631$/],
])("labels have room for %s amounts", async (_, factor, number_format, next) => {
  const channels = EIGHT.map((one) => ({
    ...one,
    current: one.current * factor,
    scale: one.scale * factor,
    most: one.most * factor,
  }));
  const { panel } = await curves({ number_format, currency: "" }, { channels });
  expect(viewOf(panel).signal("plan_words")).toMatch(next);
  for (const { view, element } of panel.charts()) {
    const canvas = element.querySelector("canvas") as HTMLCanvasElement;
    const { x1, x2 } = (view.scenegraph() as unknown as { root: { bounds: { x1: number; x2: number } } }).root
      .bounds;
    expect(x1 + (view.padding() as { left: number }).left).toBeGreaterThanOrEqual(0);
    expect(x2 + (view.padding() as { left: number }).left).toBeLessThanOrEqual(canvas.clientWidth + 1);
  }
});

// Spend

test("every channel's current spend and plan stand on one axis, which stays while a channel is dragged", async () => {
  const { panel, context, set } = await shown(createDumbbellPanel, { locked: ["Social"] });
  const view = viewOf(panel);
  const before = [...view.data("moves")];
  const high = view.signal("x_high");
  expect(before.map(({ channel }) => channel)).toEqual(EIGHT.map(({ name }) => name));
  for (const amount of [560_000, 640_000, 676_000]) {
    context.moves.move(0, amount);
    set({});
    await drawn(panel);
    expect((view.signal("plan") as number[])[0]).toBe(amount);
    expect(view.signal("x_high")).toBe(high);
  }
  expect(view.data("moves").every((row, i) => row === before[i])).toBe(true);
  const words = view.signal("words") as string[];
  expect(words[0]).toBe("€520k → €676k · +30 %");
  expect(words[4]).toBe("€180k · locked");
  expect((view.signal("findings") as string[])[0]).toBe(
    "now EUR 520,000, plan EUR 676,000 (+30 %); limits EUR 364,000 to EUR 676,000",
  );
});

test("in a narrow place the change stands alone beside the name", async () => {
  const { panel, set } = await shown(
    createDumbbellPanel,
    { locked: ["Video on demand, northern"] },
    { width: 320 },
  );
  set({ spend: { "Video on demand, northern": 90_000 } });
  await drawn(panel);
  expect((viewOf(panel).signal("words") as string[])[5]).toBe("+20 % · locked");
  const { name_limit, width } = viewOf(panel).getState().signals as Record<string, number>;
  expect(name_limit).toBeLessThan(width ?? 0);
});

test("the table says what each channel gets in all and by period", async () => {
  const { place } = await shown(
    createDumbbellPanel,
    { table_view: true, spend: { TV: 260_000, Podcasts: 10_000 }, max_spend: { Podcasts: 10_000 } },
    { charts: 0 },
  );
  expect(cells(place, 0)).toEqual([
    "TV",
    "EUR 520,000",
    "EUR 260,000",
    `EUR ${(260_000 / PERIODS).toLocaleString("en-GB")}`,
    "−50 %",
    "EUR 364,000 to EUR 676,000",
  ]);
  expect(cells(place, 7).slice(2)).toEqual(["EUR 10,000", "EUR 385", "new", "EUR 0 to EUR 10,000"]);
});

// Outcome

test("earlier spend, the current plan and this one have bars with intervals; the axis stays", async () => {
  const { panel, set } = await shown(createOutcomePanel);
  const view = viewOf(panel);
  expect(view.data("outcome").map(({ label }) => label)).toEqual([
    "From earlier spend",
    "Current plan",
    "This plan",
  ]);
  const [means, lows, highs] = ["means", "lows", "highs"].map((name) => view.signal(name) as number[]);
  means?.forEach((mean, i) => {
    expect(at(lows ?? [], i)).toBeLessThan(mean);
    expect(at(highs ?? [], i)).toBeGreaterThan(mean);
  });
  const high = view.signal("x_high");
  set({ spend: { TV: 640_000 } });
  await drawn(panel);
  expect(view.signal("x_high")).toBe(high);
  expect((view.signal("means") as number[])[2]).toBeGreaterThan(means?.[2] ?? 0);
  expect((view.signal("means") as number[])[1]).toBe(means?.[1]);
});

test("no bar's name is cut off by its figures", async () => {
  for (let width = 210; width <= 370; width += 8) {
    const { panel } = await shown(createOutcomePanel, {}, { width });
    const view = viewOf(panel);
    const words = view.signal("words") as string[];
    view.data("outcome").forEach(({ label }, i) => {
      const wide = textWidth(String(label));
      expect(wide + textWidth(words[i] ?? "")).toBeLessThanOrEqual(view.signal("width") as number);
      expect(wide).toBeLessThanOrEqual(view.getState().signals.name_limit as number);
    });
  }
});

test("Python's figures take the place of the page's once they are about this plan", async () => {
  const { panel, set, place } = await shown(createOutcomePanel);
  const spend = Object.fromEntries(EIGHT.map(({ name, current }) => [name, current]));
  const exact = {
    spend,
    interval: 0.9,
    outcome: [1_000_000, 900_000, 1_100_000],
    current: [800_000, 700_000, 900_000],
    gain: [200_000, 100_000, 300_000],
    better: 0.97,
    sentences: [],
    binding: [],
    optimized: false,
    method: "",
  };
  set({ _plan: exact });
  await drawn(panel);
  expect((viewOf(panel).signal("words") as string[]).slice(1)).toEqual([
    "800,000 (700,000 to 900,000)",
    "1,000,000 (900,000 to 1,100,000)",
  ]);
  expect(texts(place, "tbody td").slice(2)).toEqual([
    "800,000",
    "700,000 to 900,000",
    "1,000,000",
    "900,000 to 1,100,000",
  ]);
  set({ spend: { TV: 521_000 } });
  await drawn(panel);
  expect((viewOf(panel).signal("means") as number[])[2]).toBeGreaterThan(1_600_000);
});

test("where the current spend isn't known there is nothing to compare with", async () => {
  const { panel, place } = await shown(createOutcomePanel, {}, { table: { current: null, carryInMean: 0 } });
  expect(
    viewOf(panel)
      .data("outcome")
      .map(({ role }) => role),
  ).toEqual(["plan"]);
  expect(place.querySelector(".ci-panel-note")?.textContent).toBe("");
});

// All

test.each(["true", "false"])("colours follow the theme, and axe finds nothing (light: %s)", async (light) => {
  document.body.setAttribute("data-jp-theme-light", "true");
  const setting = bench(budgetState(EIGHT, { lesson: true }));
  open.push(setting);
  const panels = [createCurvesPanel, createDumbbellPanel, createOutcomePanel].map(setting.add);
  const charts = () => panels.flatMap((panel) => panel.charts());
  await until(() => charts().length === EIGHT.length + 2);
  const inks = () => new Set(charts().map(({ view }) => view.signal("ink")));
  const before = [...inks()];
  document.body.setAttribute("data-jp-theme-light", light);
  document.body.style.background = light === "true" ? "white" : "#111";
  if (light === "false") await until(() => !inks().has(before[0]));
  await sleep(50);
  expect(inks().size).toBe(1);
  const { violations } = await axe.run(setting.place);
  document.body.style.background = "";
  expect(violations.map(({ id }) => id)).toEqual([]);
});
