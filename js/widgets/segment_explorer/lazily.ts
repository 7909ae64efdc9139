/** A tab whose content Python works out when it is first looked at, and again when the segments have changed. */

import { type Asking, createAsking } from "../../kit/asking";
import { watch } from "../../kit/model";
import type { PanelContext } from "./panels/panel";
import { type State, type Tab, viewOf } from "./wire";

type Wire = "_quality" | "_rules" | "_audit";

/** What redraws a tab besides its own trait. */
const REDRAWS = [
  "_frames",
  "_view",
  "names",
  "n_segments",
  "table_view",
] as const satisfies readonly (keyof State)[];

export interface Lazy {
  asking: Asking;
  show(): void;
}

export function createLazy(
  { model, requests, signal }: PanelContext,
  options: { tab: Tab; trait: Wire; request: string; doing: string; draw(): void },
): Lazy {
  const { tab, trait, request, doing, draw } = options;
  const asking = createAsking(requests, { name: request, doing, signal });
  let begun = false;
  const show = () => {
    if (!begun) return;
    const missing = Object.keys(model.get(trait)).length === 0;
    const open = model.get("tab") === tab;
    if (missing && open && viewOf(model).has.kernel && !asking.failed()) asking.ask();
    draw();
  };
  const onChange = (changed: ReadonlySet<string>) => {
    if (changed.has("_frames")) asking.forget();
    show();
  };
  watch(model, [trait, ...REDRAWS], onChange, signal);
  return {
    asking,
    show() {
      begun = true;
      show();
    },
  };
}
