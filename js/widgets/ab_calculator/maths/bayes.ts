/** Two beta posteriors compared exactly, by the trapezoidal rule where the density is smooth and falls off exponentially. */
import { betaCdf, betaPower, normalQuantile } from "./distributions";

/** Steps on the log-odds scale are at most so wide, and a fortieth of the peak: both leave errors of 1e-12 at most. */
const STEP = 0.25;
const PEAK_STEPS = 40;
const PEAK_DROP = 8;
/** Beyond a drop of exp(−40) nothing is left. */
const DROP = 40;
const SMOOTH = 20;

interface Node {
  /** Distance from the lower and the upper end. */
  above: number;
  below: number;
  weight: number;
}

/** A beta distribution of a share. */
export class Beta {
  readonly mean: number;
  readonly sd: number;
  private readonly power: (x: number, y: number) => number;
  private whole: Node[] | undefined;

  constructor(
    readonly a: number,
    readonly b: number,
  ) {
    this.mean = a / (a + b);
    this.sd = Math.sqrt((this.mean * (1 - this.mean)) / (a + b + 1));
    this.power = betaPower(a, b);
  }

  /** The probability below x, y = 1 − x. */
  below(x: number, y: number): number {
    return betaCdf(this.a, this.b, x, y, this.power);
  }

  density(x: number, y: number): number {
    return x > 0 && y > 0 ? this.power(x, y) / (x * y) : 0;
  }

  /** Points and weights with which a function on [low, high] is averaged, which may begin and end there like a root. */
  nodes(low: number, high: number): Node[] {
    if (low > 0 || high < 1) return this.makeNodes(low, high);
    this.whole ??= this.makeNodes(0, 1);
    return this.whole;
  }

  /** The peak on the log-odds scale of [low, high], and how far out on either side the density has fallen by exp(−drop). */
  private shape(low: number, high: number): (drop: number) => [number, number] {
    const width = high - low;
    const height = (v: number): number => {
      const [s, c] = [logistic(v), logistic(-v)];
      const [x, y] = [low + width * s, 1 - high + width * c];
      return (this.a - 1) * Math.log(x) + (this.b - 1) * Math.log(y) + Math.log(s) + Math.log(c);
    };
    let [left, right] = [-600, 600];
    for (let i = 0; i < 60; i += 1) {
      const third = (right - left) / 3;
      if (height(left + third) < height(right - third)) left += third;
      else right -= third;
    }
    const peak = (left + right) / 2;
    const fallen = (far: number, least: number): number => {
      let [near, end] = [peak, far];
      for (let i = 0; i < 40; i += 1) {
        const middle = (near + end) / 2;
        if (height(middle) > least) near = middle;
        else end = middle;
      }
      return end;
    };
    const top = height(peak);
    return (drop) => [fallen(-700, top - drop), fallen(700, top - drop)];
  }

  private makeNodes(low: number, high: number): Node[] {
    const width = high - low;
    if (!(width > 0)) return [];
    const reach = this.shape(low, high);
    const [first, last] = reach(DROP);
    const [left, right] = reach(PEAK_DROP);
    const count = Math.ceil((last - first) / Math.min(STEP, (right - left) / PEAK_STEPS)) + 1;
    const step = (last - first) / (count - 1);
    return Array.from({ length: count }, (_, i) => {
      const v = first + i * step;
      const [s, c] = [logistic(v), logistic(-v)];
      const [above, below] = [width * s, width * c];
      return { above, below, weight: this.density(low + above, 1 - high + below) * above * c * step };
    });
  }
}

const logistic = (v: number): number => 1 / (1 + Math.exp(-v));

/** The sum of a function of other's arguments x and 1 − x over the carrier, where x = slope · carrier + shift is a share. */
function average(
  carrier: Beta,
  other: Beta,
  slope: number,
  shift: number,
  value: (x: number, y: number, carried: number) => number,
): number {
  // Where the other's distribution is smooth at its ends, a cut through the nodes does no harm.
  const ends = [-shift / slope, (1 - shift) / slope] as const;
  const low = other.a < SMOOTH ? Math.max(ends[0], 0) : 0;
  const high = other.b < SMOOTH ? Math.min(ends[1], 1) : 1;
  const [x0, y0] = [slope * low + shift, 1 - shift - slope * high];
  const exact = (rest: number, end: number, at: number): number => (end === at ? Math.max(rest, 0) : rest);
  const [fromLow, fromHigh] = [exact(x0, ends[0], low), exact(y0, ends[1], high)];
  let sum = 0;
  for (const { above, below, weight } of carrier.nodes(low, high)) {
    sum += weight * value(fromLow + slope * above, fromHigh + slope * below, low + above);
  }
  return sum;
}

/** P(other ≤ slope · carrier + shift). */
function shareBelow(carrier: Beta, other: Beta, slope: number, shift: number): number {
  const high = (1 - shift) / slope;
  const beyond = other.b < SMOOTH && high < 1 ? 1 - carrier.below(high, 1 - high) : 0;
  return average(carrier, other, slope, shift, (x, y) => other.below(x, y)) + beyond;
}

/** Independent beta posteriors of control and treatment, and the effect as a difference or as a share of the control. */
export class BetaPair {
  constructor(
    readonly control: Beta,
    readonly treatment: Beta,
    readonly relative = false,
  ) {}

  get effect(): number {
    const gain = this.treatment.mean - this.control.mean;
    return this.relative ? gain / this.control.mean : gain;
  }

  /** The narrower density carries the nodes: the other's distribution is then smooth between them. */
  private get straight(): boolean {
    const { control, treatment } = this;
    if (!this.relative) return control.sd <= treatment.sd;
    return control.sd / control.mean <= treatment.sd / treatment.mean;
  }

  private line(effect: number): [number, number] {
    if (this.relative) return [this.straight ? 1 + effect : 1 / (1 + effect), 0];
    return [1, this.straight ? effect : -effect];
  }

  /** The probability that the effect is below a value. */
  below(effect: number): number {
    if (effect <= -1) return 0;
    if (!this.relative && effect >= 1) return 1;
    return this.straight
      ? shareBelow(this.control, this.treatment, ...this.line(effect))
      : 1 - shareBelow(this.treatment, this.control, ...this.line(effect));
  }

  density(effect: number): number {
    if (effect <= -1 || (!this.relative && effect >= 1)) return 0;
    const [slope, shift] = this.line(effect);
    const [carrier, other] = this.straight ? [this.control, this.treatment] : [this.treatment, this.control];
    const stretch = this.relative ? (this.straight ? 1 : slope * slope) : 1;
    return average(
      carrier,
      other,
      slope,
      shift,
      (x, y, carried) => other.density(x, y) * (this.relative ? stretch * carried : 1),
    );
  }

  /** The effect below which a share of the probability lies; Newton's steps inside a bracket. */
  quantile(share: number): number {
    let [low, high] = [-1, 1];
    let x = this.guess(share);
    if (this.relative) {
      high = Math.max(2 * x + 1, 1);
      while (this.below(high) < share) [low, high] = [high, 4 * high + 4];
    }
    x = Math.min(Math.max(x, low), high);
    for (let i = 0; i < 200; i += 1) {
      const error = this.below(x) - share;
      if (error > 0) high = x;
      else low = x;
      const step = error / this.density(x);
      if (Math.abs(step) <= 1e-12 * Math.max(1, Math.abs(x))) return x - step;
      x = x - step > low && x - step < high ? x - step : (low + high) / 2;
    }
    return x;
  }

  /** E[max(control − treatment, 0)]: what choosing the treatment costs on average if it is worse. */
  expectedLoss(): number {
    // x · Beta(a, b) is the mean times Beta(a + 1, b), so both halves of the expectation are probabilities.
    const { control, treatment } = this;
    const more = new BetaPair(new Beta(control.a + 1, control.b), treatment).below(0);
    const less = new BetaPair(control, new Beta(treatment.a + 1, treatment.b)).below(0);
    return Math.max(control.mean * more - treatment.mean * less, 0);
  }

  private guess(share: number): number {
    const z = normalQuantile(share);
    const { control, treatment } = this;
    if (!this.relative) return this.effect + z * Math.hypot(control.sd, treatment.sd);
    const spread = Math.hypot(control.sd / control.mean, treatment.sd / treatment.mean);
    return (treatment.mean / control.mean) * Math.exp(z * spread) - 1;
  }
}
