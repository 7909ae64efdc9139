/** What a tab is, and what the screen gives it. */
import type { Chart } from "../../kit/chart";
import type { Formats } from "../../kit/format";
import type { Requests } from "../../kit/requests";
import type { Saving } from "../../kit/saving";
import type { Colours } from "../../kit/theme";
import type { Runtime } from "../../runtime/index";
import type { Scene } from "./scene";
import type { CalculatorModel, State } from "./wire";

export interface TabContext {
  model: CalculatorModel;
  runtime: Runtime;
  requests: Requests;
  signal: AbortSignal;
  scene(): Scene;
  /** Sets traits: on the way while something is dragged, and at rest. */
  saving: Saving<State>;
  /** Draws the open tab once more, for what changes no trait. */
  redraw(): void;
  colours(): Colours;
  formats(): Formats;
  announce(text: string): void;
  trouble(error: unknown): void;
}

export interface TabView {
  element: HTMLElement;
  /** Draws the present scene; called while the tab is open. */
  show(): void;
  recolour(colours: Colours): void;
  /** The charts on show, for pictures to take away. */
  charts(): Chart[];
  /** What was found, in words: announced when it changes, and the title of a picture. */
  finding(): string;
  /** The tab's figures as CSV. */
  csv(): string;
}
