/** Under every picture: who is selected and what can be done with them; picture and table to take away. */
import { button, menu } from "./controls";
import { fill, h, setText } from "./dom";

export interface FooterActions {
  copyCode(): void;
  customersCsv(): void;
  /** Absent where selections can't be compared. */
  compare?(): void;
  clear(): void;
  stopComparing?(): void;
  toggleTable(): void;
  savePng(): void;
  saveSvg(): void;
  copyImage(): void;
  saveTable(): void;
}

/** Another selection that lies near the present one. */
export interface Offer {
  label: string;
  hint: string;
  run: () => void;
}

export interface FooterState {
  /** The selection in words; "" for none, which shows the hint. */
  selected: string;
  hint: string;
  offers: readonly Offer[];
  /** What the selection is compared with, in words; "" for nothing. */
  comparison: string;
  hasCode: boolean;
  hasCustomers: boolean;
  source: string;
  tableShown: boolean;
}

export interface Footer {
  element: HTMLElement;
  show(state: FooterState): void;
  /** A short word on what an action did. */
  report(text: string): void;
}

const REPORT_TIME = 4000;

export function createFooter(actions: FooterActions, signal: AbortSignal): Footer {
  const text = h("span", { class: "ci-selected", "aria-live": "polite" });
  const offers = h("span", { class: "ci-offers" });
  const code = button("Copy code", actions.copyCode, signal, "Python that gives what is shown");
  const csv = button("CSV", actions.customersCsv, signal, "Pseudonymised customer ids");
  const compare = button(
    "Compare",
    () => actions.compare?.(),
    signal,
    "Keep this selection and choose another",
  );
  const clear = button("Clear", actions.clear, signal, "Escape does the same");
  const reported = h("span", { class: "ci-reported", role: "status" });
  const source = h("div", { class: "ci-source" });
  const table = button("Table", actions.toggleTable, signal);
  const picture = menu(
    "Picture",
    [
      { label: "PNG", run: actions.savePng },
      { label: "SVG", run: actions.saveSvg },
      { label: "Copy image", run: actions.copyImage },
      { label: "Table as CSV", run: actions.saveTable },
    ],
    signal,
  );
  const comparison = h("span");
  const stop = button("End comparison", () => actions.stopComparing?.(), signal);
  const comparing = h("div", { class: "ci-comparing" }, comparison, stop);
  const element = h(
    "div",
    { class: "ci-footer" },
    h("div", { class: "ci-footer-row" }, text, offers, code, csv, compare, clear, reported),
    h("div", { class: "ci-footer-row ci-footer-right" }, table, picture),
    comparing,
    source,
  );
  let timer = 0;
  let life = new AbortController();
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    life.abort();
  });

  return {
    element,
    show(state) {
      const any = state.selected !== "";
      setText(text, any ? state.selected : state.hint);
      text.classList.toggle("ci-hint", !any);
      code.hidden = !state.hasCode;
      csv.hidden = !any || !state.hasCustomers;
      compare.hidden = !any || actions.compare === undefined;
      clear.hidden = !any;
      setText(comparison, state.comparison);
      comparing.hidden = state.comparison === "";
      setText(source, state.source);
      table.setAttribute("aria-pressed", String(state.tableShown));
      life.abort();
      life = new AbortController();
      fill(offers, ...state.offers.map(({ label, hint, run }) => button(label, run, life.signal, hint)));
    },
    report(words) {
      clearTimeout(timer);
      setText(reported, words);
      timer = window.setTimeout(() => setText(reported, ""), REPORT_TIME);
    },
  };
}
