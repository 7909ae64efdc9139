/**
 * A real widget manager with anywidget's real front end; only the comm to the kernel is a recording.
 *
 * `python` in a test's words is this recording: what the page sent is read from it, and messages put into it reach the
 * models as they would from a kernel.
 */
import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import anywidgetSource from "../../node_modules/anywidget/dist/index.js?raw";

interface Sent {
  method: string;
  state?: Record<string, unknown>;
  content?: unknown;
}

export class RecordedComm implements base.IClassicComm {
  readonly target_name = "jupyter.widget";
  readonly sent: Sent[] = [];
  #onMessage: (message: unknown) => void = () => {};

  constructor(readonly comm_id: string) {}

  on_msg(callback: (message: unknown) => void): void {
    this.#onMessage = callback;
  }
  on_close(): void {}
  open(): string {
    return "";
  }
  close(): string {
    return "";
  }

  send(data: unknown, callbacks?: { iopub?: { status?: (message: unknown) => void } }): string {
    this.sent.push(data as Sent);
    // The manager holds back state while the kernel is busy with the last one.
    queueMicrotask(() => callbacks?.iopub?.status?.({ content: { execution_state: "idle" } }));
    return "";
  }

  /** State that the page sent, later messages over earlier ones. */
  get state(): Record<string, unknown> {
    return Object.assign({}, ...this.sent.filter((m) => m.method === "update").map((m) => m.state));
  }

  get custom(): unknown[] {
    return this.sent.filter((message) => message.method === "custom").map((message) => message.content);
  }

  update(state: Record<string, unknown>): void {
    this.#onMessage({ content: { data: { method: "update", state, buffer_paths: [] } }, buffers: [] });
  }

  message(content: unknown): void {
    this.#onMessage({ content: { data: { method: "custom", content } }, buffers: [] });
  }
}

class Manager extends ManagerBase {
  protected override async loadClass(className: string, moduleName: string): Promise<never> {
    const module = moduleName === "anywidget" ? anywidget() : base;
    return (module as Record<string, unknown>)[className] as never;
  }
  protected override async _create_comm(): Promise<base.IClassicComm> {
    throw new Error("The tests' page opens no comms.");
  }
  protected override async _get_comm_info(): Promise<Record<string, never>> {
    return {};
  }
}

let loaded: Record<string, unknown> | undefined;

/** anywidget's front end as Jupyter loads it: an AMD module that takes `@jupyter-widgets/base`. */
function anywidget(): Record<string, unknown> {
  if (!loaded) {
    const define = (_names: string[], factory: (library: typeof base) => Record<string, unknown>) => {
      loaded = factory(base);
    };
    new Function("define", anywidgetSource)(define);
  }
  return loaded as Record<string, unknown>;
}

const VERSION = "~0.11.*";

export interface LiveModel {
  model: base.DOMWidgetModel;
  python: RecordedComm;
}

export class TestManager {
  readonly #manager = new Manager();
  #count = 0;

  /** A model as `AnyWidget` in Python opens it. */
  async open(state: Record<string, unknown>, id = `model-${this.#count++}`): Promise<LiveModel> {
    const python = new RecordedComm(id);
    const classes = {
      _model_name: "AnyModel",
      _model_module: "anywidget",
      _model_module_version: VERSION,
      _view_name: "AnyView",
      _view_module: "anywidget",
      _view_module_version: VERSION,
    };
    const options = {
      model_name: classes._model_name,
      model_module: "anywidget",
      model_module_version: VERSION,
      model_id: id,
      comm: python,
    };
    const model = await this.#manager.new_model(options, {
      ...classes,
      _anywidget_id: "test.Widget",
      ...state,
    });
    return { model: model as base.DOMWidgetModel, python };
  }

  /** Shows a model in the page as an output area does. */
  async show(model: base.DOMWidgetModel, place: HTMLElement): Promise<base.DOMWidgetView> {
    const view = await this.#manager.create_view(model);
    place.append(view.el);
    view.trigger("displayed");
    return view;
  }
}
