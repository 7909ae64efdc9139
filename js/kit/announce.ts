/** A live region that tells a screen reader what changed, once things have come to rest. */
import { h } from "./dom";

export interface Announcer {
  element: HTMLElement;
  say(text: string): void;
}

const REST = 400;

export function createAnnouncer(signal: AbortSignal): Announcer {
  const element = h("div", { class: "ci-hidden", role: "status", "aria-live": "polite" });
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer));
  return {
    element,
    say(text) {
      clearTimeout(timer);
      if (text === "" || signal.aborted) return;
      timer = window.setTimeout(() => {
        element.textContent = text;
      }, REST);
    },
  };
}
