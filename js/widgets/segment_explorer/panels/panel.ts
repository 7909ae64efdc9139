/** What a panel beside or below the segment list is, and what the screen gives it. */
import type { Chart } from "../../../kit/chart";
import type { Formats } from "../../../kit/format";
import type { Requests } from "../../../kit/requests";
import type { Colours } from "../../../kit/theme";
import type { Runtime } from "../../../runtime/index";
import type { Pick, SegmentModel } from "../wire";

export interface Panel {
  element: HTMLElement;
  /**
   * Draws what the model holds now; the first call, once the panel can be seen, makes its charts. From then on the panel
   * follows the model by itself; a further call is harmless.
   */
  show(): void;
  recolour(colours: Colours): void;
  /** The charts on show, for pictures to take away. */
  charts(): Chart[];
}

export interface PanelContext {
  model: SegmentModel;
  runtime: Runtime;
  requests: Requests;
  signal: AbortSignal;
  colours(): Colours;
  /** Present names by segment. */
  names(): Map<number, string>;
  /** A segment's colour in the present theme; grey for what is in none. */
  palette(): (segment: number) => string;
  trouble(error: unknown): void;
  announce(text: string): void;
  formats(): Formats;
}

/** The selection after a click: a pick replaces, repeated it clears, added it joins or leaves. */
export function afterPick(selection: readonly Pick[], pick: Pick, add: boolean): Pick[] {
  const key = JSON.stringify(pick);
  const others = selection.filter((item) => JSON.stringify(item) !== key);
  const present = others.length < selection.length;
  if (add) return present ? others : [...others, pick];
  return present && others.length === 0 ? [] : [pick];
}
