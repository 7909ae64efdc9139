/** Named plans beside the current one and the one on show, compared draw by draw. */
import { toCsv } from "../../kit/download";
import type { Row } from "../../kit/frames";
import type { Budget } from "./budget";
import { chance } from "./maths/bands";
import { at } from "./maths/curves";
import { type Outcome, outcomeFor } from "./outcome";
import { isOf, type Scene } from "./scene";
import type { Estimate, Scenario } from "./wire";

/** As Python has them in what it exports (budget_optimizer/plans.py). */
export const RESERVED = { current: "current", plan: "plan" } as const;
export const MOST_LETTERS = 60;

export interface NamedPlan {
  role: "current" | "plan" | "saved";
  /** What is shown; a saved plan's own name. */
  label: string;
  /** In files. */
  name: string;
  outcome: Outcome;
  estimate: Estimate;
  /** Probability that it brings more than the current plan. */
  better: number | null;
}

/** All plans at one moment; outcomes of saved ones are worked out once. */
export function createComparing(): (scene: Scene) => NamedPlan[] {
  let known = new WeakMap<object, Outcome>();
  let knownFor: { budget: Budget; interval: number } | null = null;
  const outcomeOf = (scenario: Scenario, { budget, state }: Scene): Outcome => {
    if (knownFor?.budget !== budget || knownFor.interval !== state.interval) {
      known = new WeakMap();
      knownFor = { budget, interval: state.interval };
    }
    const found = known.get(scenario) ?? outcomeFor(budget, amountsOf(scenario, budget), state.interval);
    known.set(scenario, found);
    return found;
  };
  return (scene) => {
    const current = scene.current();
    const named = (
      role: NamedPlan["role"],
      label: string,
      name: string,
      outcome: Outcome,
      estimate = outcome.estimate,
    ): NamedPlan => {
      const better = current && role !== "current" ? chance(outcome.draws, current.draws) : null;
      return { role, label, name, outcome, estimate, better };
    };
    const { exact } = scene;
    const own = named("plan", "This plan", RESERVED.plan, scene.plan(), exact?.outcome);
    if (exact?.better != null) own.better = exact.better;
    return [
      ...(current
        ? [named("current", "Current plan", RESERVED.current, current, exact?.current ?? undefined)]
        : []),
      own,
      ...saved(scene).map((row) => {
        const outcome = outcomeOf(row, scene);
        const found = scene.named[row.name];
        const told = found && isOf(found, scene.budget.channels, outcome.spend) ? found : null;
        const plan = named("saved", row.name, row.name, outcome, told?.outcome);
        if (told?.better != null) plan.better = told.better;
        return plan;
      }),
    ];
  };
}

export const saved = ({ state }: Scene): Scenario[] => state.scenarios as unknown as Scenario[];

/** A plan's amounts, as far as the curves reach; channels that it leaves out stay where every plan begins. */
export const amountsOf = ({ spend }: Scenario, { channels, opening, reach }: Budget): Float64Array =>
  Float64Array.from(channels, (name, c) => Math.min(spend[name] ?? at(opening, c), at(reach, c)));

/** Why a name is not possible; "" where it is. */
export function refusal(name: string, scenarios: readonly Scenario[]): string {
  if (name === "") return "Give the plan a name.";
  if (name === RESERVED.current || name === RESERVED.plan)
    return `“${name}” is taken: it names the ${name === "plan" ? "plan on show" : "current plan"}.`;
  return scenarios.some((row) => row.name === name) ? `“${name}” is there already.` : "";
}

/** A line per plan, with its spend by channel; as in Python (Scenarios.to_csv). */
export function scenariosCsv(plans: readonly NamedPlan[], { channels }: Budget): string {
  const rows = plans.map(({ name, outcome, estimate, better }): Row => {
    const [mean, lower, upper] = estimate;
    const roas = outcome.total > 0 ? mean / outcome.total : null;
    return {
      scenario: name,
      total: outcome.total,
      outcome: mean,
      lower,
      upper,
      roas,
      probability_better: better,
      ...Object.fromEntries(channels.map((channel, c) => [`spend: ${channel}`, at(outcome.spend, c)])),
    };
  });
  const columns = ["scenario", "total", "outcome", "lower", "upper", "roas", "probability_better"];
  return toCsv(rows, [...columns, ...channels.map((channel) => `spend: ${channel}`)]);
}
