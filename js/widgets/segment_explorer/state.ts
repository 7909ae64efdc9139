/** The widget's synced traits. Generated from the Python class; edit that. */
export interface SegmentExplorerState {
  /** what people will do about segments, by number */
  actions: Record<string, string>;
  /** last day observed, YYYY-MM-DD; empty for the data's last day */
  as_of: string;
  /** viewer hides code and method menus, for dashboards */
  audience_mode: "analyst" | "viewer";
  /** share at each end of a feature that is clipped; 0 clips nothing */
  clip: number;
  /** features that segments are made from; empty for all that are offered by default */
  columns: string[];
  /** ISO code put before money, such as EUR; empty shows plain numbers */
  currency: string;
  /** height of the chart in pixels; 0 fits it to the rows */
  height: number;
  /** locale of dates and numbers outside the chart */
  locale: string;
  /** whether skewed features are logged first */
  log: boolean;
  /** how customers are divided */
  method: "rfm" | "kmeans" | "minibatch" | "ward" | "gmm" | "hdbscan" | "mixed";
  /** earlier day that migration starts from, YYYY-MM-DD; empty for a quarter before */
  migrate_from: string;
  /** fewest people that a group on show or in an export may have */
  min_group: number;
  /** number of segments, for methods that are told */
  n_segments: number;
  /** names that people gave to segments, by number */
  names: Record<string, string>;
  /** d3 number format for the chart's values; empty chooses by measure */
  number_format: string;
  /** what the profile's cells show */
  profile_value: "index" | "mean" | "effect";
  /** how the map lays customers out */
  projection: "pca" | "umap";
  /** how features are brought to one scale */
  scaling: "standard" | "robust" | "none";
  /** selected segments, areas of the map and moves between segments */
  selection: Record<string, unknown>[];
  /** whether the map of customers is open */
  show_map: boolean;
  /** the open tab */
  tab: "none" | "choose" | "migration" | "rules" | "quality";
  /** show the table instead of the picture */
  table_view: boolean;
  /** the quality of the features and what was done about it */
  _audit: Record<string, unknown>;
  /** migration between two days, and what drifted */
  _flows: Record<string, unknown>;
  /** the customers that are shown: text, size, by, clearable; empty for all */
  _focus: Record<string, unknown>;
  /** segments and profile as column buffers */
  _frames: Record<string, unknown>;
  /** the map's bins or points, with its axes in words */
  _map: Record<string, unknown>;
  /** the segments that another number would give */
  _preview: Record<string, unknown>;
  /** indices by number of segments, with the recommendation */
  _quality: Record<string, unknown>;
  /** the rule tree, its accuracy, SQL, and the features' importance */
  _rules: Record<string, unknown>;
  /** size and words of the selection */
  _selected: Record<string, unknown>;
  /** what the widget is doing: busy, message, fraction, error, cancellable */
  _status: Record<string, unknown>;
  /** the dendrogram and the heights at which it is cut */
  _tree: Record<string, unknown>;
  /** headline, notes, footer and what can be chosen */
  _view: Record<string, unknown>;
  /** reference to the shared chart runtime */
  _runtime: string;
}
