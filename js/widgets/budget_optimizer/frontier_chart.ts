/** The frontier drawn: best outcome by total with its band, the current plan and the one on show as points on it. */
import specs from "../../../custintel_widgets/budget_optimizer/specs.json";
import { createDrawing, type Drawing } from "../../kit/drawing";
import { nextWords } from "./curve_data";
import { amountText, estimateText, moneyText } from "./figures";
import type { BestPlan } from "./frontier";
import { createKey } from "./key";
import type { PanelContext } from "./panel";
import type { Scene } from "./scene";
import { createSending } from "./sending";
import type { Estimate } from "./wire";

const HEIGHT = 250;
const LEFT = 52;
const RIGHT = 18;
const ROOM = 0.05;

/** A plan among the best ones; without a total it isn't known. */
interface Mark {
  total: number | null;
  outcome: number | null;
  label: string;
  heading: string;
  finding: string;
}

export function createFrontierChart(
  context: PanelContext,
  options: { plans(): readonly BestPlan[]; chosen(): number; take(index: number): void },
): Drawing {
  const { scene } = context;
  const { plans, chosen, take } = options;
  const sending = createSending();
  const keyOf = createKey();
  let ends = { x: [0, 1], y: [0, 1] } as const as Ends;
  let endsFor: readonly BestPlan[] | null = null;
  return createDrawing({
    context,
    spec: specs.frontier,
    class: "ci-frontier-chart ci-pickable",
    label: () => `The best outcome by total, with its interval. The table holds the figures.`,
    content(place) {
      const found = plans();
      if (found.length === 0) return null;
      const now = scene();
      const marks = marksOf(now);
      // The axes stay while the plan is dragged within them.
      if (endsFor !== found || !marks.every((mark) => holds(ends, mark))) ends = endsOf(found, marks);
      endsFor = found;
      const middle = (ends.x[0] + ends.x[1]) / 2;
      const { currency, number_format } = now.state;
      return {
        signals: {
          width: Math.max(120, place - LEFT - RIGHT),
          height: now.state.height || HEIGHT,
          pad_left: LEFT,
          pad_right: RIGHT,
          value_format: number_format,
          x_low: ends.x[0],
          x_high: ends.x[1],
          y_low: ends.y[0],
          y_high: ends.y[1],
          chosen: chosen(),
          mark_total: marks.map(({ total }) => total),
          mark_outcome: marks.map(({ outcome }) => outcome),
          mark_label: marks.map(({ label }) => label),
          mark_side: marks.map(({ total }) => ((total ?? 0) > middle ? "right" : "left")),
          mark_heading: marks.map(({ heading }) => heading),
          mark_finding: marks.map(({ finding }) => finding),
        },
        data: sending(keyOf(found, currency), () => ({ frontier: rowsOf(found, now) })),
      };
    },
    onMade({ view }) {
      view.addEventListener("click", (_, item) => {
        const index = (item?.datum as { index?: number } | undefined)?.index;
        if (index !== undefined) take(index);
      });
    },
  });
}

function rowsOf(plans: readonly BestPlan[], scene: Scene): object[] {
  const middle = (i: number) => ((plans[i]?.total ?? 0) + (plans[i + 1]?.total ?? 0)) / 2;
  return plans.map(({ total, outcome, next }, index) => ({
    index,
    total,
    outcome: outcome[0],
    lower: outcome[1],
    upper: outcome[2],
    begin: index === 0 ? total : middle(index - 1),
    end: index === plans.length - 1 ? total : middle(index),
    heading: `Best plan for ${moneyText(total, scene.state.currency)}`,
    finding: bestWords(scene, outcome, next),
  }));
}

/** “2,930,000 (2,610,000 to 3,240,000) revenue; next 1,000 bring 1,320”. */
export function bestWords(scene: Scene, outcome: Estimate, next: number | null): string {
  const more = next === null ? "the limits allow no more" : nextWords(scene, next);
  return `${estimateText(outcome)} ${scene.budget.target}; ${more}`;
}

const NEAR = 0.002;

const UNKNOWN: Mark = { total: null, outcome: null, label: "", heading: "", finding: "" };

/** The current plan, and the one on show. */
function marksOf(scene: Scene): [Mark, Mark] {
  const { exact, state, budget } = scene;
  const words = (heading: string, [mean, lower, upper]: Estimate, total: number): Mark => ({
    total,
    outcome: mean,
    label: heading,
    heading,
    finding: `${moneyText(total, state.currency)} bring ${amountText(mean)} ${budget.target} (${amountText(lower)} to ${amountText(upper)})`,
  });
  const plan = scene.plan();
  const own = words("This plan", exact?.outcome ?? plan.estimate, plan.total);
  const current = scene.current();
  if (!current) return [UNKNOWN, own];
  const now = words("Current plan", exact?.current ?? current.estimate, current.total);
  return [alike(now, own) ? { ...now, label: "" } : now, own];
}

const alike = (one: Mark, other: Mark): boolean =>
  (["total", "outcome"] as const).every(
    (key) => Math.abs((one[key] ?? 0) - (other[key] ?? 0)) <= NEAR * Math.abs(one[key] ?? 0),
  );

interface Ends {
  x: readonly [number, number];
  y: readonly [number, number];
}

const holds = ({ x, y }: Ends, { total, outcome }: Mark): boolean =>
  total === null ||
  outcome === null ||
  (total >= x[0] && total <= x[1] && outcome >= y[0] && outcome <= y[1]);

function endsOf(plans: readonly BestPlan[], marks: readonly Mark[]): Ends {
  const around = (values: number[]): [number, number] => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = ROOM * (high - low || Math.abs(high) || 1);
    return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
  };
  return {
    x: around([...plans, ...marks].flatMap(({ total }) => total ?? [])),
    y: around([
      ...plans.flatMap(({ outcome: [, lower, upper] }) => [lower, upper]),
      ...marks.flatMap(({ outcome }) => outcome ?? []),
    ]),
  };
}
