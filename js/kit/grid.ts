/**
 * A table that is also a keyboard grid: the readable twin of a heatmap.
 *
 * One cell is in the tab order; arrows, Home, End, Page Up and Page Down move, Enter and Space pick, Shift adds. Shown, it
 * is an ordinary table with sticky headers. Hidden, it stays focusable while the chart draws its focus, and holds only its
 * headers and the row with the focus: twenty widgets of 3,600 cells must not be 72,000 elements.
 */
import { h, setAttributes, setText } from "./dom";

export interface GridCell {
  text: string;
  quiet?: boolean;
}

export interface GridData {
  caption: string;
  corner: string;
  columns: readonly string[];
  rows: readonly string[];
  cell(row: number, column: number): GridCell | null;
  /** What a screen reader says of a cell that gets the focus; the cell's text must be part of it. */
  describe(row: number, column: number): string;
}

/** Row and column from 0; −1 is the header. */
export interface Position {
  row: number;
  column: number;
}

export type CellState = "selected" | "compared" | "";

export interface GridOptions {
  /** Enter, Space, click; `add` with Shift, `across` with Alt. */
  onPick(at: Position, how: { add: boolean; across: boolean }): void;
  /** Any other key; return true when it was used. */
  onKey(key: string, at: Position): boolean;
  /** Where the focus is; `null` when it leaves the grid. */
  onFocus(at: Position | null): void;
  signal: AbortSignal;
}

export interface Grid {
  element: HTMLElement;
  show(data: GridData): void;
  reveal(visible: boolean): void;
  mark(state: (at: Position) => CellState): void;
  /** Follows a pointer's pick, so that the keyboard goes on from there. */
  focus(at: Position): void;
}

const PAGE = 10;
const EMPTY: GridData = {
  caption: "",
  corner: "",
  columns: [],
  rows: [],
  cell: () => null,
  describe: () => "",
};

export function createGrid(options: GridOptions): Grid {
  const { signal } = options;
  const caption = h("caption");
  const head = h("thead");
  const body = h("tbody");
  const table = h(
    "table",
    { role: "grid", class: "ci-grid", "aria-multiselectable": "true" },
    caption,
    head,
    body,
  );
  const element = h("div", { class: "ci-grid-holder ci-hidden" }, table);
  const lines = new Map<number, HTMLTableRowElement>();
  let data = EMPTY;
  let here: Position = { row: 0, column: 0 };
  let visible = false;
  // The focus came by pointer, which needs no outline to see where it is.
  let quiet = false;
  let stateOf: (at: Position) => CellState = () => "";

  const cellAt = ({ row, column }: Position) => lines.get(row)?.cells[column + 1];
  const focusInside = () => table.contains(document.activeElement);

  function line(row: number): HTMLTableRowElement {
    const element = h("tr", { "aria-rowindex": row + 2, "data-row": row });
    for (let column = -1; column < data.columns.length; column += 1) {
      const header = row < 0 ? "col" : column < 0 ? "row" : null;
      element.append(header ? h("th", { scope: header }) : h("td", { role: "gridcell" }));
    }
    lines.set(row, element);
    write(row);
    return element;
  }

  function write(row: number): void {
    for (const [index, cell] of [...(lines.get(row)?.cells ?? [])].entries()) {
      const column = index - 1;
      const content = contentOf(row, column);
      setText(cell, content?.text ?? "");
      cell.classList.toggle("ci-quiet", content?.quiet === true);
      cell.tabIndex = -1;
      cell.removeAttribute("aria-label");
      writeState(cell, { row, column });
    }
  }

  function contentOf(row: number, column: number): GridCell | null {
    if (row < 0) return { text: (column < 0 ? data.corner : data.columns[column]) ?? "" };
    return column < 0 ? { text: data.rows[row] ?? "" } : data.cell(row, column);
  }

  function writeState(cell: HTMLTableCellElement, at: Position): void {
    const state = stateOf(at);
    setAttributes(cell, { "data-state": state || null });
    if (cell.tagName === "TD") cell.setAttribute("aria-selected", String(state === "selected"));
  }

  function build(): void {
    lines.clear();
    setAttributes(table, { "aria-rowcount": data.rows.length + 1, "aria-colcount": data.columns.length + 1 });
    head.replaceChildren(line(-1));
    const rows = visible ? data.rows.keys() : [Math.max(0, here.row)];
    body.replaceChildren(...[...rows].filter((row) => row < data.rows.length).map(line));
  }

  /** Puts a place into the tab order, building its row where it is not there. */
  function settle(at: Position): HTMLTableCellElement | undefined {
    const before = cellAt(here);
    if (before) before.tabIndex = -1;
    here = at;
    if (!lines.has(at.row)) body.append(line(at.row));
    const cell = cellAt(at);
    if (cell) {
      cell.tabIndex = 0;
      if (at.row >= 0 && at.column >= 0) cell.setAttribute("aria-label", data.describe(at.row, at.column));
    }
    return cell;
  }

  /** Takes away the rows that a hidden grid no longer needs, after the focus has left them. */
  function prune(): void {
    if (visible) return;
    const kept = here.row >= 0 ? here.row : Number(body.rows[0]?.dataset.row);
    for (const [row, element] of lines) {
      if (row < 0 || row === kept) continue;
      element.remove();
      lines.delete(row);
    }
  }

  function clamp({ row, column }: Position): Position {
    return {
      row: Math.max(-1, Math.min(row, data.rows.length - 1)),
      column: Math.max(-1, Math.min(column, data.columns.length - 1)),
    };
  }

  function move(to: Position): boolean {
    const at = clamp(to);
    if (at.row === here.row && at.column === here.column) return false;
    settle(at)?.focus();
    prune();
    return true;
  }

  const target = (event: KeyboardEvent): Position | null => {
    const { row, column } = here;
    const all = event.ctrlKey || event.metaKey;
    switch (event.key) {
      case "ArrowUp":
        return { row: row - 1, column };
      case "ArrowDown":
        return { row: row + 1, column };
      case "ArrowLeft":
        return { row, column: column - 1 };
      case "ArrowRight":
        return { row, column: column + 1 };
      case "PageUp":
        return { row: Math.max(0, row - PAGE), column };
      case "PageDown":
        return { row: row + PAGE, column };
      case "Home":
        return { row: all ? 0 : row, column: 0 };
      case "End":
        return { row: all ? data.rows.length : row, column: data.columns.length };
      default:
        return null;
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    quiet = false;
    const to = target(event);
    let used = true;
    if (to) {
      const moved = move(to);
      if (moved && event.shiftKey) options.onPick(here, { add: true, across: false });
    } else if (event.key === "Enter" || event.key === " ") {
      options.onPick(here, { add: event.shiftKey, across: event.altKey });
    } else if (event.ctrlKey || event.metaKey || event.altKey) used = false;
    else used = options.onKey(event.key, here);
    if (used) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  const positionOf = (node: EventTarget | null): Position | null => {
    const cell = node instanceof Element ? node.closest("td, th") : null;
    if (!(cell instanceof HTMLTableCellElement)) return null;
    const row = Number((cell.parentElement as HTMLTableRowElement).dataset.row);
    return { row, column: cell.cellIndex - 1 };
  };

  const onFocusIn = (event: FocusEvent) => {
    const at = positionOf(event.target);
    if (!at) return;
    settle(at);
    options.onFocus(quiet ? null : at);
  };
  const onFocusOut = (event: FocusEvent) => {
    if (table.contains(event.relatedTarget as Node | null)) return;
    quiet = false;
    options.onFocus(null);
  };
  const onPointerDown = () => {
    quiet = true;
  };
  const focusQuietly = (at: Position) => {
    quiet = true;
    settle(clamp(at))?.focus({ preventScroll: true });
  };
  const onClick = (event: MouseEvent) => {
    const at = positionOf(event.target);
    if (!at) return;
    focusQuietly(at);
    options.onPick(at, { add: event.shiftKey, across: event.altKey });
  };
  table.addEventListener("keydown", onKeyDown, { signal });
  table.addEventListener("focusin", onFocusIn, { signal });
  table.addEventListener("focusout", onFocusOut, { signal });
  table.addEventListener("pointerdown", onPointerDown, { signal });
  table.addEventListener("click", onClick, { signal });

  return {
    element,
    show(next) {
      const sameShape = next.columns.length === data.columns.length && next.rows.length === data.rows.length;
      const focused = focusInside();
      data = next;
      setText(caption, data.caption);
      here = clamp(here);
      if (sameShape && lines.size > 0) for (const row of lines.keys()) write(row);
      else build();
      const cell = settle(here);
      if (focused) cell?.focus({ preventScroll: true });
    },
    reveal(next) {
      if (visible === next) return;
      visible = next;
      element.classList.toggle("ci-hidden", !visible);
      build();
      settle(here);
    },
    mark(next) {
      stateOf = next;
      for (const [row, element] of lines) {
        for (const cell of element.cells) writeState(cell, { row, column: cell.cellIndex - 1 });
      }
    },
    focus(at) {
      focusQuietly(at);
      prune();
    },
  };
}
