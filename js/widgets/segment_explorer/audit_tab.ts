/** The quality of the data: a score, what was found in each column, what was done about it, what was left out. */
import { h, setText } from "../../kit/dom";
import { decodeRows } from "../../kit/frames";
import { createRefill, dataTable } from "../../kit/tables";
import { createLazy } from "./lazily";
import type { Panel, PanelContext } from "./panels/panel";
import { type Audit, type AuditRow, auditOf, type LeftOutRow, viewOf } from "./wire";
import { NEEDS_KERNEL } from "./words";

const SEVERITIES = ["Fine", "Note", "Warning", "Leave out"];

export function createAuditTab(context: PanelContext): Panel {
  const { model } = context;
  const head = h("p", { class: "ci-panel-headline" });
  const place = h("div", { class: "ci-audit-body" });
  const refill = createRefill(place);
  const draw = () => {
    const audit = auditOf(model);
    const kernel = viewOf(model).has.kernel;
    setText(head, audit ? `Data quality ${audit.score ?? "–"} of 100.` : kernel ? "" : NEEDS_KERNEL);
    const viewer = model.get("audience_mode") === "viewer";
    refill(
      [audit && [audit.sentences, audit.pipeline, audit.frame?.length, audit.left_out?.length], viewer],
      () => (audit ? parts(audit, viewer) : []),
    );
  };
  const parts = (audit: Audit, viewer: boolean) => {
    const { count, percent, decimal } = context.formats();
    const columns = decodeRows<AuditRow>(audit.frame);
    const leftOut = decodeRows<LeftOutRow>(audit.left_out);
    return [
      h("ul", { class: "ci-sentences" }, ...audit.sentences.map((text) => h("li", {}, text))),
      h("div", { class: "ci-scroll" }, columnsTable(columns, { count, percent, decimal })),
      leftOut.length > 0 && h("div", { class: "ci-scroll" }, leftOutTable(leftOut, count)),
      !viewer && audit.pipeline !== "" && pipeline(audit.pipeline),
    ];
  };
  const lazy = createLazy(context, {
    tab: "quality",
    trait: "_audit",
    request: "audit",
    doing: "Looking at each feature…",
    draw,
  });
  return {
    element: h("div", { class: "ci-audit" }, lazy.asking.element, head, place),
    show: lazy.show,
    recolour() {},
    charts: () => [],
  };
}

function pipeline(text: string): HTMLElement {
  const code = h("pre", { class: "ci-code", tabindex: 0, "aria-label": "Preprocessing" }, text);
  return h("div", {}, h("p", { class: "ci-panel-title" }, "Preprocessing, as it is"), code);
}

type Writers = Pick<ReturnType<PanelContext["formats"]>, "count" | "percent" | "decimal">;

function columnsTable(rows: readonly AuditRow[], { count, percent, decimal }: Writers): HTMLElement {
  return dataTable<AuditRow>(
    "Columns",
    [
      { label: "Column", cell: ({ label }) => label },
      {
        label: "Verdict",
        cell: ({ severity }) =>
          h("span", { class: "ci-verdict", "data-severity": severity }, SEVERITIES[severity] ?? ""),
      },
      { label: "Base", cell: ({ base }) => base },
      { label: "Missing", number: true, cell: ({ missing }) => percent(missing) },
      { label: "Distinct", number: true, cell: ({ distinct }) => count(distinct) },
      { label: "Skewness", number: true, cell: ({ skewness }) => decimal(skewness) },
      { label: "Outliers", number: true, cell: ({ outliers }) => percent(outliers) },
      { label: "Found", cell: ({ findings }) => findings },
      { label: "What is done", cell: ({ action }) => action },
    ],
    rows,
  );
}

function leftOutTable(rows: readonly LeftOutRow[], count: Writers["count"]): HTMLElement {
  return dataTable<LeftOutRow>(
    "Left out",
    [
      { label: "Left out", cell: ({ reason }) => reason },
      { label: "How many", number: true, cell: (row) => `${count(row.count)} ${row.what}` },
      { label: "Example", cell: ({ example }) => example },
      { label: "What to do", cell: ({ remedy }) => remedy },
    ],
    rows,
  );
}
