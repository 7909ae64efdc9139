/** One channel's response curve: sent once, then moved by signals. */
import specs from "../../../custintel_widgets/budget_optimizer/specs.json";
import type { Signals } from "../../kit/chart";
import { createDrawing, type Drawing } from "../../kit/drawing";
import { textWidth } from "../../kit/labels";
import { significant } from "../../kit/wording";
import { createAxisRoom } from "./axis_room";
import { type CurveReader, nextWords, type Reading, readAt, wordsFor } from "./curve_data";
import { at } from "./maths/curves";
import type { PanelContext } from "./panel";
import type { Scene } from "./scene";
import { createSending } from "./sending";

const HEIGHT = 116;
/** Plots begin at one pixel unless labels need more. */
const LEFT = 40;
const TICKS = 3;
const NAME_SIZES = [12, 11, 10];

export interface CurveChartOptions {
  context: PanelContext;
  channel: number;
  reader: CurveReader;
  /** Whether a unit of money and what it brings make the same angle in all channels. */
  comparable(): boolean;
}

export function createCurveChart({ context, channel, reader, comparable }: CurveChartOptions): Drawing {
  const { scene } = context;
  const sending = createSending();
  const [across, up] = [createAxisRoom(context), createAxisRoom(context)];
  return createDrawing({
    context,
    spec: specs.curve,
    class: "ci-curve-chart",
    label: () => `${scene().budget.channels[channel]}: response to spend. The table holds the figures.`,
    content(place) {
      const now = scene();
      const own = reader.of(channel);
      const { x: x_high } = own;
      const y_high = comparable() ? x_high * reader.steepness() : own.y;
      const pad_left = Math.max(LEFT, up.left(y_high, TICKS));
      const pad_right = across.right(x_high, TICKS);
      const width = Math.max(60, place - pad_left - pad_right);
      return {
        signals: {
          ...pointSignals(now, channel),
          width,
          height: now.state.height || HEIGHT,
          pad_left,
          pad_right,
          name_size: sizeOf(now.budget.channels[channel] ?? "", width + pad_left),
          x_high,
          y_high,
          lesson: now.state.lesson,
          value_format: now.state.number_format,
        },
        // Fresh objects: Vega writes into what it is given.
        data: sending(own, () => ({ curve: own.rows.map((row) => ({ ...row })) })),
      };
    },
  });
}

/** The largest size in which a name has room. */
const sizeOf = (name: string, room: number): number =>
  NAME_SIZES.find((size) => textWidth(name, `600 ${size}px`) <= room) ?? Math.min(...NAME_SIZES);

/** Where the points stand and what is said there. */
function pointSignals(scene: Scene, channel: number): Signals {
  const { budget, spend, limits, state } = scene;
  const now = budget.current && readAt(budget, channel, at(budget.current, channel), state.interval);
  const plan = readAt(budget, channel, at(spend, channel), state.interval);
  return {
    ...placed("current", now, now && wordsFor(scene, channel, now, "current")),
    ...placed("plan", plan, wordsFor(scene, channel, plan, "plan")),
    plan_slope: plan.marginal,
    plan_name: budget.channels[channel],
    plan_words: nextWords(scene, plan.marginal),
    plan_average: plan.average === null ? "" : `average ${significant(plan.average)}`,
    plan_marginal: `marginal ${significant(plan.marginal)}`,
    limits_least: at(limits.lower, channel),
    limits_most: at(limits.upper, channel),
  };
}

function placed(
  role: string,
  reading: Reading | null,
  words: { heading: string; finding: string } | null,
): Signals {
  return {
    [`${role}_spend`]: reading?.spend ?? null,
    [`${role}_response`]: reading?.estimate[0] ?? null,
    [`${role}_heading`]: words?.heading ?? "",
    [`${role}_finding`]: words?.finding ?? "",
  };
}
