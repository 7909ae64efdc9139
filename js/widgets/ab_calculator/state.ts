/** The widget's synced traits. Generated from the Python class; edit that. */
export interface ABCalculatorState {
  /** whether the effect is looked for in both directions or in one */
  alternative: "two-sided" | "greater" | "less";
  /** arms of the plan, the control among them */
  arms: number;
  /** viewer hides code and method menus, for dashboards */
  audience_mode: "analyst" | "viewer";
  /** the control's share or mean that the plan expects */
  baseline: number;
  /** people who would get the treatment: in all, or per day with horizon_days; 0 asks for no value */
  contacts: number;
  /** the variant that the others are compared with; empty for the first */
  control: string;
  /** how p-values are adjusted for the number of questions */
  correction: "holm" | "bonferroni" | "benjamini-hochberg" | "none";
  /** what the treatment costs more than the control, per contact */
  cost: number;
  /** what was counted: variant, n, and successes or mean and sd */
  counts: Record<string, unknown>[];
  /** ISO code put before money, such as EUR; empty shows plain numbers */
  currency: string;
  /** days that the plan runs */
  days: number;
  /** whether more is better or less */
  direction: "up" | "down";
  /** the effect that the plan must not miss, in the metric's unit */
  effect: number;
  /** the formula that the plan uses for proportions */
  formula: "miller" | "pooled" | "unpooled" | "cohen";
  /** height of the chart in pixels; 0 fits it to the rows */
  height: number;
  /** days over which contacts are counted; 0 takes contacts as all there are */
  horizon_days: number;
  /** how intervals of relative effects are made */
  interval: "fieller" | "delta";
  /** what the counts table holds */
  kind: "proportion" | "mean";
  /** run 1,000 A/A tests to see what looking often does */
  lesson: boolean;
  /** confidence of the intervals; 1 − level is alpha */
  level: number;
  /** locale of dates and numbers outside the chart */
  locale: string;
  /** looks at each test of the lesson */
  looks: number;
  /** money gained per unit of the metric */
  margin: number;
  /** how variants are compared */
  method: "welch" | "z" | "bayes" | "sequential";
  /** the metric on show; empty for the first */
  metric: string;
  /** d3 number format for the chart's values; empty chooses by measure */
  number_format: string;
  /** units that enter per day, all arms together */
  per_day: number;
  /** what the plan's metric is */
  plan_kind: "proportion" | "mean";
  /** the day on which the experiment is to be read, YYYY-MM-DD; empty for none */
  planned_end: string;
  /** units over all arms at which the experiment is to be read; 0 for none */
  planned_n: number;
  /** chance to find the plan's effect */
  power: number;
  /** standard deviation of a normal prior of the effect, on the scale that decides; 0 for none */
  prior_sd: number;
  /** whether effects in percent of the control decide */
  relative: boolean;
  /** standard deviation of a unit's value, for means */
  sd: number;
  /** draw what is known of the effect as a curve */
  show_density: boolean;
  /** which field of the plan is computed */
  solve: "days" | "power" | "effect";
  /** the open tab */
  tab: "plan" | "analyse" | "monitor";
  /** show the table instead of the picture */
  table_view: boolean;
  /** the treatment on show; empty for the first */
  treatment: string;
  /** total number of units at which the always-valid band is tightest; 0 for 5,000 */
  tuning_n: number;
  /** share of the variance that CUPED takes away in the plan */
  variance_reduction: number;
  /** the smallest effect worth having, as a size */
  worthwhile: number;
  /** whether that is a share of the control, else in units of the metric */
  worthwhile_relative: boolean;
  /** metrics with the sums of each variant; empty where counts are typed */
  _data: Record<string, unknown>;
  /** the customers that are shown: text, size, by, clearable; empty for all */
  _focus: Record<string, unknown>;
  /** every metric of every variant against the control */
  _forest: Record<string, unknown>;
  /** lift by segment, shrunken */
  _lift: Record<string, unknown>;
  /** the effect over time with its always-valid band */
  _running: Record<string, unknown>;
  /** what the widget is doing: busy, message, fraction, error, cancellable */
  _status: Record<string, unknown>;
  /** notes, footer and what can be chosen */
  _view: Record<string, unknown>;
  /** reference to the shared chart runtime */
  _runtime: string;
}
