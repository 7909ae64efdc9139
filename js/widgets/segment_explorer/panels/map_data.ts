/** What the map draws: bins of the part that was asked for, coarser ones around them, points, names. */
import { decodeRows, type WireFrame } from "../../../kit/frames";
import { apart, type Spot } from "../../../kit/labels";
import { type Area, type Corner, holds, sameArea, zoomed } from "../../../kit/plane";
import type { DensityCell, MapPoint, MapState, Pick } from "../wire";

/** Coarse bins are kept as far around the fine ones as this many times their width. */
const AROUND = 5;
/** As the chart draws them. */
const NAME_LIMIT = 150;
const NAME_FONT = "600 11px";

export interface Bin extends DensityCell {
  /** 0: of the part in view; 1: of the whole map, where nothing finer is there yet. */
  part: number;
}

export interface Tally {
  segment: number;
  customers: number;
}

export interface Word extends Spot {
  segment: number;
}

export class MapData {
  #whole: WireFrame | undefined;
  #latest: MapState | null = null;
  #counted: Counted[] | null = null;

  /** Takes an answer; bins of the whole map are kept, to stand around what is asked for later. */
  take(map: MapState): void {
    if (this.#latest && !sameArea(this.#latest.extent, map.extent)) this.#whole = undefined;
    if (map.kind === "density" && sameArea(map, map.extent)) this.#whole = map.frame;
    this.#latest = map;
    this.#counted = null;
  }

  /** The segments have changed: what was drawn of the old ones no longer fits. */
  forget(): void {
    this.#whole = undefined;
    this.#counted = null;
  }

  /** Fresh rows at every call, as charts want them. */
  bins(): Bin[] {
    const map = this.#latest;
    if (!map) return [];
    const fine = map.kind === "density" ? decodeRows<Bin>(map.frame) : [];
    for (const bin of fine) bin.part = 0;
    if (!this.#whole || this.#whole === map.frame) return fine;
    const near = zoomed(map, map.extent, AROUND);
    const around = decodeRows<Bin>(this.#whole)
      .filter((bin) => holds(near, middleOf(bin)))
      .flatMap((bin) => outside(bin, map));
    for (const bin of around) bin.part = 1;
    return [...fine, ...around];
  }

  points(): MapPoint[] {
    return this.#latest?.kind === "points" ? decodeRows<MapPoint>(this.#latest.frame) : [];
  }

  /** Customers in view by the segment that is most frequent where they are. */
  tally(view: Area): Tally[] {
    const counts = new Map<number, number>();
    for (const { segment, count } of this.#inside(view)) {
      counts.set(segment, (counts.get(segment) ?? 0) + count);
    }
    return [...counts]
      .map(([segment, customers]) => ({ segment, customers }))
      .sort((a, b) => b.customers - a.customers);
  }

  /** A name for each segment, where it is at home; of two that would cover each other the smaller one's is its number. */
  words(view: Area, size: { width: number; height: number }, nameOf: (segment: number) => string): Word[] {
    const counted = this.#inside(view);
    const [wide, high] = [(view.x[1] - view.x[0]) / size.width, (view.y[1] - view.y[0]) / size.height];
    const spots = this.tally(view).map(({ segment }) => {
      const own = counted.filter((cell) => cell.segment === segment);
      const [x, y] = mostCentral(own, wide, high);
      const short = segment < 0 ? "" : String(segment);
      return { text: nameOf(segment), short, segment, x: (x - view.x[0]) / wide, y: (y - view.y[0]) / high };
    });
    return apart(spots, size, NAME_LIMIT, NAME_FONT).map(({ text, segment, x, y }) => ({
      text,
      segment,
      x: view.x[0] + x * wide,
      y: view.y[0] + y * high,
    }));
  }

  /** The most frequent segment where something else is drawn over the bins. */
  segmentAt([x, y]: Corner): number | undefined {
    return this.bins().find((bin) => x >= bin.x && x < bin.x2 && y >= bin.y && y < bin.y2)?.segment;
  }

  #inside(view: Area): Counted[] {
    this.#counted ??= [
      ...this.bins().map((bin) => ({ at: middleOf(bin), segment: bin.segment, count: bin.count })),
      ...this.points().map(({ x, y, segment }) => ({ at: [x, y] as Corner, segment, count: 1 })),
    ];
    return this.#counted.filter(({ at }) => holds(view, at));
  }
}

interface Counted {
  at: Corner;
  segment: number;
  count: number;
}

function middleOf({ x, x2, y, y2 }: DensityCell): Corner {
  return [(x + x2) / 2, (y + y2) / 2];
}

/** What of a bin lies beside an area: one straight part of it, which is all but at the area's corners. Its count stays, as it is drawn by it. */
function outside(bin: Bin, { x, y }: Area): Bin[] {
  if (bin.x2 <= x[0] || bin.x >= x[1] || bin.y2 <= y[0] || bin.y >= y[1]) return [bin];
  const part = { ...bin };
  if (bin.x < x[0]) part.x2 = x[0];
  else if (bin.x2 > x[1]) part.x = x[1];
  else if (bin.y < y[0]) part.y2 = y[0];
  else if (bin.y2 > y[1]) part.y = y[1];
  else return [];
  return [part];
}

/** The cell nearest to the weighted middle of all: a name in the hollow of a crescent would stand on another segment. */
function mostCentral(cells: readonly Counted[], wide: number, high: number): Corner {
  const sum = { x: 0, y: 0, count: 0 };
  for (const { at, count } of cells) {
    sum.x += at[0] * count;
    sum.y += at[1] * count;
    sum.count += count;
  }
  const distance = ([x, y]: Corner) =>
    ((x - sum.x / sum.count) / wide) ** 2 + ((y - sum.y / sum.count) / high) ** 2;
  return cells.map(({ at }) => at).reduce((best, at) => (distance(at) < distance(best) ? at : best));
}

/** Corners of the selected areas, as rows of the chart. */
export function areaRows(selection: readonly Pick[]): object[] {
  const areas = selection.flatMap((pick) => (pick.kind === "lasso" ? [pick.polygon] : []));
  return areas.flatMap((polygon, area) => polygon.map(([x, y], point) => ({ area, point, x, y })));
}
