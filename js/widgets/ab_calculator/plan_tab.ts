/** Plan: how many units, for how long, to find which effect how surely. */
import { h, setText } from "../../kit/dom";
import { toCsv } from "../../kit/download";
import { createTwin, dataTable } from "../../kit/tables";
import { bothScales, chance, percent } from "./maths/wording";
import { curveOf, isShare, type Plan } from "./plan";
import { createPlanFields } from "./plan_fields";
import { createPowerChart } from "./power_chart";
import type { TabContext, TabView } from "./tab";
import type { State } from "./wire";
import { formulaName } from "./words";

const ROWS = 11;

export function createPlanTab(context: TabContext): TabView {
  const { scene } = context;
  const example = h("span", { class: "ci-example" }, "Example");
  const words = h("span", {});
  const headline = h("p", { class: "ci-headline" }, example, words);
  const advice = h("p", { class: "ci-plan-advice" });
  const fields = createPlanFields(context);
  const curve = createPowerChart(context);
  const note = h("p", { class: "ci-panel-note" });
  const twin = createTwin();
  const element = h(
    "div",
    { class: "ci-plan" },
    headline,
    advice,
    fields.linked,
    h(
      "div",
      { class: "ci-ab-columns" },
      h("div", { class: "ci-ab-inputs" }, fields.more),
      h("div", { class: "ci-results" }, curve.element, twin.element, note),
    ),
  );

  return {
    element,
    show() {
      const { state } = scene();
      const plan = scene().plan();
      example.hidden = !(scene().view.example && isExample(state));
      setText(words, plan.headline);
      headline.classList.toggle("ci-refused", plan.impossible);
      setText(advice, plan.advice);
      fields.show(plan);
      curve.show(plan);
      setText(note, plan.impossible ? "" : noteOf(plan, formulaName(state)));
      const rows = plan.impossible ? [] : rowsOf(plan);
      twin.show(state.table_view, [rows, state.baseline], () =>
        rows.length > 0 ? [curveTable(rows, state.baseline, isShare(state))] : [],
      );
    },
    recolour: curve.recolour,
    charts: curve.charts,
    finding: () => scene().plan().headline,
    csv() {
      const plan = scene().plan();
      const rows = plan.impossible ? [] : curveOf(plan, 0, 2 * plan.solved.effect, 101);
      return toCsv(
        rows.map((row) => ({ ...row, n_per_arm: plan.solved.nPerArm })),
        ["effect", "power", "n_per_arm"],
      );
    },
  };
}

/** The plan that a call without data begins with. */
const isExample = ({ baseline, effect, power, solve, plan_kind }: State): boolean =>
  baseline === 0.2 && effect === 0.05 && power === 0.8 && solve === "days" && plan_kind === "proportion";

function noteOf({ fields }: Plan, formula: string): string {
  const alpha = percent(fields.alpha ?? Number.NaN);
  const arms = fields.arms ?? 2;
  const more =
    arms > 2 ? ` ${arms} arms ask ${arms - 1} questions: alpha holds for each, not for all together.` : "";
  return `Drag the point, or move it with the arrows. By ${formula}, alpha ${alpha}.${more}`;
}

type Point = { effect: number; power: number };

const rowsOf = (plan: Plan): Point[] => curveOf(plan, 0, 2 * plan.solved.effect, ROWS);

const curveTable = (rows: readonly Point[], baseline: number, share: boolean): HTMLElement =>
  dataTable<Point>(
    "Power by effect",
    [
      {
        label: "Effect",
        cell: ({ effect }) => (effect === 0 ? "none" : bothScales(effect, baseline, share)),
      },
      { label: "Power", number: true, cell: ({ power }) => chance(power) },
    ],
    rows,
  );
