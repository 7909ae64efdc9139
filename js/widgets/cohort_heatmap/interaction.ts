/** Pointer and keyboard in the matrix: what they pick, and what they light up. */
import type { Position } from "../../kit/grid";
import { update } from "../../kit/model";
import type { Spot } from "./matrix_chart";
import { afterPick, type Pick, pickCell, pickColumn, pickDiagonal, pickRow } from "./picks";
import type { Scene } from "./scene";
import { spotOf } from "./table";
import type { Cell, HeatmapModel } from "./wire";

export interface How {
  add: boolean;
  /** Take the diagonal that the cell lies on. */
  across: boolean;
}

export interface Interaction {
  pick(spot: Spot, how: How): void;
  /** A letter or Escape at a place; whether it meant something. */
  key(key: string, at: Position): boolean;
}

export function selectionOf(model: HeatmapModel): Pick[] {
  return model.get("selection") as unknown as Pick[];
}

export function comparedOf(model: HeatmapModel): Pick[] {
  return model.get("compared") as unknown as Pick[];
}

export function createInteraction(
  model: HeatmapModel,
  scene: () => Scene,
  hovered: () => Spot | null,
): Interaction {
  const choose = (pick: Pick | null, add: boolean) => {
    if (pick) update(model, { selection: afterPick(selectionOf(model), pick, add) });
    return pick !== null;
  };
  const cellAt = ({ row, age }: Spot): Cell | undefined => scene().matrix.at(row, age);

  const widen = (letter: string, spot: Spot): Pick | null => {
    const cell = cellAt(spot);
    switch (letter) {
      case "r":
        return rowPick(scene(), spot);
      case "c":
        return spot.age >= 0 ? pickColumn(spot.age) : null;
      case "d":
        return cell ? pickDiagonal(cell) : null;
      default:
        return null;
    }
  };

  return {
    pick(spot, { add, across }) {
      const cell = cellAt(spot);
      if (cell) choose((across && pickDiagonal(cell)) || pickCell(cell), add);
      else if (spot.age < 0) choose(rowPick(scene(), spot), add);
      else if (spot.row < 0) choose(pickColumn(spot.age), add);
    },
    key(key, at) {
      if (key === "Escape") {
        if (selectionOf(model).length === 0) return false;
        update(model, { selection: [] });
        return true;
      }
      return choose(widen(key.toLowerCase(), hovered() ?? spotOf(scene(), at)), key !== key.toLowerCase());
    },
  };
}

function rowPick({ matrix }: Scene, { row }: Spot): Pick | null {
  const cohort = matrix.cohorts[row];
  return cohort ? pickRow(cohort) : null;
}

/** The cells that the focus rests on: a header stands for its whole row or column. */
export function focusedCells({ matrix }: Scene, spot: Spot | null): Cell[] {
  if (!spot || (spot.row < 0 && spot.age < 0)) return [];
  return matrix.cells.filter(
    (cell) => (spot.row < 0 || cell.row === spot.row) && (spot.age < 0 || cell.age === spot.age),
  );
}
