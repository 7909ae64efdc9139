import { defineWidget } from "../../kit/widget";
import { renderHeatmap } from "./screen";
import type { State } from "./wire";

export default defineWidget<State>("Cohort heatmap", renderHeatmap);
