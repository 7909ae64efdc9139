import type { DOMWidgetView } from "@jupyter-widgets/base";
import axe from "axe-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { LiveModel } from "../../../testing/manager";
import { Notebook } from "../../../testing/notebook";
import { sleep, until } from "../../../testing/waiting";
import type { State } from "../wire";
import {
  calculatorState,
  EXAMPLE_COUNTS,
  hillstrom,
  lift,
  running,
  tableState,
  view as viewState,
} from "./fixture";

let notebook: Notebook;

beforeEach(async () => {
  notebook = new Notebook();
  await notebook.openModules();
});
afterEach(() => {
  notebook.close();
  document.body.removeAttribute("data-jp-theme-light");
});

interface Opened extends LiveModel {
  view: DOMWidgetView;
}

async function opened(state: State, charts = 1): Promise<Opened> {
  const live = await notebook.openCalculator(state);
  return { ...live, view: await notebook.show(live.model, charts) };
}

const text = (view: DOMWidgetView, selector: string) => view.el.querySelector(selector)?.textContent ?? "";
const shown = (view: DOMWidgetView, selector: string) =>
  view.el.querySelector(selector)?.checkVisibility() ?? false;
const button = (view: DOMWidgetView, label: string) =>
  [...view.el.querySelectorAll("button")].find((b) => b.textContent === label) as HTMLButtonElement;
const field = (view: DOMWidgetView, label: string) =>
  [...view.el.querySelectorAll<HTMLInputElement>(`[aria-label="${label}"]`)].find((input) =>
    input.checkVisibility({ opacityProperty: false }),
  ) as HTMLInputElement;
const vega = (view: DOMWidgetView, place: string) => {
  const found = view.el.querySelector<HTMLElement>(`${place} .ci-chart`)?.ciView;
  if (!found) throw new Error(`There is no chart in ${place}.`);
  return found;
};
const analyse = (changes: Partial<State> = {}) => opened(calculatorState({ tab: "analyse", ...changes }), 2);
/** A slider that is dragged: steps, then the hand lets go. */
const drag = (range: HTMLInputElement, ...steps: number[]) => {
  for (const step of steps) {
    range.value = String(step);
    range.dispatchEvent(new Event("input", { bubbles: true }));
  }
  range.dispatchEvent(new Event("change", { bubbles: true }));
};
const rangeOf = (view: DOMWidgetView, label: string) =>
  field(view, label).closest(".ci-slider")?.querySelector("input[type=range]") as HTMLInputElement;
interface Request {
  kind: string;
  id: number;
  name: string;
  args: Record<string, unknown>;
}
const requests = ({ python }: LiveModel, name: string) =>
  (python.custom as Request[]).filter((message) => message.kind === "request" && message.name === name);
const settle = () => new Promise((resolve) => queueMicrotask(() => resolve(null)));

// Plan

test("an empty call plans the example: 20 % + 5 points takes 1,030 per arm", async () => {
  const { view } = await opened(calculatorState());
  expect(text(view, ".ci-plan .ci-headline")).toBe(
    "Example1,030 per arm, 7 days: finds +5 pp = +25 % with 80 % power at alpha 0.05, by Evan Miller's formula.",
  );
  expect(text(view, ".ci-plan-advice")).toMatch(/^Run 7 days \(1 whole week\)/);
  expect(field(view, "Compute the days").checked).toBe(true);
  expect(field(view, "Duration").readOnly).toBe(true);
  expect(vega(view, ".ci-power-chart").data("point")[0]).toMatchObject({ effect: 0.05, power: 0.8 });
});

test("a number that is typed is answered at once; Python hears of it when the hand rests, and the example is over", async () => {
  const { view, python } = await opened(calculatorState());
  await userEvent.fill(field(view, "Effect to find"), "2.5");
  expect(text(view, ".ci-plan .ci-headline")).toContain("4,072 per arm, 14 days: finds +2.5 pp = +12.5 %");
  expect(shown(view, ".ci-example")).toBe(false);
  expect(python.state.effect).toBeUndefined();
  await until(() => python.state.effect === 0.025);
  await userEvent.keyboard("{Enter}");
  expect(field(view, "Duration").value).toBe("14");
});

test("dragging a slider moves the page with every step, and saves only the last one", async () => {
  const { view, python } = await opened(calculatorState());
  const range = rangeOf(view, "Power");
  range.value = "0.9";
  range.dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
  expect(text(view, ".ci-plan .ci-headline")).toContain("90 % power");
  drag(range, 0.85, 0.95);
  expect(python.sent.filter(({ state }) => state && "power" in state)).toHaveLength(1);
  expect(python.state.power).toBe(0.95);
});

test("another padlock keeps what was computed, and computes that field from then on", async () => {
  const { view, python } = await opened(calculatorState());
  await userEvent.click(field(view, "Compute the power"));
  expect(python.state).toMatchObject({ solve: "power", days: 7 });
  expect(field(view, "Duration").readOnly).toBe(false);
  expect(text(view, ".ci-plan .ci-headline")).toContain("3,500 per arm, 7 days");
  expect(Number(field(view, "Power").value)).toBeCloseTo(99.9, 0);
  await userEvent.click(field(view, "Compute the effect"));
  expect(python.state.solve).toBe("effect");
  expect(text(view, ".ci-plan .ci-headline")).toContain("3,500 per arm");
});

test("the point on the curve is dragged: effect and power are set, the days follow", async () => {
  const { view, python } = await opened(calculatorState());
  const chart = vega(view, ".ci-power-chart");
  const place = view.el.querySelector(".ci-power") as HTMLElement;
  const canvas = (place.querySelector("canvas") as HTMLElement).getBoundingClientRect();
  const [left, top] = [canvas.left + chart.origin()[0] + 5, canvas.top + chart.origin()[1] + 5];
  const at = (effect: number, power: number) => ({
    clientX: left + (chart.scale("x") as (v: number) => number)(effect),
    clientY: top + (chart.scale("y") as (v: number) => number)(power),
    button: 0,
    bubbles: true,
    pointerId: 1,
  });
  place.setPointerCapture = () => {};
  place.dispatchEvent(new PointerEvent("pointerdown", at(0.05, 0.8)));
  place.dispatchEvent(new PointerEvent("pointermove", at(0.06, 0.9)));
  await settle();
  expect(text(view, ".ci-plan .ci-headline")).toMatch(/finds \+6\.0?\d? ?pp|finds \+6 pp|finds \+5\.9\d pp/);
  expect(chart.signal("x_high")).toBe(0.1);
  place.dispatchEvent(new PointerEvent("pointerup", at(0.06, 0.9)));
  expect(python.state.effect).toBeCloseTo(0.06, 3);
  expect(python.state.power).toBeCloseTo(0.9, 2);
  const handle = view.el.querySelector(".ci-drag-point") as HTMLElement;
  handle.focus();
  await userEvent.keyboard("{ArrowUp}");
  expect(python.state.power).toBeCloseTo(0.91, 2);
  expect(handle.getAttribute("aria-valuetext")).toContain("power 91 %");
});

test("plans for means ask for a spread, and say why nothing can be computed", async () => {
  const { view, python } = await opened(calculatorState());
  await userEvent.click(view.el.querySelector(".ci-plan input[value=mean]") as HTMLElement);
  expect(python.state.plan_kind).toBe("mean");
  expect(text(view, ".ci-plan .ci-headline")).toContain("Give the standard deviation");
  expect(shown(view, ".ci-power")).toBe(false);
  await userEvent.fill(field(view, "Standard deviation of a unit"), "0.4");
  expect(text(view, ".ci-plan .ci-headline")).toContain("1,005 per arm");
  expect(text(view, ".ci-plan .ci-headline")).toContain("the normal formula for means");
});

test.each([
  [{ effect: 0 }, "No number of units finds an effect of zero"],
  [{ effect: 0.9 }, "leads out of 0 to 100 %"],
  [{ baseline: 0 }, "leaves nothing to plan"],
  [{ solve: "effect", per_day: 1, days: 1 }, "Even the largest possible change isn't found"],
  [{ solve: "power", per_day: 0 }, "Say how many units enter per day"],
  [{ alternative: "less" }, "this one lies on the other side"],
] as [Partial<State>, string][])("a plan that can't be says so: %o", async (changes, words) => {
  const { view } = await opened(calculatorState(changes), 0);
  expect(text(view, ".ci-plan .ci-headline")).toContain(words);
});

// Analyse

test("counts of the example are marked as such until somebody types their own", async () => {
  const { view, python } = await analyse();
  expect(shown(view, ".ci-verdict-strip .ci-example")).toBe(true);
  await userEvent.fill(field(view, "Conversions, B"), "206");
  expect(shown(view, ".ci-verdict-strip .ci-example")).toBe(false);
  python.update({ counts: EXAMPLE_COUNTS, _view: viewState({ footer: "Again" }) });
  await until(() => shown(view, ".ci-verdict-strip .ci-example"));
});

test("typed counts get a verdict: decision, reason, figures, split, and how it was decided", async () => {
  const { view } = await analyse({ worthwhile: 0.05 });
  const strip = view.el.querySelector(".ci-verdict-strip") as HTMLElement;
  expect(strip.dataset.decision).toBe("ship");
  expect(text(view, ".ci-verdict-reason")).toBe(
    "The treatment is better: +5.05 pp = +25.2 % (+6.7 to +47.6 %), all of it at least your worthwhile +1 pp = +5 %.",
  );
  expect(text(view, ".ci-verdict-line")).toContain("p = 0.006");
  expect(text(view, ".ci-ratio")).toContain("The split is as planned");
  expect(text(view, ".ci-verdict-method")).toContain("Decided in percent of the control · Welch's t-test");
  expect(vega(view, ".ci-effect-chart").data("lines")).toHaveLength(2);
  expect(text(view, ".ci-curve-legend")).toContain("no probability of the effect");
});

test("a count that is typed changes the verdict at every letter", async () => {
  const { view, python } = await analyse();
  await userEvent.fill(field(view, "Conversions, B"), "20");
  expect(text(view, ".ci-verdict-badge")).toContain("Stop");
  await userEvent.fill(field(view, "Conversions, B"), "206");
  expect(text(view, ".ci-verdict-reason")).toMatch(/^Not decided\./);
  expect(python.state.counts).toBeUndefined();
  await userEvent.keyboard("{Enter}");
  expect(python.state.counts).toEqual([EXAMPLE_COUNTS[0], { variant: "B", n: 1030, successes: 206 }]);
});

test.each([
  ["Conversions, B", "2000", "B: 2,000 conversions of 1,030 units: more than there are."],
  ["Conversions, B", "-3", "B: −3 conversions: a count can't be negative."],
  ["Conversions, B", "", "B: the number of conversions is missing."],
  ["Units, A", "1030.5", "units are counted whole."],
  ["Variant, B", "A", "A: there is another variant of this name."],
])("%s “%s” is refused with its reason, and no old verdict stays", async (label, value, reason) => {
  const { view, python } = await analyse();
  await userEvent.fill(field(view, label), value);
  await userEvent.keyboard("{Enter}");
  expect(text(view, ".ci-entry-trouble")).toContain(reason);
  expect(text(view, ".ci-verdict-badge")).toContain("No verdict");
  expect(text(view, ".ci-verdict-reason")).toContain(reason);
  expect(view.el.querySelector(".ci-results")?.classList.contains("ci-stale")).toBe(true);
  await sleep(300);
  expect(python.state.counts).toBeUndefined();
  const bad = [...view.el.querySelectorAll<HTMLInputElement>(".ci-entry [aria-invalid]")].at(-1);
  await userEvent.fill(
    bad as HTMLInputElement,
    label.startsWith("Variant") ? "B" : label.startsWith("Units") ? "1030" : "206",
  );
  expect(text(view, ".ci-verdict-badge")).not.toContain("No verdict");
});

test("a mistake that is taken back leaves no trace", async () => {
  const { view, python } = await analyse();
  await userEvent.fill(field(view, "Conversions, B"), "2580");
  expect(text(view, ".ci-verdict-badge")).toContain("No verdict");
  await userEvent.fill(field(view, "Conversions, B"), "258");
  expect(text(view, ".ci-verdict-badge")).toContain("Ship");
  expect(text(view, ".ci-entry-trouble")).toBe("");
  expect(view.el.querySelector(".ci-results")?.classList.contains("ci-stale")).toBe(false);
  expect(python.state.counts).toBeUndefined();
});

test("a table from a spreadsheet is pasted into any cell, and its verdict stands", async () => {
  const { view, python } = await analyse();
  const clipboardData = new DataTransfer();
  clipboardData.setData(
    "text/plain",
    "Group\tVisitors\tOrders\tRate\nOld\t20,000\t800\t4 %\nNew\t20,100\t1,010\t5 %\nNewer\t19,950\t990\t5 %",
  );
  field(view, "Units, B").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
  );
  expect(python.state.counts).toEqual([
    { variant: "Old", n: 20000, successes: 800 },
    { variant: "New", n: 20100, successes: 1010 },
    { variant: "Newer", n: 19950, successes: 990 },
  ]);
  await until(() => text(view, ".ci-verdict-match") === "New against Old");
  expect(text(view, ".ci-counts .ci-panel-note")).toContain("Left out: Rate.");
  await until(() => view.el.querySelector(".ci-forest-chart canvas"));
  expect(vega(view, ".ci-forest-chart").data("forest")).toHaveLength(2);
});

test("variants are added, renamed, made the control, and looked at", async () => {
  const { view, python } = await analyse({ treatment: "B" });
  await userEvent.click(button(view, "Add a variant"));
  expect((python.state.counts as unknown[]).length).toBe(3);
  await userEvent.fill(field(view, "Variant, B"), "Blue");
  await userEvent.keyboard("{Enter}");
  expect(python.state.treatment).toBe("Blue");
  expect(text(view, ".ci-verdict-match")).toBe("Blue against A");
  await userEvent.click(field(view, "Blue is the control"));
  expect(python.state.control).toBe("Blue");
  expect(text(view, ".ci-verdict-match")).toBe("A against Blue");
  const treatment = [...view.el.querySelectorAll("label")].find((l) =>
    l.textContent?.startsWith("Treatment"),
  );
  await userEvent.selectOptions(treatment?.querySelector("select") as HTMLSelectElement, "C");
  expect(text(view, ".ci-verdict-match")).toBe("C against Blue");
});

test("means have their own columns; going there and back keeps what was typed", async () => {
  const { view, python } = await analyse();
  await userEvent.click(view.el.querySelector(".ci-counts input[value=mean]") as HTMLElement);
  expect(python.state.kind).toBe("mean");
  expect((python.state.counts as object[])[0]).toEqual({ variant: "A", n: 1030, mean: 0.2, sd: 0.4 });
  await userEvent.fill(field(view, "Mean, B"), "-0.1");
  expect(text(view, ".ci-verdict-badge")).toContain("Stop");
  await userEvent.keyboard("{Enter}");
  await userEvent.click(view.el.querySelector(".ci-counts input[value=proportion]") as HTMLElement);
  expect(python.state.counts).toEqual(EXAMPLE_COUNTS);
});

test("the smallest worthwhile effect is set on one scale and read on both; the verdict follows", async () => {
  const { view, python } = await analyse();
  await userEvent.fill(field(view, "Smallest effect worth having"), "60");
  expect(text(view, ".ci-worthwhile .ci-slider-words")).toBe("+12 pp = +60 %");
  expect(text(view, ".ci-verdict-badge")).toContain("No meaningful difference");
  expect(text(view, ".ci-verdict-reason")).toContain("smaller than your worthwhile +12 pp = +60 %");
  await until(() => vega(view, ".ci-effect-chart").signal("zone_low") === 0.6);
  await userEvent.keyboard("{Enter}");
  await userEvent.click(view.el.querySelector(".ci-worthwhile input[value=absolute]") as HTMLElement);
  expect(python.state).toMatchObject({ worthwhile_relative: false, worthwhile: 0.12 });
  expect(field(view, "Smallest effect worth having").value).toBe("12");
  expect(text(view, ".ci-worthwhile .ci-slider-words")).toBe("+12 pp = +60 %");
});

test("the method is changed in the page: posterior, chance to be better, loss in words", async () => {
  const { view, python } = await analyse();
  (view.el.querySelector(".ci-fold") as HTMLDetailsElement).open = true;
  const select = [...view.el.querySelectorAll(".ci-fold label")].find((l) =>
    l.textContent?.startsWith("Method"),
  );
  await userEvent.selectOptions(select?.querySelector("select") as HTMLSelectElement, "bayes");
  expect(python.state.method).toBe("bayes");
  expect(text(view, ".ci-verdict-strip")).toContain("99.7 % chance to be better");
  expect(text(view, ".ci-verdict-strip")).toContain(
    "If you ship the treatment and it is worse, you lose about",
  );
  expect(text(view, ".ci-curve-about")).toBe("Posterior of the effect:");
  await userEvent.click(view.el.querySelector(".ci-fold input[value=absolute]") as HTMLElement);
  expect(text(view, ".ci-verdict-method")).toContain("Decided in points");
  await until(() => vega(view, ".ci-effect-chart").signal("unit") === " pp");
});

test("what it is worth: contacts make it money, costs move the bar", async () => {
  const { view, python } = await analyse({ currency: "EUR", margin: 12 });
  expect(text(view, ".ci-worth")).toContain("Say how many people");
  await userEvent.fill(field(view, "Contacts"), "100000");
  expect(text(view, ".ci-worth")).toMatch(/^For 100,000 contacts it is worth EUR 60,\d{3}/);
  await userEvent.fill(field(view, "Cost per contact"), "0.9");
  expect(text(view, ".ci-worth")).toContain("costs taken off");
  expect(text(view, ".ci-verdict-reason")).toContain("break-even");
  await until(() => python.state.contacts === 100000);
});

test("the verdict is copied as three lines", async () => {
  const { view } = await analyse({ worthwhile: 0.05 });
  let copied = "";
  const { clipboard } = navigator;
  Object.defineProperty(navigator, "clipboard", {
    configurable: true,
    value: {
      writeText: (words: string) => {
        copied = words;
        return Promise.resolve();
      },
    },
  });
  await userEvent.click(button(view, "Copy verdict"));
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: clipboard });
  expect(copied.split("\n")).toHaveLength(3);
  expect(copied).toMatch(/^Ship\. The treatment is better/);
  await until(() => text(view, ".ci-verdict-strip").includes("Copied"));
});

test("a sample ratio that fails forbids to read: no figures, no colours of a winner", async () => {
  const counts = [
    { variant: "A", n: 821588, successes: 82000 },
    { variant: "B", n: 815482, successes: 84000 },
  ];
  const { view } = await analyse({ counts, contacts: 1000 });
  expect(text(view, ".ci-verdict-badge")).toContain("Don't read this");
  expect(text(view, ".ci-verdict-reason")).toContain("about once in 550,000 times");
  expect(text(view, ".ci-verdict-strip")).not.toContain("p <");
  expect(vega(view, ".ci-effect-chart").signal("guarded")).toBe(true);
  expect(vega(view, ".ci-effect-chart").data("interval")[0]).toMatchObject({
    words: "",
    low_words: "",
    high_words: "",
  });
  expect(text(view, ".ci-curve-legend")).toContain("Not to be read");
  expect(shown(view, ".ci-key")).toBe(false);
  expect(text(view, ".ci-worth")).toBe("No value: the groups aren't alike.");
});

test("before the planned end a test decides nothing; the always-valid band does", async () => {
  const { view, python } = await analyse({ planned_end: "2999-01-31" });
  expect(text(view, ".ci-verdict-reason")).toContain("Early look, planned end 31 January 2999.");
  expect(view.el.querySelector<HTMLElement>(".ci-verdict-strip")?.dataset.guarded).toBe("true");
  expect(vega(view, ".ci-effect-chart").signal("guarded")).toBe(true);
  python.update({ method: "sequential" });
  await until(() => vega(view, ".ci-effect-chart").signal("guarded") === false);
  expect(text(view, ".ci-verdict-reason")).not.toContain("Early look");
  python.update({ method: "welch", planned_end: "", planned_n: 5000 });
  await until(() => text(view, ".ci-verdict-reason").includes("planned end 5,000 units"));
});

test("one variant, and a control without any conversion, get their message instead of a figure", async () => {
  const one = await analyse({ counts: [{ variant: "A", n: 10, successes: 1 }] }).catch(() => null);
  expect(one).toBeNull();
  expect(notebook.place.textContent).toContain("One variant can't be compared. Add another.");
});

test("a control of zero has no percent: it is said, and deciding in points works", async () => {
  const counts = [
    { variant: "A", n: 1000, successes: 0 },
    { variant: "B", n: 1000, successes: 12 },
  ];
  const live = await notebook.openCalculator(calculatorState({ tab: "analyse", counts }));
  const view = await notebook.manager.show(live.model, notebook.place);
  await until(() => text(view, ".ci-verdict-reason").includes("The control's mean is 0"));
  live.python.update({ relative: false });
  await until(() => text(view, ".ci-verdict-reason").startsWith("The treatment is better: +1.2 pp"));
});

// A table

test("a table's metrics and variants: verdict, forest with guardrails apart, a row is looked at with a click", async () => {
  const { view, python } = await opened(tableState(), 3);
  expect(text(view, ".ci-verdict-match")).toBe("Mens E-Mail against No E-Mail · visit");
  expect(text(view, ".ci-counted")).toContain("No E-Mail (control)21,30610.6 %");
  const rows = vega(view, ".ci-forest-chart").data("forest");
  expect(rows.map(({ label }) => label)).toEqual([
    "visit · Mens E-Mail",
    "visit · Womens E-Mail",
    "spend · Mens E-Mail",
    "spend · Womens E-Mail",
    "Guardrails:",
    "unsubscribed · Mens E-Mail",
    "unsubscribed · Womens E-Mail",
    "p95 of latency · Mens E-Mail",
    "p95 of latency · Womens E-Mail",
  ]);
  expect(text(view, ".ci-notes")).toContain("Guardrail unsubscribed isn't clearly worse");
  const chart = vega(view, ".ci-forest-chart");
  const y = chart.scale("y") as unknown as { (value: string): number; bandwidth(): number };
  const position = {
    x: chart.origin()[0] + 20,
    y: chart.origin()[1] + 5 + y("spend · Womens E-Mail") + y.bandwidth() / 2,
  };
  await userEvent.click(view.el.querySelector(".ci-forest-chart canvas") as HTMLElement, { position });
  expect(python.state).toMatchObject({ metric: "spend", treatment: "Womens E-Mail" });
  expect(text(view, ".ci-verdict-match")).toBe("Womens E-Mail against No E-Mail · spend");
  const select = [...view.el.querySelectorAll("label")].find((l) => l.textContent?.startsWith("Metric"));
  await userEvent.selectOptions(select?.querySelector("select") as HTMLSelectElement, "p95 of latency");
  expect(text(view, ".ci-verdict-match")).toContain("p95 of latency");
  expect(text(view, ".ci-verdict-reason")).toContain("Not decided");
});

test("the published figures of Hillstrom's test stand in the page", async () => {
  const { view } = await opened(tableState({ treatment: "Womens E-Mail", relative: false }), 3);
  expect(text(view, ".ci-verdict-line")).toContain("+4.52 pp");
  const rows = vega(view, ".ci-forest-chart").data("forest");
  expect(rows.find(({ label }) => label === "spend · Womens E-Mail")?.words).toContain("p = 0.001");
});

test("a guardrail that got worse stops, whatever the decision metric says", async () => {
  const data = hillstrom() as {
    metrics: { name: string; samples: Record<string, { total: number; totalSq: number }> }[];
  };
  const worse = data.metrics.find(({ name }) => name === "unsubscribed")?.samples["Mens E-Mail"];
  if (worse) Object.assign(worse, { total: 400, totalSq: 400 });
  const { view } = await opened(tableState({ _data: data as unknown as State["_data"] }), 3);
  expect(text(view, ".ci-verdict-badge")).toContain("Stop");
  expect(text(view, ".ci-verdict-reason")).toContain("Guardrail unsubscribed got worse");
});

test("lift by segment is asked for, and shown with what the sampler says", async () => {
  const live = await opened(tableState({}, { segments: ["channel", "newbie"] }), 3);
  const { view, python } = live;
  await userEvent.click(button(view, "Find lift by segment"));
  expect(requests(live, "lift")[0]?.args).toEqual({ segment: "channel" });
  python.update({ _lift: lift() });
  await until(() => view.el.querySelector(".ci-lift-chart canvas"));
  expect(text(view, ".ci-lift")).toContain("The chains agree");
  expect(vega(view, ".ci-lift-chart").data("lift")).toHaveLength(3);
});

// Both ways

test("Python sets traits and the page follows, in the same charts", async () => {
  const { view, python } = await analyse();
  const before = vega(view, ".ci-effect-chart");
  python.update({
    counts: [EXAMPLE_COUNTS[0], { variant: "B", n: 1030, successes: 206 }],
    level: 0.9,
    worthwhile: 0.2,
  });
  await until(() => before.data("interval")[0]?.effect === 0);
  expect(vega(view, ".ci-effect-chart")).toBe(before);
  expect(field(view, "Conversions, B").value).toBe("206");
  expect(text(view, ".ci-verdict-method")).toContain("90 % confidence");
  python.update({ tab: "plan", effect: 0.1 });
  await until(() => text(view, ".ci-plan .ci-headline").includes("+10 pp"));
});

test("a finding that changed is announced once things have come to rest", async () => {
  const { view } = await analyse();
  const live = () => text(view, ".ci-root > .ci-hidden[aria-live]");
  expect(live()).toBe("");
  await userEvent.fill(field(view, "Conversions, B"), "150");
  await until(() => live().startsWith("Stop. The treatment is worse"));
});

test("without a kernel everything answers, and nothing is asked", async () => {
  const has = { kernel: false, source: false, date: false, segments: [] };
  const live = await opened(
    calculatorState({ tab: "analyse", _view: viewState({ has, code: "" }) as unknown as State["_view"] }),
    2,
  );
  const { view, python } = live;
  await userEvent.fill(field(view, "Conversions, B"), "150");
  expect(text(view, ".ci-verdict-badge")).toContain("Stop");
  await userEvent.click([...view.el.querySelectorAll<HTMLElement>("[role=tab]")][0] as HTMLElement);
  await userEvent.click(field(view, "Compute the effect"));
  expect(text(view, ".ci-plan .ci-headline")).toContain("3,500 per arm, 7 days: finds +2.7 pp");
  await userEvent.click([...view.el.querySelectorAll<HTMLElement>("[role=tab]")][2] as HTMLElement);
  await userEvent.click(view.el.querySelector(".ci-lesson input") as HTMLElement);
  await until(() => view.el.querySelectorAll(".ci-lesson canvas").length === 2);
  expect(python.custom.filter((message) => (message as Request).kind === "request")).toEqual([]);
});

test("the open tab stays open when it is clicked again", async () => {
  const { view, python } = await analyse();
  await userEvent.click([...view.el.querySelectorAll<HTMLElement>("[role=tab]")][1] as HTMLElement);
  expect(python.state.tab).toBeUndefined();
  expect(shown(view, ".ci-verdict-strip")).toBe(true);
});

test("a viewer sees no method and no code", async () => {
  const { view } = await analyse({ audience_mode: "viewer" });
  expect(shown(view, ".ci-fold")).toBe(false);
  expect(button(view, "Table").checkVisibility()).toBe(true);
  expect(button(view, "Copy code").checkVisibility()).toBe(false);
});

// Monitor

test("the course of the effect is asked for once, and again for another metric", async () => {
  const live = await opened(tableState({ tab: "monitor" }, { date: true }), 0);
  const { view, python } = live;
  expect(requests(live, "running").map(({ args }) => args)).toEqual([
    { metric: "visit", variant: "Mens E-Mail" },
  ]);
  python.update({ _running: running(), planned_end: "2024-05-21" });
  python.message({ kind: "response", id: requests(live, "running")[0]?.id, ok: true, result: null });
  await until(() => view.el.querySelector(".ci-running-chart canvas"));
  expect(text(view, ".ci-running .ci-headline")).toContain(
    "Look 14, planned end 21 May 2024. The usual p-value isn't valid yet; the band is.",
  );
  expect(text(view, ".ci-running .ci-headline")).toContain("clear of zero since");
  expect(vega(view, ".ci-running-chart").data("running")).toHaveLength(14);
  const before = requests(live, "running").length;
  python.update({ treatment: "Womens E-Mail" });
  await until(() => requests(live, "running").length === before + 1);
  expect(requests(live, "running").at(-1)?.args).toEqual({ metric: "visit", variant: "Womens E-Mail" });
  expect(shown(view, ".ci-running-chart")).toBe(false);
});

test("counts alone have one look: both intervals, and how far the plan has come", async () => {
  const { view, python } = await opened(calculatorState({ tab: "monitor" }), 0);
  expect(text(view, ".ci-now")).toContain("+25.2 % (+6.7 to +47.6 %)");
  expect(text(view, ".ci-now")).toContain("Always-valid band");
  await userEvent.fill(field(view, "Planned units, all arms"), "8240");
  expect(text(view, ".ci-monitor .ci-headline")).toBe(
    "2,060 of 8,240 planned units (25 %). The usual p-value isn't valid yet; the band is.",
  );
  await until(() => python.state.planned_n === 8240);
});

test("the lesson counts false alarms against what is exact; the slider says how many looks", async () => {
  const { view, python } = await opened(calculatorState({ tab: "monitor", lesson: true, looks: 5 }), 2);
  expect(text(view, ".ci-lesson .ci-panel-headline")).toBe(
    "138 of 1,000 tests without any difference seemed significant at one of their 5 looks: 13.8 %; exactly 14.2 %.",
  );
  const chart = vega(view, ".ci-lesson-chart");
  drag(rangeOf(view, "Looks at each test"), 20);
  await settle();
  expect(text(view, ".ci-lesson .ci-panel-headline")).toContain("exactly 24.8 %");
  expect(python.state.looks).toBe(20);
  await until(() => chart.signal("looks") === 20);
  const said = text(view, ".ci-lesson .ci-panel-headline");
  await userEvent.click(button(view, "Run other tests"));
  expect(text(view, ".ci-lesson .ci-panel-headline")).not.toBe(said);
});

// For everyone

const SCREENS: [string, State][] = [
  ["plan", calculatorState()],
  ["analyse", tableState({ _lift: lift(), worthwhile: 0.1 }, { segments: ["channel"] })],
  [
    "analyse, typed",
    calculatorState({ tab: "analyse", counts: [...EXAMPLE_COUNTS, { variant: "C", n: 10, successes: 20 }] }),
  ],
  ["monitor", tableState({ tab: "monitor", lesson: true, _running: running() }, { date: true })],
];

test.each(
  SCREENS.flatMap(([name, state]) => ["light", "dark"].map((scheme) => [name, scheme, state] as const)),
)("%s in %s has no accessibility violation", async (_, scheme, state) => {
  document.body.setAttribute("data-jp-theme-light", String(scheme === "light"));
  notebook.place.style.background = scheme === "light" ? "white" : "#121212";
  const live = await notebook.openCalculator(state);
  const view = await notebook.manager.show(live.model, notebook.place);
  await until(() => view.el.querySelector(".ci-ready"));
  for (const details of view.el.querySelectorAll("details")) details.open = true;
  await sleep(300);
  const picture = await axe.run(view.el);
  expect(picture.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  live.python.update({ table_view: true });
  await until(() => view.el.querySelector(".ci-as-table"));
  const table = await axe.run(view.el);
  expect(table.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  view.remove();
});

test("every picture has a table with the same figures", async () => {
  const { view, python } = await opened(
    tableState({ _lift: lift() }, { segments: ["channel"], date: true }),
    4,
  );
  python.update({ table_view: true });
  await until(() => view.el.querySelector(".ci-as-table"));
  expect(shown(view, ".ci-effect-chart")).toBe(false);
  expect(text(view, ".ci-results table")).toContain("Effect+72.1 %");
  expect(text(view, ".ci-forest table")).toContain("visitWomens E-Mail+42.6 % (+34.2 to +51.7 %)p < 0.001");
  expect(text(view, ".ci-lift table")).toContain("Web28,000+62 %");
  python.update({ tab: "plan" });
  await until(() => text(view, ".ci-plan table").includes("+5 pp = +25 %80 %"));
  python.update({ tab: "monitor", _running: running() });
  await until(() => text(view, ".ci-running table").includes("14 May 2024"));
  python.update({ lesson: true });
  await until(() => text(view, ".ci-lesson table").includes("24.8 %"));
});

test("a switch of theme recolours every chart on show", async () => {
  document.body.setAttribute("data-jp-theme-light", "true");
  const { view } = await analyse();
  const ink = vega(view, ".ci-effect-chart").signal("ink");
  document.body.setAttribute("data-jp-theme-light", "false");
  notebook.place.style.background = "#121212";
  await until(() => vega(view, ".ci-effect-chart").signal("ink") !== ink);
  await until(() => vega(view, ".ci-density-chart").signal("ink") !== ink);
});

test("nothing stays behind when a view goes", async () => {
  const live = await notebook.openCalculator(calculatorState({ tab: "analyse" }));
  const events = (live.model as unknown as { _events: Record<string, { callback: { name: string } }[]> })
    ._events;
  const ours = () =>
    Object.values(events)
      .flat()
      .filter(({ callback }) => callback.name !== "bound handle_message").length;
  const show = async () => {
    const view = await notebook.manager.show(live.model, notebook.place);
    await until(() => view.el.querySelectorAll("canvas").length === 2);
    view.remove();
  };
  await show();
  const before = ours();
  for (let run = 0; run < 3; run += 1) await show();
  expect(ours()).toBe(before);
  expect(notebook.place.childElementCount).toBe(0);
});
