/** The plan by period: as Python scheduled it, or as the table's spending profile spreads it. */
import { toCsv } from "../../kit/download";
import { decodeRows, type Row } from "../../kit/frames";
import { at } from "./maths/curves";
import { sum } from "./outcome";
import type { Scene } from "./scene";
import { type OptimizerModel, type ScheduleRow, type ScheduleState, tableOf } from "./wire";

export interface Weeks {
  channels: readonly string[];
  periods: number;
  /** Spend by channel and period. */
  amounts: number[][];
  /** Of all channels by period. */
  totals: number[];
  /** How far a period may be from the even amount, as a share of it: the colours' ends. */
  room: number;
  /** How effective each period was said to be; `null` where all are alike. */
  seasonality: readonly number[] | null;
  /** A channel's amount over the window. */
  whole(channel: number): number;
}

/** The schedule that Python found. */
export function scheduledWeeks({ budget }: Scene, schedule: ScheduleState): Weeks {
  const rows = decodeRows<ScheduleRow>(schedule.frame);
  const periods = rows.reduce((most, { week }) => Math.max(most, week), 0);
  const amounts = budget.channels.map(() => new Array<number>(periods).fill(0));
  const places = new Map(budget.channels.map((name, c) => [name, c]));
  for (const { channel, week, spend } of rows) {
    const row = amounts[places.get(channel) ?? -1];
    if (row) row[week - 1] = spend;
  }
  const { seasonality, room } = schedule;
  const apart = seasonality.some((factor) => factor !== seasonality[0]);
  return weeksOf(budget.channels, amounts, room, apart ? seasonality : null);
}

/** The plan on show, spread as the table's profile says; evenly where it says nothing. */
export function spreadWeeks({ budget, spend }: Scene, model: OptimizerModel): Weeks {
  const profile = tableOf(model).profile;
  const amounts = budget.channels.map((_, c) =>
    Array.from(
      { length: budget.periods },
      (_, i) => at(spend, c) * (profile?.[c]?.[i] ?? 1 / budget.periods),
    ),
  );
  return weeksOf(budget.channels, amounts, 1, null);
}

function weeksOf(
  channels: readonly string[],
  amounts: number[][],
  room: number,
  seasonality: readonly number[] | null,
): Weeks {
  const periods = amounts[0]?.length ?? 0;
  const whole = amounts.map(sum);
  return {
    channels,
    periods,
    amounts,
    totals: Array.from({ length: periods }, (_, i) => sum(amounts.map((row) => row[i] ?? 0))),
    room,
    seasonality,
    whole: (channel) => whole[channel] ?? 0,
  };
}

const NEAR = 1e-6;

/** Whether a schedule is of the plan on show, with the present room, seasonality and interval. */
export function fitsNow({ budget, spend, state }: Scene, schedule: ScheduleState): boolean {
  const scale = NEAR * (sum(spend) || 1);
  const same = budget.channels.every(
    (name, c) => Math.abs((schedule.of[name] ?? Number.NaN) - at(spend, c)) <= scale,
  );
  const factors = schedule.seasonality.every((factor, i) => factor === (state.seasonality[i] ?? 1));
  return same && factors && schedule.room === state.week_room && schedule.interval === state.interval;
}

/** A line per period: its number, a column per channel, and their total. */
export function weeksCsv({ channels, periods, amounts, totals }: Weeks, period: string): string {
  const rows = Array.from(
    { length: periods },
    (_, i): Row => ({
      [period]: i + 1,
      ...Object.fromEntries(channels.map((name, c) => [name, amounts[c]?.[i] ?? null])),
      total: totals[i] ?? null,
    }),
  );
  return toCsv(rows, [period, ...channels, "total"]);
}
