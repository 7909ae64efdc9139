/** Room for a table that may be wider than the page: scrolled sideways, with the arrows too. */
import { type Child, h, setAttributes } from "../../kit/dom";
import { createTwin } from "../../kit/tables";

const reachable = (label: string) => ({ role: "region", "aria-label": label, tabindex: 0 });

export const scrolling = (label: string, ...children: Child[]): HTMLElement =>
  h("div", { class: "ci-scroll", ...reachable(label) }, ...children);

/** The table of a picture in such room: a stop of the keyboard only while it is to be seen. */
export function createWideTwin(label: string) {
  const twin = createTwin();
  const element = h("div", { class: "ci-scroll" }, twin.element);
  return {
    element,
    show(visible: boolean, key: unknown, make: () => Child[]): void {
      const off = { role: null, "aria-label": null, tabindex: null };
      setAttributes(element, visible ? reachable(label) : off);
      twin.show(visible, key, make);
    },
  };
}
