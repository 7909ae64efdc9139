/** Under the headline: whom a widget shows while another one, or Python, filters it; and the way back to all. */
import { createAnnouncer } from "./announce";
import { button } from "./controls";
import { h, setText } from "./dom";
import { type Model, watch } from "./model";
import { createRequests, isCancelled } from "./requests";

/** The `_focus` trait; empty while everyone is shown. */
export interface Focus {
  text?: string;
  size?: number;
  /** The widget in which the customers were selected; "" when Python named them. */
  by?: string;
  /** Whether someone is there to show all customers again: not in an exported file. */
  clearable?: boolean;
}

export interface FocusChip {
  element: HTMLElement;
}

const ALL = "Show all customers";

/** Shows the model's `_focus` until the signal aborts. */
export function createFocusChip<State extends { _focus: Record<string, unknown> }>(
  model: Model<State>,
  signal: AbortSignal,
): FocusChip {
  const requests = createRequests(model, signal);
  const announcer = createAnnouncer(signal);
  const text = h("span");
  const trouble = h("span", { class: "ci-focus-trouble", role: "alert" });
  const clear = button("✕", () => void showAll(), signal, ALL);
  clear.setAttribute("aria-label", ALL);
  const chip = h("div", { class: "ci-focus-chip" }, text, clear);
  // Takes the keyboard's place when the button goes: a notebook would take the keys for its own.
  const element = h("div", { class: "ci-focus", tabindex: "-1" }, chip, trouble, announcer.element);

  async function showAll(): Promise<void> {
    setText(trouble, "");
    try {
      await requests.ask("clear_focus", {}, { lane: "focus" });
    } catch (error) {
      if (isCancelled(error)) return;
      setText(trouble, error instanceof Error ? error.message : String(error));
    }
  }

  function show(): string {
    const focus = (model.get("_focus") ?? {}) as Focus;
    const said = focus.text ?? "";
    const held = chip.contains(document.activeElement);
    setText(text, said);
    chip.title = focus.by ? `Selected in ${focus.by}` : "";
    clear.hidden = focus.clearable !== true;
    chip.hidden = said === "";
    if (said === "") setText(trouble, "");
    if (held && (chip.hidden || clear.hidden)) element.focus();
    return said;
  }

  watch(model, ["_focus"], () => announcer.say(show() || "Showing all customers"), signal);
  show();
  return { element };
}
