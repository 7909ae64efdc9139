/** The widget's synced traits. Generated from the Python class; edit that. */
export interface BudgetOptimizerState {
  /** viewer hides code and method menus, for dashboards */
  audience_mode: "analyst" | "viewer";
  /** periods after the window, without spend, whose response is counted */
  carry_out: number;
  /** ISO code put before money, such as EUR; empty shows plain numbers */
  currency: string;
  /** what is asked for: the best plan for the total, the cheapest that reaches a target, a return on spend, a marginal return, a cost per unit, or the largest margin */
  goal: "total" | "target" | "target_roas" | "target_mroas" | "target_cpa" | "margin";
  /** the target, return, cost, or worth of a unit that goal speaks of */
  goal_value: number;
  /** limits of sums: name, channels, min and max over the window */
  groups: Record<string, unknown>[];
  /** height of the chart in pixels; 0 fits it to the rows */
  height: number;
  /** probability of all intervals */
  interval: number;
  /** draw average and marginal return on the curves, to equalise by hand */
  lesson: boolean;
  /** share of the draws that quantile and cvar look at */
  level: number;
  /** locale of dates and numbers outside the chart */
  locale: string;
  /** channels that stay where they are */
  locked: string[];
  /** most that channels get over the window, in place of what room allows */
  max_spend: Record<string, number>;
  /** least that channels get over the window, in place of what room allows */
  min_spend: Record<string, number>;
  /** d3 number format for the chart's values; empty chooses by measure */
  number_format: string;
  /** what is made large: the mean, the outcome reached with probability 1 − level, the mean of the worst share level of the draws, or mean over standard deviation */
  objective: "mean" | "quantile" | "cvar" | "sharpe";
  /** length of the window that is planned, in periods of the model */
  periods: number;
  /** whether the total stays while a channel is moved: the others absorb it */
  pinned: boolean;
  /** how far a channel may go from its current spend, as a share of it */
  room: number;
  /** named plans: name, and spend by channel */
  scenarios: Record<string, unknown>[];
  /** how effective each period of the schedule is, 1 for a usual one; empty for all alike */
  seasonality: number[];
  /** the plan: totals over the window by channel; those left out stay at their current spend */
  spend: Record<string, number>;
  /** amount that an optimal plan is made of; 0 for any */
  step: number;
  /** the open tab below; empty for none */
  tab: "" | "weekly" | "frontier" | "diagnostics" | "scenarios";
  /** show the table instead of the picture */
  table_view: boolean;
  /** money over the window, all channels together; 0 for the current total */
  total: number;
  /** how far a channel's period may be from its even amount in the schedule, as a share */
  week_room: number;
  /** contributions, fit, returns and checks of the model */
  _fit: Record<string, unknown>;
  /** the customers that are shown: text, size, by, clearable; empty for all */
  _focus: Record<string, unknown>;
  /** the best plan for each total, where the page can't find it */
  _frontier: Record<string, unknown>;
  /** the plan from all draws, for the spend it names */
  _plan: Record<string, unknown>;
  /** the plan by period */
  _schedule: Record<string, unknown>;
  /** what the widget is doing: busy, message, fraction, error, cancellable */
  _status: Record<string, unknown>;
  /** response curves: mean of all draws, and thinned draws */
  _table: Record<string, unknown>;
  /** health, notes, footer and what is there */
  _view: Record<string, unknown>;
  /** reference to the shared chart runtime */
  _runtime: string;
}
