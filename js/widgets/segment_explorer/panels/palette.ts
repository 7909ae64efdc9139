/** Colours, names and numbers as the panels show them. */
import { numberWriter } from "../../../kit/chart";
import type { PanelContext } from "./panel";

const FEWEST = 12;
const WITHOUT_SEGMENT: Record<number, string> = { [-2]: "Not a customer then", [-1]: "In no segment" };

/** Signals of all panels: a segment's place is its number and two, for those that are none. */
export function paletteSignals({ palette, names }: PanelContext): { hues: string[]; names: string[] } {
  const colour = palette();
  const known = names();
  const most = Math.max(FEWEST, ...known.keys());
  const segments = Array.from({ length: most + 3 }, (_, i) => i - 2);
  return {
    hues: segments.map((segment) => colour(Math.max(-1, segment))),
    names: segments.map((segment) => known.get(segment) ?? WITHOUT_SEGMENT[segment] ?? `Segment ${segment}`),
  };
}

/** Writes numbers of any size with three digits, for tables. */
export function threeDigits({ runtime, formats }: PanelContext): (value: number | null) => string {
  const write = numberWriter(runtime, formats().d3Locale);
  return (value) => (value === null ? "–" : write(",.3~r", value));
}
