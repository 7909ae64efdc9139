/** What each term brought over the whole past, one after the other, up to what the model expects in all. */
import specs from "../../../custintel_widgets/budget_optimizer/specs.json";
import { createDrawing, type Drawing } from "../../kit/drawing";
import { dataTable } from "../../kit/tables";
import { percent } from "../../kit/wording";
import { rowRoom } from "./axis_room";
import { estimateText, shortText } from "./figures";
import { createKey } from "./key";
import type { PanelContext } from "./panel";
import { createSending } from "./sending";
import type { WaterfallRow } from "./wire";

export const ROW = 24;
const NAMES: [number, number] = [60, 190];
const ROOM = 0.03;

export function createWaterfallChart(context: PanelContext, rows: () => readonly WaterfallRow[]): Drawing {
  const { scene } = context;
  const sending = createSending();
  const keyOf = createKey();
  return createDrawing({
    context,
    spec: specs.waterfall,
    class: "ci-waterfall-chart",
    label: () => "What each term brought in all. The table holds the amounts.",
    content(place) {
      const found = rows();
      if (found.length === 0) return null;
      const { state, budget } = scene();
      const bars = found.map((row, index) => barOf(row, index, budget.target));
      const [names, words] = [bars.map(({ label }) => label), bars.map((bar) => bar.words)];
      const values = bars.flatMap(({ start, end, low, high }) => [start, end, low, high]);
      const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
      const room = ROOM * (most - least || 1);
      return {
        signals: {
          ...rowRoom(place, { names, words, ends: NAMES, mark: 20 }),
          height: ROW * bars.length,
          row: ROW,
          value_format: state.number_format,
          x_low: least < 0 ? least - room : 0,
          x_high: most + room,
        },
        data: sending(keyOf(found), () => ({ waterfall: bars })),
      };
    },
  });
}

const TOTAL = "Expected in all";

const labelOf = ({ term, kind }: WaterfallRow): string => (kind === "total" ? TOTAL : term);

/** Shares of the whole in percent; of the whole itself its amount. */
function barOf(row: WaterfallRow, index: number, target: string) {
  const { kind, mean, lower, upper, share, start, end } = row;
  return {
    index,
    kind,
    label: labelOf(row),
    start,
    end,
    // The interval is the term's own, around where its bar ends.
    low: end + lower - mean,
    high: end + upper - mean,
    words: kind === "total" ? shortText(mean) : shareText(share),
    heading: labelOf(row),
    finding: `${estimateText([mean, lower, upper])} ${target}, ${shareText(share)} of what is expected in all`,
  };
}

const shareText = (share: number): string => percent(Math.round(1000 * share) / 1000);

export function waterfallTable(rows: readonly WaterfallRow[]): HTMLElement {
  return dataTable<WaterfallRow>(
    "What each term brought in all",
    [
      { label: "Term", cell: labelOf },
      {
        label: "Brought",
        number: true,
        cell: ({ mean, lower, upper }) => estimateText([mean, lower, upper]),
      },
      { label: "Share", number: true, cell: ({ share }) => shareText(share) },
    ],
    rows,
  );
}
