/** The segments as rules that can be read and run: the tree with its accuracy, SQL, and why one customer is where they are. */
import specs from "../../../custintel_widgets/segment_explorer/specs.json";
import { button, segmentedControl } from "../../kit/controls";
import { fill, h, setText } from "../../kit/dom";
import { copyText } from "../../kit/download";
import { createDrawing } from "../../kit/drawing";
import { decodeRows } from "../../kit/frames";
import { textWidth } from "../../kit/labels";
import { isCancelled } from "../../kit/requests";
import { createRefill, dataTable, type TableColumn } from "../../kit/tables";
import { createLazy } from "./lazily";
import type { Panel, PanelContext } from "./panels/panel";
import { type ImportanceRow, type RuleRow, rulesOf, viewOf, type Why } from "./wire";
import { NEEDS_KERNEL, portion } from "./words";

const MOST_FEATURES = 12;

export function createRulesTab(context: PanelContext): Panel {
  const { model } = context;
  const head = h("p", { class: "ci-panel-headline" });
  const note = h("p", { class: "ci-panel-note" });
  const rules = h("div", { class: "ci-scroll" });
  const twin = h("div", { class: "ci-twin" });
  const refillRules = createRefill(rules);
  const refillTwin = createRefill(twin);
  const importance = () =>
    decodeRows<ImportanceRow>(rulesOf(model)?.importance)
      .sort((a, b) => b.importance - a.importance)
      .slice(0, MOST_FEATURES);
  const drawing = createDrawing({
    context,
    spec: specs.importance,
    class: "ci-importance-chart",
    label: () => "Importance of the features for the segments. The table holds the values.",
    content(width) {
      const rows = importance();
      if (rows.length === 0) return null;
      const labels = Math.min(170, Math.max(...rows.map(({ label }) => textWidth(label))));
      return { signals: { width: Math.max(100, width - labels - 24) }, data: { importance: rows } };
    },
  });
  const sql = createSql(context);
  const why = createWhy(context);
  const title = (text: string) => h("p", { class: "ci-panel-title" }, text);
  const dividing = h(
    "div",
    {},
    title("What divides the segments: share of each feature's variation between them"),
    drawing.place,
    twin,
  );
  const below = h("div", { class: "ci-two" }, dividing, why.element);
  const content = h("div", {}, head, note, rules);

  const draw = () => {
    const found = rulesOf(model);
    const { percent, count } = context.formats();
    const kernel = viewOf(model).has.kernel;
    content.hidden = found === null && kernel;
    dividing.hidden = found === null;
    const accuracy = found?.accuracy ?? null;
    const said = `The rules put ${portion(accuracy, context.formats())} of customers where the method does.`;
    setText(head, found ? (accuracy === null ? "" : said) : kernel ? "" : NEEDS_KERNEL);
    setText(note, found?.note ?? "");
    const names = context.names();
    const rows = decodeRows<RuleRow>(found?.frame);
    const colour = context.palette();
    refillRules([rows, [...names], colour(0)], () => [
      dataTable<RuleRow>(
        "Rules",
        [
          { label: "Segment", cell: (row) => named(row, names, colour) },
          { label: "Rule", cell: ({ rule }) => h("code", {}, rule) },
          {
            label: "Precision",
            number: true,
            cell: ({ precision }) => portion(precision, context.formats()),
          },
          { label: "Found", number: true, cell: ({ recall }) => portion(recall, context.formats()) },
          { label: "Customers", number: true, cell: ({ customers }) => count(customers) },
        ],
        rows,
      ),
    ]);
    refillTwin(importance(), () => [
      dataTable<ImportanceRow>(
        "Importance of the features",
        [
          { label: "Feature", cell: ({ label }) => label },
          { label: "Importance", number: true, cell: ({ importance: share }) => percent(share) },
        ],
        importance(),
      ),
    ]);
    const table = model.get("table_view");
    drawing.place.hidden = table;
    twin.classList.toggle("ci-hidden", !table);
    sql.show();
    why.show();
    drawing.draw();
  };
  const lazy = createLazy(context, {
    tab: "rules",
    trait: "_rules",
    request: "rules",
    doing: "Growing the rule tree…",
    draw,
  });
  return {
    element: h("div", { class: "ci-rules" }, lazy.asking.element, content, below, sql.element),
    show: lazy.show,
    recolour(colours) {
      drawing.signal(colours);
      lazy.show();
    },
    charts: () => [drawing.chart()].filter((chart) => chart !== null),
  };
}

function named(
  { segment, name }: RuleRow,
  names: Map<number, string>,
  colour: (segment: number) => string,
): HTMLElement {
  const swatch = h("span", { class: "ci-swatch", "aria-hidden": "true" });
  swatch.style.background = colour(segment);
  return h("span", { class: "ci-named" }, swatch, `${segment} ${names.get(segment) ?? name}`);
}

type Kind = "rules" | "exact";

/** The statement that gives each customer a segment: by the rules, or exactly where the method has a closed form. */
function createSql({ model, signal, announce, trouble }: PanelContext) {
  let kind: Kind = "rules";
  const text = h("pre", { class: "ci-code", tabindex: 0, "aria-label": "SQL" });
  const which = segmentedControl<Kind>({
    label: "SQL",
    choices: [
      { value: "rules", label: "Rules" },
      { value: "exact", label: "Exact" },
    ],
    hint: "The readable rules, or exactly what the method does",
    onChange(value) {
      kind = value;
      show();
    },
    signal,
  });
  const copy = () =>
    copyText(text.textContent ?? "").then(() => {
      announce("Copied");
      setText(said, "Copied");
    }, trouble);
  const said = h("span", { class: "ci-reported" });
  const element = h(
    "div",
    { class: "ci-sql" },
    h(
      "div",
      { class: "ci-panel-head" },
      which.element,
      button("Copy SQL", () => void copy(), signal),
      said,
    ),
    text,
  );
  const show = () => {
    const { sql = "", exact_sql = "" } = rulesOf(model) ?? {};
    if (!exact_sql) kind = "rules";
    which.show(kind);
    which.enable(exact_sql !== "", "This method has no closed form; the rules come close");
    const statement = kind === "exact" ? exact_sql : sql;
    if (statement !== text.textContent) setText(said, "");
    setText(text, statement);
    element.hidden = statement === "" || model.get("audience_mode") === "viewer";
  };
  return { element, show };
}

/** Why one customer is in their segment, and not in the next one. */
function createWhy({ model, requests, signal, formats }: PanelContext) {
  const input = h("input", { class: "ci-field", type: "text", autocomplete: "off" });
  const answer = h("div", { class: "ci-answer", "aria-live": "polite" });
  const ask = () => {
    const customer = input.value.trim();
    if (customer === "") return;
    requests.ask<Why>("why", { customer }, { lane: "why" }).then(
      ({ sentence, frame }) =>
        fill(answer, h("p", {}, sentence), frame.length > 0 && whyTable(frame, formats())),
      (error) => {
        if (!isCancelled(error)) fill(answer, h("p", { class: "ci-error" }, String(error.message)));
      },
    );
  };
  const onKey = (event: KeyboardEvent) => event.key === "Enter" && ask();
  input.addEventListener("keydown", onKey, { signal });
  const field = h(
    "label",
    { class: "ci-control" },
    h("span", { class: "ci-label" }, "Why is this customer here? Customer id"),
    input,
  );
  const press = button("Explain", ask, signal);
  const element = h(
    "div",
    { class: "ci-why-form" },
    h("div", { class: "ci-panel-head" }, field, press),
    answer,
  );
  return {
    element,
    // One person's data stay in the notebook, and out of dashboards.
    show() {
      element.hidden = !viewOf(model).has.kernel || model.get("audience_mode") === "viewer";
    },
  };
}

type WhyRow = Why["frame"][number];

function whyTable(rows: readonly WhyRow[], formats: ReturnType<PanelContext["formats"]>): HTMLElement {
  const columns = Object.keys(rows[0] ?? {}).map((key): TableColumn<WhyRow> => {
    const words = key.replaceAll("_", " ");
    return {
      label: words.charAt(0).toUpperCase() + words.slice(1),
      number: rows.some((row) => typeof row[key] === "number"),
      cell(row) {
        const value = row[key] ?? "–";
        if (typeof value === "string") return value;
        return Math.abs(value) < 100 ? formats.decimal(value) : formats.count(value);
      },
    };
  });
  return dataTable("Why this customer is here", columns, rows);
}
