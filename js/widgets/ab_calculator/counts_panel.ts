/** The counts: a table to type and paste into; or, of a source, what Python counted, with the metric and variant on show. */
import { type ChoiceControl, segmentedControl, selectControl } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import { createEntryGrid, type EntryColumn } from "../../kit/entry_grid";
import { update } from "../../kit/model";
import { createRefill, dataTable } from "../../kit/tables";
import { COLUMNS, type CountRow, countsOf, type Draft, draftsOf, type Kind, readDrafts } from "./counts";
import { integer, percent } from "./maths/wording";
import type { Source } from "./source";
import type { TabContext } from "./tab";
import type { State } from "./wire";
import { meanText } from "./words";

export interface CountsPanel {
  element: HTMLElement;
  /** Shows the counts; what is wrong with those that are being typed, "" where nothing is. */
  show(): string;
}

const MOST_VARIANTS = 12;
const COLUMN: Record<keyof CountRow, EntryColumn> = {
  variant: {
    key: "variant",
    label: "Variant",
    number: false,
    names: ["variation", "group", "arm", "name", "test group", "version", "treatment", "bucket", "cell"],
  },
  n: {
    key: "n",
    label: "Units",
    number: true,
    names: [
      "units",
      "users",
      "visitors",
      "customers",
      "sessions",
      "people",
      "count",
      "total",
      "size",
      "sample size",
      "contacts",
      "recipients",
    ],
    width: "92px",
  },
  successes: {
    key: "successes",
    label: "Conversions",
    number: true,
    names: [
      "conversions",
      "converted",
      "orders",
      "purchases",
      "clicks",
      "events",
      "signups",
      "sign-ups",
      "visits",
    ],
    width: "92px",
  },
  mean: { key: "mean", label: "Mean", number: true, names: ["average", "avg", "value"], width: "84px" },
  sd: {
    key: "sd",
    label: "SD",
    number: true,
    names: ["std", "stdev", "std dev", "stddev", "standard deviation"],
    width: "84px",
  },
};

export function createCountsPanel(context: TabContext): CountsPanel {
  const { model, signal, saving } = context;
  /** What is being typed, as long as it isn't (or not yet) the trait. */
  let drafts: Draft[] | null = null;
  let draftsOfCounts = "";
  let wasWrong = false;
  const remembered = new Map<Kind, State["counts"]>();

  const take = (rows: Draft[], save: (values: Partial<State>) => void, final: boolean) => {
    const { state, decimal } = context.scene();
    const read = readDrafts(rows, state.kind, decimal);
    drafts = rows;
    if (read.wrong.size === 0) {
      const counts = countsOf(read.rows, state.kind);
      save({ counts, ...renamed(state, read.rows) });
      if (final) drafts = null;
    }
    draftsOfCounts = JSON.stringify(model.get("counts"));
    // An error changes no trait, nor does taking it back; both must be seen all the same.
    const wrong = read.wrong.size > 0;
    if (wrong || wasWrong || final) queueMicrotask(context.redraw);
    wasWrong = wrong;
  };
  const grid = createEntryGrid({
    choice: { label: "Control", of: (name) => `${name} is the control` },
    name: "variant",
    least: 2,
    most: MOST_VARIANTS,
    add: "Add a variant",
    decimal: () => context.scene().decimal,
    fresh: (rows) => freshRow(rows),
    onMove: (rows) => take(rows, saving.move, false),
    onRest: (rows) => take(rows, saving.rest, true),
    onChoose(row) {
      const name = String(model.get("counts")[row]?.variant ?? "");
      update(model, { control: name });
    },
    report: (text) => {
      setText(hint, text);
      context.announce(text);
    },
    signal,
  });
  const kind = segmentedControl<Kind>({
    label: "What was counted",
    choices: [
      { value: "proportion", label: "Conversions" },
      { value: "mean", label: "Means" },
    ],
    onChange(value) {
      const { state } = context.scene();
      remembered.set(state.kind, state.counts);
      drafts = null;
      update(model, { kind: value, counts: remembered.get(value) ?? converted(state, value) });
    },
    signal,
  });
  const metric = selectControl<string>({
    label: "Metric",
    choices: [],
    onChange: (value) => update(model, { metric: value }),
    signal,
  });
  const variant = selectControl<string>({
    label: "Treatment",
    choices: [],
    onChange: (value) => update(model, { treatment: value }),
    signal,
  });
  const place = h("div", { class: "ci-counted" });
  const refill = createRefill(place);
  const hint = h("p", { class: "ci-panel-note" }, "Paste a table from a spreadsheet into any cell.");
  const element = h(
    "div",
    { class: "ci-counts" },
    h("div", { class: "ci-controls" }, kind.element, metric.element, variant.element),
    grid.element,
    hint,
    place,
  );

  const showTyped = (): string => {
    const { state, decimal } = context.scene();
    if (drafts && draftsOfCounts !== JSON.stringify(state.counts)) drafts = null;
    const rows = drafts ?? draftsOf(state.counts);
    const read = readDrafts(rows, state.kind, decimal);
    const rate = ({ n, successes }: CountRow) =>
      n > 0 && successes >= 0 && successes <= n ? percent(successes / n) : "–";
    grid.show({
      caption: "Counts by variant",
      columns: COLUMNS[state.kind].map((key) => COLUMN[key]),
      rows,
      ...(state.kind === "proportion" && { derived: { label: "Rate", cells: read.rows.map(rate) } }),
      chosen: Math.max(
        0,
        read.rows.findIndex((row) => row.variant === state.control),
      ),
      wrong: read.wrong,
      enabled: true,
    });
    kind.show(state.kind);
    return [...read.wrong.values()][0] ?? "";
  };
  const showCounted = (source: Source) => {
    const metrics = source.metrics.map(({ name, guardrail }) => ({
      value: name,
      label: name,
      ...(source.metrics.some((other) => other.guardrail) && {
        group: guardrail ? "Guardrails" : "Decision",
      }),
    }));
    offer(metric, metrics, source.metric.name);
    const plain = source.treatments.map((name) => ({ value: name, label: name }));
    offer(variant, plain, source.treatment);
    const rows = countedOf(source);
    refill(rows, () => [countedTable(rows, source)]);
  };

  return {
    element,
    show() {
      const source = context.scene().source();
      const typed = !("metrics" in context.scene().state._data);
      for (const part of [grid.element, hint, kind.element]) part.hidden = !typed;
      for (const part of [metric.element, place]) part.hidden = typed;
      variant.element.hidden = typeof source === "string" || source.treatments.length < 2;
      if (typed) {
        const wrong = showTyped();
        if (typeof source !== "string") {
          const plain = source.treatments.map((name) => ({ value: name, label: name }));
          offer(variant, plain, source.treatment);
        }
        return wrong;
      }
      if (typeof source !== "string") showCounted(source);
      return "";
    },
  };
}

function offer(
  control: ChoiceControl<string>,
  choices: { value: string; label: string }[],
  shown: string,
): void {
  control.offer(choices);
  control.show(shown);
}

/** Control and variant on show go with their row when it gets another name. */
function renamed(state: State, rows: readonly CountRow[]): Partial<State> {
  const changes: Partial<State> = {};
  if (rows.length !== state.counts.length) return changes;
  for (const [i, { variant }] of rows.entries()) {
    const before = state.counts[i]?.variant;
    if (before === variant) continue;
    if (state.control === before) changes.control = variant;
    if (state.treatment === before) changes.treatment = variant;
  }
  return changes;
}

function freshRow(rows: readonly Draft[]): Draft {
  const names = new Set(rows.map(({ variant }) => variant));
  const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  const last = rows.at(-1) ?? {};
  return { ...last, variant: letters.find((letter) => !names.has(letter)) ?? `Variant ${rows.length + 1}` };
}

/** The same counts as the other kind would have them. */
function converted(state: State, kind: Kind): State["counts"] {
  const { rows } = readDrafts(draftsOf(state.counts), state.kind, ".");
  return countsOf(
    rows.map((row) => {
      const share = row.successes / row.n;
      const inside = Math.min(1, Math.max(0, row.mean));
      const digits = (value: number) => Number(value.toPrecision(4));
      return kind === "mean"
        ? { ...row, mean: digits(share), sd: digits(Math.sqrt(share * (1 - share))) }
        : { ...row, successes: Math.round(row.n * inside) };
    }),
    kind,
  );
}

interface Counted {
  name: string;
  units: number;
  mean: number;
}

function countedOf(source: Source): Counted[] {
  const { metric, control, treatments, counts } = source;
  const first = metric.arms(source.treatment);
  return [control, ...treatments].map((name, i) => {
    const arms = i === 0 ? first : metric.arms(name);
    return {
      name,
      units: counts[i] || (i === 0 ? arms?.nControl : arms?.nTreatment) || Number.NaN,
      mean: (i === 0 ? arms?.control : arms?.treatment) ?? Number.NaN,
    };
  });
}

function countedTable(rows: readonly Counted[], { metric, control }: Source): HTMLElement {
  return dataTable<Counted>(
    "Units and means by variant",
    [
      { label: "Variant", cell: ({ name }) => (name === control ? `${name} (control)` : name) },
      { label: "Units", number: true, cell: ({ units }) => integer(units) },
      { label: metric.share ? "Rate" : "Mean", number: true, cell: ({ mean }) => meanText(mean, metric) },
    ],
    rows,
  );
}
