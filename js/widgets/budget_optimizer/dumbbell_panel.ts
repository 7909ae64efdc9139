/** Current spend and the plan, channel by channel on one axis. */
import specs from "../../../custintel_widgets/budget_optimizer/specs.json";
import { h, setText } from "../../kit/dom";
import { createDrawing } from "../../kit/drawing";
import { textWidth } from "../../kit/labels";
import { createTwin, dataTable } from "../../kit/tables";
import { plural } from "../../kit/wording";
import { createAxisRoom, roundEnd } from "./axis_room";
import { inOrder } from "./curve_data";
import { moneyText, shortText } from "./figures";
import { at } from "./maths/curves";
import type { Panel, PanelContext } from "./panel";
import type { Scene } from "./scene";
import { createSending } from "./sending";
import { changeText, each } from "./words";

const ROW = 36;
const LEFT = 8;
const NAME_ROOM = 90;
const STEPS = 4;

interface Row {
  channel: string;
  current: number | null;
  plan: number;
  lower: number;
  upper: number;
  locked: boolean;
  /** “+12 %”, “new”. */
  change: string;
}

export function createDumbbellPanel(context: PanelContext): Panel {
  const { scene } = context;
  const sending = createSending();
  const room = createAxisRoom(context);
  const title = h("p", { class: "ci-panel-title" });
  const twin = createTwin();
  const drawing = createDrawing({
    context,
    spec: specs.moves,
    class: "ci-moves-chart",
    label: () => "Current spend and the plan of every channel. The table holds the figures.",
    content(place) {
      const now = scene();
      const rows = rowsOf(now);
      const x_high = endOf(rows);
      const pad_right = room.right(x_high, STEPS);
      const width = place - LEFT - pad_right;
      const { words, limit } = wordsIn(rows, now, width);
      const fixed = rows.map(({ channel, current, lower, upper }, index) => ({
        index,
        channel,
        current,
        lower,
        upper,
      }));
      return {
        signals: {
          width,
          height: ROW * rows.length,
          row: ROW,
          x_high,
          pad_right,
          value_format: now.state.number_format,
          name_limit: limit,
          plan: rows.map(({ plan }) => plan),
          words,
          findings: rows.map((row) => findingOf(row, now)),
        },
        data: sending(JSON.stringify(fixed), () => ({ moves: fixed })),
      };
    },
  });
  const element = h("div", { class: "ci-moves" }, title, drawing.place, twin.element);

  return {
    element,
    show() {
      const now = scene();
      const { state, budget, view } = now;
      setText(title, `Spend over ${plural(budget.periods, view.period)}, current and planned`);
      drawing.place.hidden = state.table_view;
      const rows = rowsOf(now);
      twin.show(state.table_view, rows, () => [tableOf(rows, now)]);
      if (!state.table_view) drawing.draw();
    },
    recolour: (colours) => drawing.signal(colours),
    charts: drawing.shown,
  };
}

function rowsOf({ budget, spend, limits }: Scene): Row[] {
  return inOrder(budget).map((c) => {
    const current = budget.current ? at(budget.current, c) : null;
    const plan = at(spend, c);
    return {
      channel: budget.channels[c] ?? "",
      current,
      plan,
      lower: at(limits.lower, c),
      upper: at(limits.upper, c),
      locked: limits.locked[c] ?? false,
      change: current === null ? "" : changeText(plan, current),
    };
  });
}

/** A round end above everything that can be reached, so that it stays where it is while a channel moves. */
function endOf(rows: readonly Row[]): number {
  const most = Math.max(...rows.map(({ current, plan, upper }) => Math.max(current ?? 0, plan, upper)));
  return roundEnd(most, STEPS);
}

/** Amounts and change where all of them have room beside the names, else the change alone. */
function wordsIn(rows: readonly Row[], { formats }: Scene, width: number) {
  const lock = (row: Row) => (row.locked ? " · locked" : "");
  const short = (amount: number) => `${formats.currencyPrefix}${shortText(amount)}`;
  const full = rows.map((row) => {
    const after = short(row.plan);
    if (!row.change || row.plan === row.current) return `${after}${lock(row)}`;
    return `${short(row.current ?? 0)} → ${after} · ${row.change}${lock(row)}`;
  });
  const names = rows.map(({ channel }) => textWidth(channel));
  const fits = full.every((text, i) => textWidth(text) + (names[i] ?? 0) + 12 <= width);
  const words = fits ? full : rows.map((row) => `${row.change}${lock(row)}`);
  const widest = Math.max(...words.map((text) => textWidth(text)));
  return { words, limit: fits ? width : Math.max(NAME_ROOM, width - widest - 12) };
}

function findingOf(row: Row, { state }: Scene): string {
  const written = (amount: number) => moneyText(amount, state.currency);
  const before = row.current === null ? "" : `now ${written(row.current)}, `;
  const limits = row.locked ? "locked" : `limits ${written(row.lower)} to ${written(row.upper)}`;
  return `${before}plan ${written(row.plan)}${row.change && ` (${row.change})`}; ${limits}`;
}

function tableOf(rows: readonly Row[], { state, budget, view }: Scene): HTMLElement {
  const written = (amount: number | null) => (amount === null ? "–" : moneyText(amount, state.currency));
  return dataTable<Row>(
    `Spend by channel over ${plural(budget.periods, view.period)}`,
    [
      { label: "Channel", cell: ({ channel }) => channel },
      { label: "Current", number: true, cell: ({ current }) => written(current) },
      { label: "Plan", number: true, cell: ({ plan }) => written(plan) },
      {
        label: `Plan ${each(view.period)}`,
        number: true,
        cell: ({ plan }) => written(plan / budget.periods),
      },
      { label: "Change", number: true, cell: (row) => row.change || "–" },
      {
        label: "Limits",
        number: true,
        cell: ({ lower, upper, locked }) => (locked ? "locked" : `${written(lower)} to ${written(upper)}`),
      },
    ],
    rows,
  );
}
