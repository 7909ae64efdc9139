/**
 * Where a cut goes through a tree of merges: which lines lie below it, and in which segment.
 *
 * Works on the drawing alone, four corners for each joint, so that a dragged line colours the tree without asking Python.
 */

/** A corner of a joint's ∩, from its left foot to its right one. */
export interface TreePoint {
  link: number;
  point: number;
  x: number;
  y: number;
  /** The segment of all that hangs below; −1 where there are several. */
  segment: number;
}

/** A cut from `low` up to `high` makes `k` parts. */
export interface CutHeight {
  k: number;
  low: number;
  high: number;
}

/** A joint of two branches: legs at `left` and `right`, standing on `leftFoot` and `rightFoot`. */
interface Joint {
  left: number;
  right: number;
  height: number;
  feet: [number, number];
  segment: number;
  children: [Joint | null, Joint | null];
}

/** What hangs below the cut on one leg. */
export interface Branch {
  x: number;
  foot: number;
  joint: Joint | null;
  /** Left and right end in the drawing. */
  from: number;
  to: number;
  segment: number;
}

/** The colour of what lies above the cut. */
export const ABOVE = -9;

export class CutTree {
  readonly top: number;
  readonly #joints: Joint[];
  readonly #root: Joint | null;
  /** The segment of each end of the tree, by place, as Python coloured it. */
  readonly #leaves = new Map<number, number>();

  constructor(points: readonly TreePoint[]) {
    this.#joints = jointsOf(points);
    this.#root = this.#joints.reduce<Joint | null>(
      (top, joint) => (top && top.height >= joint.height ? top : joint),
      null,
    );
    this.top = this.#root?.height ?? 1;
    for (const joint of this.#joints) {
      for (const [i, x] of [joint.left, joint.right].entries()) {
        if (!joint.children[i]) this.#leaves.set(x, joint.segment);
      }
    }
  }

  /** The branches that a cut at `height` makes, from left to right, each with a segment: see `assign`. */
  branches(height: number): Branch[] {
    const found: Branch[] = [];
    const walk = (joint: Joint) => {
      for (const i of [0, 1] as const) {
        const child = joint.children[i];
        const x = i === 0 ? joint.left : joint.right;
        if (child && child.height >= height) walk(child);
        else found.push({ x, foot: joint.feet[i], joint: child, ...spanOf(child, x), segment: -1 });
      }
    };
    if (this.#root) walk(this.#root);
    this.#assign(found);
    return found.sort((a, b) => a.x - b.x);
  }

  /** Corners of all lines: those above the cut, and those below in the colour of their branch. */
  lines(height: number, branches: readonly Branch[]): TreePoint[] {
    const paths: [number, [number, number][]][] = [];
    const below = new Map<Joint, number>();
    for (const { x, foot, joint, segment } of branches) {
      paths.push([
        segment,
        [
          [x, height],
          [x, foot],
        ],
      ]);
      for (const part of joint ? partsOf(joint) : []) below.set(part, segment);
    }
    for (const joint of this.#joints) {
      const segment = below.get(joint);
      const [left, right] = joint.feet.map((foot) => (segment === undefined ? Math.max(foot, height) : foot));
      const { left: x, right: x2, height: y } = joint;
      paths.push([
        segment ?? ABOVE,
        [
          [x, left ?? 0],
          [x, y],
          [x2, y],
          [x2, right ?? 0],
        ],
      ]);
    }
    return paths.flatMap(([segment, corners], link) =>
      corners.map(([x, y], point) => ({ link, point, x, y, segment })),
    );
  }

  /**
   * Gives each branch the segment that most of its ends belong to, and each segment to the branch that holds most of it; a
   * branch that is left over is new and gets the next free number.
   */
  #assign(branches: readonly Branch[]): void {
    const shares: { branch: Branch; segment: number; ends: number }[] = [];
    for (const branch of branches) {
      const counts = new Map<number, number>();
      for (const [x, segment] of this.#leaves) {
        if (segment < 0 || x < branch.from || x > branch.to) continue;
        counts.set(segment, (counts.get(segment) ?? 0) + 1);
      }
      for (const [segment, ends] of counts) shares.push({ branch, segment, ends });
    }
    shares.sort((a, b) => b.ends - a.ends || a.branch.x - b.branch.x);
    const given = new Set<number>();
    for (const { branch, segment } of shares) {
      if (branch.segment >= 0 || given.has(segment)) continue;
      branch.segment = segment;
      given.add(segment);
    }
    let next = 0;
    for (const branch of branches) {
      if (branch.segment >= 0) continue;
      while (given.has(next)) next += 1;
      branch.segment = next;
      given.add(next);
    }
  }
}

function jointsOf(points: readonly TreePoint[]): Joint[] {
  const corners = new Map<number, TreePoint[]>();
  for (const point of points) corners.set(point.link, [...(corners.get(point.link) ?? []), point]);
  const joints = [...corners.values()].map((four): Joint => {
    const [a, b, c, d] = four.sort((p, q) => p.point - q.point) as [
      TreePoint,
      TreePoint,
      TreePoint,
      TreePoint,
    ];
    return {
      left: a.x,
      right: d.x,
      height: Math.max(b.y, c.y),
      feet: [a.y, d.y],
      segment: a.segment,
      children: [null, null],
    };
  });
  const tops = new Map(joints.map((joint) => [keyOf((joint.left + joint.right) / 2, joint.height), joint]));
  for (const joint of joints) {
    const child = (x: number, foot: number) => {
      const found = tops.get(keyOf(x, foot));
      return found === joint ? null : (found ?? null);
    };
    joint.children = [child(joint.left, joint.feet[0]), child(joint.right, joint.feet[1])];
  }
  return joints;
}

const keyOf = (x: number, y: number) => `${x.toPrecision(9)}|${y.toPrecision(9)}`;

function partsOf(joint: Joint): Joint[] {
  return [joint, ...joint.children.flatMap((child) => (child ? partsOf(child) : []))];
}

function spanOf(joint: Joint | null, x: number): { from: number; to: number } {
  if (!joint) return { from: x, to: x };
  const parts = partsOf(joint);
  return {
    from: Math.min(...parts.map((part) => part.left)),
    to: Math.max(...parts.map((part) => part.right)),
  };
}

export type Heights = CutHeight[];

/** The number of segments that a cut at `height` gives: of the intervals, the one that holds it or is nearest. */
export function segmentsAt(heights: Heights, height: number): number {
  const away = ({ low, high }: Heights[number]) => Math.max(low - height, height - (high ?? Infinity), 0);
  return heights.reduce((best, one) => (away(one) < away(best) ? one : best)).k;
}

/** The middle of the interval that gives `k` segments. */
export function heightFor(heights: Heights, k: number, top: number): number {
  const { low, high } = heights.find((one) => one.k === k) ?? { low: 0, high: top };
  return (low + Math.min(high ?? top, top)) / 2;
}
