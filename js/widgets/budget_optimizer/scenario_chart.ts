/** What each named plan brings, with its interval, and a line at the current plan. */
import specs from "../../../custintel_widgets/budget_optimizer/specs.json";
import { createDrawing, type Drawing } from "../../kit/drawing";
import { rowRoom } from "./axis_room";
import { estimateText, shortEstimate } from "./figures";
import type { PanelContext } from "./panel";
import type { NamedPlan } from "./scenarios";

const ROW = 26;
const NAMES: [number, number] = [80, 200];
const ROOM = 0.06;
/** The axis stays while the intervals take at least this share of it. */
const CALM = 0.5;

export function createScenarioChart(context: PanelContext, plans: () => readonly NamedPlan[]): Drawing {
  const { scene } = context;
  let ends: [number, number] = [0, 0];
  return createDrawing({
    context,
    spec: specs.scenarios,
    class: "ci-scenario-chart",
    label: () => "Expected outcome of each plan, with its interval. The table holds the figures.",
    content(place) {
      const rows = plans();
      const { state, budget } = scene();
      const [names, words] = [
        rows.map(({ label }) => label),
        rows.map(({ estimate }) => shortEstimate(estimate)),
      ];
      ends = endsOf(rows, ends);
      const current = rows.find(({ role }) => role === "current");
      return {
        signals: {
          ...rowRoom(place, { names, words, ends: NAMES, mark: 22 }),
          height: ROW * rows.length,
          row: ROW,
          value_format: state.number_format,
          x_low: ends[0],
          x_high: ends[1],
        },
        data: {
          scenarios: rows.map(({ role, label, estimate }, index) => ({
            index,
            role,
            label,
            mean: estimate[0],
            low: estimate[1],
            high: estimate[2],
            words: words[index],
            heading: label,
            finding: `${estimateText(estimate)} ${budget.target}`,
          })),
          reference: current ? [{ at: current.estimate[0] }] : [],
        },
      };
    },
  });
}

function endsOf(plans: readonly NamedPlan[], before: [number, number]): [number, number] {
  const least = Math.min(...plans.map(({ estimate }) => estimate[1]));
  const most = Math.max(...plans.map(({ estimate }) => estimate[2]));
  const fits = least >= before[0] && most <= before[1];
  if (fits && most - least >= CALM * (before[1] - before[0])) return before;
  const room = ROOM * (most - least || Math.abs(most) || 1);
  return [least - room, most + room];
}
