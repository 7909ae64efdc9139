/** What Python sends over the private traits, typed; and the model as this widget knows it. */
import type { WireFrame } from "../../kit/frames";
import type { Model } from "../../kit/model";
import type { Note as BaseNote } from "../../kit/notes";
import type { Pick } from "./picks";
import type { CohortHeatmapState } from "./state";

export type State = CohortHeatmapState;
export type HeatmapModel = Model<State>;
export type Measure = State["measure"];
export type Grain = State["grain"];

/** One cohort at one age: a row of `Retention.frame` with the columns that the picture needs. */
export interface Cell {
  cohort: string;
  row: number;
  age: number;
  size: number;
  observed: number;
  active: number;
  retention: number;
  lower: number | null;
  upper: number | null;
  revenue?: number | null;
  orders?: number | null;
  average_order?: number | null;
  cumulative_value?: number | null;
  mature: boolean;
  truncated: boolean;
  complete_on: number | null;
  /** Label of the calendar period the cell lies in; "" with elapsed windows. */
  diagonal: string | null;
  label_cohort: string;
  age_label: string;
}

/** One age of the average curve, for one weighting. */
export interface AveragePoint {
  age: number;
  age_label: string;
  label_cohort: string;
  weights: State["average"];
  with_truncated: boolean;
  retention: number | null;
  lower: number | null;
  upper: number | null;
  cohorts: number;
  customers: number;
}

export interface Note extends BaseNote {
  action: "include_truncated" | "";
}

export interface ViewState {
  headline: string;
  headlines: Partial<Record<Measure, string>>;
  notes: Note[];
  footer: string;
  has: { revenue: boolean; orders: boolean; kernel: boolean };
  choices: { cohort_grain: Grain[]; grain: Grain[]; by: string[] };
  age_unit: string;
  age_title: string;
  average_label: string;
  title: string;
  code: string;
}

export interface Selected {
  size: number | null;
  text: string;
  compared: { size: number | null; text: string } | null;
  comparison: string;
  code: string;
  /** The selection that these words are about; the page's own may be newer. */
  of?: Pick[];
}

const EMPTY_VIEW: ViewState = {
  headline: "",
  headlines: {},
  notes: [],
  footer: "",
  has: { revenue: false, orders: false, kernel: true },
  choices: { cohort_grain: [], grain: [], by: [] },
  age_unit: "period",
  age_title: "",
  average_label: "Average",
  title: "Cohort heatmap",
  code: "",
};
const NOTHING_SELECTED: Selected = { size: null, text: "", compared: null, comparison: "", code: "" };

/** The view with the headline of the measure on show, which changes in the page before Python has heard of it. */
export function viewOf(model: HeatmapModel): ViewState {
  const view = { ...EMPTY_VIEW, ...(model.get("_view") as Partial<ViewState>) };
  return { ...view, headline: view.headlines[model.get("measure")] ?? view.headline };
}

export function selectedOf(model: HeatmapModel): Selected {
  return { ...NOTHING_SELECTED, ...(model.get("_selected") as Partial<Selected>) };
}

export function framesOf(model: HeatmapModel): { cells?: WireFrame; average?: WireFrame } {
  return model.get("_frames") as { cells?: WireFrame; average?: WireFrame };
}
