/** The contributions drawn as a stack, with the outcome that was seen as a line over it. */
import specs from "../../../custintel_widgets/budget_optimizer/specs.json";
import { createDrawing, type Drawing } from "../../kit/drawing";
import { namesHeight, namesWidth, partWords, placed, type Stack } from "./contributions";
import { createKey } from "./key";
import type { PanelContext } from "./panel";
import { createSending } from "./sending";
import { daysSignals } from "./times";

const HEIGHT = 240;
const LEFT = 52;
const NAMES = 190;

export interface Seen {
  date: number;
  outcome: number;
}

export function createContributionsChart(
  context: PanelContext,
  options: { stack(): Stack | null; seen(): readonly Seen[] },
): Drawing {
  const { scene, formats } = context;
  const sending = createSending();
  const keyOf = createKey();
  return createDrawing({
    context,
    spec: specs.contributions,
    class: "ci-contributions-chart",
    label: () => "What each term brought over time. The table holds the amounts.",
    content(place) {
      const stack = options.stack();
      if (!stack) return null;
      const { state, budget } = scene();
      const seen = options.seen();
      const right = Math.min(namesWidth(stack), NAMES, 0.35 * place);
      const height = Math.max(HEIGHT, namesHeight(stack));
      const high = Math.max(stack.ends.high, ...seen.map(({ outcome }) => outcome));
      const ends = { ...stack.ends, high };
      return {
        signals: {
          width: Math.max(120, place - LEFT - right),
          height,
          pad_left: LEFT,
          pad_right: right,
          value_format: state.number_format,
          y_low: ends.low,
          y_high: ends.high,
          ...daysSignals(stack.periods),
        },
        data: sending(keyOf(stack, seen, state.locale), () => ({
          stack: stack.rows.map((row) => ({
            ...row,
            heading: `${row.label}, ${formats().day(row.date)}`,
            finding: partWords(row, budget.target),
          })),
          fitted: seen.map((row) => ({ ...row })),
          terms: placed({ ...stack, ends }, height),
        })),
      };
    },
  });
}
