/** The least and the most that each channel gets; an empty field is what the room around the current spend gives. */
import { type AmountField, amountText, createAmountField } from "../../kit/amount";
import { fill, h, setText } from "../../kit/dom";
import { update } from "../../kit/model";
import { money } from "../../kit/wording";
import { at } from "./maths/curves";
import type { PanelContext } from "./panel";
import type { Part } from "./part";

type Side = "min_spend" | "max_spend";

interface Row {
  fields: Record<Side, AmountField>;
  current: HTMLElement;
  past: HTMLElement;
}

export function createLimitsTable({ model, scene, signal }: PanelContext): Part {
  const body = h("tbody", {});
  const head = ["Channel", "Current", "Highest past", "At least", "At most"];
  const element = h(
    "div",
    { class: "ci-scroll" },
    h(
      "table",
      { class: "ci-entry ci-limits" },
      h("caption", {}, "Limits by channel, totals over the window"),
      h(
        "thead",
        {},
        h("tr", {}, ...head.map((label, i) => h("th", { scope: "col", class: i > 0 && "ci-number" }, label))),
      ),
      body,
    ),
  );
  let names = "";
  let rows: Row[] = [];
  let life = new AbortController();
  signal.addEventListener("abort", () => life.abort());

  const set = (side: Side, name: string, value: number | null) => {
    const { [name]: _, ...others } = scene().state[side];
    update(model, { [side]: value === null ? others : { ...others, [name]: value } });
  };
  const refuse = (side: Side, channel: number) => (value: number) => {
    const { budget, state } = scene();
    const name = budget.channels[channel] ?? "";
    const end = at(budget.reach, channel);
    if (value > end) return `The curve ends at ${amountText(end)}`;
    const other = state[side === "min_spend" ? "max_spend" : "min_spend"][name];
    if (other === undefined) return "";
    const crossed = side === "min_spend" ? value > other : value < other;
    return crossed ? `The ${side === "min_spend" ? "most" : "least"} is ${amountText(other)}` : "";
  };
  const make = (channels: readonly string[]) => {
    const key = JSON.stringify(channels);
    if (key === names) return;
    names = key;
    life.abort();
    life = new AbortController();
    rows = channels.map((name, channel) => {
      const field = (side: Side) =>
        createAmountField({
          label: `${side === "min_spend" ? "Least" : "Most"} for ${name}`,
          optional: true,
          refuse: refuse(side, channel),
          onCommit: (value) => set(side, name, value),
          signal: life.signal,
        });
      return {
        fields: { min_spend: field("min_spend"), max_spend: field("max_spend") },
        current: h("td", { class: "ci-number" }),
        past: h("td", { class: "ci-number" }),
      };
    });
    fill(
      body,
      ...rows.map(({ fields, current, past }, channel) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, channels[channel] ?? ""),
          current,
          past,
          h("td", { class: "ci-number" }, fields.min_spend.element),
          h("td", { class: "ci-number" }, fields.max_spend.element),
        ),
      ),
    );
  };

  return {
    element,
    show() {
      const { budget, limits, state } = scene();
      make(budget.channels);
      rows.forEach(({ fields, current, past }, c) => {
        const name = budget.channels[c] ?? "";
        const history = at(budget.history, c);
        setText(current, budget.current ? money(at(budget.current, c)) : "–");
        setText(past, Number.isFinite(history) ? money(history) : "–");
        fields.min_spend.show(state.min_spend[name] ?? null, amountText(at(limits.lower, c)));
        fields.max_spend.show(state.max_spend[name] ?? null, amountText(at(limits.upper, c)));
      });
    },
  };
}
