/** An explorer of a shop's customers on the wire, as Python sends it: RFM groups, or a few segments found in the data. */
import type { Row } from "../../../kit/frames";
import { encode } from "../../../testing/fixture";
import type { State } from "../wire";

interface Group {
  name: string;
  size: number;
  value: number;
  /** recency, frequency, monetary, tenure, cadence, average order, products, share of gifts, discount */
  means: number[];
  rule: string;
  action: string;
}

const FEATURES: [string, string, string, number][] = [
  ["recency", "Recency", "days", 93.1],
  ["frequency", "Frequency", "orders", 4.27],
  ["monetary", "Monetary value", "money", 2054.3],
  ["tenure", "Tenure", "days", 223.8],
  ["cadence", "Days between purchases", "days", 71.4],
  ["average_order", "Average order", "money", 419.2],
  ["products", "Products", "", 61.5],
  ["category_gifts", "Share of gifts", "share", 0.21],
  ["discount_share", "Share with a discount", "share", 0.08],
  ["country_fr", "Country: France", "share", 0.02],
];

const RFM: Group[] = [
  [
    "Champions: 10 orders and more, last month",
    633,
    4_810_000,
    [9, 14.1, 7599, 340, 24, 520, 162, 0.18, 0.05, 0.03],
  ],
  ["Loyal: 5 orders", 566, 1_410_000, [31, 5.2, 2491, 281, 52, 470, 96, 0.2, 0.07, 0.02]],
  ["Potential loyalists: 2–3 orders", 612, 540_000, [28, 2.6, 882, 121, 44, 350, 48, 0.22, 0.08, 0.02]],
  ["New: first order last month", 228, 71_000, [14, 1, 311, 14, null, 311, 22, 0.25, 0.11, 0.02]],
  ["Promising", 290, 82_000, [41, 1, 283, 41, null, 283, 19, 0.26, 0.1, 0.01]],
  ["Needs attention", 341, 430_000, [62, 3.4, 1261, 240, 71, 372, 58, 0.21, 0.07, 0.02]],
  ["About to sleep", 410, 160_000, [88, 1.4, 390, 110, 60, 290, 22, 0.23, 0.09, 0.03]],
  [
    "At risk: 4 orders, silent for 5 months",
    462,
    820_000,
    [151, 4.1, 1775, 301, 62, 440, 71, 0.19, 0.06, 0.02],
  ],
  ["Can't lose: 8 orders, silent", 74, 380_000, [131, 8.2, 5135, 330, 41, 610, 120, 0.16, 0.04, 0.05]],
  ["Hibernating: once, long ago", 722, 208_000, [251, 1.1, 288, 255, null, 271, 17, 0.24, 0.12, 0.01]],
].map(([name, size, value, means], i) => ({
  name: name as string,
  size: size as number,
  value: value as number,
  means: means as number[],
  rule: i % 2 ? "recency > 60 and frequency ≤ 4" : "frequency > 4.5 and recency ≤ 38 and monetary > 1,100",
  action: ["Reward them first", "Offer the next tier", "Remind with what they bought"][i % 3] as string,
}));

const K_MEANS: Group[] = [
  ["Frequent, 14 orders, high basket", 712, 5_120_000, [12, 13.7, 7190, 331, 25, 524, 158, 0.18, 0.05, 0.03]],
  ["Steady, 4 orders", 1162, 2_210_000, [71, 4.1, 1902, 270, 60, 464, 81, 0.2, 0.07, 0.02]],
  ["Recent, 2 orders", 836, 512_000, [19, 2.1, 612, 71, 40, 291, 33, 0.23, 0.1, 0.02]],
  ["Once, long ago", 1628, 1_069_000, [183, 1.3, 657, 210, null, 505, 24, 0.24, 0.09, 0.01]],
].map(([name, size, value, means], i) => ({
  name: name as string,
  size: size as number,
  value: value as number,
  means: means as number[],
  rule: ["frequency > 6.5", "frequency > 2.5 and frequency ≤ 6.5", "recency ≤ 49", "recency > 49"][
    i
  ] as string,
  action: "Win back with a first step",
}));

const GROUPS = { rfm: RFM, kmeans: K_MEANS };
export type Kind = keyof typeof GROUPS;

export function segments(kind: Kind): Row[] {
  const groups = GROUPS[kind];
  const total = groups.reduce((sum, { size }) => sum + size, 0);
  const worth = groups.reduce((sum, { value }) => sum + value, 0);
  return groups.map(({ name, size, value, rule, action, means }, segment) => ({
    segment,
    name,
    suggested: name,
    size,
    share: size / total,
    value,
    value_share: value / worth,
    mean_value: value / size,
    lapsed: Math.min(1, (means[0] ?? 0) / 300),
    border: Math.round(size / 9),
    rule,
    colour: segment,
    action,
  }));
}

export function profile(kind: Kind): Row[] {
  return GROUPS[kind].flatMap(({ means }, segment) =>
    FEATURES.map(([feature, label, unit, average], order) => {
      const mean = means[order] ?? null;
      const index = mean === null ? null : (100 * mean) / average;
      const effect = index === null ? null : Math.max(-2.5, Math.min(2.5, Math.log2(index / 100)));
      return { segment, feature, label, unit, mean, average, index, effect, order };
    }),
  );
}

export function frames(kind: Kind): State["_frames"] {
  return { segments: encode(segments(kind)), profile: encode(profile(kind)) };
}

export function quality(): State["_quality"] {
  const rows = [2, 3, 4, 5, 6, 7, 8].map((k, i) => ({
    k,
    inertia: 6474 / (1 + 0.33 * i),
    silhouette: [0.4327, 0.3374, 0.3322, 0.3185, 0.301, 0.298, 0.291][i] ?? 0,
    davies_bouldin: [0.88, 1.04, 1.01, 1.02, 1.05, 1.06, 1.1][i] ?? 0,
    calinski_harabasz: [4378, 3650, 3480, 3320, 3100, 2950, 2810][i] ?? 0,
    stability: [0.97, 0.94, 0.91, 0.82, 0.74, 0.71, 0.66][i] ?? 0,
    smallest_share: [0.41, 0.22, 0.16, 0.11, 0.06, 0.05, 0.04][i] ?? 0,
    admissible: k >= 3 && k < 5,
    recommended: k === 4,
  }));
  return {
    frame: encode(rows),
    reason: "4 segments: the smallest k with stability ≥ .85. Re-sampled, 91 % of customers stay put.",
    sample: "Silhouette on 4,338 customers",
    method: "k-means",
  };
}

export function rules(): State["_rules"] {
  const rows = K_MEANS.map(({ name, rule, size }, segment) => ({
    segment,
    name,
    rule,
    precision: 0.9 + segment / 50,
    recall: 0.96 - segment / 40,
    customers: size + 12,
  }));
  const importance = FEATURES.slice(0, 6).map(([feature, label], i) => ({
    feature,
    label,
    importance: 0.72 / (1 + i * 0.6),
  }));
  return {
    frame: encode(rows),
    importance: encode(importance),
    accuracy: 0.936,
    note: "Held out, in 5 parts; 94.8 % of the customers that the rules were grown on.",
    sql: "SELECT customer,\n  CASE WHEN frequency > 6.5 THEN 0\n       WHEN frequency > 2.5 THEN 1\n       WHEN recency <= 49 THEN 2\n       ELSE 3 END AS segment\nFROM features",
    exact_sql: "SELECT customer, arg_min(segment, distance) FROM centres",
    text: "frequency > 6.5: 0",
  };
}

export function audit(): State["_audit"] {
  const rows = FEATURES.map(([column, label], i) => ({
    column,
    label,
    base: i === 9 ? "geographic" : "behavioural",
    kind: i === 9 ? "flag" : "number",
    missing: i === 4 ? 0.36 : 0,
    distinct: 300 - 20 * i,
    skewness: 4.1 - i / 3,
    outliers: i === 2 ? 0.013 : 0,
    findings: i === 4 ? "36 % missing" : i === 2 ? "skewed, 1.3 % outlying" : "",
    action: i === 4 ? "filled with the median" : i < 3 ? "logged, then standardised" : "standardised",
    severity: i === 4 ? 2 : i === 2 ? 1 : 0,
  }));
  return {
    frame: encode(rows),
    left_out: encode([
      {
        reason: "looks like an id",
        count: 1,
        what: "columns",
        example: "email",
        remedy: "Name it in columns= if it is not",
      },
    ]),
    score: 87,
    sentences: [
      "Days between purchases is missing for 1,562 customers, who bought once.",
      "Monetary value is skewed; it is logged.",
    ],
    pipeline:
      "Pipeline(steps=[('log', FunctionTransformer(np.log1p)),\n                ('scale', StandardScaler())])",
  };
}

export function preview(n_segments = 5): State["_preview"] {
  const rows = segments("kmeans");
  const more = {
    ...(rows[3] as Row),
    segment: 4,
    name: "Once, low basket",
    suggested: "Once, low basket",
    colour: 4,
  };
  return {
    n_segments,
    segments: encode([...rows, more]),
    changes: [
      "‘Once, long ago’ divides: 904 of 1,628 customers become ‘Once, low basket’.",
      "The others stay.",
    ],
  };
}

export function view(kind: Kind, changes: Record<string, unknown> = {}): State["_view"] {
  return {
    headline:
      kind === "rfm"
        ? "Champions: 15 % of customers bring 54 % of revenue. At risk: 462 customers who spent 820,000, 71 % of them lapsed."
        : "Frequent, 14 orders, high basket: 16 % of customers bring 57 % of revenue.",
    status_line:
      kind === "rfm"
        ? "10 segments · features as of 10 December 2011"
        : "4 segments · stability .91 · features as of 10 December 2011",
    notes: [
      { kind: "info", text: "Cadence is missing for customers with one purchase; the median fills it." },
      { kind: "left_out", text: "Left out: 135,080 rows, no customer." },
    ],
    footer: "4,338 customers · 10 features · features as of 10 December 2011 · k-means",
    title: "Segments, features as of 10 December 2011",
    code: "SegmentExplorer(table)",
    hidden: "2 groups under 10 people hidden.",
    choices: {
      methods: [
        { value: "rfm", label: "RFM rules", hint: "Ten named groups" },
        { value: "kmeans", label: "k-means", hint: "Groups around averages" },
        { value: "ward", label: "Hierarchical (Ward)", hint: "A tree of groups" },
        { value: "hdbscan", label: "HDBSCAN", hint: "Dense groups" },
      ],
      columns: [
        { value: "recency", label: "Recency", base: "behavioural", on: true, disabled: false, why: "" },
        { value: "frequency", label: "Frequency", base: "behavioural", on: true, disabled: false, why: "" },
        {
          value: "monetary",
          label: "Monetary value",
          base: "behavioural",
          on: true,
          disabled: false,
          why: "",
        },
        { value: "country", label: "Country", base: "geographic", on: false, disabled: false, why: "" },
        {
          value: "gender",
          label: "Gender",
          base: "demographic",
          on: false,
          disabled: true,
          why: "Sensitive: name it in include= in Python",
        },
      ],
    },
    has: { value: true, kernel: true, tree: false, umap: false, table: true },
    recommended: 4,
    exact: true,
    ...changes,
  };
}

/** The state of an explorer as Python opens it. */
export function explorerState(kind: Kind = "kmeans", changes: Partial<State> = {}): State {
  return {
    actions: {},
    as_of: "",
    audience_mode: "analyst",
    clip: 0,
    columns: [],
    currency: "GBP",
    height: 0,
    locale: "en-GB",
    log: true,
    method: kind,
    migrate_from: "",
    min_group: 10,
    n_segments: 4,
    names: {},
    number_format: "",
    profile_value: "index",
    projection: "pca",
    scaling: "standard",
    selection: [],
    show_map: false,
    tab: "none",
    table_view: false,
    _audit: {},
    _flows: {},
    _focus: {},
    _frames: frames(kind),
    _map: {},
    _preview: {},
    _quality: {},
    _rules: {},
    _selected: {},
    _status: {},
    _tree: {},
    _view: view(kind),
    _runtime: "",
    ...changes,
  };
}
