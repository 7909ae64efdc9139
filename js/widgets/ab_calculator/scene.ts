/** What the screen shows at one moment: the state with what follows from it, worked out once it is asked for. */
import { type Formats, formats } from "../../kit/format";
import { type Analysis, createAnalyst } from "./analysis";
import { type Plan, planOf } from "./plan";
import { type Source, sourceOf } from "./source";
import { type CalculatorModel, type State, type ViewState, viewOf } from "./wire";

/** Traits that pictures and texts are drawn from. */
export const DRAWN = [
  "alternative",
  "arms",
  "audience_mode",
  "baseline",
  "contacts",
  "control",
  "correction",
  "cost",
  "counts",
  "currency",
  "days",
  "direction",
  "effect",
  "formula",
  "height",
  "horizon_days",
  "interval",
  "kind",
  "lesson",
  "level",
  "locale",
  "looks",
  "margin",
  "method",
  "metric",
  "number_format",
  "per_day",
  "plan_kind",
  "planned_end",
  "planned_n",
  "power",
  "prior_sd",
  "relative",
  "sd",
  "show_density",
  "solve",
  "tab",
  "table_view",
  "treatment",
  "tuning_n",
  "variance_reduction",
  "worthwhile",
  "worthwhile_relative",
  "_data",
  "_forest",
  "_lift",
  "_running",
  "_view",
] as const satisfies readonly (keyof State)[];

export interface Scene {
  state: State;
  view: ViewState;
  formats: Formats;
  /** What separates decimals here. */
  decimal: string;
  /** The source, or why there is none. */
  source(): Source | string;
  /** The analysis, `null` where there is no source. */
  analysis(): Analysis | null;
  plan(): Plan;
}

export type SceneMaker = (model: CalculatorModel) => Scene;

export function createSceneMaker(): SceneMaker {
  const analyst = createAnalyst();
  let known: { key: string; formats: Formats } | null = null;
  return (model) => {
    const state = Object.fromEntries(DRAWN.map((key) => [key, model.get(key)])) as unknown as State;
    const { locale, currency } = state;
    const key = `${locale}|${currency}`;
    if (known?.key !== key) known = { key, formats: formats({ locale, currency }) };
    const written = known.formats;
    const decimal = String(written.d3Locale.decimal);
    const source = once(() => sourceOf(state, "."));
    return {
      state,
      view: viewOf(model),
      formats: written,
      decimal,
      source,
      analysis: once(() => {
        const found = source();
        return typeof found === "string" ? null : analyst.analyse(found, state, (day) => dayText(day));
      }),
      plan: once(() => planOf(state)),
    };
  };
}

const DAYS = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});

/** “30 June 1998”, as Python's sentences write it. */
export const dayText = (day: string): string => {
  const at = Date.parse(day);
  return Number.isNaN(at) ? day : DAYS.format(at);
};

function once<T>(work: () => T): () => T {
  let done: { result: T } | null = null;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}
