/** The plans as rows: figures that follow every step, names that are edited where they stand, a plan to show or remove. */
import { button } from "../../kit/controls";
import { fill, h, setText } from "../../kit/dom";
import { createEditable } from "../../kit/editable";
import { percent, significant } from "../../kit/wording";
import { estimateText, moneyText } from "./figures";
import { chance } from "./maths/bands";
import { MOST_LETTERS, type NamedPlan } from "./scenarios";
import type { Scene } from "./scene";
import { likely } from "./words";

export interface RowActions {
  use(name: string): void;
  rename(name: string, next: string): void;
  remove(name: string): void;
}

export interface ScenarioRows {
  element: HTMLElement;
  show(plans: readonly NamedPlan[], scene: Scene): void;
}

interface Shown {
  row: HTMLElement;
  figures: HTMLElement[];
}

export function createScenarioRows(actions: RowActions, signal: AbortSignal): ScenarioRows {
  const body = h("tbody", {});
  const interval = h("th", { scope: "col", class: "ci-number" });
  const head = ["Plan", "", "Total", "", "Per unit of money", "Beats the current plan"];
  const table = h(
    "table",
    { class: "ci-table ci-scenario-table" },
    h("caption", { class: "ci-table-caption" }, "Plans and what they are expected to bring"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...head.map((label, i) => {
          if (i === 3) return interval;
          if (label === "") return h("td", {});
          return h("th", { scope: "col", class: i > 0 ? "ci-number" : null }, label);
        }),
      ),
    ),
    body,
  );
  let shown: Shown[] = [];
  let shownFor = "";
  let life = new AbortController();
  signal.addEventListener("abort", () => life.abort());

  const nameOf = (name: string): HTMLElement => {
    const editable = createEditable({
      label: `Name of the plan ${name}`,
      maxLength: MOST_LETTERS,
      onCommit(next) {
        // It is renamed once the rows are made anew.
        editable.show(name);
        actions.rename(name, next);
      },
      signal: life.signal,
    });
    editable.show(name);
    return editable.element;
  };
  const make = ({ role, label, name }: NamedPlan): Shown => {
    const figures = ["", " ci-scenario-interval", "", ""].map((more) =>
      h("td", { class: `ci-number${more}` }),
    );
    const acts = h("td", { class: "ci-scenario-acts" });
    const mark = h("span", { class: "ci-scenario-mark", "data-role": role });
    const own = role === "saved" ? nameOf(name) : h("span", {}, label);
    const named = h("th", { scope: "row" }, h("span", { class: "ci-scenario-name" }, mark, own));
    if (role !== "plan") {
      const use = button(
        "Show",
        () => actions.use(name),
        life.signal,
        "Puts this plan on show; Undo goes back",
      );
      use.setAttribute("aria-label", `Show ${label}`);
      acts.append(use);
    }
    if (role === "saved") {
      const remove = button("Remove", () => actions.remove(name), life.signal);
      remove.setAttribute("aria-label", `Remove ${label}`);
      acts.append(remove);
    }
    return { row: h("tr", { "data-role": role }, named, acts, ...figures), figures };
  };

  return {
    element: table,
    show(plans, { state, budget }) {
      setText(interval, `Expected ${budget.target} (${percent(state.interval)} interval)`);
      const key = JSON.stringify(plans.map(({ role, name }) => [role, name]));
      if (key !== shownFor) {
        shownFor = key;
        life.abort();
        life = new AbortController();
        shown = plans.map(make);
        fill(body, ...shown.map(({ row }) => row));
      }
      plans.forEach(({ outcome, estimate, better }, i) => {
        const { total } = outcome;
        const texts = [
          moneyText(total, state.currency),
          estimateText(estimate),
          total > 0 ? significant(estimate[0] / total) : "–",
          better === null ? "–" : likely(better),
        ];
        texts.forEach((text, j) => {
          const cell = shown[i]?.figures[j];
          if (cell) setText(cell, text);
        });
      });
    },
  };
}

export interface PairTable {
  element: HTMLElement;
  show(plans: readonly NamedPlan[]): void;
}

/** The probability that the plan of a row brings more than that of a column. */
export function createPairTable(): PairTable {
  const table = h("table", { class: "ci-table ci-pair-table" });
  let cells: HTMLElement[][] = [];
  let shownFor = "";
  return {
    element: table,
    show(plans) {
      const key = JSON.stringify(plans.map(({ label }) => label));
      if (key !== shownFor) {
        shownFor = key;
        cells = plans.map(() => plans.map(() => h("td", { class: "ci-number" })));
        const heads = plans.map(({ label }) => h("th", { scope: "col", class: "ci-number" }, label));
        const caption = "Probability that the plan of a row brings more than that of a column";
        fill(
          table,
          h("caption", { class: "ci-table-caption" }, caption),
          h("thead", {}, h("tr", {}, h("td", {}), ...heads)),
          h(
            "tbody",
            {},
            ...plans.map(({ label }, i) =>
              h("tr", {}, h("th", { scope: "row" }, label), ...(cells[i] ?? [])),
            ),
          ),
        );
      }
      plans.forEach((one, i) => {
        plans.forEach((other, j) => {
          const cell = cells[i]?.[j];
          if (cell) setText(cell, i === j ? "" : likely(chance(one.outcome.draws, other.outcome.draws)));
        });
      });
    },
  };
}
