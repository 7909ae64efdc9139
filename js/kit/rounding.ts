/** Round ends of an axis, so that it stays put while something is dragged. */
export interface Ends {
  low: number;
  high: number;
}

const ROOM = 0.14;
const STEPS = [1, 2, 2.5, 5, 10];

/** Round ends around the values, with room at both sides. */
export function roundEnds(values: readonly number[], fallback = 1): Ends {
  const there = values.filter(Number.isFinite);
  const [least, most] = [Math.min(0, ...there), Math.max(0, ...there)];
  const width = most - least || fallback;
  const step = roundStep(width / 6);
  return {
    low: Math.floor((least - ROOM * width) / step) * step,
    high: Math.ceil((most + ROOM * width) / step) * step,
  };
}

/** The next number of 1, 2, 2.5, 5 times a power of ten. */
export function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * (STEPS.find((step) => step * power >= wanted * (1 - 1e-9)) ?? 10);
}

export const within = (value: number, { low, high }: Ends): number => Math.min(high, Math.max(low, value));
