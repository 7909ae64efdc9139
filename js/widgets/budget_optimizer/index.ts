import { defineWidget } from "../../kit/widget";
import { renderOptimizer } from "./screen";
import type { State } from "./wire";

export default defineWidget<State>("Budget optimizer", renderOptimizer);
