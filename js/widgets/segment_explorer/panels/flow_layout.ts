/** A diagram of flows between two sides: how wide it is beside its labels, and where these stand. */
import type { Formats } from "../../../kit/format";
import { spread, textWidth, wrapped } from "../../../kit/labels";

/** A bar at one side; `y` and `y2` are its ends in the data's coordinates. */
export interface FlowEnd {
  side: 0 | 1;
  name: string;
  y: number;
  y2: number;
  customers: number;
}

const LONGEST = 150;
const LINE = 13;
/** A node's bar, and what is between it and its label. */
const BESIDE = 16;
const PADDING = 10;

export type Labelled<N extends FlowEnd> = N & { at: number; lines: string[] };

export interface FlowLayout<N extends FlowEnd> {
  width: number;
  nodes: Labelled<N>[];
  low: number;
  high: number;
}

/** The plot between the labels on both sides, each label at its node or as near as the others let it. */
export function layoutFlows<N extends FlowEnd>(
  nodes: readonly N[],
  width: number,
  height: number,
  formats: Formats,
): FlowLayout<N> {
  const low = Math.min(...nodes.map(({ y, y2 }) => Math.min(y, y2)));
  const high = Math.max(...nodes.map(({ y, y2 }) => Math.max(y, y2)));
  const perPixel = (high - low) / height;
  const longest = Math.min(LONGEST, width * 0.27);
  const sides = ([0, 1] as const).map((side) => {
    const own = nodes.filter((node) => node.side === side);
    const lines = own.map((node) => labelOf(node, longest, (node.y2 - node.y) / perPixel, formats));
    const wanted = own.map(({ y, y2 }, i) => ({
      at: ((y + y2) / 2 - low) / perPixel,
      height: (lines[i]?.length ?? 1) * LINE + 3,
    }));
    const places = spread(wanted, height);
    return own.map((node, i) => ({
      ...node,
      at: low + (places[i] ?? 0) * perPixel,
      lines: lines[i] ?? [],
    }));
  });
  const labels = sides.reduce((sum, own) => sum + widest(own), 0);
  return { width: Math.max(120, width - labels - 2 * BESIDE - PADDING), nodes: sides.flat(), low, high };
}

/** Name and count in lines; on one line where the node is too low for two. */
function labelOf(node: FlowEnd, longest: number, height: number, formats: Formats): string[] {
  const count = formats.count(node.customers);
  const name = wrapped(node.name, longest, 2);
  const short = `${node.name} · ${count}`;
  if (Math.abs(height) < 2 * LINE && textWidth(short) <= longest) return [short];
  return [...name, count];
}

function widest(nodes: readonly Labelled<FlowEnd>[]): number {
  return Math.ceil(Math.max(0, ...nodes.flatMap(({ lines }) => lines.map((line) => textWidth(line)))));
}
