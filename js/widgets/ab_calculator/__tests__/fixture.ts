/** Experiments as Python sends them: the example, typed counts, a table with four metrics, and one under way. */
import type { Row } from "../../../kit/frames";
import { encode } from "../../../testing/fixture";
import { momentsSample, proportionSample, type Sample } from "../maths/estimate";
import type { DataState, State, ViewState } from "../wire";

export const EXAMPLE_COUNTS = [
  { variant: "A", n: 1030, successes: 206 },
  { variant: "B", n: 1030, successes: 258 },
];

export function view(changes: Partial<ViewState> = {}): ViewState {
  return {
    notes: [],
    footer: "Counts typed here; nothing leaves this page.",
    title: "A/B calculator",
    code: "ABCalculator()",
    example: true,
    headline: "",
    has: { kernel: true, source: false, date: false, segments: [] },
    ...changes,
  };
}

/** The state of a calculator without data, as Python opens it. */
export function calculatorState(changes: Partial<State> = {}): State {
  return {
    alternative: "two-sided",
    arms: 2,
    audience_mode: "analyst",
    baseline: 0.2,
    contacts: 0,
    control: "",
    correction: "holm",
    cost: 0,
    counts: EXAMPLE_COUNTS,
    currency: "",
    days: 14,
    direction: "up",
    effect: 0.05,
    formula: "miller",
    height: 0,
    horizon_days: 0,
    interval: "fieller",
    kind: "proportion",
    lesson: false,
    level: 0.95,
    locale: "en-GB",
    looks: 10,
    margin: 1,
    method: "welch",
    metric: "",
    number_format: "",
    per_day: 1000,
    plan_kind: "proportion",
    planned_end: "",
    planned_n: 0,
    power: 0.8,
    prior_sd: 0,
    relative: true,
    sd: 0,
    show_density: true,
    solve: "days",
    tab: "plan",
    table_view: false,
    treatment: "",
    tuning_n: 0,
    variance_reduction: 0,
    worthwhile: 0,
    worthwhile_relative: true,
    _data: {},
    _focus: {},
    _forest: {},
    _lift: {},
    _running: {},
    _status: { busy: false, message: "", fraction: null, error: "", cancellable: false },
    _view: view() as unknown as State["_view"],
    _runtime: "anywidget:runtime",
    ...changes,
  };
}

const VARIANTS = ["No E-Mail", "Mens E-Mail", "Womens E-Mail"];
const SIZES = [21306, 21307, 21387];

function samples(make: (arm: number) => Sample): Record<string, Sample> {
  return Object.fromEntries(VARIANTS.map((name, arm) => [name, make(arm)]));
}

/** Hillstrom's e-mail test: three variants, two metrics that decide and two guardrails. */
export function hillstrom(changes: Partial<DataState> = {}): State["_data"] {
  const visits = [2262, 3894, 3238];
  const spend = [
    [0.6527894, 11.587],
    [1.4226165, 17.754],
    [1.0772016, 15.112],
  ];
  const unsubscribed = [160, 171, 168];
  const data: DataState = {
    metrics: [
      {
        name: "visit",
        kind: "proportion",
        direction: "up",
        guardrail: false,
        samples: samples((arm) => proportionSample(visits[arm] ?? 0, SIZES[arm] ?? 0)),
        arms: {},
      },
      {
        name: "spend",
        kind: "mean",
        direction: "up",
        guardrail: false,
        samples: samples((arm) =>
          momentsSample(SIZES[arm] ?? 0, spend[arm]?.[0] ?? 0, (spend[arm]?.[1] ?? 0) ** 2),
        ),
        arms: {},
      },
      {
        name: "unsubscribed",
        kind: "proportion",
        direction: "down",
        guardrail: true,
        samples: samples((arm) => proportionSample(unsubscribed[arm] ?? 0, SIZES[arm] ?? 0)),
        arms: {},
      },
      {
        name: "p95 of latency",
        kind: "quantile",
        direction: "down",
        guardrail: true,
        samples: {},
        arms: Object.fromEntries(
          VARIANTS.slice(1).map((name, i) => [
            name,
            {
              control: 812,
              treatment: 815 + 4 * i,
              varControl: 19,
              varTreatment: 21,
              covariance: 0,
              df: null,
              nControl: 21306,
              nTreatment: SIZES[i + 1] ?? 0,
              counts: null,
            },
          ]),
        ),
      },
    ],
    variants: VARIANTS,
    control: "No E-Mail",
    counts: Object.fromEntries(VARIANTS.map((name, arm) => [name, SIZES[arm] ?? 0])),
    until: "2024-05-14",
    expected: Object.fromEntries(VARIANTS.map((name) => [name, 1 / 3])),
    ...changes,
  };
  return data as State["_data"];
}

const DAY = 86_400_000;

/** Fourteen days of an experiment whose effect becomes clear on the way. */
export function running(looks = 14): State["_running"] {
  const rows: Row[] = Array.from({ length: looks }, (_, i) => {
    const n = 4571 * (i + 1);
    const error = 0.9 / Math.sqrt(n);
    const effect = 0.045 + 0.25 * error * Math.sin(2 * i + 1) * 3;
    const wide = 2.2 + 1.4 / Math.sqrt(i + 1);
    return {
      date: Date.UTC(2024, 4, 1) + i * DAY,
      look: i + 1,
      n,
      effect,
      lower: effect - 1.96 * error,
      upper: effect + 1.96 * error,
      p_value: 0.01,
      seq_lower: effect - wide * 1.5 * error,
      seq_upper: effect + wide * 1.5 * error,
    };
  });
  const frame = encode(rows);
  const days = Int32Array.from(rows, ({ date }) => Number(date) / DAY);
  frame.columns.date = { type: "date", values: new DataView(days.buffer) };
  return {
    frame,
    metric: "visit",
    variant: "Mens E-Mail",
    planned_end: "2024-05-21",
    tuning_n: 64000,
    note: "",
  };
}

export function lift(): State["_lift"] {
  const rows: Row[] = ["Web", "Phone", "Multichannel"].map((segment, i) => ({
    segment,
    n: [28000, 27900, 7700][i] ?? 0,
    raw: [0.61, 0.55, 0.95][i] ?? 0,
    raw_lower: [0.5, 0.43, 0.6][i] ?? 0,
    raw_upper: [0.72, 0.67, 1.3][i] ?? 0,
    shrunken: [0.62, 0.57, 0.78][i] ?? 0,
    lower: [0.52, 0.46, 0.55][i] ?? 0,
    upper: [0.72, 0.68, 1.05][i] ?? 0,
  }));
  return {
    frame: encode(rows),
    by: "channel",
    metric: "visit",
    treatment: "Mens E-Mail",
    relative: true,
    note: "The chains agree (R-hat 1.00, 3,120 effective draws, no divergences).",
  };
}

/** The calculator with Hillstrom's table. */
export function tableState(changes: Partial<State> = {}, has: Partial<ViewState["has"]> = {}): State {
  return calculatorState({
    tab: "analyse",
    counts: [],
    _data: hillstrom(),
    _view: view({
      footer: "64,000 units (customer) · data until 14 May 2024 · added up on duckdb in 0.2 s",
      example: false,
      code: 'ABCalculator(table, variant="segment")',
      has: { kernel: true, source: true, date: false, segments: [], ...has },
    }) as unknown as State["_view"],
    ...changes,
  });
}
