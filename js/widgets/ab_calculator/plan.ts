/** The plan: traits to fields, the padlocked one computed, and all of it in words. */
import {
  type Duration,
  duration,
  durationSentence,
  isPossible,
  type PlanFields,
  planSentence,
  powerOf,
  type Solved,
  solvePlan,
} from "./maths/planning";
import { bothScales, chance, integer, percent, plural } from "./maths/wording";
import type { State } from "./wire";

export interface Plan {
  fields: PlanFields;
  solved: Solved;
  /** One sentence with the finding, or why there is none. */
  headline: string;
  /** What to do, in whole weeks. */
  advice: string;
  duration: Duration | null;
  /** The plan can't be computed. */
  impossible: boolean;
}

const WEEK = 7;

export const isShare = ({ plan_kind }: State): boolean => plan_kind === "proportion";

export function fieldsOf(state: State): PlanFields {
  return {
    baseline: state.baseline,
    sd: isShare(state) ? null : state.sd,
    formula: state.formula,
    // 1 − 0.95 is 0.05 and a rounding error.
    alpha: Number((1 - state.level).toPrecision(12)),
    alternative: state.alternative,
    varianceReduction: state.variance_reduction,
    effect: state.effect,
    power: state.power,
    days: state.days,
    perDay: state.per_day > 0 ? state.per_day : null,
    arms: state.arms,
    direction: state.direction,
  };
}

export function planOf(state: State): Plan {
  const fields = fieldsOf(state);
  const why = obstacleOf(state, fields);
  const solved = why ? NOTHING : solvePlan(fields, state.solve);
  const missing = why || unsolved(state, fields, solved);
  const time = missing || !(state.per_day > 0) ? null : duration(solved.nPerArm, state.per_day, state.arms);
  return {
    fields,
    solved,
    headline: missing || `${upper(planSentence(fields, solved))}`,
    advice: missing ? "" : adviceOf(state, time),
    duration: time,
    impossible: missing !== "",
  };
}

const NOTHING: Solved = {
  effect: Number.NaN,
  power: Number.NaN,
  days: null,
  nPerArm: Number.NaN,
  duration: null,
};

const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Why nothing can be computed at all. */
function obstacleOf(state: State, fields: PlanFields): string {
  const { baseline, effect, sd, solve, alternative, per_day, days } = state;
  if (!isShare(state) && !(sd > 0))
    return "Give the standard deviation of a unit's value: without it no size follows.";
  if (isShare(state) && !(baseline > 0 && baseline < 1))
    return `A baseline of ${percent(baseline)} leaves nothing to plan: give a share between 0 and 100 %.`;
  if (solve !== "days" && !(per_day > 0 && days > 0))
    return "Say how many units enter per day, and for how many days: nothing is found without any.";
  if (solve === "effect") return "";
  if (effect === 0)
    return "No number of units finds an effect of zero. Give the smallest that is worth finding.";
  if (isPossible(fields, effect)) return "";
  if (alternative !== "two-sided" && (alternative === "greater") !== effect > 0)
    return `The test looks for effects ${alternative === "greater" ? "above" : "below"} zero; this one lies on the other side.`;
  return `From ${percent(baseline)} an effect of ${bothScales(effect, null, true)} leads out of 0 to 100 %.`;
}

function unsolved({ power, days }: State, fields: PlanFields, { effect, nPerArm }: Solved): string {
  if (Number.isFinite(effect) && nPerArm > 0) return "";
  const units = plural((fields.perDay ?? 0) * days, "unit");
  return `Even the largest possible change isn't found with ${chance(power)} power by ${units} in ${plural(days, "day")}.`;
}

function adviceOf({ solve, days, per_day }: State, time: Duration | null): string {
  if (!time) return "";
  if (solve === "days") return durationSentence(time, per_day);
  const units = `${integer(per_day * days)} units in ${integer(days)} days.`;
  return days % WEEK === 0 ? units : `${units} Whole weeks are better: days of the week differ.`;
}

/** The chance to find effects between two ends. */
export function curveOf({ fields, solved }: Plan, low: number, high: number, points = 81) {
  return Array.from({ length: points }, (_, i) => {
    const effect = low + ((high - low) * i) / (points - 1);
    return { effect, power: powerOf(fields, solved.nPerArm, effect) };
  }).filter(({ effect }) => effect === 0 || isPossible({ ...fields, alternative: "two-sided" }, effect));
}
