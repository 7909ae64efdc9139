/**
 * The frame around every widget: its root element, the runtime, what Python hears of its views, and what people read
 * when rendering fails. It stands in every widget's bundle and uses nothing of the kit, which arrives with the runtime.
 */
import type { Runtime, RuntimeExports } from "../runtime/index";
import { adopt } from "./link";
import type { Host, Model, RenderContext } from "./model";

export type Render<State> = (
  context: RenderContext<State>,
  root: HTMLElement,
  runtime: Runtime,
) => Promise<void>;

/**
 * Makes an anywidget module of a function that fills `root`; an exception in it is shown where the widget would be.
 *
 * The module is a factory, because it keeps a count: how many views its model has. Python frees a widget that a newer
 * run of its cell replaced once no view is left.
 */
export function defineWidget<State extends { _runtime: string }>(name: string, render: Render<State>) {
  return () => {
    let views = 0;
    const count = (model: Model<State>, change: 1 | -1) => {
      views += change;
      try {
        model.send({ kind: "views", count: views });
      } catch {
        // The connection is gone, and with it whoever counted.
      }
    };
    return {
      // Nothing to await: messages that reach a model before it is initialised are lost after two seconds.
      initialize() {},
      async render(context: RenderContext<State>) {
        const { el, model, host, signal } = context;
        if (signal.aborted) return;
        const root = document.createElement("div");
        root.className = "ci-root";
        root.setAttribute("role", "group");
        root.setAttribute("aria-label", name);
        el.classList.add("ci-host");
        el.append(root);
        count(model, 1);
        const dispose = () => {
          root.remove();
          count(model, -1);
        };
        signal.addEventListener("abort", dispose, { once: true });
        try {
          const runtime = await loadRuntime(host, model.get("_runtime"));
          if (signal.aborted) return;
          adopt(runtime.kit);
          runtime.kit.dressRoot(root, signal);
          await render(context, root, runtime);
        } catch (error) {
          if (!signal.aborted) showFailure(root, name, error);
        }
      },
    };
  };
}

/** The shared libraries, which reach the page through a widget of their own. */
async function loadRuntime(host: Host, ref: string): Promise<Runtime> {
  try {
    const widget = await host.getWidget<RuntimeExports>(ref);
    return await widget.exports.load();
  } catch (error) {
    throw new Error(`the chart library did not reach the page. Run the cell again. (${messageOf(error)})`);
  }
}

function showFailure(root: HTMLElement, name: string, error: unknown): void {
  const box = document.createElement("div");
  box.className = "ci-error";
  box.setAttribute("role", "alert");
  box.textContent = `The ${name.toLowerCase()} could not be drawn: ${messageOf(error)}`;
  root.prepend(box);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
