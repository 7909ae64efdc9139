/** The widget's synced traits. Generated from the Python class; edit that. */
export interface CohortHeatmapState {
  /** last day observed, YYYY-MM-DD; empty for the data's last day */
  as_of: string;
  /** viewer hides code and method menus, for dashboards */
  audience_mode: "analyst" | "viewer";
  /** average over customers or over cohorts */
  average: "customers" | "cohorts";
  /** column whose value at the first purchase forms the cohorts; None for dates */
  by: string | null;
  /** period that customers are grouped by */
  cohort_grain: "day" | "week" | "month" | "quarter" | "year";
  /** whether the colour scale stays when the measure's values change */
  colour_lock: boolean;
  /** the selection pinned for comparison */
  compared: Record<string, unknown>[];
  /** ISO code put before money, such as EUR; empty shows plain numbers */
  currency: string;
  /** length of one step of age */
  grain: "day" | "week" | "month" | "quarter" | "year";
  /** height of the chart in pixels; 0 fits it to the rows */
  height: number;
  /** whether averages hold cohorts that are probably old customers */
  include_truncated: boolean;
  /** active at an age, at that age or later, or within a bracket */
  kind: "classic" | "unbounded" | "bracket";
  /** level of the intervals */
  level: number;
  /** locale of dates and numbers outside the chart */
  locale: string;
  /** what the cells show */
  measure: "retention" | "active" | "revenue" | "orders" | "average_order" | "cumulative_value";
  /** lesson: draw unfinished cells as if they were finished */
  naive: boolean;
  /** cells as they are, against their row's highest, or their column's average */
  normalise: "none" | "row" | "column";
  /** d3 number format for the chart's values; empty chooses by measure */
  number_format: string;
  /** selected cells, rows, columns and diagonals */
  selection: Record<string, unknown>[];
  /** whether the curve shows its interval */
  show_interval: boolean;
  /** show the table instead of the picture */
  table_view: boolean;
  /** calendar periods, or windows from each customer's own first day */
  window: "calendar" | "elapsed";
  /** the customers that are shown: text, size, by, clearable; empty for all */
  _focus: Record<string, unknown>;
  /** cells and average as column buffers */
  _frames: Record<string, unknown>;
  /** size and words of the selection and of the one it is compared with */
  _selected: Record<string, unknown>;
  /** what the widget is doing: busy, message, fraction, error, cancellable */
  _status: Record<string, unknown>;
  /** headline, notes, footer, labels, formats and what can be chosen */
  _view: Record<string, unknown>;
  /** reference to the shared chart runtime */
  _runtime: string;
}
