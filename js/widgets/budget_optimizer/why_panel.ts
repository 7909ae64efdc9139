/** “Where money moves and why”: what each channel gives or gets, what that is worth, and what stands in the way. */
import { amountText } from "../../kit/amount";
import { h, setText } from "../../kit/dom";
import { createRefill, dataTable, type TableColumn } from "../../kit/tables";
import { money, signed, significant } from "../../kit/wording";
import { bindingOf, UNIT } from "./binding";
import { cautionsOf } from "./headline";
import { addDraws, band } from "./maths/bands";
import { at, valueAt } from "./maths/curves";
import { sum } from "./outcome";
import type { PanelContext } from "./panel";
import type { Part } from "./part";
import type { Scene } from "./scene";
import type { Binding, Estimate } from "./wire";
import { changeText, STOP, unitOf } from "./words";

const MOST_LIMITS = 8;
/** Of the total: what isn't a move. */
const UNMOVED = 0.001;

interface Move {
  name: string;
  from: number;
  to: number;
  /** What the difference brings or costs. */
  effect: Estimate;
}

export function createWhyPanel({ scene }: PanelContext): Part {
  const title = h("h3", { class: "ci-why-title" }, "Where money moves and why");
  const reason = h("p", { class: "ci-why-reason" });
  const moves = h("div", { class: "ci-scroll" });
  const cautions = h("ul", { class: "ci-cautions" });
  const limits = h("div", { class: "ci-scroll" });
  const more = h("p", { class: "ci-panel-note" });
  const element = h(
    "section",
    { class: "ci-why-panel", "aria-label": "Where money moves and why" },
    title,
    reason,
    h("div", { class: "ci-why-columns" }, moves, h("div", {}, cautions, limits, more)),
  );
  const refill = {
    moves: createRefill(moves),
    cautions: createRefill(cautions),
    limits: createRefill(limits),
  };

  return {
    element,
    show() {},
    rest() {
      const now = scene();
      const { currency } = now.state;
      const found = movesOf(now);
      setText(reason, reasonFor(now, found));
      const columns = moveColumns(now);
      refill.moves([found, currency], () =>
        found.length > 0 ? [dataTable("What moves, and what that is worth", columns, found)] : [],
      );
      // The table below has them all.
      const said = cautionsOf(now).filter((text) => !text.startsWith(STOP));
      refill.cautions(said, () => said.map((text) => h("li", {}, text)));
      const binding = bindingOf(now);
      const few = binding.slice(0, MOST_LIMITS);
      refill.limits([binding, currency], () =>
        binding.length > 0 ? [dataTable("Limits that bind", limitColumns(now), few)] : [],
      );
      const others = binding.length - few.length;
      setText(
        more,
        others > 0 ? `${others} more ${others > 1 ? "limits bind" : "limit binds"}, worth less.` : "",
      );
    },
  };
}

/** Channels whose amount differs from the current one, the largest move first. */
function movesOf({ budget, spend, state }: Scene): Move[] {
  const { current, curves, drawn } = budget;
  if (!current) return [];
  const least = UNMOVED * Math.max(sum(spend), sum(current));
  return budget.channels
    .map((name, c): Move => {
      const [from, to] = [at(current, c), at(spend, c)];
      const before = addDraws(drawn, c, from, new Float64Array(drawn.draws));
      const after = addDraws(drawn, c, to, new Float64Array(drawn.draws));
      const { lower, upper } = band(
        after.map((value, i) => value - at(before, i)),
        state.interval,
      );
      return { name, from, to, effect: [valueAt(curves, c, to) - valueAt(curves, c, from), lower, upper] };
    })
    .filter(({ from, to }) => Math.abs(to - from) > least)
    .sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from));
}

/** The largest move in each direction, side by side. */
function reasonFor({ budget, state, total, view, isBest }: Scene, moves: readonly Move[]): string {
  if (!budget.current) return "Without a current spend there is nothing to compare the plan with.";
  const [to, from] = [moves.find((move) => move.to > move.from), moves.find((move) => move.to < move.from)];
  if (!to && !from) {
    if (!view.usable) return "Nothing moves yet: drag a channel.";
    return isBest()
      ? "Nothing moves: within the limits there is no better plan."
      : "Nothing moves yet: drag a channel, or press Optimise.";
  }
  const unit = unitOf(total);
  const worth = ({ effect, from: before, to: after }: Move) =>
    significant(Math.abs((effect[0] / (after - before)) * unit));
  const per = significant(unit);
  const gets = to && `Each ${per} that ${to.name} gets brings about ${worth(to)} ${budget.target}`;
  const gives = from && `each ${per} that ${from.name} gives up costs about ${worth(from)}`;
  const words = [gets, gives].filter(Boolean).join("; ");
  const paid = (amount: number) => money(amount, state.currency);
  const most = to ?? from;
  const size = most ? ` (${paid(Math.abs(most.to - most.from))} in all)` : "";
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${to && from ? "" : size}.`;
}

function moveColumns({ budget, state: { currency }, total }: Scene): TableColumn<Move>[] {
  const unit = unitOf(total);
  const paid = currency && `, ${currency}`;
  return [
    { label: "Channel", cell: ({ name }) => name },
    { label: `Current${paid}`, number: true, cell: ({ from }) => amountText(from) },
    { label: `Plan${paid}`, number: true, cell: ({ to }) => amountText(to) },
    {
      label: "Change",
      number: true,
      cell: ({ from, to }) => `${signed(money(to - from))} (${changeText(to, from)})`,
    },
    { label: `Effect on ${budget.target}`, number: true, cell: ({ effect: [mean] }) => signed(money(mean)) },
    {
      label: "Interval",
      number: true,
      cell: ({ effect: [, low, high] }) => `${signed(money(low))} to ${signed(money(high))}`,
    },
    {
      label: `Per ${significant(unit)}`,
      number: true,
      cell: ({ from, to, effect: [mean] }) => significant((unit * mean) / (to - from)),
    },
  ];
}

function limitColumns({ budget, state, total }: Scene): TableColumn<Binding>[] {
  const of = state.objective === "sharpe" ? "" : ` ${budget.target}`;
  const unit = unitOf(total);
  return [
    { label: "Limits that bind", cell: ({ limit }) => limit },
    {
      label: `${significant(unit)} more room would be worth`,
      number: true,
      cell: ({ value_of_1000 }) => `${significant((value_of_1000 * unit) / UNIT)}${of}`,
    },
  ];
}
