/** The response curves as the page computes with them. */
import type { Draws } from "./maths/bands";
import { type Curves, reach } from "./maths/curves";
import type { TableState } from "./wire";

export interface Budget {
  channels: readonly string[];
  periods: number;
  carryOut: number;
  target: string;
  /** Means of all posterior draws. */
  curves: Curves;
  /** Thinned draws. */
  drawn: Draws;
  /** Response to earlier spend: mean of all draws, and by thinned draw. */
  carryInMean: number;
  carryIn: Float32Array;
  current: Float64Array | null;
  /** Where every plan begins. */
  opening: Float64Array;
  /** Where the curves end. */
  reach: Float64Array;
  /** Totals above this have a period beyond the highest ever spent; infinite where that isn't known. */
  history: Float64Array;
  /** Share of a channel's total in its highest period. */
  peak: readonly number[];
}

export function budgetOf(table: TableState): Budget {
  const channels = table.channels.length;
  const curves: Curves = {
    channels,
    points: table.points,
    grid: doubles(table.grid),
    value: doubles(table.mean),
    slope: doubles(table.meanSlope),
  };
  const drawn: Draws = {
    channels,
    points: table.drawPoints,
    draws: table.draws,
    grid: doubles(table.drawGrid),
    response: singles(table.response),
    slope: singles(table.slope),
  };
  const ends = Float64Array.from({ length: channels }, (_, c) => reach(curves, c));
  const current = table.current && Float64Array.from(table.current);
  return {
    channels: table.channels,
    periods: table.periods,
    carryOut: table.carryOut,
    target: table.target,
    curves,
    drawn,
    carryInMean: table.carryInMean,
    carryIn: singles(table.carryIn),
    current,
    opening: current ?? ends.map((end) => end / 2),
    reach: ends,
    history: ends.map((_, c) => historyOf(table, c)),
    peak: table.peak,
  };
}

function historyOf({ historyMax, peak }: TableState, channel: number): number {
  const most = historyMax?.[channel];
  const share = peak[channel] ?? 0;
  return most === undefined || share === 0 ? Number.POSITIVE_INFINITY : most / share;
}

type Buffer = TableState["grid"];

/** A fresh copy: what arrives may be shared, and needn't begin at a multiple of its width. */
function bytes(buffer: Buffer): ArrayBuffer {
  const view = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  return view.slice().buffer;
}

const doubles = (buffer: Buffer): Float64Array => new Float64Array(bytes(buffer));
const singles = (buffer: Buffer): Float32Array => new Float32Array(bytes(buffer));
