/** What a part of the screen is, and what the screen gives it. */
import type { Chart } from "../../kit/chart";
import type { Formats } from "../../kit/format";
import type { Requests } from "../../kit/requests";
import type { Saving } from "../../kit/saving";
import type { Colours } from "../../kit/theme";
import type { Runtime } from "../../runtime/index";
import type { Moves } from "./moves";
import type { Scene } from "./scene";
import type { OptimizerModel, State } from "./wire";

export interface PanelContext {
  model: OptimizerModel;
  runtime: Runtime;
  requests: Requests;
  signal: AbortSignal;
  scene(): Scene;
  moves: Moves;
  /** Sets traits: on the way while something is dragged, and at rest. */
  saving: Saving<State>;
  colours(): Colours;
  formats(): Formats;
  announce(text: string): void;
  trouble(error: unknown): void;
}

export interface Panel {
  element: HTMLElement;
  /** Draws the present scene; called at every step while it is on show, so it must be quick. */
  show(): void;
  recolour(colours: Colours): void;
  /** The charts on show, for pictures to take away. */
  charts(): Chart[];
}
