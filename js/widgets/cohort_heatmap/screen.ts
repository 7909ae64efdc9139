/** The heatmap's screen: headline, controls, both pictures with their table, notes, footer; and what redraws what. */
import { createAnnouncer } from "../../kit/announce";
import { h, setText } from "../../kit/dom";
import { createFocusChip } from "../../kit/focus";
import { createFooter } from "../../kit/footer";
import { formats } from "../../kit/format";
import { createGrid } from "../../kit/grid";
import { expectAnswer } from "../../kit/liveness";
import { listen, type RenderContext, update, watch } from "../../kit/model";
import { createNotes } from "../../kit/notes";
import { createRequests, isCancelled } from "../../kit/requests";
import { createStatus } from "../../kit/status";
import { takeAwayActions } from "../../kit/take_away";
import { followTheme } from "../../kit/theme";
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
import { type HeatmapModel, type Note, type State, statusOf, viewOf } from "./wire";

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
  { model, signal }: RenderContext<State>,
  root: HTMLElement,
  runtime: Runtime,
): Promise<void> {
  const requests = createRequests(model, signal);
  const announcer = createAnnouncer(signal);
  const trouble = (error: unknown) => {
    if (isCancelled(error) || signal.aborted) return;
    status.trouble(error instanceof Error ? error.message : String(error));
  };
  const status = createStatus(() => requests.ask("stop").catch(trouble), signal);

  let scene = sceneOf(model);
  let charts: Charts | null = null;
  let focus: Spot | null = null;
  let hovered: Spot | null = null;

  const headline = h("p", { class: "ci-headline" });
  const controls = createControls(model, signal);
  const matrixPlace = h("div", { class: "ci-matrix" });
  const curveTitle = h("p", { class: "ci-curve-title" });
  const curvePlace = h("div", { class: "ci-curve" });
  const notes = createNotes<Note>(signal);
  const coloursNow = () => {
    const known = theme();
    if (!known) throw new Error("The page's theme gives no colours.");
    return known.colours;
  };
  const footer = createFooter(
    {
      ...takeAwayActions({
        requests,
        charts: () => charts?.all ?? [],
        colours: coloursNow,
        text: () => pictureText(scene),
        title: () => `${scene.view.title} ${scene.state.measure}`,
        code: () => codeOf(model, scene),
        tableCsv: () => matrixCsv(model),
        report: (words) => footer.report(words),
        trouble,
      }),
      compare: () => update(model, { compared: model.get("selection"), selection: [] }),
      stopComparing: () => update(model, { compared: [] }),
      clear: () => update(model, { selection: [] }),
      toggleTable: () => update(model, { table_view: !model.get("table_view") }),
    },
    signal,
  );
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
  root.append(
    headline,
    createFocusChip(model, signal).element,
    status.element,
    controls.element,
    h("div", { class: "ci-pictures" }, matrixPlace, h("div", { class: "ci-side" }, curveTitle, curvePlace)),
    notes.element,
    footer.element,
    announcer.element,
  );
  const theme = followTheme(root, ({ colours }) => charts?.recolour(colours), signal);

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
    if (scene.view.headline !== said) announcer.say(scene.view.headline);
    await drawing;
  };
  watch(model, DRAWN, (changed) => void onDrawn(changed).catch(trouble), signal);
  watch(
    model,
    SELECTED,
    (changed) => {
      if (changed.has("selection") || changed.has("compared")) {
        void charts?.mark().catch(trouble);
        announcer.say(`Selected: ${describePicks(selectionOf(model), scene.matrix, scene.view.age_unit)}`);
      }
      showSelection();
    },
    signal,
  );
  watch(model, ["_status"], () => status.show(statusOf(model)), signal);
  // Any word from the kernel takes back that it doesn't answer.
  listen(model, "change:_view", () => status.trouble(""), signal);

  showTexts();
  showSelection();
  status.show(statusOf(model));
  if (scene.view.has.kernel) void expectAnswer(model, requests, trouble, signal);

  const before = scene;
  charts = await createCharts({
    model,
    runtime,
    matrixPlace,
    curvePlace,
    scene: () => scene,
    marked,
    colours: coloursNow,
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
