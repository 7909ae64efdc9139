/**
 * A small table to type into: a field per cell, arrows and Enter to move, a table from a spreadsheet pasted into any cell.
 *
 * It holds texts. What they mean, and what is wrong with them, its owner says.
 */
import { button } from "./controls";
import { fill, h, setAttributes, setText, uniqueId } from "./dom";
import { type PasteColumn, placePasted, readTable } from "./pasting";

export interface EntryColumn extends PasteColumn {
  label: string;
  /** Stands after the field: “%”. */
  unit?: string;
  width?: string;
}

export type Entry = Record<string, string>;

export interface EntryGridData {
  caption: string;
  columns: readonly EntryColumn[];
  rows: readonly Entry[];
  /** A column at the right that follows from the others. */
  derived?: { label: string; cells: readonly string[] };
  /** The row that is chosen by the dots at the left. */
  chosen: number;
  /** What is wrong, by cell: “row|key”. */
  wrong: ReadonlyMap<string, string>;
  enabled: boolean;
}

export interface EntryGridOptions {
  /** Above the dots by which a row is chosen, and what such a dot says of a row. */
  choice: { label: string; of(name: string): string };
  /** The column that names the rows. */
  name: string;
  least: number;
  most: number;
  add: string;
  /** What separates decimals here. */
  decimal(): string;
  /** An entirely new row. */
  fresh(rows: readonly Entry[]): Entry;
  /** At every letter. */
  onMove(rows: Entry[]): void;
  /** A cell was left, a table pasted, a row added or taken away. */
  onRest(rows: Entry[]): void;
  onChoose(row: number): void;
  /** What a paste did. */
  report(text: string): void;
  signal: AbortSignal;
}

export interface EntryGrid {
  element: HTMLElement;
  show(data: EntryGridData): void;
}

export function createEntryGrid(options: EntryGridOptions): EntryGrid {
  const { signal, name } = options;
  const caption = h("caption");
  const head = h("thead");
  const body = h("tbody");
  const table = h("table", { class: "ci-entry" }, caption, head, body);
  const trouble = h("p", { class: "ci-entry-trouble", id: uniqueId("trouble"), role: "status" });
  const add = button(options.add, () => addRow(), signal);
  add.classList.add("ci-entry-add");
  const element = h("div", { class: "ci-entry-grid" }, table, trouble, add);
  const group = uniqueId("choice");
  let life = new AbortController();
  signal.addEventListener("abort", () => life.abort());
  let data: EntryGridData | null = null;
  let shape = "";
  /** The cell in which somebody types. */
  let typing: HTMLInputElement | null = null;

  const entries = (): Entry[] => data?.rows.map((row) => ({ ...row })) ?? [];
  const fieldAt = (row: number, key: string) =>
    body.querySelector<HTMLInputElement>(`input[data-row="${row}"][data-key="${key}"]`);
  const at = (field: HTMLInputElement) => ({ row: Number(field.dataset.row), key: field.dataset.key ?? "" });
  const changed = (field: HTMLInputElement): Entry[] => {
    const { row, key } = at(field);
    const rows = entries();
    const own = rows[row];
    if (own) own[key] = field.value;
    return rows;
  };
  function addRow(): void {
    const rows = entries();
    if (rows.length >= options.most) return;
    options.onRest([...rows, options.fresh(rows)]);
    queueMicrotask(() => fieldAt(rows.length, name)?.select());
  }
  const takeAway = (row: number) => {
    options.onRest(entries().filter((_, i) => i !== row));
    queueMicrotask(() => fieldAt(Math.max(0, row - 1), name)?.focus());
  };

  const onInput = (event: Event) => {
    if (!(event.target instanceof HTMLInputElement) || event.target.type !== "text") return;
    typing = event.target;
    options.onMove(changed(event.target));
  };
  const finish = () => {
    if (!typing) return;
    const rows = changed(typing);
    typing = null;
    options.onRest(rows);
  };
  const onKey = (event: KeyboardEvent) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || field.type !== "text") return;
    const down = event.key === "Enter" || event.key === "ArrowDown";
    if (!down && event.key !== "ArrowUp") return;
    event.preventDefault();
    event.stopPropagation();
    finish();
    const { row, key } = at(field);
    const next = fieldAt(row + (down ? 1 : -1), key);
    next?.focus();
    next?.select();
  };
  const onPaste = (event: ClipboardEvent) => {
    const field = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!data?.enabled || !(field instanceof HTMLInputElement) || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const { row, key } = at(field);
    typing = null;
    const from = data.columns.findIndex((column) => column.key === key);
    const pasted = placePasted(readTable(text), data.columns, from, options.decimal());
    const whole =
      pasted.headed ||
      (data.columns.every((column) => column.key in (pasted.rows[0] ?? {})) && pasted.rows.length > 1);
    const before = entries();
    const rows = whole ? [] : before.slice(0, row);
    for (const [i, cells] of pasted.rows.entries()) {
      const old = before[(whole ? 0 : row) + i];
      rows.push({ ...(old ?? options.fresh(rows)), ...cells });
    }
    if (!whole) rows.push(...before.slice(row + pasted.rows.length));
    const kept = rows.slice(0, options.most);
    options.onRest(kept);
    const said = [`Pasted ${pasted.rows.length === 1 ? "1 row" : `${pasted.rows.length} rows`}.`];
    if (pasted.leftOut.length > 0) said.push(`Left out: ${pasted.leftOut.join(", ")}.`);
    if (rows.length > kept.length) said.push(`Only ${options.most} rows fit.`);
    options.report(said.join(" "));
  };
  body.addEventListener("input", onInput, { signal });
  body.addEventListener("focusout", finish, { signal });
  body.addEventListener("keydown", onKey, { signal });
  body.addEventListener("paste", onPaste, { signal });

  function build({ columns, rows, derived }: EntryGridData): void {
    life.abort();
    life = new AbortController();
    const ends = [h("th", {}, h("span", { class: "ci-hidden" }, "Take away"))];
    if (derived) ends.unshift(h("th", { scope: "col", class: "ci-number" }, derived.label));
    fill(
      head,
      h(
        "tr",
        {},
        h("th", { scope: "col" }, options.choice.label),
        ...columns.map(({ label, number }) =>
          h("th", { scope: "col", class: number ? "ci-number" : null }, label),
        ),
        ...ends,
      ),
    );
    fill(body, ...rows.map((_, row) => line(row, columns, derived !== undefined)));
  }

  function line(row: number, columns: readonly EntryColumn[], derived: boolean): HTMLElement {
    const dot = h("input", { type: "radio", name: group });
    dot.addEventListener("change", () => options.onChoose(row), { signal: life.signal });
    const cells = columns.map((column) => {
      const field = h("input", {
        class: "ci-field",
        type: "text",
        inputmode: column.number ? "decimal" : "text",
        autocomplete: "off",
        spellcheck: "false",
        "data-row": row,
        "data-key": column.key,
        "data-number": column.number,
      });
      if (column.width) field.style.width = column.width;
      return h("td", { class: column.number ? "ci-number" : null }, field, column.unit);
    });
    const away = button("✕", () => takeAway(row), life.signal);
    away.classList.add("ci-plain");
    const figure = derived && h("td", { class: "ci-number ci-derived" });
    return h("tr", {}, h("td", {}, dot), ...cells, figure, h("td", {}, away));
  }

  function write(next: EntryGridData): void {
    const { columns, rows, derived, wrong, chosen, enabled } = next;
    for (const [row, entry] of rows.entries()) {
      const own = entry[name] || `row ${row + 1}`;
      const tr = body.rows[row] as HTMLTableRowElement;
      const dot = tr.querySelector<HTMLInputElement>("input[type=radio]");
      if (dot) {
        dot.checked = row === chosen;
        dot.disabled = !enabled;
        dot.setAttribute("aria-label", options.choice.of(own));
      }
      for (const { key, label } of columns) {
        const field = fieldAt(row, key);
        if (!field) continue;
        const value = entry[key] ?? "";
        if (field !== typing && field.value !== value) field.value = value;
        const bad = wrong.has(`${row}|${key}`);
        field.readOnly = !enabled;
        setAttributes(field, {
          "aria-label": `${label}, ${own}`,
          "aria-invalid": bad ? "true" : null,
          "aria-describedby": bad ? trouble.id : null,
        });
      }
      const figure = tr.querySelector(".ci-derived");
      if (figure) setText(figure, derived?.cells[row] ?? "");
      const away = tr.querySelector<HTMLButtonElement>(".ci-plain");
      if (away) {
        away.hidden = !enabled || rows.length <= options.least;
        away.setAttribute("aria-label", `Take away ${own}`);
      }
    }
    setText(caption, next.caption);
    setText(trouble, [...new Set(wrong.values())].join(" "));
    trouble.hidden = wrong.size === 0;
    add.hidden = !enabled || rows.length >= options.most;
  }

  return {
    element,
    show(next) {
      data = next;
      const form = JSON.stringify([next.columns, next.rows.length, next.derived?.label]);
      if (form !== shape) {
        shape = form;
        typing = null;
        build(next);
      }
      write(next);
    },
  };
}
