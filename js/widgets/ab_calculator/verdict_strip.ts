/** The verdict above everything: what to do, why, the figures, and whether the groups are alike. */
import { button } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import { copyText } from "../../kit/download";
import type { Analysis } from "./analysis";
import type { State } from "./wire";
import { DECISIONS, matchOf, methodLine } from "./words";

export interface VerdictStrip {
  element: HTMLElement;
  show(analysis: Analysis, state: State, example: boolean): void;
  /** Instead of a verdict: why there is none. */
  hold(why: string): void;
}

export function createVerdictStrip(options: {
  trouble(error: unknown): void;
  signal: AbortSignal;
}): VerdictStrip {
  const { signal } = options;
  const mark = h("span", { class: "ci-verdict-mark", "aria-hidden": "true" });
  const label = h("span", {});
  const badge = h("span", { class: "ci-verdict-badge" }, mark, label);
  const match = h("span", { class: "ci-verdict-match" });
  const example = h("span", { class: "ci-example" }, "Example");
  const reason = h("p", { class: "ci-verdict-reason" });
  const figures = h("p", { class: "ci-verdict-line" });
  const third = h("p", { class: "ci-verdict-line" });
  const ratio = h("p", { class: "ci-ratio" });
  const method = h("p", { class: "ci-verdict-method" });
  const reported = h("span", { class: "ci-reported", role: "status" });
  let lines: readonly string[] = [];
  const copy = button(
    "Copy verdict",
    () => {
      copyText(lines.join("\n")).then(() => setText(reported, "Copied"), options.trouble);
    },
    signal,
    "Three lines for a chat",
  );
  const element = h(
    "section",
    { class: "ci-verdict-strip", "aria-label": "Verdict" },
    h(
      "div",
      { class: "ci-verdict-head" },
      badge,
      match,
      example,
      h("span", { class: "ci-verdict-copy" }, reported, copy),
    ),
    reason,
    figures,
    third,
    ratio,
    method,
  );

  const rest = (visible: boolean) => {
    for (const part of [example, figures, third, ratio, method, copy]) part.hidden = !visible;
  };
  return {
    element,
    show(analysis, state, isExample) {
      const { verdict, guarded, ratio: check } = analysis;
      const { decision } = verdict;
      rest(true);
      example.hidden = !isExample;
      element.dataset.decision = decision;
      element.dataset.guarded = String(guarded && decision !== "don't read");
      setText(mark, DECISIONS[decision].mark);
      setText(label, DECISIONS[decision].label);
      setText(match, matchOf(analysis));
      setText(reason, verdict.reason);
      setText(figures, verdict.lines[1]);
      setText(third, verdict.lines[2]);
      // Without a value or a loss it only names the method, as the last line does.
      third.hidden = decision !== "don't read" && analysis.value === null && state.method !== "bayes";
      // The reason says it already, and louder.
      ratio.hidden = decision === "don't read";
      ratio.dataset.verdict = check.verdict;
      setText(ratio, check.sentence);
      setText(method, methodLine(state, analysis.comparison));
      if (lines.join() !== verdict.lines.join()) setText(reported, "");
      lines = verdict.lines;
    },
    hold(why) {
      rest(false);
      element.dataset.decision = "none";
      element.dataset.guarded = "true";
      setText(mark, "–");
      setText(label, "No verdict");
      setText(match, "");
      setText(reason, why);
      lines = [];
    },
  };
}
