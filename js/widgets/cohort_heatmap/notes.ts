/** The notes under the heatmap: Python's, and the lesson's own while it is on. */
import { update } from "../../kit/model";
import type { NoteAction } from "../../kit/notes";
import type { Scene } from "./scene";
import type { HeatmapModel, Note } from "./wire";

const LESSON: Note = {
  kind: "lesson",
  text: "Lesson: cells that are still filling up are drawn as if they were finished, as naive code does. Read along the last diagonals: nobody left there, the time has not passed yet.",
  action: "",
};

export function notesOf({ state, view }: Scene): Note[] {
  return state.naive ? [LESSON, ...view.notes] : view.notes;
}

export function actionOf(model: HeatmapModel, { state }: Scene, note: Note): NoteAction | null {
  if (note.action !== "include_truncated") return null;
  const include = !state.include_truncated;
  return {
    label: include ? "Include" : "Leave out",
    run: () => update(model, { include_truncated: include }),
  };
}
