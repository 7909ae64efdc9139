/** The plan by channel and period as a heatmap, totals above it, amounts per period and in all beside it. */
import specs from "../../../custintel_widgets/budget_optimizer/specs.json";
import { createDrawing, type Drawing } from "../../kit/drawing";
import { textWidth } from "../../kit/labels";
import { moneyText, periodText, shortText } from "./figures";
import { createKey } from "./key";
import type { PanelContext } from "./panel";
import type { Scene } from "./scene";
import { createSending } from "./sending";
import type { Weeks } from "./weeks";

const ROW = 24;
const NAMES: [number, number] = [56, 190];
const FIGURES = 152;
const ALL = "All channels";
/** Cells from this width on hold their amounts. */
const READABLE = 34;

export function createWeeklyChart(context: PanelContext, weeks: () => Weeks | null): Drawing {
  const { scene } = context;
  const sending = createSending();
  const keyOf = createKey();
  return createDrawing({
    context,
    spec: specs.weekly,
    class: "ci-weekly-chart",
    label: () => "Spend by channel and period. The table holds the amounts.",
    content(place) {
      const found = weeks();
      if (!found) return null;
      const now = scene();
      const names = Math.max(...[ALL, ...found.channels].map((name) => textWidth(name))) + 20;
      const left = Math.min(Math.max(names, NAMES[0]), NAMES[1], 0.3 * place);
      const width = Math.max(120, place - left - FIGURES);
      return {
        signals: {
          width,
          height: ROW * found.channels.length,
          row: ROW,
          pad_left: left,
          pad_right: FIGURES,
          periods: found.periods,
          show_labels: width / found.periods >= READABLE,
          each: `a ${now.view.period}`,
          whole: "in all",
        },
        data: sending(keyOf(found, now.state.currency), () => dataOf(found, now)),
      };
    },
  });
}

function dataOf(weeks: Weeks, scene: Scene) {
  const { channels, periods, totals, room } = weeks;
  const most = Math.max(...totals) || 1;
  const { currency } = scene.state;
  const money = (value: number) => moneyText(value, currency);
  const about = (i: number) => {
    const factor = weeks.seasonality?.[i];
    return factor === undefined ? "" : `; effectiveness ${shortText(factor)}`;
  };
  const row = (index: number, channel: string, whole: number) => ({
    row: index,
    channel,
    each: shortText(whole / periods),
    whole: shortText(whole),
  });
  return {
    weeks: channels.flatMap((channel, c) => {
      const amounts = weeks.amounts[c] ?? [];
      const even = weeks.whole(c) / periods;
      return amounts.map((spend, i) => ({
        row: c,
        period: i + 1,
        tone: even > 0 && room > 0 ? (spend / even - 1) / room : 0,
        words: shortText(spend),
        heading: `${channel}, ${periodText(scene.view.period, i + 1).toLowerCase()}`,
        finding: `${money(spend)}, ${against(spend, even)} (${money(even)})${about(i)}`,
      }));
    }),
    totals: [...totals, totals.at(-1) ?? 0].map((total, i) => ({
      period: i + 1,
      height: total / most,
      heading: `${ALL}, ${periodText(scene.view.period, i + 1).toLowerCase()}`,
      finding: money(total),
    })),
    channels: [
      row(
        -1,
        "All channels",
        totals.reduce((sum, total) => sum + total, 0),
      ),
      ...channels.map((channel, c) => row(c, channel, weeks.whole(c))),
    ],
  };
}

const SAME = 0.005;

function against(spend: number, even: number): string {
  const share = even > 0 ? spend / even - 1 : 0;
  if (Math.abs(share) < SAME) return "its even amount";
  return `${Math.round(100 * Math.abs(share))} % ${share > 0 ? "above" : "below"} its even amount`;
}
