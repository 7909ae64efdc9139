import { expect, test } from "vitest";
import type { MapState, Range } from "../../wire";
import { areaRows, MapData } from "../map_data";
import { EXTENT, mapState, NAMES, pointsState } from "./fixture";

const answer = (x: Range = EXTENT.x, y: Range = EXTENT.y) => mapState(x, y) as unknown as MapState;
const PART = { x: [-1, 1] as Range, y: [-1, 1] as Range };
const overlap = (a: Range, b: Range) => Math.min(a[1], b[1]) - Math.max(a[0], b[0]);

test("fine bins in view, coarse ones around them, none on top of another", () => {
  const data = new MapData();
  data.take(answer());
  const coarse = data.bins();
  expect(coarse.every(({ part }) => part === 0)).toBe(true);
  data.take(answer(PART.x, PART.y));
  const bins = data.bins();
  const around = bins.filter(({ part }) => part === 1);
  expect(bins.length - around.length).toBe(72 * 48);
  expect(around.length).toBeGreaterThan(100);
  for (const { x, x2, y, y2 } of around) {
    expect(overlap([x, x2], PART.x) > 1e-9 && overlap([y, y2], PART.y) > 1e-9).toBe(false);
  }
  // As Vega writes into rows, every call gives fresh ones.
  expect(data.bins()[0]).not.toBe(bins[0]);
});

test("coarse bins are forgotten with their segments, and with their layout", () => {
  const data = new MapData();
  data.take(answer());
  data.forget();
  data.take(answer(PART.x, PART.y));
  expect(data.bins().some(({ part }) => part === 1)).toBe(false);
  data.take(answer());
  const other = { ...answer(PART.x, PART.y), extent: { x: [-9, 9] as Range, y: [-9, 9] as Range } };
  data.take(other);
  expect(data.bins().some(({ part }) => part === 1)).toBe(false);
});

test("customers in view are counted by segment, the largest first", () => {
  const data = new MapData();
  data.take(answer());
  const tally = data.tally(EXTENT);
  expect(tally.map(({ segment }) => segment).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(tally[0]?.segment).toBe(4);
  const total = tally.reduce((sum, { customers }) => sum + customers, 0);
  expect(total).toBe(answer().shown);
  expect(data.tally({ x: [90, 91], y: [0, 1] })).toEqual([]);
});

test("points are drawn as points, over the coarse bins around them", () => {
  const data = new MapData();
  data.take(answer());
  data.take(pointsState(PART.x, PART.y) as unknown as MapState);
  expect(data.points()).toHaveLength(300);
  expect(data.bins().every(({ part }) => part === 1)).toBe(true);
  const tally = data.tally({ x: [-0.99, 0.99], y: [-0.99, 0.99] });
  expect(tally.reduce((sum, { customers }) => sum + customers, 0)).toBeLessThanOrEqual(300);
});

test("names stand whole in the picture and none on another", () => {
  const data = new MapData();
  data.take(answer());
  for (const view of [EXTENT, PART, { x: [0, 3] as Range, y: [-1, 2] as Range }]) {
    const size = { width: 420, height: 320 };
    const words = data.words(view, size, (segment) => NAMES[segment] ?? "");
    expect(words.length).toBeGreaterThan(1);
    for (const { x, y } of words) {
      expect(overlap([x, x], view.x)).toBe(0);
      expect(overlap([y, y], view.y)).toBe(0);
    }
  }
  const tiny = data.words(EXTENT, { width: 60, height: 20 }, (segment) => NAMES[segment] ?? "");
  expect(tiny).toHaveLength(1);
});

test("areas become closed lines, one per area", () => {
  const rows = areaRows([
    { kind: "segment", segment: 1 },
    {
      kind: "lasso",
      polygon: [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    },
    {
      kind: "lasso",
      polygon: [
        [5, 5],
        [6, 5],
        [6, 6],
        [5, 6],
      ],
    },
  ]);
  expect(rows).toHaveLength(7);
  expect(rows.at(-1)).toEqual({ area: 1, point: 3, x: 5, y: 6 });
});
