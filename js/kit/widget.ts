/**
 * How a component's module meets the widgets that it draws.
 *
 * The module reaches the page once per kernel, in a widget of its own, as the chart runtime does; each widget carries only
 * `shell.ts`, which brings both together. Twenty heatmaps are twenty shells, one module and one runtime.
 */
import type { Runtime } from "../runtime/index";
import { adopt } from "./link";
import type { RenderContext } from "./model";

export type Draw<State> = (
  context: RenderContext<State>,
  root: HTMLElement,
  runtime: Runtime,
) => Promise<void>;

/** What a component's module exports to the shells. */
export interface ComponentExports<State> {
  /** What the widget is called, for screen readers and in messages. */
  name: string;
  draw: Draw<State>;
}

/** Makes a component's module of a function that fills `root`. */
export function defineWidget<State>(name: string, draw: Draw<State>) {
  return {
    initialize(): ComponentExports<State> {
      return {
        name,
        draw(context, root, runtime) {
          adopt(runtime.kit);
          return draw(context, root, runtime);
        },
      };
    },
  };
}
