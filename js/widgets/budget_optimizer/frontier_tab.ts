/** The best plan for every total: what more money would bring, and a plan to take from it. */
import { button } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import { sliderControl } from "../../kit/slider";
import { dataTable, type TableColumn } from "../../kit/tables";
import { nextWords } from "./curve_data";
import { amountText, estimateText, moneyText } from "./figures";
import { createFollowing } from "./following";
import {
  type BestPlan,
  foundByPage,
  frontierFor,
  frontierFrom,
  nearest,
  ordered,
  questionOf,
} from "./frontier";
import { bestWords, createFrontierChart } from "./frontier_chart";
import { createKey } from "./key";
import { at } from "./maths/curves";
import type { Panel, PanelContext } from "./panel";
import type { Scene } from "./scene";
import { createWideTwin } from "./scrolling";
import { frontierOf, type OptimizerModel } from "./wire";
import { NEEDS_KERNEL } from "./words";

/** A limit that is being dragged asks for a new frontier once it rests. */
const REST = 150;

interface Known {
  question: string;
  /** What it was found from: the curves, or Python's answer. */
  source: object;
  plans: BestPlan[];
}

export function createFrontierTab(context: PanelContext): Panel {
  const { model, moves, scene, signal } = context;
  let known: Known | null = null;
  let wanted = Number.NaN;
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer));
  const plans = () => known?.plans ?? [];
  const chosen = () => nearest(plans(), wanted);
  const keyOf = createKey();
  /** Whether the plans are about other limits or curves; looked up once per scene. */
  let looked: { scene: Scene; known: Known | null; stale: boolean } | null = null;
  const stale = (): boolean => {
    const now = scene();
    if (looked?.scene !== now || looked.known !== known) {
      const other = known && (known.question !== questionOf(now) || known.source !== sourceOf(now, model));
      looked = { scene: now, known, stale: other ?? false };
    }
    return looked.stale;
  };

  const headline = h("p", { class: "ci-tab-headline" });
  const note = h("p", { class: "ci-panel-note ci-tab-note" });
  const twin = createWideTwin("The best plan for each total");
  const take = (index: number) => {
    const plan = plans()[index];
    if (!plan || stale()) return;
    wanted = plan.total;
    moves.take(plan.spend, plan.total);
  };
  const drawing = createFrontierChart(context, { plans, chosen, take });
  const slider = sliderControl({
    label: "Best plan for a total of",
    hint: "Looks at the best plan for that total; nothing is moved yet",
    min: 0,
    max: 1,
    onMove: (total) => look(total),
    onRest: (total) => look(total),
    signal,
  });
  const taken = button(
    "Take this plan",
    () => take(chosen()),
    signal,
    "Puts this plan on show; Undo goes back",
  );
  const picking = h("div", { class: "ci-frontier-pick" }, slider.element, taken);
  const following = createFollowing(context, {
    name: "frontier",
    doing: "Looking for the best plan at each total…",
    question() {
      const now = scene();
      const { state, view } = now;
      const asked = !foundByPage(now) && state.tab === "frontier" && view.has.kernel && view.usable;
      return asked && !sourceOf(now, model) ? questionOf(now) : null;
    },
  });
  const element = h(
    "div",
    { class: "ci-frontier" },
    headline,
    following.asking.element,
    drawing.place,
    twin.element,
    picking,
    note,
  );

  function look(total: number): void {
    wanted = total;
    say();
    drawing.draw();
  }
  function find(): void {
    const now = scene();
    const source = sourceOf(now, model);
    const plans = foundByPage(now) ? frontierFor(now) : frontierFrom(now, model);
    if (source) known = { question: questionOf(now), source, plans };
  }
  /** Brings the plans to the present limits, at once if there are none yet or Python has answered. */
  function follow(): void {
    clearTimeout(timer);
    if (known && !stale()) return;
    if (!foundByPage(scene())) {
      find();
      following.follow();
    } else if (!known) find();
    else
      timer = window.setTimeout(() => {
        find();
        paint();
      }, REST);
  }
  function say(): void {
    const found = plans();
    const plan = found[chosen()];
    slider.range({ min: found[0]?.total ?? 0, max: found.at(-1)?.total ?? 1 });
    slider.show(plan?.total ?? Number.NaN);
    slider.say(plan ? bestWords(scene(), plan.outcome, plan.next) : "");
  }
  function paint(): void {
    const now = scene();
    const { state, view } = now;
    const found = plans();
    const there = found.length > 0 && view.usable;
    setText(headline, there ? headlineOf(now, found) : whyNot(now));
    setText(note, there ? noteOf(stale()) : "");
    drawing.place.hidden = !there || state.table_view;
    drawing.place.classList.toggle("ci-stale", stale());
    picking.hidden = !there;
    if (!there) return;
    say();
    twin.show(state.table_view, keyOf(found, state.currency), () => [tableOf(now, found)]);
    if (!drawing.place.hidden) drawing.draw();
  }

  return {
    element,
    show() {
      if (scene().state.tab !== "frontier") return;
      if (Number.isNaN(wanted)) wanted = scene().total;
      if (scene().view.usable) follow();
      paint();
    },
    recolour: (colours) => drawing.signal(colours),
    charts: drawing.shown,
  };
}

/** What the frontier is found from: the curves, or Python's answer to the present question. */
function sourceOf(scene: Scene, model: OptimizerModel): object | null {
  if (foundByPage(scene)) return scene.budget;
  const answer = frontierOf(model);
  return answer && ordered(answer.asked) === questionOf(scene) ? answer : null;
}

function whyNot({ view }: Scene): string {
  if (!view.usable) return view.health.sentences[0] ?? view.health.text;
  return view.has.kernel ? "" : `${NEEDS_KERNEL}.`;
}

function headlineOf(scene: Scene, plans: readonly BestPlan[]): string {
  const [first, last] = [plans[0], plans.at(-1)] as [BestPlan, BestPlan];
  const { currency } = scene.state;
  const [low, high] = [first, last].map(({ total }) => moneyText(total, currency));
  if (plans.length === 1)
    return `The limits leave one plan, for ${low}: ${estimateText(first.outcome)} ${scene.budget.target}.`;
  const rise = `${scene.budget.target} rises from ${amountText(first.outcome[0])} to ${amountText(last.outcome[0])}`;
  // Where the limits end, the plan before tells what more would have brought.
  const [begin, end] = [first.next, last.next ?? plans.at(-2)?.next ?? null];
  const more =
    begin === null || end === null
      ? ""
      : ` At the lower end the ${nextWords(scene, begin)}, near the upper end the ${nextWords(scene, end)}.`;
  return `Between ${low} and ${high} the best plan's ${rise}.${more}`;
}

function noteOf(stale: boolean): string {
  if (stale) return "For earlier limits; the present ones are being looked at.";
  return (
    "Each point is the best plan for its total within the limits of its channels: widen them under More to look further. " +
    "The further from what was spent before, the less the curves rest on data. Click a point to take its plan."
  );
}

function tableOf(scene: Scene, plans: readonly BestPlan[]): HTMLElement {
  const { budget, state } = scene;
  const columns: TableColumn<BestPlan>[] = [
    { label: "Total", cell: ({ total }) => moneyText(total, state.currency) },
    { label: `Best ${budget.target}`, number: true, cell: ({ outcome }) => estimateText(outcome) },
    {
      label: "More money",
      number: true,
      cell: ({ next }) => (next === null ? "the limits allow no more" : nextWords(scene, next)),
    },
    ...budget.channels.map((name, c) => ({
      label: name,
      number: true,
      cell: ({ spend }: BestPlan) => amountText(at(spend, c)),
    })),
  ];
  return dataTable<BestPlan>("The best plan for each total", columns, plans);
}
