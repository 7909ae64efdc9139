/**
 * Tabs below a picture, of which one or none is open.
 *
 * Arrows, Home and End move between them; Enter, Space and a click open one, or close the open one. What is behind a tab
 * may cost a query, so moving the focus alone opens nothing.
 */
import { h, uniqueId } from "./dom";

export interface TabPage<V extends string> {
  value: V;
  label: string;
  content: HTMLElement;
}

export interface Tabs<V extends string> {
  element: HTMLElement;
  /** Opens the tab of that value; a value without a tab closes all. */
  show(value: V): void;
}

export function createTabs<V extends string>(options: {
  label: string;
  pages: readonly TabPage<V>[];
  /** What is reported when the open tab is closed. */
  none: V;
  onChange(value: V): void;
  signal: AbortSignal;
}): Tabs<V> {
  const { pages, signal } = options;
  const list = h("div", { class: "ci-tablist", role: "tablist", "aria-label": options.label });
  const element = h("div", { class: "ci-tabs" }, list);
  let open: V = options.none;

  const parts = pages.map(({ value, label, content }, index) => {
    const ids = { tab: uniqueId("tab"), panel: uniqueId("panel") };
    const tab = h("button", { type: "button", class: "ci-tab", role: "tab", id: ids.tab }, label);
    const panel = h(
      "div",
      { class: "ci-tabpanel", role: "tabpanel", id: ids.panel, "aria-labelledby": ids.tab, hidden: true },
      content,
    );
    tab.setAttribute("aria-controls", ids.panel);
    tab.addEventListener("click", () => options.onChange(open === value ? options.none : value), { signal });
    tab.addEventListener("keydown", (event) => move(event, index), { signal });
    list.append(tab);
    element.append(panel);
    return { value, tab, panel };
  });

  const rove = (index: number) => {
    for (const [i, { tab }] of parts.entries()) tab.tabIndex = i === index ? 0 : -1;
    return parts[index]?.tab;
  };
  function move(event: KeyboardEvent, from: number): void {
    const last = parts.length - 1;
    const to = {
      ArrowRight: from === last ? 0 : from + 1,
      ArrowLeft: from === 0 ? last : from - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    rove(to)?.focus();
  }

  const show = (value: V) => {
    open = value;
    for (const { value: own, tab, panel } of parts) {
      tab.setAttribute("aria-selected", String(own === value));
      panel.hidden = own !== value;
    }
    const at = parts.findIndex((part) => part.value === value);
    if (at >= 0 || !parts.some(({ tab }) => tab.tabIndex === 0)) rove(Math.max(0, at));
  };
  rove(0);
  show(open);
  return { element, show };
}
