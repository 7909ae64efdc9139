/** What earlier spend, the current plan and the plan on show bring. */
import specs from "../../../custintel_widgets/budget_optimizer/specs.json";
import { h, setText } from "../../kit/dom";
import { createDrawing } from "../../kit/drawing";
import { textWidth } from "../../kit/labels";
import { createTwin, dataTable } from "../../kit/tables";
import { percent } from "../../kit/wording";
import { createAxisRoom, roundEnd } from "./axis_room";
import { windowWords } from "./curve_data";
import { amountText, estimateText, shortEstimate } from "./figures";
import { band } from "./maths/bands";
import type { Panel, PanelContext } from "./panel";
import type { Scene } from "./scene";
import { createSending } from "./sending";
import type { Estimate } from "./wire";

const ROW = 42;
const LEFT = 8;
/** Between a name and its figures. */
const GAP = 8;
const STEPS = 4;
/** The axis stays while the longest bar takes at least this share of it. */
const CALM = 0.6;

interface Row {
  role: "earlier" | "current" | "plan";
  label: string;
  estimate: Estimate;
}

export function createOutcomePanel(context: PanelContext): Panel {
  const { scene } = context;
  const sending = createSending();
  const room = createAxisRoom(context);
  let end = 0;
  const title = h("p", { class: "ci-panel-title" });
  const note = h("p", { class: "ci-panel-note" });
  const twin = createTwin();
  const drawing = createDrawing({
    context,
    spec: specs.outcome,
    class: "ci-outcome-chart",
    label: () => `Expected ${scene().budget.target} of both plans. The table holds the figures.`,
    content(place) {
      const now = scene();
      const rows = rowsOf(now);
      end = endOf(rows, end);
      const pad_right = room.right(end, STEPS);
      const width = place - LEFT - pad_right;
      const fixed = rows.map(({ role, label }, index) => ({ index, role, label }));
      const { words, limit } = wordsIn(rows, width);
      return {
        signals: {
          width,
          height: ROW * rows.length,
          row: ROW,
          x_low: Math.min(0, ...rows.map(({ estimate }) => estimate[1])),
          x_high: end,
          pad_right,
          value_format: now.state.number_format,
          name_limit: limit,
          means: rows.map(({ estimate }) => estimate[0]),
          lows: rows.map(({ estimate }) => estimate[1]),
          highs: rows.map(({ estimate }) => estimate[2]),
          words,
        },
        data: sending(JSON.stringify(fixed), () => ({ outcome: fixed })),
      };
    },
  });
  const element = h("div", { class: "ci-outcome" }, title, drawing.place, twin.element, note);

  return {
    element,
    show() {
      const now = scene();
      const { state, budget } = now;
      setText(title, `Expected ${budget.target}, with ${percent(state.interval)} intervals`);
      setText(note, noteOf(now));
      drawing.place.hidden = state.table_view;
      const rows = rowsOf(now);
      twin.show(state.table_view, rows, () => [tableOf(rows, now)]);
      if (!state.table_view) drawing.draw();
    },
    recolour: (colours) => drawing.signal(colours),
    charts: drawing.shown,
  };
}

function rowsOf(scene: Scene): Row[] {
  const { budget, exact, state } = scene;
  const rows: Row[] = [];
  if (budget.carryInMean > 0) {
    const { lower, upper } = band(Float64Array.from(budget.carryIn), state.interval);
    rows.push({ role: "earlier", label: "From earlier spend", estimate: [budget.carryInMean, lower, upper] });
  }
  const current = exact?.current ?? scene.current()?.estimate;
  if (current) rows.push({ role: "current", label: "Current plan", estimate: current });
  rows.push({ role: "plan", label: "This plan", estimate: exact?.outcome ?? scene.plan().estimate });
  return rows;
}

/** A round end above all intervals; as before while it still fits. */
function endOf(rows: readonly Row[], before: number): number {
  const most = Math.max(...rows.map(({ estimate }) => estimate[2]));
  if (most <= before && most >= CALM * before) return before;
  return roundEnd(most, STEPS);
}

/** In full where there is room beside the names, else in short. */
function wordsIn(rows: readonly Row[], width: number): { words: string[]; limit: number } {
  const full = rows.map(({ estimate }) => estimateText(estimate));
  if (rows.every(({ label }, i) => textWidth(label) + textWidth(full[i] ?? "") + GAP <= width))
    return { words: full, limit: width };
  const words = rows.map(({ estimate }) => shortEstimate(estimate));
  return { words, limit: width - GAP - Math.max(...words.map((text) => textWidth(text))) };
}

function noteOf(scene: Scene): string {
  const earlier = scene.budget.carryInMean > 0 ? "Earlier spend goes on working whatever is planned. " : "";
  if (!scene.budget.current) return earlier.trim();
  return `${earlier}Both plans share what isn't known of the model: judge them by their difference, not by whether intervals overlap.`;
}

function tableOf(rows: readonly Row[], scene: Scene): HTMLElement {
  return dataTable<Row>(
    `Expected ${scene.budget.target} over ${windowWords(scene)}`,
    [
      { label: "Plan", cell: ({ label }) => label },
      { label: "Expected", number: true, cell: ({ estimate }) => amountText(estimate[0]) },
      {
        label: `${percent(scene.state.interval)} interval`,
        number: true,
        cell: ({ estimate }) => `${amountText(estimate[1])} to ${amountText(estimate[2])}`,
      },
    ],
    rows,
  );
}
