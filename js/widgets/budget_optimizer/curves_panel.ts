/** The response curves, one small picture per channel. */
import { toggleControl } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import type { Drawing } from "../../kit/drawing";
import { createTwin, dataTable } from "../../kit/tables";
import { percent, significant } from "../../kit/wording";
import { createCurveChart } from "./curve_chart";
import { createCurveReader, inOrder, type Reading, readAt, windowWords } from "./curve_data";
import { amountText, moneyText } from "./figures";
import { at } from "./maths/curves";
import type { Panel, PanelContext } from "./panel";
import type { Scene } from "./scene";

const KEYS = [
  ["current", "current"],
  ["plan", "plan"],
  ["inside", "within past spend"],
  ["beyond", "beyond it"],
  ["limits", "limits"],
] as const;

export function createCurvesPanel(context: PanelContext): Panel {
  const { scene, signal } = context;
  const drawings: Drawing[] = [];
  /** What was chosen; until then the lesson decides, whose slopes are compared by eye. */
  let chosen: boolean | null = null;
  const comparable = () => chosen ?? scene().state.lesson;

  let whole = false;
  const reader = createCurveReader(scene, () => whole);

  const title = h("p", { class: "ci-panel-title" });
  const scale = toggleControl({
    label: "Same steepness",
    hint: "A unit of money and what it brings make the same angle in every channel, so that slopes can be compared by eye",
    onChange(value) {
      chosen = value;
      show();
    },
    signal,
  });
  const reach = toggleControl({
    label: "Whole curves",
    hint: "To where the curves end, not only twice as far as the limits allow",
    onChange(value) {
      whole = value;
      show();
    },
    signal,
  });
  const band = h("span", {});
  const legend = h(
    "p",
    { class: "ci-plan-legend" },
    ...KEYS.map(([key, words]) => h("span", { class: "ci-plan-key", "data-key": key }, words)),
    h("span", { class: "ci-plan-key", "data-key": "band" }, band),
  );
  const returns = h(
    "p",
    { class: "ci-plan-legend" },
    h("span", { class: "ci-plan-key", "data-key": "chord" }, "average: what a unit of money brought so far"),
    h("span", { class: "ci-plan-key", "data-key": "tangent" }, "marginal: what one more would bring"),
  );
  const grid = h("div", { class: "ci-curves-grid" });
  const note = h("p", { class: "ci-panel-note" });
  const twin = createTwin();
  const element = h(
    "div",
    { class: "ci-curves" },
    h(
      "div",
      { class: "ci-curves-head" },
      title,
      h("div", { class: "ci-curves-choices" }, reach.element, scale.element),
    ),
    legend,
    returns,
    grid,
    twin.element,
    note,
  );

  function show(): void {
    const now = scene();
    const { budget, state } = now;
    setText(title, `Expected ${budget.target} by spend over ${windowWords(now)}`);
    setText(band, `${percent(state.interval)} interval`);
    setText(note, noteOf(now));
    const pictured = !state.table_view;
    for (const part of [grid, legend, reach.element, scale.element]) part.hidden = !pictured;
    returns.hidden = !pictured || !state.lesson;
    scale.show(comparable());
    twin.show(!pictured, ...tableOf(now));
    if (!pictured) return;
    while (drawings.length < budget.channels.length) {
      const drawing = createCurveChart({ context, channel: drawings.length, reader, comparable });
      drawings.push(drawing);
      grid.append(drawing.place);
    }
    inOrder(budget).forEach((channel, place) => {
      const drawing = drawings[channel];
      if (drawing) drawing.place.style.order = String(place);
      drawing?.draw();
    });
  }

  return {
    element,
    show,
    recolour(colours) {
      for (const drawing of drawings) drawing.signal(colours);
    },
    charts: () => drawings.flatMap((drawing) => drawing.shown()),
  };
}

function noteOf({ budget }: Scene): string {
  return budget.history.every(Number.isFinite)
    ? ""
    : "Where the highest past spend isn't known, no part of a curve is marked as beyond it.";
}

interface TableRow {
  channel: string;
  cells: string[];
}

const HEADINGS = ["Plan", "Response", "Interval", "Average", "Marginal", "Past spend up to"];

/** The figures of the plan by channel, and how to make a table of them. */
function tableOf(scene: Scene): [unknown, () => HTMLElement[]] {
  const { budget, spend, state } = scene;
  const rows = inOrder(budget).map((c): TableRow => {
    const plan = readAt(budget, c, at(spend, c), state.interval);
    return { channel: budget.channels[c] ?? "", cells: cellsOf(plan, at(budget.history, c), state.currency) };
  });
  const columns = HEADINGS.map((label, i) => ({
    label,
    number: true,
    cell: ({ cells }: TableRow) => cells[i] ?? "",
  }));
  const caption = `Response by channel over ${windowWords(scene)}`;
  return [
    rows,
    () => [
      dataTable<TableRow>(caption, [{ label: "Channel", cell: ({ channel }) => channel }, ...columns], rows),
    ],
  ];
}

function cellsOf(
  { spend, estimate, average, marginal }: Reading,
  history: number,
  currency: string,
): string[] {
  const [response, lower, upper] = estimate.map(amountText);
  return [
    moneyText(spend, currency),
    response ?? "",
    `${lower} to ${upper}`,
    average === null ? "–" : significant(average),
    significant(marginal),
    Number.isFinite(history) ? moneyText(history, currency) : "not known",
  ];
}
