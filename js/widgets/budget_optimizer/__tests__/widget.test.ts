import type { DOMWidgetView } from "@jupyter-widgets/base";
import axe from "axe-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { LiveModel } from "../../../testing/manager";
import { Notebook } from "../../../testing/notebook";
import { until } from "../../../testing/waiting";
import type { State } from "../wire";
import { many, optimizerState, planState, TWO, view as viewState } from "./fixture";
import { EIGHT } from "./pictures_fixture";

let notebook: Notebook;

beforeEach(async () => {
  notebook = new Notebook(1300);
  await notebook.openModules();
});
afterEach(() => {
  notebook.close();
  document.body.removeAttribute("data-jp-theme-light");
});

interface Opened extends LiveModel {
  view: DOMWidgetView;
}

/** Charts are one per channel, the dumbbell and the outcome. */
async function opened(state: State, charts = 4): Promise<Opened> {
  const live = await notebook.openOptimizer(state);
  return { ...live, view: await notebook.show(live.model, charts) };
}

const text = ({ view }: Opened, selector: string) => view.el.querySelector(selector)?.textContent ?? "";
const all = ({ view }: Opened, selector: string) =>
  [...view.el.querySelectorAll(selector)].map((found) => found.textContent);
const shown = ({ view }: Opened, selector: string) =>
  view.el.querySelector(selector)?.checkVisibility() ?? false;
const button = ({ view }: Opened, label: string) =>
  [...view.el.querySelectorAll("button")].find((b) => b.textContent === label) as HTMLButtonElement;
const labelled = <E extends HTMLElement = HTMLInputElement>({ view }: Opened, label: string) => {
  const found = view.el.querySelector<E>(`[aria-label="${label}"]`);
  if (!found) throw new Error(`Nothing is labelled ${label}.`);
  return found;
};
const settle = () => new Promise((resolve) => queueMicrotask(() => resolve(null)));
const spend = ({ model }: Opened) => model.get("spend") as Record<string, number>;
const total = (live: Opened) => Object.values(spend(live)).reduce((sum, amount) => sum + amount, 0);
/** A slider is dragged: steps, then the hand lets go. */
async function drag(live: Opened, channel: string, ...steps: number[]): Promise<void> {
  const range = labelled(live, channel);
  for (const step of steps) {
    range.value = String(step);
    range.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
  }
  range.dispatchEvent(new Event("change", { bubbles: true }));
  await settle();
}
/** Types an amount and leaves the field. */
async function type(live: Opened, label: string, amount: string): Promise<void> {
  await userEvent.fill(labelled(live, label), amount);
  await userEvent.keyboard("{Enter}");
  await settle();
}
const requests = ({ python }: LiveModel, name: string) =>
  (python.custom as { kind: string; id: number; name: string }[]).filter(
    (message) => message.kind === "request" && message.name === name,
  );

// The plan in words

test("opens with the current plan, what is expected of it, and what is possible", async () => {
  const live = await opened(optimizerState());
  expect(text(live, ".ci-headline")).toBe("This is the current plan.");
  expect(text(live, ".ci-outlook")).toMatch(
    /^Expected revenue: [\d,]+ \([\d,]+ to [\d,]+\), 90 % interval, from EUR 600,000 over 26 weeks\. Possible within the limits: \+[\d,]+ \(\+[\d,]+ to \+[\d,]+\)\.$/,
  );
  expect(text(live, ".ci-why-reason")).toContain("Nothing moves yet");
  expect(all(live, ".ci-channel-name")).toEqual(["TV", "Search"]);
  expect(labelled(live, "Amount of TV").value).toBe("500,000");
  const [week, next] = all(live, ".ci-channel-note");
  expect(week).toBe("19,231 a week");
  expect(next).toMatch(/^next 1,000 bring \d+ \(\d+ to \d+\)$/);
});

test("a slider answers at every step, keeps the total, and tells Python once it rests", async () => {
  const live = await opened(optimizerState());
  const range = labelled(live, "TV");
  range.value = "450000";
  range.dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
  expect(text(live, ".ci-headline")).toMatch(
    /^Moves EUR 30,000 from TV to Search; expected \+[\d,]+ revenue \(\+[\d,]+ to \+[\d,]+\); over 99 % chance/,
  );
  expect(live.python.state.spend).toBeUndefined();
  await drag(live, "TV", 490_000, 480_000);
  expect(spend(live)).toEqual({ TV: 480_000, Search: 120_000 });
  expect(live.python.state.spend).toEqual({ TV: 480_000, Search: 120_000 });
  expect(all(live, ".ci-channel-change")).toEqual(["−4.0 %", "+20 %"]);
  await until(() => text(live, ".ci-why-reason").startsWith("Each 1,000 that Search gets brings about"));
  expect(all(live, ".ci-why-panel tbody th")).toEqual(["TV", "Search"]);
});

test("limits are stops: the slider goes no further, and neither do the others", async () => {
  const live = await opened(optimizerState());
  await drag(live, "TV", 100_000);
  // Search may take no more than 130,000.
  expect(spend(live)).toEqual({ TV: 470_000, Search: 130_000 });
  expect(Number(labelled(live, "TV").value)).toBeCloseTo(470_000, 6);
  expect(labelled(live, "TV").getAttribute("aria-valuetext")).toMatch(
    /^EUR 470,000, −6\.0 %; limits 350,000 to 650,000; next 1,000 bring/,
  );
});

test("without a pinned total the channel moves alone", async () => {
  const live = await opened(optimizerState());
  await userEvent.click(labelled(live, "Keep the total: what one channel is given, the others give up"));
  expect(live.python.state.pinned).toBe(false);
  await drag(live, "Search", 120_000);
  expect(spend(live)).toEqual({ TV: 500_000, Search: 120_000 });
  expect(labelled(live, "Total over the window").value).toBe("620,000");
});

test("an amount is typed as people write it, and refused with a reason where it is none", async () => {
  const live = await opened(optimizerState());
  await type(live, "Amount of Search", "EUR");
  expect(labelled(live, "Amount of Search").title).toContain("A number, such as");
  await type(live, "Amount of Search", "110 000");
  expect(spend(live)).toEqual({ TV: 490_000, Search: 110_000 });
  await type(live, "Total over the window", "660,000");
  expect(total(live)).toBeCloseTo(660_000, 6);
  expect(live.python.state.total).toBe(660_000);
});

test("a lock holds a channel, by hand and for the best plan", async () => {
  const live = await opened(optimizerState({}, {}, EIGHT), 10);
  await userEvent.click(labelled(live, "Lock Radio where it is"));
  expect(live.python.state.locked).toEqual(["Radio"]);
  await drag(live, "TV", 450_000);
  await userEvent.click(button(live, "Optimise"));
  await settle();
  expect(spend(live).Radio).toBe(130_000);
  await userEvent.click(labelled(live, "Lock Radio where it is"));
  expect(live.python.state.locked).toEqual([]);
});

// The best plan

test("Optimise finds the best plan in the page, names the limits that bind, and can be undone", async () => {
  const live = await opened(optimizerState());
  expect(button(live, "Undo").disabled).toBe(true);
  await userEvent.click(button(live, "Optimise"));
  await settle();
  expect(spend(live).Search).toBeCloseTo(130_000, 3);
  expect(requests(live, "optimize")).toHaveLength(0);
  await until(() => text(live, ".ci-why-panel").includes("Search at most EUR 130,000"));
  expect(text(live, ".ci-possible")).toBe("");
  await userEvent.click(button(live, "Undo"));
  await settle();
  expect(text(live, ".ci-headline")).toBe("This is the current plan.");
  expect(button(live, "Undo").disabled).toBe(true);
});

test("a cautious move goes no further than a fifth, and says so in the room", async () => {
  const live = await opened(optimizerState());
  expect(button(live, "Cautious move").title).toContain("no channel goes further than 20 %");
  await userEvent.click(button(live, "Cautious move"));
  await settle();
  expect(spend(live).Search).toBeCloseTo(120_000, 3);
  expect(live.python.state.room).toBe(0.2);
  await until(() => text(live, ".ci-why-panel").includes("Search at most EUR 120,000"));
  await userEvent.click(button(live, "Undo"));
  expect(live.model.get("room")).toBe(0.3);
  await userEvent.click(button(live, "Back to current"));
  await settle();
  expect(spend(live)).toEqual({ TV: 500_000, Search: 100_000 });
});

test("where no better plan is within the limits, the limits are named", async () => {
  const live = await opened(optimizerState({ room: 0 }));
  expect(text(live, ".ci-headline")).toMatch(/^No better plan within these limits; /);
  expect(labelled(live, "TV").disabled).toBe(true);
  expect(labelled(live, "TV").title).toContain("limits leave no room");
});

test("what the page can't find, Python is asked for; its answer can be undone", async () => {
  const live = await opened(optimizerState({ objective: "cvar" }));
  await userEvent.click(button(live, "Optimise"));
  const [asked] = requests(live, "optimize");
  expect(asked?.name).toBe("optimize");
  live.python.update({
    spend: { TV: 480_000, Search: 120_000 },
    total: 600_000,
    _plan: planState({
      spend: { TV: 480_000, Search: 120_000 },
      sentences: ["Moves EUR 20,000 from TV to Search; said by Python.", "The best of 8 starts; no proof."],
      binding: [
        {
          limit: "Search at most EUR 120,000",
          kind: "maximum",
          name: "Search",
          amount: 120_000,
          value_of_1000: 7,
        },
      ],
      optimized: true,
    }),
  });
  live.python.message({ kind: "response", id: asked?.id, ok: true, result: null });
  await until(() => !button(live, "Undo").disabled && text(live, ".ci-cautions").includes("The best of"));
  expect(text(live, ".ci-headline")).toContain("said by Python");
  expect(all(live, ".ci-why-columns > div:last-child td")).toEqual(["7 revenue"]);
});

test("Python's figures replace the page's own once they are about this plan", async () => {
  const live = await opened(optimizerState({ _plan: planState() }));
  expect(text(live, ".ci-outlook")).toContain("Expected revenue: 741,012 (600,000 to 900,000)");
  await drag(live, "TV", 480_000);
  expect(text(live, ".ci-outlook")).not.toContain("741,012");
});

test("another horizon leaves nothing to undo: the amounts before were for the old one", async () => {
  const live = await opened(optimizerState());
  await userEvent.click(button(live, "Optimise"));
  await settle();
  expect(button(live, "Undo").disabled).toBe(false);
  const longer = optimizerState()._table;
  live.python.update({ _table: { ...longer, periods: 30 }, periods: 30 });
  await until(() => text(live, ".ci-outlook").includes("over 30 weeks"));
  expect(button(live, "Undo").disabled).toBe(true);
});

// Totals and limits

test("limits that leave no plan are explained, and nothing is looked for", async () => {
  const live = await opened(optimizerState({ min_spend: { TV: 550_000, Search: 120_000 } }));
  const words =
    "Minimums add to EUR 670,000, above the total EUR 600,000: EUR 70,000 too much. Lower TV and Search or raise the total.";
  expect(text(live, ".ci-conflict")).toBe(words);
  expect(button(live, "Optimise").disabled).toBe(true);
  expect(button(live, "Optimise").title).toBe(words);
  live.python.update({ min_spend: {}, max_spend: { TV: 300_000 } });
  await until(() => text(live, ".ci-conflict").startsWith("Maximums add to EUR 430,000, below the total"));
});

test("a total that the plan misses is never silent", async () => {
  const live = await opened(optimizerState());
  await type(live, "Total over the window", "900000");
  expect(text(live, ".ci-spent")).toBe("Plan spends EUR 780,000 of EUR 900,000: EUR 120,000 left.");
  expect(text(live, ".ci-conflict")).toContain("can't be spent");
  live.python.update({ total: 700_000 });
  await until(() =>
    text(live, ".ci-spent").startsWith(
      "Plan spends EUR 780,000, EUR 80,000 more than the total of EUR 700,000.",
    ),
  );
});

test("limits are typed per channel; what crosses the other end or the curve's is refused", async () => {
  const live = await opened(optimizerState());
  await userEvent.click(button(live, "More"));
  expect(labelled(live, "Most for Search").placeholder).toBe("130,000");
  await type(live, "Most for Search", "250,000");
  expect(live.python.state.max_spend).toEqual({ Search: 250_000 });
  await type(live, "Least for Search", "260000");
  expect(labelled(live, "Least for Search").title).toBe("The most is 250,000");
  await type(live, "Most for TV", "99000000");
  expect(labelled(live, "Most for TV").title).toContain("The curve ends at");
  await userEvent.keyboard("{Escape}");
  await type(live, "Most for Search", "");
  expect(live.python.state.max_spend).toEqual({});
});

test("channels without spend stand apart, and take part once they are given a maximum", async () => {
  const live = await opened(optimizerState({}, {}, EIGHT), 10);
  const idle = labelled<HTMLElement>(live, "Channels without spend");
  expect(idle.textContent).toContain("Podcasts");
  expect(labelled(live, "Podcasts").disabled).toBe(true);
  await userEvent.click([...idle.querySelectorAll("button")].at(-1) as HTMLElement);
  await settle();
  // The curve ends before a tenth of the total.
  expect(live.python.state.max_spend).toEqual({ Podcasts: 100_000 });
  expect(labelled(live, "Podcasts").disabled).toBe(false);
  await drag(live, "Podcasts", 40_000);
  expect(spend(live).Podcasts).toBe(40_000);
  await until(() => text(live, ".ci-cautions").includes("without any past spend: an extrapolation"));
});

// Health, kernel, modes

test("a model that mustn't be used says so, and Optimise is off with the reason", async () => {
  const health = {
    status: "bad",
    text: "Don't use for budgets",
    sentences: ["Don't use for budgets: the chains disagree about tv (R-hat 1.3)."],
  } as const;
  const live = await opened(
    optimizerState({}, { health: { ...health, sentences: [...health.sentences] }, usable: false }),
  );
  expect(text(live, ".ci-health-strip")).toContain("the chains disagree about tv");
  expect(button(live, "Optimise").disabled).toBe(true);
  expect(button(live, "Optimise").title).toContain("the chains disagree");
  expect(text(live, ".ci-possible")).toBe("");
  await userEvent.click(live.view.el.querySelector(".ci-health") as HTMLElement);
  expect(live.python.state.tab).toBe("diagnostics");
});

test("a quick estimate says so and fits the full model when asked", async () => {
  const live = await opened(
    optimizerState(
      {},
      {
        health: { status: "quick", text: "Quick estimate", sentences: ["Quick."] },
        expected_seconds: 130,
        has: { kernel: true, model: true, horizon: true, schedule: true, provisional: true },
      },
    ),
  );
  expect(text(live, ".ci-health-strip")).toContain(
    "Quick estimate, without reliable uncertainty. Full model: about 2 minutes.",
  );
  await userEvent.click(button(live, "Fit the full model"));
  const [asked] = requests(live, "refine");
  live.python.message({ kind: "progress", id: asked?.id, fraction: 0.4, message: "Sampling 400 of 1,000" });
  await until(() => text(live, ".ci-budget-head .ci-status-text") === "Sampling 400 of 1,000");
  await until(() => shown(live, ".ci-budget-head .ci-status"));
});

test("an exported file plans alone; what needs the notebook is off and says why", async () => {
  const has = { kernel: false, model: true, horizon: true, schedule: true, provisional: false };
  const live = await opened(optimizerState({}, { has, code: "" }));
  await userEvent.click(button(live, "Optimise"));
  await settle();
  expect(spend(live).Search).toBeCloseTo(130_000, 3);
  expect(live.view.el.querySelector<HTMLInputElement>(".ci-stepper input")?.disabled).toBe(true);
  expect(button(live, "Copy code").checkVisibility()).toBe(false);
  live.python.update({ objective: "sharpe" });
  await until(() => button(live, "Optimise").disabled);
  expect(button(live, "Optimise").title).toContain("Needs the notebook");
});

test("viewers get no settings and no code", async () => {
  const live = await opened(optimizerState({ audience_mode: "viewer" }));
  expect(shown(live, ".ci-opener")).toBe(false);
  expect(button(live, "Copy code").checkVisibility()).toBe(false);
});

test("curves without a current spend plan without a comparison", async () => {
  const state = optimizerState();
  const live = await opened({ ...state, _table: { ...state._table, current: null, historyMax: null } });
  expect(text(live, ".ci-headline")).toMatch(/^Expected revenue of [\d,]+ \([\d,]+ to [\d,]+\) from EUR/);
  expect(button(live, "Back to current").checkVisibility()).toBe(false);
  await userEvent.click(button(live, "Optimise"));
  await until(() => text(live, ".ci-why-reason").includes("nothing to compare"));
});

// Lesson

test("the lesson tells average from marginal, and scores what the hand reaches", async () => {
  const live = await opened(optimizerState());
  await userEvent.click(button(live, "More"));
  const toggle = [...live.view.el.querySelectorAll(".ci-budget-more .ci-toggle")].at(-1);
  await userEvent.click(toggle as HTMLElement);
  expect(live.python.state.lesson).toBe(true);
  expect(text(live, ".ci-budget-lesson")).toMatch(/Tangents run from [\d.]+ \(TV\) to [\d.]+ \(Search\)\./);
  expect(text(live, ".ci-score-row")).toContain("You reached 0 % of the possible gain.");
  await drag(live, "Search", 115_000);
  expect(text(live, ".ci-score-row")).toMatch(/You reached (5\d|4\d)(\.\d)? % of the possible gain/);
  await drag(live, "Search", 90_000);
  expect(text(live, ".ci-score-row")).toContain("brings less than the current split");
  await userEvent.click(button(live, "Optimise"));
  await settle();
  expect(text(live, ".ci-score-row")).toContain("You reached the whole possible gain.");
  await userEvent.click(button(live, "End the lesson"));
  expect(shown(live, ".ci-budget-lesson")).toBe(false);
});

// Everyone

test.each([true, false])("axe finds nothing, in light %s", async (light) => {
  document.body.setAttribute("data-jp-theme-light", String(light));
  notebook.place.style.background = light ? "white" : "#111";
  const live = await opened(optimizerState({ lesson: true }, {}, EIGHT), 10);
  await userEvent.click(button(live, "More"));
  await userEvent.click(button(live, "Optimise"));
  const picture = await axe.run(live.view.el);
  expect(picture.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  live.python.update({ table_view: true });
  await until(() => live.view.el.querySelector(".ci-as-table"));
  const table = await axe.run(live.view.el);
  expect(table.violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary])).toEqual([]);
});

test("the keyboard moves a channel by small steps, and nothing sticks out of a narrow cell", async () => {
  notebook.place.style.width = "560px";
  const live = await opened(optimizerState({}, {}, many(15)), 17);
  const range = labelled(live, "TV 1");
  range.focus();
  await userEvent.keyboard("{ArrowRight}");
  await settle();
  expect(spend(live)["TV 1"]).toBeGreaterThan(520_000);
  const edge = live.view.el.getBoundingClientRect().right + 1;
  for (const part of live.view.el.querySelectorAll(".ci-channel-row > *, .ci-total-bar .ci-controls > *"))
    expect(part.getBoundingClientRect().right).toBeLessThanOrEqual(edge);
});

test("closing the view ends everything", async () => {
  const live = await opened(optimizerState({ _view: viewState() }, {}, TWO));
  live.view.remove();
  live.python.update({ spend: { TV: 480_000, Search: 120_000 } });
  await settle();
  expect(live.view.el.querySelectorAll("canvas")).toHaveLength(0);
});
