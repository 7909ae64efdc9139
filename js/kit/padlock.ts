/** Padlocks: one says which of several linked fields is computed from the others, the other that a value stays. */
import { h } from "./dom";

export interface Padlock {
  element: HTMLElement;
  show(locked: boolean): void;
}

const SVG = "http://www.w3.org/2000/svg";
const BODY = "M3 7.5h10v6.5H3z";
const CLOSED = "M5 7.5V5a3 3 0 0 1 6 0v2.5";
const OPEN = "M5 7.5V5a3 3 0 0 1 5.7-1.3";

/** One of a group of the same `name`: choosing it leaves the others. */
export function createPadlock(name: string, label: string, onLock: () => void, signal: AbortSignal): Padlock {
  const input = h("input", { type: "radio", name, "aria-label": label });
  input.addEventListener("change", onLock, { signal });
  return drawn(input, label);
}

/** One that is locked and unlocked by itself. */
export function createLock(label: string, onChange: (locked: boolean) => void, signal: AbortSignal): Padlock {
  const input = h("input", { type: "checkbox", "aria-label": label });
  input.addEventListener("change", () => onChange(input.checked), { signal });
  return drawn(input, label);
}

function drawn(input: HTMLInputElement, label: string): Padlock {
  const bow = document.createElementNS(SVG, "path");
  const body = document.createElementNS(SVG, "path");
  body.setAttribute("d", BODY);
  body.setAttribute("class", "ci-lock-body");
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 16 16");
  icon.setAttribute("aria-hidden", "true");
  icon.append(bow, body);
  return {
    element: h("label", { class: "ci-lock", title: label }, input, icon as unknown as HTMLElement),
    show(locked) {
      input.checked = locked;
      bow.setAttribute("d", locked ? CLOSED : OPEN);
    },
  };
}
