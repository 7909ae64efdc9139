/** A name that is edited where it stands: a pencil, F2 or a double click; Enter keeps it, Escape takes it back. */
import { h, setText } from "./dom";

export interface Editable {
  element: HTMLElement;
  show(text: string): void;
  edit(): void;
  enable(enabled: boolean): void;
  /** Whether the pencil is in the tab order, for lists in which one row is. */
  rove(reachable: boolean): void;
}

export function createEditable(options: {
  /** What is edited, for screen readers: “Name of segment 2”. */
  label: string;
  /** Said in the empty field: what an empty name stands for. */
  placeholder?: string;
  maxLength?: number;
  onCommit(text: string): void;
  signal: AbortSignal;
}): Editable {
  const { label, signal } = options;
  const text = h("span", { class: "ci-editable-text" });
  const pencil = h("button", { type: "button", class: "ci-pencil", "aria-label": `Edit: ${label}` }, "✎");
  const input = h("input", {
    class: "ci-field",
    type: "text",
    "aria-label": label,
    placeholder: options.placeholder,
    maxlength: options.maxLength,
    hidden: true,
  });
  const element = h("span", { class: "ci-editable" }, text, pencil, input);
  let enabled = true;

  const close = (refocus: boolean) => {
    input.hidden = true;
    text.hidden = false;
    pencil.hidden = !enabled;
    if (refocus) pencil.focus();
  };
  const commit = (refocus: boolean) => {
    if (input.hidden) return;
    const words = input.value.trim().replace(/\s+/g, " ");
    close(refocus);
    if (words !== text.textContent) options.onCommit(words);
  };
  const edit = () => {
    if (!enabled) return;
    input.value = text.textContent ?? "";
    input.hidden = false;
    text.hidden = true;
    pencil.hidden = true;
    input.focus();
    input.select();
  };
  const onKey = (event: KeyboardEvent) => {
    // The list around it has its own use for arrows and Enter.
    event.stopPropagation();
    if (event.key === "Enter") commit(true);
    else if (event.key === "Escape") close(true);
  };
  const keep = (event: Event) => event.stopPropagation();
  pencil.addEventListener("click", edit, { signal });
  text.addEventListener("dblclick", edit, { signal });
  input.addEventListener("keydown", onKey, { signal });
  input.addEventListener("blur", () => commit(false), { signal });
  for (const part of [pencil, input]) part.addEventListener("click", keep, { signal });
  // Enter and Space on the pencil press it, whatever they mean to the row.
  pencil.addEventListener("keydown", (event) => event.key !== "Escape" && event.stopPropagation(), {
    signal,
  });

  return {
    element,
    show: (words) => setText(text, words),
    edit,
    enable(next) {
      enabled = next;
      pencil.hidden = !enabled || !input.hidden;
    },
    rove(reachable) {
      pencil.tabIndex = reachable ? 0 : -1;
    },
  };
}
