/** A line with its band over time, and what was seen as points: the fit, or what one term brought. */
import specs from "../../../custintel_widgets/budget_optimizer/specs.json";
import { createDrawing, type Drawing } from "../../kit/drawing";
import { amountText, estimateText } from "./figures";
import { createKey } from "./key";
import type { PanelContext } from "./panel";
import { createSending } from "./sending";
import { daysSignals, periodsOf } from "./times";

const LEFT = 52;
const RIGHT = 18;
const ROOM = 0.06;
/** Points are smaller where there are many. */
const DOTS: [number, number] = [8, 26];

export interface TimeRow {
  date: number;
  /** What was seen; `null` where only the model can say. */
  outcome: number | null;
  mean: number;
  lower: number;
  upper: number;
}

export function createFittedChart(
  context: PanelContext,
  options: { class: string; height(): number; label(): string; rows(): readonly TimeRow[] },
): Drawing {
  const { scene, formats } = context;
  const sending = createSending();
  const keyOf = createKey();
  return createDrawing({
    context,
    spec: specs.fitted,
    class: options.class,
    label: options.label,
    content(place) {
      const rows = options.rows();
      if (rows.length === 0) return null;
      const { state, budget } = scene();
      const width = Math.max(120, place - LEFT - RIGHT);
      const periods = periodsOf(rows.map(({ date }) => date));
      const [low, high] = endsOf(rows);
      return {
        signals: {
          width,
          height: options.height(),
          pad_left: LEFT,
          pad_right: RIGHT,
          value_format: state.number_format,
          y_low: low,
          y_high: high,
          dot: Math.min(DOTS[1], Math.max(DOTS[0], (4 * width) / rows.length)),
          ...daysSignals(periods),
        },
        data: sending(keyOf(rows, state.locale), () => ({
          fitted: rows.map((row, i) => ({
            ...row,
            ...periods[i],
            heading: formats().day(row.date),
            finding: wordsOf(row, budget.target),
          })),
        })),
      };
    },
  });
}

function wordsOf({ outcome, mean, lower, upper }: TimeRow, target: string): string {
  const told = estimateText([mean, lower, upper]);
  return outcome === null ? `${told} ${target}` : `Seen ${amountText(outcome)}, expected ${told} ${target}`;
}

/** Ends of the axis; zero is in it where it is near. */
function endsOf(rows: readonly TimeRow[]): [number, number] {
  const values = rows.flatMap(({ outcome, lower, upper }) => [lower, upper, outcome ?? lower]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = ROOM * (most - least || Math.abs(most) || 1);
  const near = least >= 0 && least < most / 2;
  return [near ? 0 : least - room, most + room];
}
