/** Whether the model can be believed: its checks in words, what it says of the past, and what each channel brought. */
import { h, setText } from "../../kit/dom";
import { createRefill } from "../../kit/tables";
import { plural } from "../../kit/wording";

import { createFitPictures } from "./fit_pictures";
import { createFollowing } from "./following";
import { createKey } from "./key";
import type { Panel, PanelContext } from "./panel";
import { parameterTable, returnsTable } from "./return_tables";
import { scrolling } from "./scrolling";
import { type CheckRow, type FitState, fitOf, type HealthStatus, type ViewState } from "./wire";
import { NEEDS_KERNEL } from "./words";

type Status = CheckRow["status"];

const MARKS: Record<Status, string> = { bad: "✕", look: "!", good: "✓" };
const WORDS: Record<Status, string> = { bad: "Don't use", look: "Look", good: "Good" };
const ORDER: Status[] = ["bad", "look", "good"];

export function createDiagnosticsTab(context: PanelContext): Panel {
  const { model, scene } = context;
  const headline = h("p", { class: "ci-tab-headline" });
  const checks = h("ul", { class: "ci-checks" });
  const refillChecks = createRefill(checks);
  const returns = scrolling("Return on spend by channel");
  const refillReturns = createRefill(returns);
  const parameters = scrolling("Parameters");
  const refillParameters = createRefill(parameters);
  const fold = h(
    "details",
    { class: "ci-fold" },
    h("summary", {}, "Parameters: prior and posterior"),
    parameters,
  );
  const note = h("p", { class: "ci-panel-note ci-tab-note" });
  const pictures = createFitPictures(context);
  const keyOf = createKey();
  let shown = 0;
  const following = createFollowing(context, {
    name: "fit",
    doing: "Reading the model's fit…",
    question() {
      const { state, view } = scene();
      const asked = state.tab === "diagnostics" && view.has.kernel && view.has.model;
      return asked && !fitOf(model) ? "fit" : null;
    },
  });
  const title = h("p", { class: "ci-panel-title" }, "What each channel brought for its money");
  const found = h("div", {}, pictures.element, title, returns, fold, note);
  const element = h("div", { class: "ci-diagnostics" }, headline, checks, following.asking.element, found);

  return {
    element,
    show() {
      const { state, view } = scene();
      if (state.tab !== "diagnostics") return;
      following.follow();
      const fit = fitOf(model);
      const { table_view, locale, currency, number_format } = state;
      const key = keyOf(fit, view, table_view, locale, currency, number_format);
      if (key === shown) return;
      shown = key;
      setText(headline, headlineOf(view, fit));
      refillChecks([view.health, fit?.checks], () => listOf(view, fit));
      found.hidden = fit === null;
      if (!fit) {
        setText(note, "");
        return;
      }
      refillReturns([fit.roas, fit.half_life, state.currency], () => [returnsTable(fit, state.currency)]);
      refillParameters([fit.parameters], () => [parameterTable(fit.parameters)]);
      setText(note, NOTE);
      pictures.show(fit);
    },
    recolour: pictures.recolour,
    charts: pictures.charts,
  };
}

const NOTE =
  "A model that fits the past well can still divide the credit wrongly: what rose and fell together, only an experiment " +
  "can tell apart. Lift tests go into the model as calibration.";

function headlineOf({ health, has }: ViewState, fit: FitState | null): string {
  if (!has.model) return health.sentences[0] ?? health.text;
  if (!fit) return has.kernel ? `${health.text}.` : `${health.text}. ${NEEDS_KERNEL}.`;
  const checks = checksOf(fit, has.provisional);
  const count = (status: Status) => checks.filter((row) => row.status === status).length;
  const [bad, look] = [count("bad"), count("look")];
  const all = plural(checks.length, "check");
  const fails = bad > 0 && `${bad} of ${all} ${bad > 1 ? "fail" : "fails"}`;
  const needs = look > 1 ? "need a look" : "needs a look";
  const rest = look > 0 && (fails ? `${look} ${needs}` : `${look} of ${all} ${needs}`);
  const found = [fails, rest].filter(Boolean).join(", ") || `all ${all} are good`;
  const said = BADGED.includes(health.status) ? `${health.text}: ${found}` : found;
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

/** States that the headline names; of the others it says the same in other words. */
const BADGED: HealthStatus[] = ["bad", "quick"];

/** A quick estimate has no chains that could agree: that is to be known, and no fault of the model. */
const checksOf = ({ checks }: FitState, provisional: boolean): CheckRow[] =>
  checks.map((row) =>
    provisional && row.check === "convergence" && row.status === "bad" ? { ...row, status: "look" } : row,
  );

/** The checks, the worst first; before Python has sent them, what the badge knows. */
function listOf({ health, has }: ViewState, fit: FitState | null): HTMLElement[] {
  if (!fit) return has.model ? health.sentences.map((text) => h("li", { class: "ci-check-row" }, text)) : [];
  const checks = checksOf(fit, has.provisional);
  const ranked = ORDER.flatMap((status) => checks.filter((row) => row.status === status));
  return ranked.map(({ status, sentence, check }) =>
    h(
      "li",
      { class: "ci-check-row", "data-status": status },
      h("span", { class: "ci-check-mark", role: "img", "aria-label": `${WORDS[status]}:` }, MARKS[status]),
      h("span", { class: "ci-check-name" }, check),
      h("span", {}, sentence),
    ),
  );
}
