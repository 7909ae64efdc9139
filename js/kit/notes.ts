/** What can't be concluded, under the picture; with the one thing that can be done about each. */
import { button } from "./controls";
import { fill, h } from "./dom";

export interface Note {
  kind: "truncated" | "immature" | "left_out" | "info" | "small" | "lesson";
  text: string;
}

export interface NoteAction {
  label: string;
  run: () => void;
}

export interface Notes<N extends Note> {
  element: HTMLElement;
  show(notes: readonly N[], actionOf: (note: N) => NoteAction | null): void;
}

const MARKS: Record<Note["kind"], string> = {
  truncated: "†",
  immature: "▨",
  left_out: "−",
  small: "n",
  info: "i",
  lesson: "!",
};

export function createNotes<N extends Note>(signal: AbortSignal): Notes<N> {
  const element = h("ul", { class: "ci-notes" });
  let shown = "";
  let life = new AbortController();
  signal.addEventListener("abort", () => life.abort());
  return {
    element,
    show(notes, actionOf) {
      const actions = notes.map(actionOf);
      const key = JSON.stringify([notes, actions]);
      if (key === shown) return;
      shown = key;
      life.abort();
      life = new AbortController();
      const items = notes.map(({ kind, text }, i) => {
        const mark = h("span", { class: "ci-note-mark", "aria-hidden": "true" }, MARKS[kind] ?? "i");
        const action = actions[i];
        const act = action && button(action.label, action.run, life.signal);
        return h("li", { class: `ci-note ci-note-${kind}` }, mark, h("span", {}, text), act);
      });
      fill(element, ...items);
    },
  };
}
