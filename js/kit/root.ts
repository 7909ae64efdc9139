/** What the root element of every widget needs: the kit's style sheet, and the notebook's shortcuts kept out. */
import css from "./kit.css?inline";

/** Notebook shortcuts look for this on the element that has the focus itself, not on an ancestor. */
const SUPPRESS_SHORTCUTS = "data-lm-suppress-shortcuts";
const STYLE_NAME = "custintel-kit";

export function dressRoot(root: HTMLElement, signal: AbortSignal): void {
  installStyles(root.getRootNode());
  root.addEventListener("focusin", suppressShortcuts, { signal });
}

/** One style sheet for all widgets of a document, or of a shadow tree where the host puts outputs into one. */
function installStyles(tree: Node): void {
  const place = tree instanceof ShadowRoot ? tree : document.head;
  const present = [...place.querySelectorAll(`style[data-name="${STYLE_NAME}"]`)];
  if (present.some((style) => style.textContent === css)) return;
  const style = document.createElement("style");
  style.dataset.name = STYLE_NAME;
  style.textContent = css;
  place.prepend(style);
}

function suppressShortcuts(event: FocusEvent): void {
  if (event.target instanceof Element) event.target.setAttribute(SUPPRESS_SHORTCUTS, "true");
}
