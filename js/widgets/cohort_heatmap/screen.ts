/** The heatmap's screen: headline, controls, both pictures with their table, notes, footer; and what redraws what. */
import { h, setText } from "../../kit/dom";
import { formats } from "../../kit/format";
import { createGrid } from "../../kit/grid";
import { type RenderContext, update, watch } from "../../kit/model";
import { createScreen } from "../../kit/screen";
import type { Runtime } from "../../runtime/index";
import { type Charts, createCharts } from "./charts";
import { createControls } from "./controls";
import { comparedOf, createInteraction, focusedCells, selectionOf } from "./interaction";
import type { Marked, Spot } from "./matrix_chart";
import { readMatrix } from "./matrix_data";
import { MEASURES } from "./measures";
import { actionOf, notesOf } from "./notes";
import { coveredCells, describePicks } from "./picks";
import type { Scene } from "./scene";
import { codeOf, footerState } from "./selection_text";
import { positionOf, spotOf, tableOf } from "./table";
import { matrixCsv, pictureText } from "./taking";
import { type HeatmapModel, type Note, type State, viewOf } from "./wire";

/** Traits that the pictures and texts are drawn from. */
const DRAWN = [
  "measure",
  "cohort_grain",
  "grain",
  "window",
  "kind",
  "average",
  "by",
  "as_of",
  "level",
  "include_truncated",
  "naive",
  "normalise",
  "show_interval",
  "table_view",
  "colour_lock",
  "currency",
  "number_format",
  "locale",
  "height",
  "audience_mode",
  "_frames",
  "_view",
] as const satisfies readonly (keyof State)[];

const SELECTED = ["selection", "compared", "_selected"] as const satisfies readonly (keyof State)[];

export async function renderHeatmap(
  render: RenderContext<State>,
  root: HTMLElement,
  runtime: Runtime,
): Promise<void> {
  const { model, signal } = render;

  let scene = sceneOf(model);
  let charts: Charts | null = null;
  let focus: Spot | null = null;
  let hovered: Spot | null = null;

  const headline = h("p", { class: "ci-headline" });
  const controls = createControls(model, signal);
  const matrixPlace = h("div", { class: "ci-matrix" });
  const curveTitle = h("p", { class: "ci-curve-title" });
  const curvePlace = h("div", { class: "ci-curve" });
  const screen = createScreen<State, Note>(render, root, {
    charts: () => charts?.all ?? [],
    text: () => pictureText(scene),
    title: () => `${scene.view.title} ${scene.state.measure}`,
    code: () => codeOf(model, scene),
    tableCsv: () => matrixCsv(model),
    compare: () => update(model, { compared: model.get("selection"), selection: [] }),
    stopComparing: () => update(model, { compared: [] }),
    clear: () => update(model, { selection: [] }),
    onTheme: (colours) => charts?.recolour(colours),
  });
  const { notes, footer, trouble } = screen;
  const interaction = createInteraction(
    model,
    () => scene,
    () => hovered,
  );
  const grid = createGrid({
    onPick: (at, how) => interaction.pick(spotOf(scene, at), how),
    onKey: (key, at) => interaction.key(key, at),
    onFocus(at) {
      focus = at && spotOf(scene, at);
      light();
      void charts?.mark();
    },
    signal,
  });
  matrixPlace.append(grid.element);
  screen.lay(
    [headline],
    controls.element,
    h("div", { class: "ci-pictures" }, matrixPlace, h("div", { class: "ci-side" }, curveTitle, curvePlace)),
  );

  const marked = (): Marked => ({
    selected: coveredCells(selectionOf(model), scene.matrix.cells),
    compared: coveredCells(comparedOf(model), scene.matrix.cells),
    focus: focusedCells(scene, focus),
  });
  const light = () => charts?.emphasise(hovered?.row ?? focus?.row ?? -1);

  const showTexts = () => {
    const { state, view } = scene;
    setText(headline, view.headline);
    setText(curveTitle, `${MEASURES[state.measure].label}, average over ${state.average}`);
    controls.show(state, view);
    notes.show(notesOf(scene), (note) => actionOf(model, scene, note));
    root.classList.toggle("ci-as-table", state.table_view);
    grid.reveal(state.table_view);
    grid.show(tableOf(scene));
  };
  const showSelection = () => {
    footer.show(footerState(model, scene));
    const selected = keysOf(coveredCells(selectionOf(model), scene.matrix.cells));
    const pinned = keysOf(coveredCells(comparedOf(model), scene.matrix.cells));
    grid.mark(({ row, column }) => {
      const spot = spotOf(scene, { row, column });
      const key = `${spot.row}|${spot.age}`;
      return selected.has(key) ? "selected" : pinned.has(key) ? "compared" : "";
    });
  };

  const onDrawn = async (changed: ReadonlySet<string>) => {
    const said = scene.view.headline;
    scene = sceneOf(model, changed.has("_frames") ? undefined : scene);
    const drawing = charts?.redraw(changed.has("_frames"));
    showTexts();
    showSelection();
    if (scene.view.headline !== said) screen.announce(scene.view.headline);
    await drawing;
  };
  watch(model, DRAWN, (changed) => void onDrawn(changed).catch(trouble), signal);
  watch(
    model,
    SELECTED,
    (changed) => {
      if (changed.has("selection") || changed.has("compared")) {
        void charts?.mark().catch(trouble);
        screen.announce(`Selected: ${describePicks(selectionOf(model), scene.matrix, scene.view.age_unit)}`);
      }
      showSelection();
    },
    signal,
  );

  showTexts();
  showSelection();
  screen.begin(scene.view.has.kernel);

  const before = scene;
  charts = await createCharts({
    model,
    runtime,
    matrixPlace,
    curvePlace,
    scene: () => scene,
    marked,
    colours: screen.colours,
    signal,
  });
  if (scene !== before) await charts.redraw(true);
  else if (selectionOf(model).length + comparedOf(model).length > 0) await charts.mark();
  followPointer(charts);
  root.classList.add("ci-ready");

  function followPointer({ matrixElement, follow }: Charts): void {
    follow({
      hover(spot) {
        hovered = spot;
        matrixElement.classList.toggle("ci-pickable", spot !== null);
        light();
      },
      click(spot, event) {
        if (!spot) return;
        interaction.pick(spot, { add: event.shiftKey, across: event.altKey });
        grid.focus(positionOf(scene, spot));
      },
    });
  }
}

function sceneOf(model: HeatmapModel, previous?: Scene): Scene {
  const state = Object.fromEntries(DRAWN.map((key) => [key, model.get(key)])) as unknown as State;
  const { locale, currency } = state;
  return {
    state,
    view: viewOf(model),
    matrix: previous?.matrix ?? readMatrix(model),
    formats: formats({ locale, currency }),
  };
}

function keysOf(cells: readonly { row: number; age: number }[]): Set<string> {
  return new Set(cells.map(({ row, age }) => `${row}|${age}`));
}
