/** What leaves the heatmap as a file: the words around the picture, and the tidy table. */
import { toCsv } from "../../kit/download";
import { decodeRows, type Row } from "../../kit/frames";
import type { PictureText } from "../../kit/picture";
import { notesOf } from "./notes";
import type { Scene } from "./scene";
import { framesOf, type HeatmapModel } from "./wire";
import { settingsInWords } from "./words";

/** Columns that only place a row in the picture. */
const FOR_THE_PICTURE = new Set(["row", "diagonal", "label_cohort", "age_label", "heading"]);
const DATES = ["cohort_start", "complete_on"];

export function pictureText(scene: Scene): PictureText {
  const { state, view } = scene;
  return {
    title: view.headline,
    subtitle: settingsInWords(state, view),
    footer: [...notesOf(scene).map((note) => note.text), view.footer],
  };
}

/** The tidy frame as Python has it, dates as days. */
export function matrixCsv(model: HeatmapModel): string {
  const frame = framesOf(model).cells;
  const columns = Object.keys(frame?.columns ?? {}).filter((column) => !FOR_THE_PICTURE.has(column));
  const rows = decodeRows<Row>(frame);
  for (const row of rows) {
    for (const column of DATES) {
      const value = row[column];
      if (typeof value === "number") row[column] = new Date(value).toISOString().slice(0, 10);
    }
  }
  return toCsv(rows, columns);
}
