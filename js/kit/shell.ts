/**
 * The module of every widget: the frame around what its component draws.
 *
 * It makes the root element, brings runtime and component together, tells Python of its views, and says in words when
 * drawing fails. It uses nothing of the kit, which arrives with the runtime.
 */
import type { RuntimeExports } from "../runtime/index";
import type { Model, RenderContext } from "./model";
import type { ComponentExports } from "./widget";

interface ShellState {
  /** Reference to the widget that carries the chart runtime. */
  _runtime: string;
  /** Reference to the widget that carries the component's module. */
  _module: string;
}

type Context = RenderContext<ShellState>;

/** A factory, because the shell keeps a count: Python frees a widget that a newer run of its cell replaced once no view is left. */
export default () => {
  let views = 0;
  const count = (model: Model<ShellState>, change: 1 | -1) => {
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
    async render(context: Context) {
      const { el, model, signal } = context;
      if (signal.aborted) return;
      const root = document.createElement("div");
      root.className = "ci-root";
      el.classList.add("ci-host");
      el.append(root);
      count(model, 1);
      const dispose = () => {
        root.remove();
        count(model, -1);
      };
      signal.addEventListener("abort", dispose, { once: true });
      try {
        await fill(context, root);
      } catch (error) {
        if (!signal.aborted) showFailure(root, error);
      }
    },
  };
};

async function fill(context: Context, root: HTMLElement): Promise<void> {
  const { signal } = context;
  const [runtime, component] = await load(context);
  if (signal.aborted) return;
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", component.name);
  runtime.kit.dressRoot(root, signal);
  await component.draw(context, root, runtime);
}

async function load({ host, model }: Context) {
  try {
    const [runtime, component] = await Promise.all([
      host.getWidget<RuntimeExports>(model.get("_runtime")).then(({ exports }) => exports.load()),
      host.getWidget<ComponentExports<ShellState>>(model.get("_module")),
    ]);
    return [runtime, component.exports] as const;
  } catch (error) {
    throw new Error(`its code did not reach the page. Run the cell again. (${messageOf(error)})`);
  }
}

function showFailure(root: HTMLElement, error: unknown): void {
  const box = document.createElement("div");
  box.className = "ci-error";
  box.setAttribute("role", "alert");
  box.textContent = `This widget could not be drawn: ${messageOf(error)}`;
  root.prepend(box);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
