/** A budget of several channels on the wire as Python sends it, and what the screen gives a panel. */
import { createRequests } from "../../../kit/requests";
import { dressRoot } from "../../../kit/root";
import { createSaving } from "../../../kit/saving";
import { followTheme } from "../../../kit/theme";
import * as runtime from "../../../runtime/libraries";
import { FakeModel } from "../../../testing/fake_model";
import { createMoves } from "../moves";
import type { Panel, PanelContext } from "../panel";
import style from "../pictures.css?raw";
import { createSceneMaker } from "../scene";
import type { State, TableState } from "../wire";

const DRAWS = 250;
const POINTS = 33;
export const PERIODS = 26;

export interface Channel {
  name: string;
  current: number;
  /** Spend at which 63 % of `most` is reached. */
  scale: number;
  most: number;
}

export const EIGHT: Channel[] = [
  { name: "TV", current: 520_000, scale: 600_000, most: 900_000 },
  { name: "Radio", current: 130_000, scale: 90_000, most: 150_000 },
  { name: "Paid search, brand", current: 260_000, scale: 120_000, most: 420_000 },
  { name: "Paid search, non-brand", current: 310_000, scale: 500_000, most: 900_000 },
  { name: "Social", current: 180_000, scale: 210_000, most: 260_000 },
  { name: "Video on demand, northern", current: 75_000, scale: 60_000, most: 90_000 },
  { name: "Out of home", current: 40_000, scale: 90_000, most: 60_000 },
  { name: "Podcasts", current: 0, scale: 50_000, most: 70_000 },
];

/** How much a draw's curve is of the mean's; their mean is one. */
const factor = (draw: number): number => 1 + 0.35 * Math.sin(2.4 * draw + 0.3) * Math.cos(draw / 7);

/** Curves m (1 − exp(−x / s)): the mean, and draws that are higher or lower by a factor of their own. */
export function tableState(channels: readonly Channel[], changes: Partial<TableState> = {}): TableState {
  const factors = Array.from({ length: DRAWS }, (_, i) => factor(i));
  const mean = factors.reduce((sum, own) => sum + own, 0) / DRAWS;
  const knots = channels.map(({ current, scale }) => {
    const end = Math.max(2.5 * current, 2 * scale);
    return Array.from({ length: POINTS }, (_, i) => end * (i / (POINTS - 1)) ** 1.5);
  });
  const each = (value: (channel: Channel, amount: number) => number) =>
    channels.flatMap((channel, c) => (knots[c] ?? []).map((amount) => value(channel, amount)));
  const response = each(({ scale, most }, amount) => most * (1 - Math.exp(-amount / scale)));
  const slope = each(({ scale, most }, amount) => (most / scale) * Math.exp(-amount / scale));
  const drawn = (values: number[]) =>
    Float32Array.from(values.flatMap((value) => factors.map((own) => (value * own) / mean))).buffer;
  const doubles = (values: number[]) => Float64Array.from(values).buffer;
  const carried = channels.reduce((sum, { current }) => sum + current / 10, 0);
  return {
    channels: channels.map(({ name }) => name),
    periods: PERIODS,
    carryOut: 8,
    target: "revenue",
    points: POINTS,
    drawPoints: POINTS,
    draws: DRAWS,
    grid: doubles(knots.flat()),
    mean: doubles(response),
    meanSlope: doubles(slope),
    drawGrid: doubles(knots.flat()),
    response: drawn(response),
    slope: drawn(slope),
    carryIn: Float32Array.from(factors, (own) => carried * own).buffer,
    carryInMean: carried * mean,
    current: channels.map(({ current }) => current),
    historyMax: channels.map(({ current }) => (1.6 * current) / PERIODS),
    peak: channels.map(() => 1 / PERIODS),
    ...changes,
  };
}

export function budgetState(
  channels: readonly Channel[] = EIGHT,
  changes: Partial<State> = {},
  table: Partial<TableState> = {},
): State {
  return {
    audience_mode: "analyst",
    carry_out: 8,
    currency: "EUR",
    goal: "total",
    goal_value: 0,
    groups: [],
    height: 0,
    interval: 0.9,
    lesson: false,
    level: 0.05,
    locale: "en-GB",
    locked: [],
    max_spend: {},
    min_spend: {},
    number_format: "",
    objective: "mean",
    periods: PERIODS,
    pinned: true,
    room: 0.3,
    scenarios: [],
    seasonality: [],
    spend: {},
    step: 0,
    tab: "",
    table_view: false,
    total: 0,
    week_room: 0.5,
    _fit: {},
    _focus: {},
    _frontier: {},
    _plan: {},
    _schedule: {},
    _status: {},
    _table: { ...tableState(channels, table) },
    _view: {
      health: { status: "good", text: "Model checks passed", sentences: [] },
      usable: true,
      expected_seconds: null,
      notes: [],
      footer: "",
      title: "Budget for revenue",
      code: "",
      period: "week",
      has: { kernel: true, model: true, horizon: true, schedule: true, provisional: false },
    },
    _runtime: "",
    ...changes,
  };
}

export interface Bench {
  model: FakeModel<State>;
  context: PanelContext;
  place: HTMLElement;
  troubles: unknown[];
  /** Sets traits and shows the panels anew, as the screen does. */
  set(changes: Partial<State>): void;
  add(make: (context: PanelContext) => Panel): Panel;
  end(): void;
}

/** A screen of some panels alone, `width` pixels wide. */
export function bench(state: State, width = 900): Bench {
  const model = new FakeModel(state);
  const life = new AbortController();
  const troubles: unknown[] = [];
  const place = document.createElement("div");
  place.className = "ci-root";
  place.style.width = `${width}px`;
  const sheet = document.createElement("style");
  sheet.textContent = style;
  document.head.append(sheet);
  document.body.append(place);
  dressRoot(place, life.signal);
  const panels: Panel[] = [];
  const theme = followTheme(
    place,
    ({ colours }) => {
      for (const panel of panels) panel.recolour(colours);
    },
    life.signal,
  );
  const makeScene = createSceneMaker();
  let scene = makeScene(model);
  const saving = createSaving<State>(model, life.signal);
  const requests = createRequests(model, life.signal);
  const show = () => {
    scene = makeScene(model);
    for (const panel of panels) panel.show();
  };
  const context: PanelContext = {
    model,
    runtime,
    requests,
    signal: life.signal,
    scene: () => scene,
    moves: createMoves({ scene: () => scene, saving, requests, signal: life.signal }),
    saving,
    colours: () => theme()?.colours as ReturnType<PanelContext["colours"]>,
    formats: () => scene.formats,
    announce: () => {},
    trouble: (error) => troubles.push(error),
  };
  return {
    model,
    context,
    place,
    troubles,
    set(changes) {
      for (const [key, value] of Object.entries(changes)) model.set(key as "spend", value as State["spend"]);
      show();
    },
    add(make) {
      const panel = make(context);
      panels.push(panel);
      place.append(panel.element);
      panel.show();
      return panel;
    },
    end() {
      life.abort();
      sheet.remove();
      place.remove();
    },
  };
}
