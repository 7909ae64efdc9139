/**
 * The mini host of exported files: renders widgets without a kernel, a manager or the network.
 *
 * The page holds `<script type="application/json" id="custintel-state">` with
 *
 *     {
 *       "modules": {"widget": "…", "runtime": "…", "cohort_heatmap": "…"}, the text of each ES module, by name
 *       "models": {
 *         "<id>": {
 *           "module": "widget",                                      which module the model has; shared ones are models too
 *           "state": {…},                                            traits; `_runtime`, `_module` are "anywidget:<id>"
 *           "buffers": [{"path": ["_frames", …], "data": "<base64>"}] binary parts and where they belong
 *         }
 *       },
 *       "views": ["<id>", …]                                         what is shown, in order
 *     }
 *
 * and one `<div data-custintel-view="<id>">` per view. What a div holds before (the static table) is replaced once its
 * widget stands. `<` inside the JSON is written `\u003c`, so that no text in it can end the script element.
 */
import type { RenderContext } from "../kit/model";
import { type ExportedModel, StubModel } from "./stub_model";

interface ExportedPage {
  modules: Record<string, string>;
  models: Record<string, ExportedModel & { module: string }>;
  views: string[];
}

interface WidgetModule {
  initialize?(context: { model: StubModel; signal: AbortSignal }): unknown;
  render?(context: RenderContext<Record<string, unknown>>): unknown;
}

const REF = "anywidget:";

async function start(): Promise<void> {
  const text = document.getElementById("custintel-state")?.textContent;
  if (!text) throw new Error("This file holds no widget state.");
  const page = JSON.parse(text) as ExportedPage;
  const { signal } = new AbortController();
  const modules = new Map<string, Promise<WidgetModule | (() => WidgetModule)>>();
  const widgets = new Map<string, Promise<{ model: StubModel; widget: WidgetModule; exports: unknown }>>();

  const moduleNamed = (name: string) => {
    const known = modules.get(name);
    if (known) return known;
    const source = page.modules[name];
    if (source === undefined) throw new Error(`This file lacks the module ${name}.`);
    const made = importText(source);
    modules.set(name, made);
    return made;
  };
  const widgetOf = (id: string) => {
    const known = widgets.get(id);
    if (known) return known;
    const made = (async () => {
      const exported = page.models[id];
      if (!exported) throw new Error(`This file lacks the widget ${id}.`);
      const definition = await moduleNamed(exported.module);
      const widget = typeof definition === "function" ? definition() : definition;
      const model = new StubModel(exported);
      const exports = await widget.initialize?.({ model, signal });
      return { model, widget, exports };
    })();
    widgets.set(id, made);
    return made;
  };
  const host = {
    getModel: async (ref: string) => (await widgetOf(ref.slice(REF.length))).model,
    getWidget: async <Exports>(ref: string) => {
      const { exports } = await widgetOf(ref.slice(REF.length));
      return { exports: exports as Exports };
    },
  };

  await Promise.all(
    page.views.map(async (id) => {
      const place = document.querySelector<HTMLElement>(`[data-custintel-view="${CSS.escape(id)}"]`);
      if (!place) return;
      const { model, widget } = await widgetOf(id);
      const el = document.createElement("div");
      place.replaceChildren(el);
      await widget.render?.({ model, el, signal, host });
    }),
  );
}

async function importText(source: string): Promise<WidgetModule | (() => WidgetModule)> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return ((await import(url)) as { default: WidgetModule | (() => WidgetModule) }).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

void start();
