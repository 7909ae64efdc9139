/** Small things that are read in rows: a plain table, and a share as a bar with its number. */
import { type Child, fill, h, setText } from "./dom";

export interface TableColumn<R> {
  label: string;
  /** Numbers stand at the right. */
  number?: boolean;
  cell(row: R): Child;
}

/** A table of a few rows; the first column names them. */
export function dataTable<R>(
  caption: string,
  columns: readonly TableColumn<R>[],
  rows: readonly R[],
): HTMLElement {
  const side = ({ number }: TableColumn<R>) => (number ? "ci-number" : null);
  const head = columns.map((column) => h("th", { scope: "col", class: side(column) }, column.label));
  const body = rows.map((row) =>
    h(
      "tr",
      {},
      ...columns.map((column, i) =>
        i === 0
          ? h("th", { scope: "row" }, column.cell(row))
          : h("td", { class: side(column) }, column.cell(row)),
      ),
    ),
  );
  return h(
    "table",
    { class: "ci-table" },
    h("caption", { class: "ci-table-caption" }, caption),
    h("thead", {}, h("tr", {}, ...head)),
    h("tbody", {}, ...body),
  );
}

export interface ShareBar {
  element: HTMLElement;
  /** A share from 0 to 1, and how it is written; `null` leaves the place empty. */
  show(share: number | null, text: string): void;
}

/** A bar from the left as long as a share, its number beside it. */
export function shareBar(): ShareBar {
  const bar = h("span", { class: "ci-share-bar" });
  const number = h("span", { class: "ci-share-text" });
  const element = h("span", { class: "ci-share" }, h("span", { class: "ci-share-track" }, bar), number);
  return {
    element,
    show(share, text) {
      bar.style.width = `${100 * Math.min(1, Math.max(0, share ?? 0))}%`;
      setText(number, text);
    },
  };
}

export interface Twin {
  element: HTMLElement;
  /** Whether it stands in the picture's place; and what it holds, made anew when its key changes. */
  show(visible: boolean, key: unknown, make: () => Child[]): void;
}

/** The table of a picture: there for everyone who can't see the picture, and in its place when that is asked for. */
export function createTwin(): Twin {
  const element = h("div", { class: "ci-twin" });
  const refill = createRefill(element);
  return {
    element,
    show(visible, key, make) {
      element.classList.toggle("ci-hidden", !visible);
      refill(key, make);
    },
  };
}

/** Puts new content into a place unless it shows it already: an open selection or a scrolled table stays as it is. */
export function createRefill(place: HTMLElement): (key: unknown, make: () => Child[]) => void {
  let shown: string | null = null;
  return (key, make) => {
    const next = JSON.stringify(key);
    if (next === shown) return;
    shown = next;
    fill(place, ...make());
  };
}
