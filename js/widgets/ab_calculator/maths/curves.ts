/** What is known of an effect, as a curve to draw and to read areas from. */
import type { BetaPair } from "./bayes";
import { studentDensity } from "./distributions";
import { type Arms, deltaErrorOf, liftOf } from "./estimate";
import { student } from "./frequentist";

const MARGIN = 1e-4;

export interface Curve {
  /** The area below a value. */
  below(effect: number): number;
  /** The height at a value. */
  density(effect: number): number;
  /** Between which values it is worth drawing. */
  reach(): readonly [number, number];
}

/** A normal or Student's t distribution. */
export function bell(centre: number, scale: number, df = Infinity): Curve {
  const standard = student(df);
  return {
    below: (effect) => standard.below((effect - centre) / scale),
    density: (effect) => studentDensity((effect - centre) / scale, df) / scale,
    reach: () => {
      const far = scale * standard.critical(1 - MARGIN, true);
      return [centre - far, centre + far];
    },
  };
}

/** The confidence distribution of a relative effect whose intervals are Fieller's. */
export function quotient(arms: Arms, df = Infinity): Curve {
  const standard = student(df);
  const sign = arms.control < 0 ? -1 : 1;
  const test = (effect: number): [number, number, number] => {
    const ratio = 1 + sign * effect;
    const spread = arms.varTreatment - 2 * ratio * arms.covariance + ratio * ratio * arms.varControl;
    return [ratio * arms.control - arms.treatment, Math.sqrt(spread), ratio];
  };
  return {
    below: (effect) => {
      const [distance, error] = test(effect);
      return standard.below(distance / error);
    },
    density: (effect) => {
      const [distance, error, ratio] = test(effect);
      const turn = sign * (ratio * arms.varControl - arms.covariance);
      if (error === 0) return 0;
      const slope = (Math.abs(arms.control) - (distance * turn) / (error * error)) / error;
      return Math.max(studentDensity(distance / error, df) * slope, 0);
    },
    reach: () => {
      const far = 1.5 * deltaErrorOf(arms) * standard.critical(1 - MARGIN, true);
      return [liftOf(arms) - far, liftOf(arms) + far];
    },
  };
}

/** The exact posterior of the effect on a proportion. */
export const twoBetas = (pair: BetaPair): Curve => ({
  below: (effect) => pair.below(effect),
  density: (effect) => pair.density(effect),
  reach: () => [pair.quantile(MARGIN / 2), pair.quantile(1 - MARGIN / 2)],
});
