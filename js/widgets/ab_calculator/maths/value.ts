/** What an effect is worth in money. */
import type { Comparison } from "./compare";
import { chance, ends, integer, money, significant } from "./wording";

export interface Worth {
  /** People who would get the treatment: in all, or per day where `horizonDays` is given. */
  contacts: number;
  /** Money gained per unit of the metric. */
  margin?: number;
  costPerContact?: number;
  horizonDays?: number | null;
  /** For a relative comparison: the mean per contact to expect without the treatment. */
  baseline?: number | null;
  currency?: string;
}

export interface Value {
  amount: number;
  lower: number;
  upper: number;
  /** That it brings more than it costs; NaN unless Bayesian, as is the expected loss. */
  probability: number;
  expectedLoss: number;
  /** The effect that just covers the costs, in the metric's unit. */
  breakEven: number;
  contacts: number;
  sentence: string;
}

/** contacts × (margin × effect − cost per contact), and the same of the interval's ends. */
export function worthOf(comparison: Comparison, worth: Worth): Value {
  const { margin = 1, costPerContact = 0, horizonDays = null, currency = "" } = worth;
  const contacts = worth.contacts * (horizonDays ?? 1);
  const unit = comparison.relative ? (worth.baseline ?? Number.NaN) : 1;
  const sign = comparison.direction === "down" ? -1 : 1;
  const inMoney = (effect: number): number => contacts * (margin * sign * effect * unit - costPerContact);
  const bounds = [inMoney(comparison.lower), inMoney(comparison.upper)];
  const breakEven = (sign * costPerContact) / margin;
  const value = {
    amount: inMoney(comparison.effect),
    lower: Math.min(...bounds),
    upper: Math.max(...bounds),
    probability: chanceToPay(comparison, breakEven / unit),
    expectedLoss: contacts * margin * comparison.expectedLoss,
    breakEven,
    contacts,
  };
  return { ...value, sentence: sentence(value, horizonDays, costPerContact, currency) };
}

function chanceToPay({ method, curve, direction }: Comparison, breakEven: number): number {
  if (method !== "bayes" || !curve) return Number.NaN;
  const below = curve.below(breakEven);
  return direction === "down" ? below : 1 - below;
}

function sentence(
  { amount, lower, upper, probability, contacts }: Omit<Value, "sentence">,
  days: number | null,
  cost: number,
  currency: string,
): string {
  const when = days === null ? "" : ` over ${significant(days)} days`;
  const costs = cost ? ", costs taken off" : "";
  const pays = Number.isNaN(probability) ? "" : ` ${chance(probability)} chance that it pays.`;
  const between = ends(lower, upper, money(lower, currency), money(upper, currency));
  return `For ${integer(contacts)} contacts${when} it is worth ${money(amount, currency)} (${between})${costs}.${pays}`;
}
