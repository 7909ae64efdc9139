/** What leaves the calculator as a picture: the words around it. */
import type { PictureText } from "../../kit/picture";
import type { Scene } from "./scene";
import { formulaName, matchOf, methodLine } from "./words";

export function pictureText(scene: Scene, finding: string): PictureText {
  const { state, view } = scene;
  const analysis = scene.analysis();
  const how =
    state.tab === "plan" || !analysis
      ? `By ${formulaName(state)}`
      : [matchOf(analysis), methodLine(state, analysis.comparison)].join(" · ");
  const notes = state.tab === "analyse" && analysis ? analysis.verdict.notes : [];
  const said = [...notes, ...view.notes.map(({ text }) => text), view.footer];
  return { title: finding, subtitle: how, footer: [...new Set(said)].filter(Boolean) };
}
