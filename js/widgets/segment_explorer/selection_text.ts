/** The selection in words: Python's count where it is there, the page's own where whole segments suffice. */
import type { FooterState } from "../../kit/footer";
import { namesOf, type Scene } from "./scene";
import { type Pick, type Segment, type SegmentModel, selectedOf, selectionOf } from "./wire";
import { apart, customers, NEEDS_KERNEL, standing } from "./words";

const HINT = "Click a segment; Shift adds another.";

export function footerState(model: SegmentModel, scene: Scene): FooterState {
  const { state, view } = scene;
  const selection = selectionOf(model);
  return {
    selected: selection.length > 0 ? selectionText(model, scene) : "",
    hint: HINT,
    offers: [],
    comparison: "",
    hasCode: state.audience_mode !== "viewer" && codeOf(model, scene) !== "",
    hasCustomers: view.has.kernel,
    source: view.footer,
    tableShown: state.table_view,
  };
}

/** Code of the selection, or of the whole widget where nothing is selected. */
export function codeOf(model: SegmentModel, { view }: Scene): string {
  return selectionOf(model).length > 0 ? freshOf(model)?.code || view.code : view.code;
}

/** What Python said, if it was about the present selection. */
function freshOf(model: SegmentModel) {
  const selected = selectedOf(model);
  const same =
    !selected.of || JSON.stringify(keysOf(selected.of)) === JSON.stringify(keysOf(selectionOf(model)));
  return same && selected.text ? selected : null;
}

/** Each pick as text, whatever order its entries have. */
function keysOf(selection: readonly Pick[]): string[] {
  return selection.map((pick) => JSON.stringify(Object.entries(pick).sort())).sort();
}

function selectionText(model: SegmentModel, scene: Scene): string {
  const selection = selectionOf(model);
  const where = describe(selection, scene);
  const said = freshOf(model)?.text || counted(selection, scene);
  if (said) return `${said} · ${where}`;
  return `${where} · ${scene.view.has.kernel ? "counting…" : NEEDS_KERNEL}`;
}

const NOT_THERE: Record<number, string> = { [-2]: "not a customer", [-3]: "not agreed yet" };

export function describe(selection: readonly Pick[], scene: Scene): string {
  const names = namesOf(scene);
  const called = (segment: number) => names.get(segment) ?? NOT_THERE[segment] ?? `segment ${segment}`;
  const parts = selection.map((pick) => {
    if (pick.kind === "segment") return called(pick.segment);
    return pick.kind === "flow" ? `${called(pick.from)} → ${called(pick.to)}` : "an area of the map";
  });
  return parts.length > 3 ? `${parts.length} selections` : parts.join(" or ");
}

/** Whole segments share nobody: their sizes add up. */
function counted(selection: readonly Pick[], { segments, formats }: Scene): string {
  const sizes = new Map(segments.map(({ segment, size }) => [segment, size]));
  let sum = 0;
  for (const pick of selection) {
    const size = pick.kind === "segment" ? sizes.get(pick.segment) : undefined;
    if (size === undefined) return "";
    sum += size;
  }
  return customers(sum, formats);
}

/** What is said below the pictures of the one segment that is selected. */
export function detailOf(
  model: SegmentModel,
  scene: Scene,
): { row: Segment; title: string; lines: string[] } | null {
  const selection = selectionOf(model);
  const [pick] = selection;
  if (selection.length !== 1 || pick?.kind !== "segment") return null;
  const row = scene.segments.find(({ segment }) => segment === pick.segment);
  if (!row) return null;
  const apartFrom = freshOf(model)?.detail || apart(row.segment, scene);
  return {
    row,
    title: row.name,
    lines: [apartFrom && `Set apart by: ${apartFrom}`, standing(row, scene.formats)].filter(
      (line): line is string => !!line,
    ),
  };
}
