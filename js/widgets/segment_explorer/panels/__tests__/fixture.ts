/** A million customers in six segments, a tree of thirty groups, and who moved between two quarters: on the wire as Python sends it. */

import { formats } from "../../../../kit/format";
import type { Row } from "../../../../kit/frames";
import { createRequests } from "../../../../kit/requests";
import type { Colours } from "../../../../kit/theme";
import * as runtime from "../../../../runtime/libraries";
import { FakeModel } from "../../../../testing/fake_model";
import { encode } from "../../../../testing/fixture";
import type { Range, State, TreePoint } from "../../wire";
import type { PanelContext } from "../panel";

export const NAMES = [
  "Champions: 9 orders, last week",
  "Loyal: 5 orders",
  "New since September",
  "At risk: 4 orders, silent",
  "Bought once, lapsed",
  "Bargain hunters",
];
export const TOTAL = 1_000_000;
const SHARES = [0.06, 0.14, 0.17, 0.13, 0.38, 0.12];

/** Middle, spread and slant of each segment on the map. */
const CLOUDS = [
  [3.1, 1.2, 0.55, 0.7, 0.3],
  [1.4, 0.6, 0.75, 0.6, 0.2],
  [-0.3, 1.9, 0.7, 0.5, -0.35],
  [0.5, -1.3, 0.8, 0.5, 0.4],
  [-2.1, -0.6, 0.8, 0.85, 0.1],
  [-0.6, -3.1, 0.6, 0.45, 0],
] as const;

export const EXTENT = { x: [-5, 5] as Range, y: [-4.6, 4] as Range };

/** Expected customers of each segment in a small rectangle around a point. */
function expected(x: number, y: number, area: number): number[] {
  return CLOUDS.map(([mx, my, sx, sy, slant], i) => {
    const u = (x - mx) / sx;
    const v = (y - my - slant * (x - mx)) / sy;
    return (TOTAL * (SHARES[i] ?? 0) * area * Math.exp(-(u * u + v * v) / 2)) / (2 * Math.PI * sx * sy);
  });
}

export function density(x: Range, y: Range, bins: [number, number] = [72, 48]): Row[] {
  const rows: Row[] = [];
  const [dx, dy] = [(x[1] - x[0]) / bins[0], (y[1] - y[0]) / bins[1]];
  for (let column = 0; column < bins[0]; column += 1) {
    for (let line = 0; line < bins[1]; line += 1) {
      const [left, right] = [x[0] + column * dx, x[0] + (column + 1) * dx];
      const [low, high] = [y[0] + line * dy, y[0] + (line + 1) * dy];
      const counts = expected(left + dx / 2, low + dy / 2, dx * dy);
      const count = Math.round(counts.reduce((sum, one) => sum + one, 0));
      const most = Math.max(...counts);
      if (count === 0) continue;
      const purity = most / counts.reduce((sum, one) => sum + one, 0);
      rows.push({
        x: left,
        x2: right,
        y: low,
        y2: high,
        count,
        segment: counts.indexOf(most),
        purity,
      });
    }
  }
  return rows;
}

export function mapState(x: Range = EXTENT.x, y: Range = EXTENT.y, serial = 0): State["_map"] {
  const rows = density(x, y);
  return {
    kind: "density",
    frame: encode(rows),
    x,
    y,
    extent: EXTENT,
    axes: [
      "Left to right: more orders, revenue and products (52 % of the differences).",
      "Upwards: more recency, less average order (21 % of the differences).",
    ],
    explained: [0.52, 0.21],
    shown: rows.reduce((sum, { count }) => sum + Number(count), 0),
    total: TOTAL,
    hidden: 2,
    note: "",
    serial,
  };
}

export function pointsState(x: Range, y: Range, serial = 0): State["_map"] {
  const rows: Row[] = [];
  for (let i = 0; i < 300; i += 1) {
    const [u, v] = [((i * 37) % 101) / 101, ((i * 53) % 103) / 103];
    const [px, py] = [x[0] + u * (x[1] - x[0]), y[0] + v * (y[1] - y[0])];
    const counts = expected(px, py, 1);
    rows.push({ x: px, y: py, segment: counts.indexOf(Math.max(...counts)) });
  }
  return { ...mapState(x, y, serial), kind: "points", frame: encode(rows), shown: rows.length, hidden: 0 };
}

/** Thirty ends, merged from the left by a fixed rule; `k` is the cut that gives the colours. */
export function treeState(k = 4): State["_tree"] {
  interface Group {
    x: number;
    top: number;
    joints: number[];
  }
  const joints: { left: Group; right: Group; height: number }[] = [];
  let groups: Group[] = Array.from({ length: 30 }, (_, i) => ({ x: i, top: 0, joints: [] }));
  let height = 3;
  while (groups.length > 1) {
    const gaps = groups
      .slice(1)
      .map((group, i) => group.joints.length + (groups[i]?.joints.length ?? 0) + ((i * 7) % 5) * 0.7);
    const at = gaps.indexOf(Math.min(...gaps));
    const [left, right] = groups.slice(at, at + 2) as [Group, Group];
    height *= 1.12 + 0.1 * (groups.length % 3) + (groups.length < 6 ? 0.22 : 0);
    joints.push({ left, right, height });
    const joined = {
      x: (left.x + right.x) / 2,
      top: height,
      joints: [...left.joints, ...right.joints, joints.length - 1],
    };
    groups = [...groups.slice(0, at), joined, ...groups.slice(at + 2)];
  }
  const tops = joints.map((joint) => joint.height);
  const heights = Array.from({ length: 29 }, (_, i) => ({
    k: i + 1,
    low: tops[28 - i] ?? 0,
    high: i === 0 ? null : (tops[29 - i] ?? 0),
  }));
  const below = joints.map((_, i) => i < 30 - k);
  const segmentOf = joints.map(() => -1);
  let segment = 0;
  const ordered = joints.map((joint, i) => ({ i, x: joint.left.x })).sort((a, b) => a.x - b.x);
  const isPart = (i: number) => joints.some((_, j) => j > i && below[j] && contains(j, i));
  const contains = (outer: number, inner: number): boolean => {
    const { left, right } = joints[outer] as (typeof joints)[number];
    return left.joints.includes(inner) || right.joints.includes(inner);
  };
  for (const { i } of ordered) {
    if (!below[i] || isPart(i)) continue;
    for (const j of joints.keys()) if (j === i || contains(i, j)) segmentOf[j] = segment;
    segment += 1;
  }
  const points = joints.flatMap(({ left, right, height }, link): TreePoint[] =>
    [
      [left.x, left.top],
      [left.x, height],
      [right.x, height],
      [right.x, right.top],
    ].map(([x, y], point) => ({ link, point, x: x ?? 0, y: y ?? 0, segment: segmentOf[link] ?? -1 })),
  );
  return {
    frame: encode(points as unknown as Row[]),
    heights,
    exact: false,
    note: "500 micro-clusters, merged by Ward's method with their sizes as weights.",
  };
}

/** Moves between the segments; customers that are only there at one date are segment −2. */
const MOVES = [
  [41200, 9800, 0, 6200, 900, 400],
  [11800, 92000, 0, 21400, 7100, 2300],
  [5200, 21900, 61000, 9100, 38200, 6000],
  [1900, 8700, 0, 70100, 51000, 3900],
  [300, 2100, 0, 4200, 278000, 4100],
  [150, 2900, 0, 5100, 17400, 90200],
];

export function flowsState(): State["_flows"] {
  const cells = MOVES.flatMap((row, from) =>
    row.map((customers, to) => ({
      from_segment: from,
      to_segment: to,
      from_name: NAMES[from] ?? "",
      to_name: NAMES[to] ?? "",
      customers,
      share: customers / row.reduce((sum, one) => sum + one, 0),
    })),
  ).filter(({ customers }) => customers > 0);
  const total = cells.reduce((sum, { customers }) => sum + customers, 0);
  const gap = 0.02;
  const side = (key: "from_segment" | "to_segment") => {
    let y = 0;
    return NAMES.map((_, segment) => {
      const customers = cells.reduce((sum, cell) => sum + (cell[key] === segment ? cell.customers : 0), 0);
      const start = y;
      y += customers / total + gap;
      return { segment, customers, y: start, y2: start + customers / total };
    });
  };
  const sides = [side("from_segment"), side("to_segment")] as const;
  const nodes = sides.flatMap((own, index) =>
    own.map((node) => ({ side: index, name: NAMES[node.segment] ?? "", ...node })),
  );
  const used = [sides[0].map(({ y }) => y), sides[1].map(({ y }) => y)];
  const ribbons = cells.flatMap((cell, band) => {
    const height = cell.customers / total;
    const from = used[0]?.[cell.from_segment] ?? 0;
    const to = used[1]?.[cell.to_segment] ?? 0;
    (used[0] as number[])[cell.from_segment] = from + height;
    (used[1] as number[])[cell.to_segment] = to + height;
    return Array.from({ length: 17 }, (_, i) => {
      const x = i / 16;
      const y = from + (to - from) * x * x * (3 - 2 * x);
      const { from_segment, to_segment, customers, share } = cell;
      return { band, from_segment, to_segment, x, y, y2: y + height, customers, share, label: "" };
    });
  });
  const drift = [
    ["recency", "Recency", 0.31, "shifted", 61.2, 93.1],
    ["frequency", "Frequency", 0.14, "moved", 3.91, 4.27],
    ["monetary", "Monetary value", 0.08, "stable", 1904, 2054.3],
    ["average_order", "Average order", 0.021, "stable", 388, 391],
    ["category_gifts", "Share of gifts", 0.012, "stable", 0.21, 0.22],
    ["tenure", "Tenure", 0.006, "stable", 201, 223],
  ].map(([feature, label, psi, verdict, mean_before, mean_after]) => ({
    feature: feature as string,
    label: label as string,
    psi: psi as number,
    verdict: verdict as string,
    mean_before: mean_before as number,
    mean_after: mean_after as number,
  }));
  return {
    ribbons: encode(ribbons),
    nodes: encode(nodes),
    matrix: encode(cells),
    drift: encode(drift),
    before: "2011-09-11",
    after: "2011-12-10",
    headline:
      "72 % of customers are in the same segment as on 11 September 2011; 51,000 went from At risk to lapsed.",
    shares_psi: 0.06,
    hidden: 3,
    notes: ["310 bought before and agreed only between the two dates: newly agreed, not new customers."],
  };
}

export function segmentRows(): Row[] {
  return NAMES.map((name, segment) => ({
    segment,
    name,
    suggested: name,
    size: TOTAL * (SHARES[segment] ?? 0),
    share: SHARES[segment] ?? 0,
    value: null,
    value_share: null,
    mean_value: null,
    lapsed: null,
    border: null,
    rule: "",
    colour: segment,
    action: "",
  }));
}

export function explorerState(changes: Partial<State> = {}): State {
  return {
    actions: {},
    as_of: "",
    audience_mode: "analyst",
    clip: 0,
    columns: [],
    currency: "",
    height: 0,
    locale: "en-GB",
    log: true,
    method: "ward",
    migrate_from: "",
    min_group: 10,
    n_segments: 4,
    names: {},
    number_format: "",
    profile_value: "index",
    projection: "pca",
    scaling: "standard",
    selection: [],
    show_map: true,
    tab: "migration",
    table_view: false,
    _audit: {},
    _focus: {},
    _flows: flowsState(),
    _frames: { segments: encode(segmentRows()) },
    _map: mapState(),
    _preview: {},
    _quality: {},
    _rules: {},
    _selected: {},
    _status: {},
    _tree: treeState(),
    _view: { has: { value: false, kernel: true, tree: true, umap: true, table: true } },
    _runtime: "",
    ...changes,
  };
}

const HUES = ["#051a7f", "#4d1d13", "#0d9c43", "#de6cb0", "#66632d", "#a07cfe", "#782150", "#226e85"];

export interface Bench {
  model: FakeModel<State>;
  context: PanelContext;
  place: HTMLElement;
  troubles: unknown[];
  said: string[];
  end(): void;
}

/** What the screen gives a panel, with a recording in Python's place. */
export function bench(
  changes: Partial<State> = {},
  colours = {} as Colours,
  hues: readonly string[] = HUES,
): Bench {
  const model = new FakeModel(explorerState(changes));
  const life = new AbortController();
  const troubles: unknown[] = [];
  const said: string[] = [];
  const place = document.createElement("div");
  place.style.width = "520px";
  document.body.append(place);
  const context: PanelContext = {
    model,
    runtime,
    requests: createRequests(model, life.signal),
    signal: life.signal,
    colours: () => colours,
    names: () => new Map(NAMES.map((name, segment) => [segment, name])),
    palette: () => (segment) => hues[segment] ?? "#5b6672",
    trouble: (error) => troubles.push(error),
    announce: (text) => said.push(text),
    formats: () => formats({ locale: "en-GB", currency: "" }),
  };
  return {
    model,
    context,
    place,
    troubles,
    said,
    end() {
      life.abort();
      place.remove();
    },
  };
}
