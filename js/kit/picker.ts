/** Choosing several of many, such as columns: a box for each, by group; those that can't be chosen say why. */
import { disclosure, toggleControl } from "./controls";
import { h, setText } from "./dom";
import { createRefill } from "./tables";

export interface PickerChoice {
  value: string;
  label: string;
  group: string;
  on: boolean;
  disabled: boolean;
  why: string;
}

export interface Picker {
  element: HTMLElement;
  /** Shows the choices; `off` says why nothing can be chosen now, "" where it can. */
  show(choices: readonly PickerChoice[], off: string): void;
}

export function createPicker(options: {
  label: string;
  /** Said of the last one that is on, which can't be taken away. */
  last: string;
  onChange(values: string[]): void;
  signal: AbortSignal;
}): Picker {
  const { label, last, onChange, signal } = options;
  const place = h("div", { class: "ci-picker", role: "group", "aria-label": label });
  const element = disclosure(label, signal, place);
  const summary = element.firstElementChild as HTMLElement;
  const refill = createRefill(place);
  let life = new AbortController();
  signal.addEventListener("abort", () => life.abort());

  const box = (choice: PickerChoice, on: readonly string[], off: string) => {
    const isLast = on.length === 1 && choice.on;
    const toggle = toggleControl({
      label: choice.label,
      onChange: (checked) =>
        onChange(checked ? [...on, choice.value] : on.filter((value) => value !== choice.value)),
      signal: life.signal,
    });
    toggle.show(choice.on);
    toggle.enable(!off && !choice.disabled && !isLast, isLast ? last : off || choice.why);
    return h("div", {}, toggle.element, choice.why && h("span", { class: "ci-why" }, choice.why));
  };
  const boxes = () => [...place.querySelectorAll("input")];

  return {
    element,
    show(choices, off) {
      const on = choices.filter((choice) => choice.on).map(({ value }) => value);
      setText(summary, `${label} (${on.length})`);
      // Where no box takes the focus, the keyboard still has to scroll the list.
      if (off) place.setAttribute("tabindex", "0");
      else place.removeAttribute("tabindex");
      refill([choices, off], () => {
        const focused = boxes().indexOf(document.activeElement as HTMLInputElement);
        life.abort();
        life = new AbortController();
        // The box that was ticked is made anew; the keyboard stays where it was.
        if (focused >= 0) queueMicrotask(() => boxes()[focused]?.focus());
        return [...new Set(choices.map(({ group }) => group))].map((group) =>
          h(
            "fieldset",
            { class: "ci-fieldset" },
            h("legend", { class: "ci-label" }, group),
            ...choices.filter((choice) => choice.group === group).map((choice) => box(choice, on, off)),
          ),
        );
      });
    },
  };
}
