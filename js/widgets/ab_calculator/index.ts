import { defineWidget } from "../../kit/widget";
import { renderCalculator } from "./screen";
import type { State } from "./wire";

export default defineWidget<State>("A/B calculator", renderCalculator);
