/** One channel's row. */
import { amountText, createAmountField } from "../../kit/amount";
import { button } from "../../kit/controls";
import { h, setAttributes, setText } from "../../kit/dom";
import { createLock } from "../../kit/padlock";
import { money, significant } from "../../kit/wording";

import { nextWords } from "./curve_data";
import { band, slopeDraws } from "./maths/bands";
import { at } from "./maths/curves";
import type { PanelContext } from "./panel";
import type { Scene } from "./scene";
import { changeText, each, unitOf } from "./words";

export interface ChannelRow {
  element: HTMLElement;
  show(scene: Scene): void;
}

export interface ChannelRowOptions {
  name: string;
  channel: number;
  lock(name: string, locked: boolean): void;
  /** Gives a channel without spend a maximum. */
  include(channel: number): void;
}

/** Beyond the last stop, so that it can be seen as one. */
const ROOM = 1.15;
const ALLOW = "Gives it a maximum of a tenth of the total; change it under More";
const NO_ROOM = "It stays where it is: its limits leave no room. Change them under More";

export function createChannelRow(
  { moves, signal }: Pick<PanelContext, "moves" | "signal">,
  { name, channel, lock, include }: ChannelRowOptions,
): ChannelRow {
  const period = h("span", { class: "ci-channel-note" });
  const next = h("span", { class: "ci-channel-note" });
  const range = h("input", { class: "ci-money", type: "range", min: 0, step: "any", "aria-label": name });
  const track = h(
    "span",
    { class: "ci-track", "aria-hidden": "true" },
    h("span", { class: "ci-track-past" }),
    h("span", { class: "ci-track-room" }),
    h("span", { class: "ci-track-tick" }),
  );
  const slider = h("span", { class: "ci-channel-slider" }, track, range);
  const amount = createAmountField({
    label: `Amount of ${name}`,
    onCommit(value) {
      if (value === null) return;
      moves.move(channel, value);
      moves.rest();
      queueMicrotask(() => amount.show(planned));
    },
    signal,
  });
  const change = h("span", { class: "ci-channel-change" });
  const padlock = createLock(`Lock ${name} where it is`, (locked) => lock(name, locked), signal);
  const allow = button("Plan with it", () => include(channel), signal, ALLOW);
  const element = h(
    "div",
    { class: "ci-channel" },
    h("div", { class: "ci-channel-head" }, h("span", { class: "ci-channel-name" }, name), period, next),
    h("div", { class: "ci-channel-row" }, slider, amount.element, change, allow, padlock.element),
  );
  let planned = 0;
  // What limits keep as it is isn't drawn anew, so field and thumb go back by themselves, after what is.
  const onInput = () => {
    moves.move(channel, Number(range.value));
    queueMicrotask(() => {
      range.value = String(planned);
    });
  };
  range.addEventListener("input", onInput, { signal });
  range.addEventListener("change", moves.rest, { signal });
  let laid = "";

  /** Marks of the track: shares of its length. */
  const lay = ({ budget, limits, spend }: Scene) => {
    const own = at(spend, channel);
    const current = budget.current && at(budget.current, channel);
    const [lower, upper] = [at(limits.lower, channel), at(limits.upper, channel)];
    const history = at(budget.history, channel);
    const past = Number.isFinite(history) ? history : 0;
    // The current spend stands in the middle of every row, unless its limits reach further.
    const marks = [2 * (current ?? 0), ROOM * upper, own > upper ? ROOM * own : 0];
    const end = Math.min(at(budget.reach, channel), Math.max(...marks) || past) || 1;
    const share = (value: number) => Math.min(1, value / end);
    const key = [lower, upper, past, current, end].join();
    if (key === laid) return;
    laid = key;
    range.max = String(end);
    const style = track.style;
    style.setProperty("--past", String(share(past)));
    style.setProperty("--lower", String(share(lower)));
    style.setProperty("--upper", String(share(upper)));
    style.setProperty("--current", String(share(current ?? 0)));
    track.classList.toggle("ci-unknown", current === null);
  };

  return {
    element,
    show(scene) {
      const { budget, limits, spend, state, view } = scene;
      const own = at(spend, channel);
      const locked = limits.locked[channel] === true;
      lay(scene);
      planned = own;
      range.value = String(own);
      amount.show(own);
      padlock.show(locked);
      const stuck = !(at(limits.upper, channel) > at(limits.lower, channel));
      const idle = stuck && budget.current !== null && !(at(budget.current, channel) > 0);
      allow.hidden = !idle;
      change.hidden = idle || budget.current === null;
      range.disabled = stuck;
      range.title = stuck ? NO_ROOM : "";
      amount.enable(!stuck, NO_ROOM);
      const moved = budget.current ? changeText(own, at(budget.current, channel)) : "";
      setText(change, moved);
      change.dataset.sign = moved.startsWith("+") ? "up" : moved.startsWith("−") ? "down" : "";
      const words = nextSpan(scene, channel);
      setText(period, `${amountText(own / budget.periods)} ${each(view.period)}`);
      setText(next, words);
      element.classList.toggle("ci-locked", locked);
      const room = `${amountText(at(limits.lower, channel))} to ${amountText(at(limits.upper, channel))}`;
      setAttributes(range, {
        "aria-valuetext": `${money(own, state.currency)}, ${moved}; limits ${room}; ${words}`,
      });
    },
  };
}

/** “next 1,000 bring 420 (310 to 540)”. */
function nextSpan(scene: Scene, channel: number): string {
  const { budget, spend, state, total } = scene;
  const { lower, upper } = band(slopeDraws(budget.drawn, channel, at(spend, channel)), state.interval);
  const unit = unitOf(total);
  const ends = [lower, upper].map((slope) => significant(slope * unit));
  return `${nextWords(scene, scene.plan().marginal[channel] ?? Number.NaN)} (${ends.join(" to ")})`;
}
