/** A heatmap in a page as Jupyter shows it: built modules, anywidget's front end, a real widget manager. */
import type { DOMWidgetView } from "@jupyter-widgets/base";
import heatmapStyle from "../../custintel_widgets/static/cohort_heatmap.css?raw";
import heatmapModule from "../../custintel_widgets/static/cohort_heatmap.js?raw";
import runtimeModule from "../../custintel_widgets/static/runtime.js?raw";
import shellModule from "../../custintel_widgets/static/widget.js?raw";
import type { CohortHeatmapState } from "../widgets/cohort_heatmap/state";
import { heatmapState } from "./fixture";
import { type LiveModel, TestManager } from "./manager";
import { until } from "./waiting";

export class Notebook {
  readonly manager = new TestManager();
  readonly place = document.createElement("div");
  readonly #views: DOMWidgetView[] = [];

  constructor(width = 1100) {
    this.place.style.width = `${width}px`;
    this.place.style.background = "white";
    document.body.append(this.place);
  }

  async openModules(): Promise<void> {
    await this.manager.open({ _esm: runtimeModule, _anywidget_id: "test.Runtime" }, "runtime");
    await this.manager.open({ _esm: heatmapModule, _anywidget_id: "test.Module" }, "cohort_heatmap");
  }

  openHeatmap(cohorts = 5, changes: Partial<CohortHeatmapState> = {}): Promise<LiveModel> {
    const state = { ...heatmapState(cohorts, changes) };
    return this.manager.open({
      ...state,
      _module: "anywidget:cohort_heatmap",
      _esm: shellModule,
      _css: heatmapStyle,
    });
  }

  /** Shows the model and resolves once both charts are drawn. */
  async show(model: LiveModel["model"]): Promise<DOMWidgetView> {
    const view = await this.manager.show(model, this.place);
    this.#views.push(view);
    await until(() => view.el.querySelectorAll("canvas").length === 2 && view.el.querySelector(".ci-ready"));
    return view;
  }

  close(): void {
    for (const view of this.#views) view.remove();
    this.place.remove();
  }
}
