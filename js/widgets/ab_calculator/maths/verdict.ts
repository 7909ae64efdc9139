/** A comparison turned into a decision, with the reason in one sentence; the words are Python's. */
import type { Comparison } from "./compare";
import { Reading } from "./reading";
import type { SampleRatio } from "./sample_ratio";
import type { Value } from "./value";
import { integer, plural, significant } from "./wording";

export type Decision = "ship" | "keep running" | "stop" | "no meaningful difference" | "don't read";

export interface Circumstances {
  /** The smallest effect worth having, as a size; by default on the comparison's scale. */
  smallestWorthwhile?: number;
  relative?: boolean;
  sampleRatio?: SampleRatio | null;
  guardrails?: readonly (readonly [string, Comparison])[];
  /** The planned end as people write it, when it is still to come. */
  plannedEnd?: string | null;
  look?: number | null;
  value?: Value | null;
  otherScale?: Comparison | null;
  perDay?: number | null;
  power?: number;
  unit?: string;
  currency?: string;
}

export interface Verdict {
  decision: Decision;
  reason: string;
  /** For a chat: the decision, the figures, and what it is worth or what could go wrong. */
  lines: [string, string, string];
  notes: string[];
  smallestWorthwhile: number;
}

type Decided = [Decision, string];

/** Ship, keep running, stop, no meaningful difference, or don't read the result at all. */
export function verdictOf(comparison: Comparison, asked: Circumstances = {}): Verdict {
  const reading = readingOf(comparison, asked);
  const named = (asked.guardrails ?? []).map(([name, found], i): [string, Reading] => [
    name || String(i + 1),
    new Reading(found),
  ]);
  const [decision, reason] = decide(reading, named, asked);
  const notes = notesOf(reading, asked.otherScale ?? null, named).filter((note) => note !== reason);
  const lines = linesOf(reading, decision, reason, asked);
  return { decision, reason, lines, notes, smallestWorthwhile: reading.smallest };
}

function linesOf(
  reading: Reading,
  decision: Decision,
  reason: string,
  asked: Circumstances,
): [string, string, string] {
  if (decision === "don't read") return [reason, NO_FIGURES, WHERE_TO_LOOK];
  const first = `${decision.charAt(0).toUpperCase()}${decision.slice(1)}. ${reason}`;
  return [
    first,
    reading.figures(isEarly(reading, asked)),
    third(reading, asked.value ?? null, asked.currency ?? ""),
  ];
}

const NO_FIGURES = "The groups aren't alike, so no figures are given.";
const WHERE_TO_LOOK = "Look for redirects, bots, crashes or logging that differ between the variants.";

/** A posterior and a sequential band are read at any look; the p-values of the others hold at the planned one. */
const isEarly = ({ found }: Reading, { plannedEnd }: Circumstances): boolean =>
  Boolean(plannedEnd) && (found.method === "welch" || found.method === "z");

function readingOf(found: Comparison, asked: Circumstances): Reading {
  const { smallestWorthwhile = 0, relative = found.relative, value, unit = "" } = asked;
  const base = Math.abs(found.control);
  const scale = relative === found.relative ? 1 : relative ? base : 1 / base;
  const breakEven = value ? Math.abs(value.breakEven) / (found.relative ? base : 1) : 0;
  return new Reading(found, Math.max(smallestWorthwhile * scale, breakEven), breakEven, unit);
}

function decide(reading: Reading, guardrails: [string, Reading][], asked: Circumstances): Decided {
  const { sampleRatio, plannedEnd, look = null, perDay = null, power = 0.8 } = asked;
  const { found } = reading;
  if (sampleRatio?.verdict === "mismatch") return ["don't read", sampleRatio.sentence];
  const harmed = guardrails.find(([, guardrail]) => guardrail.best < 0);
  if (harmed) return ["stop", harm(...harmed)];
  if (Number.isNaN(found.lower) || Number.isNaN(found.upper)) return ["keep running", found.message];
  if (isEarly(reading, asked)) {
    const which = look === null ? "Early look" : `Look ${integer(look)}`;
    return [
      "keep running",
      `${which}, planned end ${plannedEnd}. The usual p-value isn't valid yet; the band is.`,
    ];
  }
  return decided(reading, perDay, power);
}

function decided(reading: Reading, perDay: number | null, power: number): Decided {
  const { smallest, breakEven: bar, worst, best, effect } = reading;
  const least = reading.both(smallest);
  const shown = reading.both(effect);
  if (best >= 0 && best < bar) {
    const covers = reading.both(bar);
    return [
      "stop",
      `At best ${reading.one(best)}, and ${covers} would only cover the costs. Keep the control.`,
    ];
  }
  if (smallest > bar && -smallest < worst && best < smallest) {
    const said = `Any difference is smaller than your worthwhile ${least}. Safe to stop; choose on cost.`;
    return ["no meaningful difference", said];
  }
  if (best < 0) return ["stop", `The treatment is worse: ${shown} (${reading.span()}). Keep the control.`];
  if (best < smallest) {
    return ["stop", `At best ${reading.one(best)}, below your worthwhile ${least}. Keep the control.`];
  }
  if (worst > bar && worst >= smallest) {
    const most = smallest > 0 ? `, all of it at least your worthwhile ${least}` : "";
    return ["ship", `The treatment is better: ${shown} (${reading.span()})${most}.`];
  }
  if (worst > bar && effect >= smallest) {
    const though = `most likely worthwhile (${least}), though it could be as little as ${reading.one(worst)}`;
    return ["ship", `The treatment is better: ${shown}, ${though}.`];
  }
  return ["keep running", undecided(reading) + stillNeeded(reading, perDay, power)];
}

function undecided(reading: Reading): string {
  const { smallest, breakEven: bar, worst } = reading;
  const least = reading.both(smallest);
  if (worst > bar) {
    return `Better, but not decided whether by your worthwhile ${least}: plausibly ${reading.span()}.`;
  }
  const includes = bar === 0 ? "zero" : `the break-even ${reading.both(bar)}`;
  const worthwhile = smallest > bar ? ` and your worthwhile ${least}` : "";
  return `Not decided. The effect is plausibly ${reading.span()}, which includes ${includes}${worthwhile}.`;
}

function stillNeeded(reading: Reading, perDay: number | null, power: number): string {
  const more = reading.moreUnits(power);
  if (!Number.isFinite(more)) return "";
  const least = reading.both(reading.smallest);
  if (more < 1) return ` There are enough units to detect ${least}; the effect lies near a border.`;
  if (perDay === null) return ` To detect ${least}: about ${integer(Math.ceil(more))} more units.`;
  return ` To detect ${least}: about ${plural(Math.ceil(more / perDay), "more day")}.`;
}

const harm = (name: string, found: Reading): string =>
  `Guardrail ${name} got worse: ${found.both(found.effect)} (${found.span()}). Keep the control.`;

function notesOf(reading: Reading, otherScale: Comparison | null, guardrails: [string, Reading][]): string[] {
  const notes = reading.found.message ? [reading.found.message] : [];
  if (otherScale && otherScale.relative !== reading.found.relative) {
    const other = new Reading(otherScale, 0, 0, reading.unit);
    if (other.clear !== reading.clear) notes.push(disagreement(reading, other));
  }
  for (const [name, found] of guardrails) {
    if (found.best < 0) notes.push(harm(name, found));
    else
      notes.push(
        `Guardrail ${name} ${found.worst < 0 ? "isn't clearly worse" : "is no worse"}: ${found.span()}.`,
      );
  }
  return notes;
}

function disagreement(reading: Reading, other: Reading): string {
  const absolute = reading.found.relative ? other : reading;
  const [clear, unclear] = absolute.clear ? [absolute.units, "percent"] : ["percent", absolute.units];
  const scale = reading === absolute ? absolute.units : "percent";
  return (
    `The difference is clear in ${clear}, not in ${unclear}, because the control's own average is uncertain. ` +
    `This verdict uses ${scale}.`
  );
}

const METHODS = {
  welch: "Welch's t-test",
  z: "z-test",
  bayes: "Bayesian",
  sequential: "Always-valid band",
} as const;

/** What it is worth; else what shipping could cost; else how it was found. */
function third(reading: Reading, value: Value | null, currency: string): string {
  const { found, smallest } = reading;
  if (value) return value.sentence;
  if (found.method === "bayes" && found.probability > 0 && found.probability < 1) {
    const worse = lossText(reading, found.expectedLoss / (1 - found.probability), currency);
    const weighed = lossText(reading, found.expectedLoss, currency);
    return `If you ship the treatment and it is worse, you lose about ${worse}; weighed by the chance of that, ${weighed}.`;
  }
  const scale = found.relative ? "percent of the control" : reading.units;
  const least = smallest > 0 ? `; worthwhile from ${reading.both(smallest)}` : "";
  return `${METHODS[found.method]}, decided in ${scale}${least}.`;
}

function lossText(reading: Reading, loss: number, currency: string): string {
  if (reading.found.share) return `${significant(100 * loss)} points`;
  if (currency) return `${currency} ${significant(loss)} per unit`;
  return `${`${significant(loss)} ${reading.unit}`.trimEnd()} per unit`;
}
