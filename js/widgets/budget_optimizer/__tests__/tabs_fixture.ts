/** What Python sends for an open tab: a schedule, a frontier, a model's fit. */
import type { Row, WireFrame } from "../../../kit/frames";
import { encode } from "../../../testing/fixture";
import { ordered } from "../frontier";
import type { CheckRow, FitState, FrontierState, ScheduleState, State } from "../wire";
import { type Channel, PERIODS } from "./pictures_fixture";

const DAY = 86_400_000;

function dated(rows: readonly Row[]): WireFrame {
  const frame = encode(rows);
  const days = Int32Array.from(rows, ({ date }) => Number(date) / DAY);
  frame.columns.date = { type: "date", values: new DataView(days.buffer) };
  return frame;
}

/** A little more of the first channel in the first period, the others even. */
export function schedule(
  channels: readonly Channel[],
  changes: Partial<ScheduleState> = {},
): State["_schedule"] {
  const rows = channels.flatMap(({ name, current }, c) =>
    Array.from({ length: PERIODS }, (_, i): Row => {
      const even = current / PERIODS;
      const more = c > 0 ? 0 : i === 0 ? 0.5 : -0.5 / (PERIODS - 1);
      return { channel: name, week: i + 1, spend: even * (1 + more) };
    }),
  );
  const state: ScheduleState = {
    of: Object.fromEntries(channels.map(({ name, current }) => [name, current])),
    room: 0.5,
    interval: 0.9,
    frame: encode(rows),
    seasonality: new Array<number>(PERIODS).fill(1),
    sentence: "EUR 600,000 over 26 weeks bring 741,012 revenue, +1,200 against an even spread.",
    cautions: [],
    outcome: [741_012, 600_000, 900_000],
    gain: [1200, 400, 2000],
    better: 0.98,
    ...changes,
  };
  return { ...state };
}

/** Three best plans that answer some inputs. */
export function frontier(channels: readonly Channel[], asked: Record<string, unknown>): State["_frontier"] {
  const rows = [0.8, 1, 1.2].map(
    (share): Row => ({
      total: share * channels.reduce((sum, { current }) => sum + current, 0),
      outcome: 700_000 * share,
      lower: 600_000 * share,
      upper: 800_000 * share,
      roas: 1,
      mroas: 0.9 / share,
      ...Object.fromEntries(channels.map(({ name, current }) => [`spend: ${name}`, share * current])),
    }),
  );
  const state: FrontierState = { frame: encode(rows), asked };
  return { ...state };
}

/** The inputs that a state asks a frontier for, as Python writes them: keys in another order. */
export function askedBy(state: State): Record<string, unknown> {
  const { objective, level, interval, step, room, min_spend, max_spend, groups, locked } = state;
  const asked = { locked, groups, max_spend, min_spend, room, step, interval, level, objective, held: {} };
  return JSON.parse(ordered(asked)) as Record<string, unknown>;
}

export const CHECKS: CheckRow[] = [
  { check: "convergence", status: "good", value: 1, sentence: "The chains agree." },
  { check: "residuals", status: "look", value: 0.4, sentence: "Residuals follow one another (r = 0.40)." },
  { check: "separation", status: "bad", value: 0.95, sentence: "TV and Radio rise and fall together." },
];

const WEEKS = 12;
const FIRST = Date.UTC(2024, 0, 1);

/** A fit of so many channels; the control takes away in every other week. */
export function fitState(channels: readonly string[], changes: Partial<FitState> = {}): State["_fit"] {
  const weeks = Array.from({ length: WEEKS }, (_, i) => FIRST + 7 * DAY * i);
  const term = (name: string, kind: string, amount: (i: number) => number) =>
    weeks.map((date, i): Row => {
      const mean = amount(i);
      return { date, term: name, kind, mean, lower: mean - 10, upper: mean + 10 };
    });
  const contributions = [
    ...term("intercept", "baseline", () => 500),
    ...term("trend", "baseline", (i) => i),
    ...term("price", "control", (i) => (i % 2 === 0 ? -40 : 20)),
    ...channels.flatMap((name, c) => term(name, "channel", (i) => 100 / (c + 1) + i)),
  ];
  const fitted = weeks.map((date, i): Row => {
    const there = contributions.filter((row) => row.date === date);
    const mean = there.reduce((sum, row) => sum + Number(row.mean), 0);
    return { date, outcome: mean + (i % 3) - 1, mean, lower: mean - 30, upper: mean + 30, residual: 1 };
  });
  const waterfall: Row[] = [];
  let start = 0;
  for (const name of ["intercept", "trend", "price", ...channels]) {
    const own = contributions.filter((row) => row.term === name);
    const mean = own.reduce((sum, row) => sum + Number(row.mean), 0);
    const kind = String(own[0]?.kind);
    waterfall.push({ term: name, kind, mean, lower: mean - 50, upper: mean + 50, start, end: start + mean });
    start += mean;
  }
  waterfall.push({
    term: "total",
    kind: "total",
    mean: start,
    lower: start - 80,
    upper: start + 80,
    start: 0,
    end: start,
  });
  const state: FitState = {
    contributions: dated(contributions),
    waterfall: encode(waterfall.map((row) => ({ ...row, share: Number(row.mean) / start }))),
    fitted: dated(fitted),
    roas: channels.map((channel, c) => ({
      channel,
      spend: c === 1 ? 0 : 1000,
      contribution: 1200,
      contribution_lower: 800,
      contribution_upper: 1600,
      roas: c === 1 ? null : 1.2,
      roas_lower: c === 1 ? null : 0.8,
      roas_upper: c === 1 ? null : 1.6,
      mroas: c === 1 ? null : 0.5,
      mroas_lower: c === 1 ? null : 0.4,
      mroas_upper: c === 1 ? null : 0.7,
    })),
    half_life: channels.map((channel, c) => ({
      channel,
      half_life: 1.5,
      lower: 0.8,
      upper: c === 0 ? null : 2.6,
      peak: 0,
    })),
    parameters: [
      {
        parameter: "alpha[TV]",
        prior_mean: 0.25,
        prior_sd: 0.14,
        mean: 0.4,
        sd: 0.05,
        learnt: 0.87,
        rhat: 1.002,
        ess_bulk: 1840,
      },
      {
        parameter: "beta[TV]",
        prior_mean: 0.5,
        prior_sd: 0.3,
        mean: 0.52,
        sd: 0.31,
        learnt: -0.05,
        rhat: 1.01,
        ess_bulk: 920,
      },
    ],
    checks: CHECKS,
    period: "week",
    ...changes,
  };
  return { ...state };
}
