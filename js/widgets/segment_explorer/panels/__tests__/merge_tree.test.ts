import { expect, test } from "vitest";
import { decodeRows } from "../../../../kit/frames";
import type { Tree, TreePoint } from "../../wire";
import { ABOVE, CutTree, heightFor, segmentsAt } from "../merge_tree";
import { treeState } from "./fixture";

/** Five ends: {0 1} at 1, {3 4} at 2, {2 {3 4}} at 4, all at 8; coloured as three segments. */
const POINTS: TreePoint[] = [
  [[0.5, 0], [0.5, 1], [1.5, 1], [1.5, 0], [7]],
  [[3.5, 0], [3.5, 2], [4.5, 2], [4.5, 0], [5]],
  [[2.5, 0], [2.5, 4], [4, 4], [4, 2], [-1]],
  [[1, 1], [1, 8], [3.25, 8], [3.25, 4], [-1]],
].flatMap((corners, link) =>
  corners.slice(0, 4).map(([x, y], point) => ({
    link,
    point,
    x: x ?? 0,
    y: y ?? 0,
    segment: corners[4]?.[0] ?? 0,
  })),
);
const HEIGHTS = [
  { k: 2, low: 4, high: 8 },
  { k: 3, low: 2, high: 4 },
  { k: 4, low: 1, high: 2 },
  { k: 5, low: 0, high: 1 },
];

test("a cut makes one branch per segment, from left to right", () => {
  const tree = new CutTree(POINTS);
  const at = (height: number) => tree.branches(height).map(({ x, from, to }) => [x, from, to]);
  expect(tree.top).toBe(8);
  expect(at(6)).toEqual([
    [1, 0.5, 1.5],
    [3.25, 2.5, 4.5],
  ]);
  expect(at(3)).toEqual([
    [1, 0.5, 1.5],
    [2.5, 2.5, 2.5],
    [4, 3.5, 4.5],
  ]);
  expect(at(0.5).map(([x]) => x)).toEqual([0.5, 1.5, 2.5, 3.5, 4.5]);
});

test("segments keep their branch: the part with most of it; what is new gets a free number", () => {
  const tree = new CutTree(POINTS);
  const segments = (height: number) => tree.branches(height).map(({ segment }) => segment);
  expect(segments(3)).toEqual([7, 0, 5]);
  // Merged: the joint branch is what most of its known ends were.
  expect(segments(6)).toEqual([7, 5]);
  expect(new Set(segments(0.5)).size).toBe(5);
  expect(segments(0.5)).toContain(7);
});

test("lines are coloured below the cut only, and cut where it crosses them", () => {
  const tree = new CutTree(POINTS);
  const rows = tree.lines(3, tree.branches(3));
  for (const { y, segment } of rows) {
    if (segment === ABOVE) expect(y).toBeGreaterThanOrEqual(3);
    else expect(y).toBeLessThanOrEqual(3);
  }
  const stub = rows.filter(({ x, segment }) => x === 2.5 && segment === 0).map(({ y }) => y);
  expect(stub).toEqual([3, 0]);
});

test("the number of segments for a height, within and beyond the heights", () => {
  expect([7, 4, 3, 1.5, 0.2].map((height) => segmentsAt(HEIGHTS, height))).toEqual([2, 2, 3, 4, 5]);
  expect(segmentsAt(HEIGHTS, 20)).toBe(2);
  expect(segmentsAt(HEIGHTS, -1)).toBe(5);
  expect(heightFor(HEIGHTS, 3, 8)).toBe(3);
});

test.each([2, 3, 4, 5, 8, 12])("thirty ends, coloured at four and cut into %i", (k) => {
  const state = treeState(4) as unknown as Tree;
  const points = decodeRows<TreePoint>(state.frame);
  const tree = new CutTree(points);
  const heights = state.heights.filter((one) => one.k >= 2);
  const height = heightFor(heights, k, tree.top);
  const branches = tree.branches(height);
  expect(segmentsAt(heights, height)).toBe(k);
  expect(branches).toHaveLength(k);
  expect(new Set(branches.map(({ segment }) => segment)).size).toBe(k);
  if (k !== 4) return;
  // At the cut that it was coloured at, every line has Python's colour.
  const given = new Map(points.filter((p) => p.segment >= 0).map((p) => [`${p.x}|${p.y}`, p.segment]));
  const drawn = tree.lines(height, branches).filter((p) => given.has(`${p.x}|${p.y}`) && p.segment !== ABOVE);
  expect(drawn.length).toBeGreaterThan(80);
  for (const p of drawn) expect(p.segment).toBe(given.get(`${p.x}|${p.y}`));
});
