/** The explorer's own words: what can't be done here, and segments in a sentence. */
import type { Formats } from "../../kit/format";
import type { Scene } from "./scene";
import type { Method, ProfileCell, Segment, State } from "./wire";

export const NEEDS_KERNEL = "Needs the notebook: this file holds the segments as they were exported";

/** Why the number of segments can't be set. */
export const OWN_NUMBER: Partial<Record<Method, string>> = {
  rfm: "RFM rules have their own groups. Choose k-means or another method to set the number.",
  hdbscan: "HDBSCAN finds the number itself.",
};

export const SCALING_LABELS: Record<State["scaling"], string> = {
  standard: "Standard deviations",
  robust: "Quartiles (robust)",
  none: "As they are",
};

export const VALUE_LABELS: Record<State["profile_value"], string> = {
  index: "Index",
  mean: "Mean",
  effect: "Effect",
};

export const VALUE_HINTS: Record<State["profile_value"], string> = {
  index: "Index: the segment's mean, 100 is the average of all customers",
  mean: "Mean of the segment; the colour is the index",
  effect: "Effect: distance from all other customers in standard deviations; beyond ±0.8 is large",
};

export function customers(count: number, formats: Formats): string {
  return `${formats.count(count)} ${count === 1 ? "customer" : "customers"}`;
}

/** A share in whole percent; some are not none. */
export function wholePercent(share: number | null, formats: Formats): string {
  return share !== null && share > 0 && share < 0.005
    ? `<${formats.percent(0.01, 0)}`
    : formats.percent(share, 0);
}

const ALL = 0.999;

/** A share of a sample in whole percent; nearly all or none is never written as if it were. */
export function portion(share: number | null, { percent }: Formats): string {
  if (share === null) return percent(null);
  if (share > ALL) return `> ${percent(ALL, 1)}`;
  if (share < 1 - ALL) return `< ${percent(1 - ALL, 1)}`;
  return percent(share, share >= 0.005 && share < 0.995 ? 0 : 1);
}

/** A cell of the profile as its text. */
export function cellText(cell: ProfileCell, { state, formats }: Scene): string {
  const { profile_value } = state;
  const value = profile_value === "mean" ? cell.mean : cell[profile_value];
  if (value === null || value === undefined) return "–";
  if (profile_value === "index") return formats.count(value);
  if (profile_value === "effect")
    return `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(1)}`;
  return amount(cell, value, formats);
}

/** A value of a feature in the feature's unit. */
export function amount({ unit }: Pick<ProfileCell, "unit">, value: number | null, formats: Formats): string {
  if (value === null) return "–";
  if (unit === "share") return formats.percent(value, 0);
  if (unit === "money") return formats.money(value);
  const number = Math.abs(value) < 10 ? formats.decimal(value) : formats.count(value);
  return unit === "days" || unit === "orders" ? `${number} ${unit}` : number;
}

/** A cell of the profile in one sentence. */
export function cellInWords(cell: ProfileCell, segment: Segment, scene: Scene): string {
  const { formats } = scene;
  const own = amount(cell, cell.mean, formats);
  const all = amount(cell, cell.average, formats);
  const index = cell.index === null ? "" : `, index ${formats.count(cell.index)}`;
  return `${segment.name}, ${cell.label}: mean ${own}, all customers ${all}${index}; ${customers(segment.size, formats)}`;
}

const SMALL_EFFECT = 0.2;

/** What sets a segment apart from all others, strongest first. */
export function apart(segment: number, { profile, formats }: Scene): string {
  const size = ({ effect }: ProfileCell) => Math.abs(effect ?? 0);
  return profile
    .filter((cell) => cell.segment === segment && size(cell) >= SMALL_EFFECT)
    .sort((a, b) => size(b) - size(a))
    .slice(0, 3)
    .map(
      (cell) =>
        `${cell.label} ${amount(cell, cell.mean, formats)} (all ${amount(cell, cell.average, formats)})`,
    )
    .join("; ");
}

/** How many of a segment sit near a border, have gone, and what each is worth. */
export function standing({ border, lapsed, mean_value }: Segment, formats: Formats): string {
  const parts: string[] = [];
  if (border) parts.push(`${customers(border, formats)} near the border with another segment`);
  if (lapsed !== null && lapsed !== undefined) parts.push(`${formats.percent(lapsed, 0)} lapsed`);
  if (mean_value !== null && mean_value !== undefined) parts.push(`${formats.money(mean_value)} each`);
  return parts.join(" · ");
}

/** What is on show and how it was made, in one line: the subtitle of a picture that travels alone. */
export function settingsInWords({ state, view, segments }: Scene): string {
  const method = view.choices.methods.find(({ value }) => value === state.method)?.label ?? state.method;
  const parts = [method, view.status_line, VALUE_HINTS[state.profile_value]];
  const shares = segments.map(
    ({ segment, name, share }) => `${segment} ${name} ${Math.round(100 * share)} %`,
  );
  return `${parts.filter(Boolean).join(" · ")} · ${shares.join(", ")}`;
}
