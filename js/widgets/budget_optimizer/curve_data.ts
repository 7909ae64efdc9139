/** What a response curve is drawn from: rows that are sent once, and the points that a step moves. */
import { integer, plural, significant } from "../../kit/wording";
import { roundEnd } from "./axis_room";
import type { Budget } from "./budget";
import { estimateText, moneyText } from "./figures";
import { curveBand } from "./maths/bands";
import { at, slopeAt, valueAt } from "./maths/curves";
import type { Scene } from "./scene";
import type { Estimate } from "./wire";
import { each, unitOf } from "./words";

/** Amounts at which a curve is read. */
const POINTS = 33;
/** Room above a band. */
const HEADROOM = 1.06;

export interface CurveRow {
  spend: number;
  response: number;
  lower: number;
  upper: number;
  part: "inside" | "beyond";
  /** The stretch in which the pointer finds the amount. */
  begin: number;
  end: number;
  heading: string;
  finding: string;
}

/** A channel's curve as far as it is shown. */
export interface Curve {
  rows: CurveRow[];
  /** Where its axes end. */
  x: number;
  y: number;
}

export interface CurveReader {
  /** The same object until something of it changes. */
  of(channel: number): Curve;
  /** Response per unit of money, with which all channels fit into pictures of one steepness. */
  steepness(): number;
}

/** What a channel brings at one amount. */
export interface Reading {
  spend: number;
  estimate: Estimate;
  /** What one more unit of money brings, and what one brought on average; none where none is spent. */
  marginal: number;
  average: number | null;
}

export function readAt({ curves, drawn }: Budget, channel: number, spend: number, interval: number): Reading {
  const [band] = curveBand(drawn, channel, [spend], interval);
  const response = valueAt(curves, channel, spend);
  return {
    spend,
    estimate: [response, band?.lower ?? response, band?.upper ?? response],
    marginal: slopeAt(curves, channel, spend),
    average: spend > 0 ? response / spend : null,
  };
}

/** Reads curves; `whole` ones to where they end, others as far as the limits make them matter. */
export function createCurveReader(scene: () => Scene, whole: () => boolean): CurveReader {
  const known: { key: string; budget: Budget; curve: Curve }[] = [];
  const of = (channel: number): Curve => {
    const now = scene();
    const { budget, state, view, total } = now;
    const x = whole() ? at(budget.reach, channel) : endOf(now, channel);
    const key = JSON.stringify([x, state.interval, state.currency, view.period, unitOf(total)]);
    const found = known[channel];
    if (found?.key === key && found.budget === budget) return found.curve;
    const rows = curveRows(now, channel, x);
    const curve = { rows, x, y: HEADROOM * Math.max(...rows.map(({ upper }) => upper)) || 1 };
    known[channel] = { key, budget, curve };
    return curve;
  };
  return {
    of,
    steepness: () => Math.max(...scene().budget.channels.map((_, c) => of(c).y / of(c).x)),
  };
}

/** Of what a channel may get: further on a curve says nothing for the plan. */
const SHOWN = 2;
const FINE = 8;

/** Round, so that it stays while a limit is moved; the curve's own end where nothing may be spent. */
function endOf({ budget, limits, spend }: Scene, channel: number): number {
  const reach = at(budget.reach, channel);
  const current = budget.current ? at(budget.current, channel) : 0;
  const most = Math.max(current, at(spend, channel), at(limits.upper, channel));
  return most > 0 ? Math.min(reach, roundEnd(SHOWN * most, FINE)) : reach;
}

function curveRows(scene: Scene, channel: number, end: number): CurveRow[] {
  const { budget, state } = scene;
  const history = at(budget.history, channel);
  const amounts = Array.from({ length: POINTS }, (_, i) => (end * i) / (POINTS - 1));
  const within = history > 0 && history < end && !amounts.includes(history);
  if (within)
    amounts.splice(
      amounts.findIndex((amount) => amount > history),
      0,
      history,
    );
  const middle = (i: number) => (at(amounts, i) + at(amounts, i + 1)) / 2;
  return amounts.flatMap((spend, i) => {
    const reading = readAt(budget, channel, spend, state.interval);
    const [response, lower, upper] = reading.estimate;
    const row = (part: CurveRow["part"]): CurveRow => ({
      spend,
      response,
      lower,
      upper,
      part,
      begin: i === 0 ? 0 : middle(i - 1),
      end: i === amounts.length - 1 ? end : middle(i),
      ...wordsFor(scene, channel, reading, part === "beyond" ? "beyond past spend" : ""),
    });
    // The border belongs to both parts, so that no gap shows.
    if (spend === history) return [row("inside"), row("beyond")];
    return [row(spend < history ? "inside" : "beyond")];
  });
}

/** What is said of a channel at an amount. */
export function wordsFor(
  scene: Scene,
  channel: number,
  { spend, estimate, marginal }: Reading,
  about = "",
): { heading: string; finding: string } {
  const { budget, state, view } = scene;
  const own = moneyText(spend, state.currency);
  const period = `${moneyText(spend / budget.periods, state.currency)} ${each(view.period)}`;
  return {
    heading: [budget.channels[channel], about].filter(Boolean).join(", "),
    finding: `${own} (${period}) brings ${estimateText(estimate)} ${budget.target}; ${nextWords(scene, marginal)}`,
  };
}

/** “next 1,000 bring 420”; less money where that would be a large part of all. */
export function nextWords({ total }: Scene, marginal: number): string {
  const amount = unitOf(total);
  const written = amount < 1 ? significant(amount) : integer(amount);
  return `next ${written} ${amount === 1 ? "brings" : "bring"} ${significant(amount * marginal)}`;
}

/** The channels as all lists have them: those without spend now come last. */
export function inOrder({ channels, current }: Budget): number[] {
  const idle = (channel: number) => current !== null && !(at(current, channel) > 0);
  const all = channels.map((_, c) => c);
  return [...all.filter((c) => !idle(c)), ...all.filter(idle)];
}

/** “26 weeks and the 8 after”. */
export function windowWords({ budget, view }: Scene): string {
  const after = budget.carryOut > 0 ? ` and the ${budget.carryOut} after` : "";
  return `${plural(budget.periods, view.period)}${after}`;
}
