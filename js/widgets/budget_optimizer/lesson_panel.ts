/** The lesson's strip: average and marginal return of one channel, the spread of all, and the score. */
import { button } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import { update } from "../../kit/model";
import { percent, significant } from "../../kit/wording";
import { type Lesson, lessonOf } from "./lesson";
import type { PanelContext } from "./panel";
import type { Part } from "./part";

/** A score that rounds to all of it. */
const WHOLE = 0.9995;

export function createLessonPanel({ model, scene, signal }: PanelContext): Part {
  const story = h("p", {});
  const task = h("p", {});
  const bar = h("progress", { class: "ci-score", max: 1, "aria-label": "Share of the possible gain" });
  const score = h("strong", {});
  const done = button("End the lesson", () => update(model, { lesson: false }), signal);
  const element = h(
    "section",
    { class: "ci-budget-lesson", "aria-label": "Lesson: average or marginal", hidden: true },
    h("strong", {}, "Average or marginal"),
    story,
    task,
    h("div", { class: "ci-score-row" }, bar, score, done),
  );
  return {
    element,
    show() {
      const now = scene();
      element.hidden = !now.state.lesson;
      if (element.hidden || !now.findsAtOnce()) return;
      write(lessonOf(now));
    },
    rest() {
      const now = scene();
      if (now.state.lesson && !now.findsAtOnce()) write(lessonOf(now));
    },
  };

  function write({ returns, reached }: Lesson): void {
    const flat = returns[0];
    const steep = returns.at(-1);
    const told = [...returns].sort((a, b) => b.average / b.marginal - a.average / a.marginal)[0];
    setText(
      story,
      told
        ? `A unit of money in ${told.name} brought ${significant(told.average)} on average (the chord), but the next one brings ${significant(told.marginal)} (the tangent). What the past was worth says nothing about where the next unit should go: that is for the tangents.`
        : "No channel may move: give them room under More.",
    );
    const spread =
      flat && steep && flat !== steep
        ? `Tangents run from ${significant(flat.marginal)} (${flat.name}) to ${significant(steep.marginal)} (${steep.name}).`
        : "";
    const next =
      reached !== null && reached > WHOLE
        ? "Where they still differ, limits hold them apart."
        : "Move money from flat to steep until they are alike, then press Optimise.";
    setText(task, spread && `${spread} ${next}`);
    bar.hidden = reached === null;
    if (reached !== null) bar.value = Math.min(1, Math.max(0, reached));
    setText(score, scoreText(reached));
  }
}

function scoreText(reached: number | null): string {
  if (reached === null) return "Within these limits there is nothing to gain over the current split.";
  if (reached > WHOLE) return "You reached the whole possible gain.";
  if (reached < 0) return "This plan brings less than the current split.";
  return `You reached ${percent(Math.floor(1000 * reached) / 1000)} of the possible gain.`;
}
