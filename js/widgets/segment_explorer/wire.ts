/** What Python sends over the private traits, typed; and the model as this widget knows it. */
import { decodeRows, type WireFrame } from "../../kit/frames";
import type { Model } from "../../kit/model";
import type { Note } from "../../kit/notes";
import type { SegmentExplorerState } from "./state";

export type State = SegmentExplorerState;
export type SegmentModel = Model<State>;
export type Method = State["method"];
export type Tab = State["tab"];

/** One segment; −1 holds those that fit nowhere. */
export interface Segment {
  segment: number;
  /** What people called it, else what its profile suggests. */
  name: string;
  suggested: string;
  size: number;
  share: number;
  value: number | null;
  value_share: number | null;
  mean_value: number | null;
  /** Share whose last purchase is long ago. */
  lapsed: number | null;
  /** Customers nearly as close to another segment. */
  border: number | null;
  rule: string | null;
  /** Place in the palette, stable over re-runs; −1 is grey. */
  colour: number;
  action: string | null;
}

/** One feature (or one level of a category) of one segment. */
export interface ProfileCell {
  segment: number;
  feature: string;
  level: string | null;
  label: string;
  unit: string | null;
  mean: number | null;
  average: number | null;
  /** 100 · mean / average. */
  index: number | null;
  /** Standardised difference against all others. */
  effect: number | null;
  order: number;
}

/** Cluster indices of one number of segments. */
export interface QualityRow {
  k: number;
  inertia: number | null;
  silhouette: number | null;
  davies_bouldin: number | null;
  calinski_harabasz: number | null;
  stability: number | null;
  smallest_share: number | null;
  admissible: boolean;
  recommended: boolean;
}

export interface Quality {
  frame?: WireFrame;
  reason: string;
  sample: string;
  method: string;
}

/** A corner of a ∩ of the dendrogram: four rows are one link. */
export interface TreePoint {
  link: number;
  point: number;
  x: number;
  y: number;
  segment: number;
}

export interface Tree {
  frame?: WireFrame;
  /** Between which heights the tree is cut to give `k` segments. */
  heights: { k: number; low: number; high: number }[];
  exact: boolean;
  note: string;
}

export type Range = [number, number];

export interface DensityCell {
  x: number;
  x2: number;
  y: number;
  y2: number;
  count: number;
  /** The most frequent segment, and the share that it has. */
  segment: number;
  purity: number;
}

export interface MapPoint {
  x: number;
  y: number;
  segment: number;
}

export interface MapState {
  kind: "density" | "points";
  frame?: WireFrame;
  x: Range;
  y: Range;
  extent: { x: Range; y: Range };
  axes: [string, string];
  explained: [number, number];
  shown: number;
  hidden: number;
  note: string;
  serial: number;
}

/** A corner of a band between two dates. */
export interface RibbonPoint {
  band: number;
  from_segment: number;
  to_segment: number;
  x: number;
  y: number;
  y2: number;
  customers: number;
  share: number;
  label: string;
}

export interface FlowNode {
  side: 0 | 1;
  segment: number;
  name: string;
  y: number;
  y2: number;
  customers: number;
}

export interface FlowCell {
  from_segment: number;
  to_segment: number;
  from_name: string;
  to_name: string;
  customers: number;
  share: number;
}

export interface DriftRow {
  feature: string;
  label: string;
  psi: number | null;
  verdict: "stable" | "moved" | "shifted";
  mean_before: number | null;
  mean_after: number | null;
}

export interface Flows {
  ribbons?: WireFrame;
  nodes?: WireFrame;
  matrix?: WireFrame;
  drift?: WireFrame;
  before: string;
  after: string;
  headline: string;
  shares_psi: number | null;
  /** Moves of too few people. */
  hidden: number;
  /** What one has to know of both dates; absent in files of earlier versions. */
  notes?: string[];
}

export interface RuleRow {
  segment: number;
  name: string;
  rule: string;
  precision: number | null;
  recall: number | null;
  customers: number | null;
}

export interface ImportanceRow {
  feature: string;
  label: string;
  importance: number;
}

export interface Rules {
  frame?: WireFrame;
  importance?: WireFrame;
  accuracy: number | null;
  note: string;
  /** SQL of the rules. */
  sql: string;
  /** SQL of the exact assignment; "" where the method has no closed form. */
  exact_sql: string;
  text: string;
}

export interface AuditRow {
  column: string;
  label: string;
  base: string;
  kind: string;
  missing: number | null;
  distinct: number | null;
  skewness: number | null;
  outliers: number | null;
  findings: string | null;
  action: string | null;
  /** 0 fine, 1 note, 2 warning, 3 leave out. */
  severity: number;
}

export interface LeftOutRow {
  reason: string;
  count: number;
  what: string;
  example: string | null;
  remedy: string | null;
}

export interface Audit {
  frame?: WireFrame;
  left_out?: WireFrame;
  score: number | null;
  sentences: string[];
  pipeline: string;
}

export interface Preview {
  n_segments: number;
  segments?: WireFrame;
  changes: string[];
}

/** Why a customer is where they are. */
export interface Why {
  sentence: string;
  frame: Record<string, string | number | null>[];
}

export interface ColumnChoice {
  value: string;
  label: string;
  base: string;
  on: boolean;
  disabled: boolean;
  why: string;
}

export interface MethodChoice {
  value: Method;
  label: string;
  hint: string;
}

export interface ViewState {
  headline: string;
  status_line: string;
  notes: Note[];
  footer: string;
  title: string;
  code: string;
  /** What was suppressed, "" for nothing. */
  hidden: string;
  choices: { methods: MethodChoice[]; columns: ColumnChoice[] };
  has: { value: boolean; kernel: boolean; tree: boolean; umap: boolean; table: boolean };
  recommended: number | null;
  exact: boolean;
}

export interface Selected {
  size: number | null;
  text: string;
  code: string;
  detail: string;
  /** The selection that these words are about; the page's own may be newer. */
  of?: Pick[];
}

/** One thing that is selected. */
export type Pick =
  | { kind: "segment"; segment: number }
  | { kind: "lasso"; polygon: [number, number][] }
  | { kind: "flow"; from: number; to: number };

const EMPTY_VIEW: ViewState = {
  headline: "",
  status_line: "",
  notes: [],
  footer: "",
  title: "Segments",
  code: "",
  hidden: "",
  choices: { methods: [], columns: [] },
  has: { value: false, kernel: true, tree: false, umap: false, table: true },
  recommended: null,
  exact: true,
};
const NOTHING_SELECTED: Selected = { size: null, text: "", code: "", detail: "" };

export function viewOf(model: SegmentModel): ViewState {
  const sent = model.get("_view") as Partial<ViewState>;
  return { ...EMPTY_VIEW, ...sent, has: { ...EMPTY_VIEW.has, ...sent.has } };
}

export function selectedOf(model: SegmentModel): Selected {
  return { ...NOTHING_SELECTED, ...(model.get("_selected") as Partial<Selected>) };
}

export function selectionOf(model: SegmentModel): Pick[] {
  return model.get("selection") as unknown as Pick[];
}

export const decodeSegments = (frame: WireFrame | undefined) => decodeRows<Segment>(frame);

export function segmentsOf(model: SegmentModel): Segment[] {
  return decodeSegments((model.get("_frames") as { segments?: WireFrame }).segments);
}

export function profileOf(model: SegmentModel): ProfileCell[] {
  return decodeRows<ProfileCell>((model.get("_frames") as { profile?: WireFrame }).profile);
}

/** A wire trait that Python fills when the page asks for it; null until then. */
function filled<T>(model: SegmentModel, trait: keyof State & `_${string}`): T | null {
  const value = model.get(trait) as object;
  return Object.keys(value).length === 0 ? null : (value as T);
}

export const qualityOf = (model: SegmentModel) => filled<Quality>(model, "_quality");
export const treeOf = (model: SegmentModel) => filled<Tree>(model, "_tree");
export const mapOf = (model: SegmentModel) => filled<MapState>(model, "_map");
export const flowsOf = (model: SegmentModel) => filled<Flows>(model, "_flows");
export const rulesOf = (model: SegmentModel) => filled<Rules>(model, "_rules");
export const auditOf = (model: SegmentModel) => filled<Audit>(model, "_audit");
export const previewOf = (model: SegmentModel) => filled<Preview>(model, "_preview");
