/** Another number of segments, looked at in grey before it is applied. */

import { createAsking } from "../../kit/asking";
import { button } from "../../kit/controls";
import { fill, h, setText } from "../../kit/dom";
import { update } from "../../kit/model";
import type { Requests } from "../../kit/requests";
import { type Preview, previewOf, type SegmentModel } from "./wire";

export interface PreviewBanner {
  element: HTMLElement;
  /** Asks for that number of segments; the present one ends the preview. */
  want(k: number): void;
  wanted(): number | null;
  /** What is to be shown in grey now. */
  current(): Preview | null;
  /** Ends the preview: the segments on show have changed. */
  end(): void;
  /** Draws the banner after the model has changed. */
  show(): void;
}

const REST = 200;

export function createPreview(
  model: SegmentModel,
  requests: Requests,
  options: { onChange(): void; announce(text: string): void; signal: AbortSignal },
): PreviewBanner {
  const { onChange, announce, signal } = options;
  let wanted: number | null = null;
  let timer = 0;
  let said = "";
  const asking = createAsking(requests, { name: "preview", doing: "Trying another number…", signal });
  const title = h("strong", {});
  const changes = h("ul", { class: "ci-changes" });
  const apply = button("Apply", () => wanted && update(model, { n_segments: wanted }), signal);
  const cancel = button("Cancel", () => want(model.get("n_segments")), signal);
  const row = h("div", { class: "ci-preview-row" }, title, apply, cancel);
  const element = h("div", { class: "ci-preview", hidden: true }, row, asking.element, changes);
  signal.addEventListener("abort", () => clearTimeout(timer));

  const current = () => {
    const preview = previewOf(model);
    return preview && preview.n_segments === wanted ? preview : null;
  };
  const show = () => {
    const preview = current();
    element.hidden = wanted === null;
    apply.hidden = preview === null;
    setText(
      title,
      wanted === null ? "" : `Preview: ${wanted} instead of ${model.get("n_segments")} segments`,
    );
    fill(changes, ...(preview?.changes ?? []).map((text) => h("li", {}, text)));
    const words = preview ? `${title.textContent}. ${preview.changes.join(" ")}` : "";
    if (words !== said) announce(words);
    said = words;
  };
  const end = () => {
    clearTimeout(timer);
    if (wanted === null) return;
    wanted = null;
    asking.forget();
    show();
    onChange();
  };
  function want(k: number): void {
    if (k === model.get("n_segments")) end();
    if (k === model.get("n_segments") || k === wanted) return;
    wanted = k;
    clearTimeout(timer);
    if (!current()) timer = window.setTimeout(() => asking.ask({ n_segments: k }), REST);
    show();
    onChange();
  }

  return { element, want, wanted: () => wanted, current, end, show };
}
