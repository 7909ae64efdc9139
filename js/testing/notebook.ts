/** Widgets in a page as Jupyter shows them: built modules, anywidget's front end, a real widget manager. */
import type { DOMWidgetView } from "@jupyter-widgets/base";
import calculatorStyle from "../../custintel_widgets/static/ab_calculator.css?raw";
import calculatorModule from "../../custintel_widgets/static/ab_calculator.js?raw";
import optimizerStyle from "../../custintel_widgets/static/budget_optimizer.css?raw";
import optimizerModule from "../../custintel_widgets/static/budget_optimizer.js?raw";
import heatmapStyle from "../../custintel_widgets/static/cohort_heatmap.css?raw";
import heatmapModule from "../../custintel_widgets/static/cohort_heatmap.js?raw";
import runtimeModule from "../../custintel_widgets/static/runtime.js?raw";
import explorerStyle from "../../custintel_widgets/static/segment_explorer.css?raw";
import explorerModule from "../../custintel_widgets/static/segment_explorer.js?raw";
import shellModule from "../../custintel_widgets/static/widget.js?raw";
import type { ABCalculatorState } from "../widgets/ab_calculator/state";
import type { BudgetOptimizerState } from "../widgets/budget_optimizer/state";
import type { CohortHeatmapState } from "../widgets/cohort_heatmap/state";
import type { SegmentExplorerState } from "../widgets/segment_explorer/state";
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
    await this.manager.open({ _esm: calculatorModule, _anywidget_id: "test.Module" }, "ab_calculator");
    await this.manager.open({ _esm: optimizerModule, _anywidget_id: "test.Module" }, "budget_optimizer");
    await this.manager.open({ _esm: explorerModule, _anywidget_id: "test.Module" }, "segment_explorer");
  }

  openHeatmap(cohorts = 5, changes: Partial<CohortHeatmapState> = {}): Promise<LiveModel> {
    return this.#open("cohort_heatmap", { ...heatmapState(cohorts, changes) }, heatmapStyle);
  }

  openExplorer(state: SegmentExplorerState): Promise<LiveModel> {
    return this.#open("segment_explorer", { ...state, _runtime: "anywidget:runtime" }, explorerStyle);
  }

  openCalculator(state: ABCalculatorState): Promise<LiveModel> {
    return this.#open("ab_calculator", { ...state, _runtime: "anywidget:runtime" }, calculatorStyle);
  }

  openOptimizer(state: BudgetOptimizerState): Promise<LiveModel> {
    return this.#open("budget_optimizer", { ...state, _runtime: "anywidget:runtime" }, optimizerStyle);
  }

  #open(module: string, state: Record<string, unknown>, style: string): Promise<LiveModel> {
    return this.manager.open({
      ...state,
      _module: `anywidget:${module}`,
      _esm: shellModule,
      _css: style,
    });
  }

  /** Shows the model and resolves once so many charts are drawn. */
  async show(model: LiveModel["model"], charts = 2): Promise<DOMWidgetView> {
    const view = await this.manager.show(model, this.place);
    this.#views.push(view);
    await until(
      () => view.el.querySelectorAll("canvas").length === charts && view.el.querySelector(".ci-ready"),
    );
    return view;
  }

  close(): void {
    for (const view of this.#views) view.remove();
    this.place.remove();
  }
}
