/** The selection in words for the footer: Python's count where it is there, the page's own where counts suffice. */
import type { FooterState, Offer } from "../../kit/footer";
import { update } from "../../kit/model";
import { comparedOf, selectionOf } from "./interaction";
import {
  countFromCells,
  describePicks,
  type Pick,
  pickColumn,
  pickDiagonal,
  pickRow,
  sameSelection,
} from "./picks";
import type { Scene } from "./scene";
import { type HeatmapModel, type Selected, selectedOf } from "./wire";

const HINT = "Click a cell, or a row's or column's label; Shift adds, Alt takes the diagonal.";
const NEEDS_PURCHASES = "cells of one cohort share customers; counting them once needs the notebook";

export function footerState(model: HeatmapModel, scene: Scene): FooterState {
  const { state, view } = scene;
  const selection = selectionOf(model);
  const selected = selectedOf(model);
  const any = selection.length > 0;
  return {
    selected: any ? selectionText(scene, selection, selected) : "",
    hint: HINT,
    offers: offersFor(model, scene, selection),
    comparison: comparisonText(scene, comparedOf(model), selected),
    hasCode: state.audience_mode !== "viewer" && codeOf(model, scene) !== "",
    hasCustomers: view.has.kernel,
    source: view.footer,
    tableShown: state.table_view,
  };
}

/** Code of the selection, or of the whole widget where nothing is selected. */
export function codeOf(model: HeatmapModel, { view }: Scene): string {
  return selectionOf(model).length > 0 ? selectedOf(model).code : view.code;
}

function selectionText(scene: Scene, selection: readonly Pick[], selected: Selected): string {
  const { matrix, view } = scene;
  const where = describePicks(selection, matrix, view.age_unit);
  const fresh = selected.of === undefined || sameSelection(selection, selected.of);
  if (view.has.kernel && fresh && selected.text) return `${selected.text} · ${where}`;
  const counted = countText(scene, selection);
  if (counted) return `${counted} · ${where}`;
  return `${where} · ${view.has.kernel ? "counting…" : NEEDS_PURCHASES}`;
}

function comparisonText(scene: Scene, compared: readonly Pick[], selected: Selected): string {
  if (compared.length === 0) return "";
  const { matrix, view } = scene;
  if (view.has.kernel && selected.comparison) return selected.comparison;
  const size = selected.compared?.text ?? countText(scene, compared);
  return `Compared with ${describePicks(compared, matrix, view.age_unit)}: ${size || NEEDS_PURCHASES}`;
}

function countText({ matrix, formats }: Scene, selection: readonly Pick[]): string {
  const count = countFromCells(selection, matrix);
  return count === null ? "" : `${formats.count(count)} ${count === 1 ? "customer" : "customers"}`;
}

/** A single cell offers its row, column and diagonal: what Alt and the letters do, in sight. */
function offersFor(model: HeatmapModel, { matrix }: Scene, selection: readonly Pick[]): Offer[] {
  const [pick] = selection;
  if (selection.length !== 1 || pick?.kind !== "cell") return [];
  const cell = matrix.find(pick.cohort, pick.age);
  if (!cell) return [];
  const offer = (label: string, hint: string, to: Pick): Offer => ({
    label,
    hint,
    run: () => update(model, { selection: [to] }),
  });
  const offers = [
    offer("Row", "The whole cohort (r)", pickRow(cell)),
    offer("Column", "This age, all cohorts (c)", pickColumn(cell.age)),
  ];
  const diagonal = pickDiagonal(cell);
  if (diagonal) offers.push(offer("Diagonal", `Everyone active in ${cell.diagonal} (d)`, diagonal));
  return offers;
}
