/** Text that has to fit into a chart. */
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const pen = document.createElement("canvas").getContext("2d");

/** Width in the charts' font. */
export function textWidth(text: string, font = "11px"): number {
  if (!pen) return text.length * 6;
  pen.font = `${font} ${FONT}`;
  return pen.measureText(text).width;
}

/** The text in lines no wider than `width`, as far as its words allow; what is beyond `most` lines ends in “…”. */
export function wrapped(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const line = lines.at(-1);
    if (line !== undefined && textWidth(`${line} ${word}`) <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  const kept = lines.slice(0, most);
  if (lines.length > most) kept[most - 1] += " …";
  return kept;
}

export interface Placed {
  /** Wanted middle, and height, in pixels. */
  at: number;
  height: number;
}

/** Middles of labels in one column, moved as little as needed to stand apart, within 0…`length` where there is room. */
export function spread(labels: readonly Placed[], length: number): number[] {
  const order = [...labels].sort((a, b) => a.at - b.at);
  const result = new Map<Placed, number>();
  let end = 0;
  for (const label of order) {
    const middle = Math.max(label.at, end + label.height / 2);
    result.set(label, middle);
    end = middle + label.height / 2;
  }
  let start = Math.max(length, total(labels));
  for (const label of order.reverse()) {
    const middle = Math.min(result.get(label) ?? label.at, start - label.height / 2);
    result.set(label, middle);
    start = middle - label.height / 2;
  }
  return labels.map((label) => result.get(label) ?? label.at);
}

const total = (labels: readonly Placed[]) => labels.reduce((sum, { height }) => sum + height, 0);

export interface Spot {
  text: string;
  /** Said where the text has no room. */
  short?: string;
  x: number;
  y: number;
}

/**
 * Words at spots of a picture, in pixels: those at its edge are moved inside of it, and of two that would cover each other the
 * first stays; the other one says its short text, or nothing.
 */
export function apart<S extends Spot>(
  spots: readonly S[],
  size: { width: number; height: number },
  limit: number,
  font: string,
): S[] {
  const placed: { spot: S; half: number }[] = [];
  const place = (spot: S) => {
    const half = Math.min(limit, textWidth(spot.text, font)) / 2 + 3;
    const x = between(half, spot.x, size.width - half);
    const y = between(9, spot.y, size.height - 9);
    const covers = placed.some(
      ({ spot: other, half: room }) => Math.abs(other.x - x) < room + half && Math.abs(other.y - y) < 15,
    );
    if (!covers && spot.text !== "") placed.push({ spot: { ...spot, x, y }, half });
    return !covers;
  };
  for (const spot of spots) if (!place(spot) && spot.short) place({ ...spot, text: spot.short });
  return placed.map(({ spot }) => spot);
}

const between = (low: number, value: number, high: number) => Math.max(low, Math.min(high, value));
