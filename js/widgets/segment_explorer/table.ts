/** The profile as its table twin: features down, segments across. */
import type { GridData } from "../../kit/grid";
import { featuresOf } from "./profile_chart";
import type { Scene } from "./scene";
import type { ProfileCell } from "./wire";
import { cellInWords, cellText, VALUE_HINTS } from "./words";

export function tableOf(scene: Scene): GridData {
  const { segments, profile, state } = scene;
  const features = featuresOf(scene);
  const cells = new Map(profile.map((cell) => [`${cell.segment}|${cell.order}`, cell]));
  const at = (row: number, column: number): ProfileCell | undefined =>
    cells.get(`${segments[column]?.segment}|${features[row]?.order}`);
  return {
    caption: `Profile of the segments. ${VALUE_HINTS[state.profile_value]}.`,
    corner: "Feature",
    columns: segments.map(({ segment, name }) => `${segment} ${name}`),
    rows: features.map(({ label }) => label),
    cell(row, column) {
      const cell = at(row, column);
      return cell ? { text: cellText(cell, scene) } : null;
    },
    describe(row, column) {
      const cell = at(row, column);
      const segment = segments[column];
      return cell && segment ? cellInWords(cell, segment, scene) : "Nothing";
    },
  };
}
