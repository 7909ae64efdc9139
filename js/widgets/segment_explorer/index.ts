import { defineWidget } from "../../kit/widget";
import { renderExplorer } from "./screen";
import type { State } from "./wire";

export default defineWidget<State>("Segment explorer", renderExplorer);
