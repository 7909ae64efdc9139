/**
 * The charts' tooltip: a popover of the widget's own.
 *
 * It lives inside the widget, so the page's theme reaches it and it goes when the widget goes; as a popover it is drawn
 * in the top layer, where neither a scrolled output nor a transformed ancestor can cut it off or move it.
 */
import { fill, h } from "./dom";

export type TooltipHandler = (handler: unknown, event: MouseEvent, item: unknown, value: unknown) => void;

export interface Tooltip {
  element: HTMLElement;
  handler: TooltipHandler;
  hide(): void;
}

const GAP = 14;
/** Vega-Lite writes what a field lacks as one of these. */
const EMPTY = new Set(["", "–", "null", "undefined"]);

export function createTooltip(): Tooltip {
  const element = h("div", { class: "ci-tooltip", popover: "manual", role: "tooltip" });
  const hide = () => {
    if (element.isConnected && element.matches(":popover-open")) element.hidePopover();
  };
  let shown = "";
  const handler: TooltipHandler = (_, event, __, value) => {
    if (value === null || value === undefined || value === "" || !element.isConnected) {
      hide();
      return;
    }
    const key = JSON.stringify(value);
    if (key !== shown) {
      fill(element, ...content(value));
      shown = key;
    }
    if (!element.matches(":popover-open")) element.showPopover();
    place(element, event);
  };
  return { element, handler, hide };
}

/** Lines of a tooltip: the entry called “title” is the heading, the others are the sentences below it. */
function content(value: unknown): Node[] {
  if (typeof value !== "object" || value === null) return [h("div", {}, String(value))];
  const lines: Node[] = [];
  for (const [key, text] of Object.entries(value)) {
    if (EMPTY.has(String(text))) continue;
    lines.push(h("div", { class: key === "title" ? "ci-tooltip-title" : "ci-tooltip-line" }, String(text)));
  }
  return lines;
}

function place(element: HTMLElement, event: MouseEvent): void {
  const { width, height } = element.getBoundingClientRect();
  const right = event.clientX + GAP + width < window.innerWidth;
  const below = event.clientY + GAP + height < window.innerHeight;
  element.style.left = `${Math.max(0, right ? event.clientX + GAP : event.clientX - GAP - width)}px`;
  element.style.top = `${Math.max(0, below ? event.clientY + GAP : event.clientY - GAP - height)}px`;
}
