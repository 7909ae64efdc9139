/** A row per channel: its slider between limits, its amount, its change, its lock, and what the next money brings. */
import { amountText } from "../../kit/amount";
import { h } from "../../kit/dom";
import { update } from "../../kit/model";
import { type ChannelRow, createChannelRow } from "./channel_row";
import { at } from "./maths/curves";
import type { PanelContext } from "./panel";
import type { Part } from "./part";
import type { Scene } from "./scene";

const KEYS = [
  ["plan", "plan"],
  ["tick", "current"],
  ["stops", "limits"],
  ["past", "within past spend"],
] as const;

/** Of the total: what a channel without spend may get at first. */
const NEW_SHARE = 0.1;

export function createChannelRows(context: PanelContext): Part {
  const { model, scene } = context;
  const spending = h("div", { class: "ci-channels", role: "group", "aria-label": "Channels" });
  const idle = h("div", { class: "ci-channels", role: "group", "aria-label": "Channels without spend" });
  const idleTitle = h("p", { class: "ci-panel-title" }, "No spend now");
  const keys = Object.fromEntries(
    KEYS.map(([key, words]) => [key, h("span", { class: "ci-plan-key", "data-key": key }, words)]),
  );
  const legend = h("p", { class: "ci-plan-legend" }, ...Object.values(keys));
  const element = h("div", { class: "ci-channel-list" }, legend, spending, idleTitle, idle);
  let names = "";
  let rows: ChannelRow[] = [];
  let life = new AbortController();
  context.signal.addEventListener("abort", () => life.abort());

  const lock = (name: string, locked: boolean) => {
    const others = scene().state.locked.filter((known) => known !== name);
    update(model, { locked: locked ? [...others, name] : others });
  };
  const include = (channel: number) => {
    const { budget, state, total } = scene();
    const most = Math.min(NEW_SHARE * total, at(budget.reach, channel));
    update(model, { max_spend: { ...state.max_spend, [budget.channels[channel] ?? ""]: most } });
  };
  /** Rows stay while the channels are the same, and with them what has the focus. */
  const make = ({ budget }: Scene) => {
    const key = JSON.stringify(budget.channels);
    if (key === names) return;
    names = key;
    life.abort();
    life = new AbortController();
    rows = budget.channels.map((name, channel) =>
      createChannelRow({ ...context, signal: life.signal }, { name, channel, lock, include }),
    );
  };
  const sort = ({ budget: { current } }: Scene) => {
    const isIdle = (channel: number) => current !== null && !(at(current, channel) > 0);
    rows.forEach(({ element: row }, channel) => {
      const place = isIdle(channel) ? idle : spending;
      if (row.parentElement !== place) place.append(row);
    });
    idleTitle.hidden = idle.hidden = idle.childElementCount === 0;
  };

  return {
    element,
    show() {
      const now = scene();
      make(now);
      sort(now);
      const longest = Math.max(...Array.from(now.limits.upper, (upper) => amountText(upper).length));
      element.style.setProperty("--ci-digits", String(longest));
      if (keys.tick) keys.tick.hidden = now.budget.current === null;
      if (keys.past) keys.past.hidden = !now.budget.history.some(Number.isFinite);
      for (const row of rows) row.show(now);
    },
  };
}
