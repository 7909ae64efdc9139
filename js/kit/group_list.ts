/**
 * Groups of people, one per row: colour and number, a name to edit, shares as bars, and a line that says what they are.
 *
 * A keyboard grid whose rows have the focus: arrows move, Enter and Space pick, Shift adds, F2 edits the name, Escape clears.
 */
import { h, setAttributes, setText } from "./dom";
import { createEditable, type Editable } from "./editable";
import { shareBar } from "./tables";

export interface GroupShare {
  share: number | null;
  text: string;
  /** Said below the bar: the number that the share stands for. */
  below: string;
}

export interface GroupRow {
  id: number;
  /** Said before the name, so that colour never stands alone. */
  mark: string;
  name: string;
  colour: string;
  line: string;
  /** One per heading. */
  shares: GroupShare[];
}

export interface GroupListContent {
  caption: string;
  /** Of the shares; fewer than before hides the others. */
  headings: readonly string[];
  rows: readonly GroupRow[];
  chosen: readonly number[];
  /** Only to look at: drawn in grey, nothing in it can be picked or named. */
  grey: boolean;
  editable: boolean;
}

export interface GroupList {
  element: HTMLElement;
  show(content: GroupListContent): void;
}

export interface GroupListOptions {
  /** Heading of the names. */
  corner: string;
  longestName: number;
  onPick(id: number, add: boolean): void;
  onRename(id: number, name: string): void;
  /** Escape; returns whether there was anything to clear. */
  onClear(): boolean;
  signal: AbortSignal;
}

interface Line {
  element: HTMLTableRowElement;
  name: Editable;
  show(row: GroupRow, content: GroupListContent, most: number): void;
}

export function createGroupList(options: GroupListOptions): GroupList {
  const { signal } = options;
  const caption = h("caption", { class: "ci-table-caption" });
  const head = h("tr");
  const body = h("tbody");
  const element = h(
    "table",
    { class: "ci-groups", role: "grid", "aria-multiselectable": "true" },
    caption,
    h("thead", {}, head),
    body,
  );
  const lines = new Map<number, Line>();
  let content: GroupListContent | null = null;
  let here = 0;

  const rows = () => content?.rows ?? [];
  const lineAt = (index: number) => lines.get(rows()[index]?.id ?? Number.NaN);
  const rove = (to: number) => {
    here = Math.max(0, Math.min(to, rows().length - 1));
    for (const i of rows().keys()) {
      const line = lineAt(i);
      if (line) line.element.tabIndex = i === here ? 0 : -1;
      line?.name.rove(i === here);
    }
    return lineAt(here);
  };
  const pick = (add: boolean) => {
    const id = rows()[here]?.id;
    if (id !== undefined && !content?.grey) options.onPick(id, add);
  };
  const used = (event: KeyboardEvent): boolean => {
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows().length - 1 }[event.key];
    if (to !== undefined) rove(to)?.element.focus();
    else if (event.key === "Escape") return options.onClear();
    else if (event.key === "F2") lineAt(here)?.name.edit();
    else if (event.key === "Enter" || event.key === " ") pick(event.shiftKey);
    else return false;
    return true;
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !used(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const indexOf = ({ target }: Event) => {
    const row = target instanceof Element ? target.closest("tr") : null;
    return rows().findIndex(({ id }) => lines.get(id)?.element === row);
  };
  const onClick = (event: MouseEvent) => {
    const index = indexOf(event);
    if (index < 0) return;
    rove(index)?.element.focus({ preventScroll: true });
    pick(event.shiftKey);
  };
  const onFocus = (event: Event) => {
    const index = indexOf(event);
    if (index >= 0) rove(index);
  };
  body.addEventListener("keydown", onKey, { signal });
  body.addEventListener("click", onClick, { signal });
  body.addEventListener("focusin", onFocus, { signal });

  return {
    element,
    show(next) {
      content = next;
      setText(caption, next.caption);
      element.classList.toggle("ci-grey", next.grey);
      const titles = [options.corner, ...next.headings];
      if (
        head.cells.length !== titles.length ||
        titles.some((text, i) => head.cells[i]?.textContent !== text)
      )
        head.replaceChildren(...titles.map((text) => h("th", { scope: "col" }, text)));
      const most = Math.max(0.01, ...next.rows.flatMap((row) => row.shares.map(({ share }) => share ?? 0)));
      const wanted = next.rows.map((row) => {
        const line = lines.get(row.id) ?? createLine(row, options);
        lines.set(row.id, line);
        line.show(row, next, most);
        return line.element;
      });
      const there = [...body.children];
      // Rows that stay where they are keep the focus, and a name that is being typed.
      if (wanted.length !== there.length || wanted.some((row, i) => row !== there[i]))
        body.replaceChildren(...wanted);
      rove(here);
    },
  };
}

function createLine(
  { id, mark }: GroupRow,
  { onRename, longestName, corner, signal }: GroupListOptions,
): Line {
  const swatch = h("span", { class: "ci-swatch", "aria-hidden": "true" });
  const number = h("span", { class: "ci-group-mark" }, mark);
  const name = createEditable({
    label: `Name of ${corner.toLowerCase()} ${mark}`,
    maxLength: longestName,
    onCommit: (text) => onRename(id, text),
    signal,
  });
  const below = h("div", { class: "ci-group-line" });
  const heading = h("div", { class: "ci-named" }, swatch, number, name.element);
  const element = h("tr", {}, h("th", { scope: "row", role: "rowheader" }, heading, below));
  const cells: { show(share: GroupShare, most: number): void }[] = [];
  const cellAt = (index: number) => {
    const known = cells[index] ?? createShareCell(element);
    cells[index] = known;
    return known;
  };
  return {
    element,
    name,
    show(row, { chosen, editable, grey }, most) {
      swatch.style.background = row.colour;
      element.style.setProperty("--ci-own", row.colour);
      name.show(row.name);
      name.enable(editable && !grey);
      setText(below, row.line);
      below.title = row.line;
      for (const [i, share] of row.shares.entries()) cellAt(i).show(share, most);
      for (const cell of [...element.cells].slice(1 + row.shares.length)) cell.hidden = true;
      const on = chosen.includes(id);
      setAttributes(element, { "aria-selected": String(on) });
      element.classList.toggle("ci-faded", chosen.length > 0 && !on);
    },
  };
}

function createShareCell(row: HTMLTableRowElement) {
  const bar = shareBar();
  const number = h("div", { class: "ci-below" });
  const cell = h("td", { role: "gridcell" }, bar.element, number);
  row.append(cell);
  return {
    show({ share, text, below }: GroupShare, most: number) {
      cell.hidden = false;
      bar.show(share === null ? null : share / most, text);
      setText(number, below);
    },
  };
}
