/** What leaves the explorer as a file: the words around the picture, and the table of segments and profile. */
import { toCsv } from "../../kit/download";
import { decodeRows, type Row, type WireFrame } from "../../kit/frames";
import type { PictureText } from "../../kit/picture";
import { namesOf, type Scene } from "./scene";
import type { SegmentModel } from "./wire";
import { settingsInWords } from "./words";

export function pictureText(scene: Scene): PictureText {
  const { view } = scene;
  return {
    title: view.headline,
    subtitle: settingsInWords(scene),
    footer: [...new Set([...view.notes.map(({ text }) => text), view.hidden, view.footer])].filter(Boolean),
  };
}

/** Columns that only place a row in the picture. */
const FOR_THE_PICTURE = new Set(["colour", "order", "suggested"]);

/** The segments, then their profile: two tables, one below the other. */
export function segmentsCsv(model: SegmentModel, scene: Scene): string {
  const frames = model.get("_frames") as { segments?: WireFrame; profile?: WireFrame };
  const names = namesOf(scene);
  return [frames.segments, frames.profile]
    .map((frame) => {
      const columns = Object.keys(frame?.columns ?? {}).filter((name) => !FOR_THE_PICTURE.has(name));
      const rows = decodeRows<Row>(frame).map((row) => ({
        ...row,
        name: names.get(Number(row.segment)) ?? "",
      }));
      return toCsv(rows, columns.includes("name") ? columns : ["segment", "name", ...columns.slice(1)]);
    })
    .join("\r\n");
}
