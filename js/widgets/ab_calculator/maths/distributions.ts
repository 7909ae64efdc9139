/** Normal, Student, beta and chi-square distributions, relative to 1e-12 or better also far out in the tails. */

const TINY = 1e-300;
const EPSILON = 1e-16;
const MOST_TERMS = 100_000;
const HALF_LOG_TWO_PI = 0.9189385332046727;

/** Remainder of Stirling's series at z ≥ 15. */
function remainder(z: number): number {
  const w = 1 / (z * z);
  return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / z;
}

/** ln Γ(z) for z > 0. */
export function logGamma(z: number): number {
  let product = 1;
  let up = z;
  for (; up < 15; up += 1) product *= up;
  return (up - 0.5) * Math.log(up) - up + HALF_LOG_TWO_PI + remainder(up) - Math.log(product);
}

function stirlingError(z: number): number {
  return z < 15 ? logGamma(z) - ((z - 0.5) * Math.log(z) - z + HALF_LOG_TWO_PI) : remainder(z);
}

/** a ln(a / m) + m − a, without cancellation of large numbers where both are near. */
function deviance(a: number, m: number): number {
  const r = (m - a) / a;
  return a * (r - (Math.abs(r) < 0.5 ? Math.log1p(r) : Math.log(m / a)));
}

/** Lentz's evaluation of b0 + a1/(b1 + a2/(b2 + …)) from its step; NaN when it does not settle. */
function continuedFraction(first: number, step: (i: number) => readonly [number, number]): number {
  let f = first || TINY;
  let c = f;
  let d = 0;
  for (let i = 1; i < MOST_TERMS; i += 1) {
    const [a, b] = step(i);
    d = 1 / (b + a * d || TINY);
    c = b + a / c || TINY;
    const factor = c * d;
    f *= factor;
    if (Math.abs(factor - 1) < 3 * EPSILON) return f;
  }
  return Number.NaN;
}

/** Regularised upper incomplete gamma function Q(a, x). */
export function gammaTail(a: number, x: number): number {
  if (!(x > 0)) return x === 0 || x < 0 ? 1 : Number.NaN;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (front === 0) return x > a ? 0 : 1;
  if (x > a + 1) return front / continuedFraction(x + 1 - a, (i) => [i * (a - i), x + 2 * i + 1 - a]);
  let term = 1 / a;
  let sum = term;
  for (let i = 1; term > sum * EPSILON; i += 1) {
    term *= x / (a + i);
    sum += term;
  }
  return 1 - front * sum;
}

/** Chance of more than x under a chi-square distribution. */
export function chiSquareTail(x: number, freedom: number): number {
  return gammaTail(freedom / 2, x / 2);
}

/** Φ(z). */
export function normalCdf(z: number): number {
  const tail = gammaTail(0.5, (z * z) / 2) / 2;
  return z > 0 ? 1 - tail : tail;
}

export function normalDensity(z: number): number {
  return Math.exp(-(z * z) / 2 - HALF_LOG_TWO_PI);
}

/** The z below which a share p lies: a rational start (Abramowitz and Stegun 26.2.23), then Halley's steps. */
export function normalQuantile(p: number): number {
  const q = Math.min(p, 1 - p);
  if (!(q > 0)) return q === 0 ? (p > 0.5 ? Infinity : -Infinity) : Number.NaN;
  const t = Math.sqrt(-2 * Math.log(q));
  let z =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let i = 0; i < 3; i += 1) {
    const step = (normalCdf(z) - q) / normalDensity(z);
    z -= step / (1 + (z * step) / 2);
  }
  return p > 0.5 ? -z : z;
}

/**
 * x^a y^b / B(a, b) as a function of x and y = 1 − x, which are given apart so that neither loses digits
 * (Loader, 2000, Fast and accurate computation of binomial probabilities).
 */
export function betaPower(a: number, b: number): (x: number, y: number) => number {
  const n = a + b;
  const errors = stirlingError(n) - stirlingError(a) - stirlingError(b);
  const front = Math.sqrt((a * b) / (2 * Math.PI * n)) * Math.exp(errors);
  return (x, y) => (x > 0 && y > 0 ? front * Math.exp(-deviance(a, n * x) - deviance(b, n * y)) : 0);
}

/** Regularised incomplete beta function I_x(a, b), y = 1 − x. */
export function betaCdf(a: number, b: number, x: number, y: number, power = betaPower(a, b)): number {
  if (!(x > 0)) return x <= 0 ? 0 : Number.NaN;
  if (y <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(b, a, y, x, (v, w) => power(w, v));
  const front = power(x, y);
  if (front === 0) return 0;
  const fraction = continuedFraction(1, (i) => {
    const m = i >> 1;
    const bottom = (a + i - 1) * (a + i);
    return [i % 2 ? (-(a + m) * (a + b + m) * x) / bottom : (m * (b - m) * x) / bottom, 1];
  });
  return front / (a * fraction);
}

/** Chance of more than t under Student's distribution. */
export function studentTail(t: number, freedom: number): number {
  if (t < 0) return 1 - studentTail(-t, freedom);
  if (freedom === Infinity) return normalCdf(-t);
  const square = t * t;
  if (freedom > 10_000) return normalCdf(-normalised(square, freedom));
  const whole = freedom + square;
  return betaCdf(freedom / 2, 0.5, freedom / whole, square / whole) / 2;
}

/** The normal deviate that is as far out as t (Hill, 1970, Algorithm 395), exact to 1e-15 for 10,000 degrees of freedom. */
function normalised(square: number, freedom: number): number {
  const a = freedom - 0.5;
  const b = 48 * a * a;
  const y = a * Math.log1p(square / freedom);
  const second = (((0.4 * y + 3.3) * y + 24) * y + 85.5) / (0.8 * y * y + 100 + b);
  return Math.sqrt(y) * (1 + (y + 3 - second) / b);
}

/** Standard density of Student's distribution; with infinite degrees of freedom, of the normal. */
export function studentDensity(t: number, freedom: number): number {
  if (freedom === Infinity) return normalDensity(t);
  const half = freedom / 2;
  // ln of Γ(half + 1/2) / (Γ(half) sqrt(half)), without cancellation of large numbers.
  const errors = stirlingError(half + 0.5) - stirlingError(half);
  const front = half * Math.log1p(0.5 / half) - 0.5 + errors;
  return Math.exp(front - (half + 0.5) * Math.log1p((t * t) / freedom)) / Math.sqrt(2 * Math.PI);
}

/** The t above which a share q ≤ 1/2 lies: Newton's steps from the normal, which stay below it and so can't overshoot. */
export function studentUpper(q: number, freedom: number): number {
  let t = -normalQuantile(q);
  if (freedom === Infinity || !Number.isFinite(t) || t === 0) return t;
  for (let i = 0; i < 200; i += 1) {
    const step = (studentTail(t, freedom) - q) / studentDensity(t, freedom);
    t += step;
    if (Math.abs(step) <= 1e-15 * t) break;
  }
  return t;
}
