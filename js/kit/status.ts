/** What the widget is doing, and what went wrong, in words above the picture. */
import { fill, h, setText } from "./dom";

export interface Status {
  busy: boolean;
  message: string;
  fraction: number | null;
  error: string;
  cancellable: boolean;
}

export const AT_REST: Status = { busy: false, message: "", fraction: null, error: "", cancellable: false };

export interface StatusBanner {
  element: HTMLElement;
  show(status: Status): void;
  /** A trouble of the page itself (no answer, a picture that failed); "" takes it away. */
  trouble(text: string): void;
}

/** Work that ends sooner than this shows nothing: a flash would only unsettle. */
const PATIENCE = 300;

export function createStatus(onStop: () => void, signal: AbortSignal): StatusBanner {
  const message = h("span", { class: "ci-status-text" });
  const bar = h("progress", { class: "ci-progress", "aria-label": "Progress" });
  const stop = h("button", { type: "button", class: "ci-button" }, "Stop");
  stop.addEventListener("click", onStop, { signal });
  const busy = h("div", { class: "ci-status", hidden: true }, bar, message, stop);
  const error = h("div", { class: "ci-error", role: "alert", hidden: true });
  const trouble = h("div", { class: "ci-error", role: "alert", hidden: true });
  const element = h("div", { class: "ci-banners" }, busy, error, trouble);
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer));

  return {
    element,
    show(status) {
      showText(error, status.error);
      setText(message, status.message || (status.busy ? "Working…" : ""));
      bar.hidden = !status.busy;
      if (!status.busy) {
        clearTimeout(timer);
        timer = 0;
        stop.hidden = true;
        busy.hidden = status.message === "";
        return;
      }
      if (status.fraction === null) bar.removeAttribute("value");
      else bar.value = status.fraction;
      stop.hidden = !status.cancellable;
      if (busy.hidden && timer === 0) {
        timer = window.setTimeout(() => {
          busy.hidden = false;
        }, PATIENCE);
      }
    },
    trouble: (text) => showText(trouble, text),
  };
}

function showText(element: HTMLElement, text: string): void {
  if (text === "") fill(element);
  else setText(element, text);
  element.hidden = text === "";
}
