/** Lift by segment: shrunken towards each other by a model that Python fits, beside each segment alone. */
import specs from "../../../custintel_widgets/ab_calculator/specs.json";
import { createAsking } from "../../kit/asking";
import type { Chart } from "../../kit/chart";
import { button, selectControl } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import { createDrawing } from "../../kit/drawing";
import { decodeRows } from "../../kit/frames";
import { textWidth } from "../../kit/labels";
import { roundEnds, within } from "../../kit/rounding";
import { createTwin, dataTable } from "../../kit/tables";
import type { Colours } from "../../kit/theme";
import { axisSignals } from "./axis";
import { change, integer, span } from "./maths/wording";
import type { Metric, Source } from "./source";
import type { TabContext } from "./tab";
import { type LiftRow, liftOf } from "./wire";
import { factorOf, NEEDS_KERNEL, unitOf } from "./words";

export interface LiftPanel {
  element: HTMLElement;
  show(source: Source): void;
  recolour(colours: Colours): void;
  charts(): Chart[];
}

const ROW = 32;
const LABELS = 180;

export function createLiftPanel(context: TabContext): LiftPanel {
  const { model, requests, scene, signal } = context;
  let rows: LiftRow[] = [];
  let metric: Metric | null = null;
  let relative = true;
  let wanted = "";
  const asking = createAsking(requests, { name: "lift", doing: "Fitting the lift of each segment…", signal });
  const segment = selectControl<string>({
    label: "By",
    choices: [],
    onChange: (value) => {
      wanted = value;
    },
    signal,
  });
  const ask = button(
    "Find lift by segment",
    () => asking.ask({ segment: wanted }),
    signal,
    "Fits a model; takes a while",
  );
  const note = h("p", { class: "ci-panel-note" });
  const twin = createTwin();
  const drawing = createDrawing({
    context,
    spec: specs.lift,
    class: "ci-lift-chart",
    label: () => "Lift by segment. The table holds the figures.",
    content(place) {
      if (rows.length === 0 || !metric) return null;
      const ends = roundEnds(
        rows.flatMap(({ lower, upper, raw, shrunken }) =>
          [lower, upper, raw, shrunken].map((x) => x ?? Number.NaN),
        ),
      );
      const labels = Math.min(LABELS, Math.max(...rows.map((row) => textWidth(row.segment))));
      const own = metric;
      return {
        signals: {
          width: Math.max(120, place - labels - 30),
          height: ROW * rows.length,
          ...axisSignals(ends, factorOf(own, relative), unitOf(own, relative), scene().state.number_format),
        },
        data: {
          lift: rows.map((row) => ({
            ...row,
            raw_lower: within(row.raw_lower ?? Number.NaN, ends),
            raw_upper: within(row.raw_upper ?? Number.NaN, ends),
            heading: `${row.segment}, ${integer(row.n)} units`,
            finding: wordsOf(row, own, relative),
          })),
        },
      };
    },
  });
  const element = h(
    "section",
    { class: "ci-lift", "aria-label": "Lift by segment" },
    h("p", { class: "ci-panel-title" }, "Lift by segment"),
    h("div", { class: "ci-controls" }, segment.element, ask),
    asking.element,
    drawing.place,
    twin.element,
    note,
  );

  return {
    element,
    show(source) {
      const { state, view } = scene();
      const lift = liftOf(model);
      const { segments, kernel } = view.has;
      element.hidden = lift === null && (segments.length === 0 || !kernel);
      if (element.hidden) return;
      rows = decodeRows<LiftRow>(lift?.frame);
      metric = source.metric;
      relative = lift?.relative ?? state.relative;
      if (!segments.includes(wanted)) wanted = lift?.by ?? segments[0] ?? "";
      segment.offer(segments.map((value) => ({ value, label: value })));
      segment.show(wanted);
      segment.enable(kernel, NEEDS_KERNEL);
      ask.hidden = !kernel;
      const key = "◯ shrunken: segments borrow from each other · ◇ each segment alone.";
      setText(note, lift ? [key, lift.note].filter(Boolean).join(" ") : "");
      drawing.place.hidden = rows.length === 0 || state.table_view;
      twin.show(state.table_view, [rows, relative], () =>
        rows.length > 0 ? [liftTable(rows, source.metric, relative)] : [],
      );
      if (rows.length > 0 && !state.table_view) drawing.draw();
    },
    recolour: (colours) => drawing.signal(colours),
    charts: drawing.shown,
  };
}

function wordsOf({ shrunken, lower, upper, raw }: LiftRow, metric: Metric, relative: boolean): string {
  const unit = unitOf(metric, relative);
  const of = (value: number | null) => value ?? Number.NaN;
  return `${change(of(shrunken), unit)} (${span(of(lower), of(upper), unit)}); alone ${change(of(raw), unit)}`;
}

function liftTable(rows: readonly LiftRow[], metric: Metric, relative: boolean): HTMLElement {
  const unit = unitOf(metric, relative);
  const of = (value: number | null) => value ?? Number.NaN;
  return dataTable<LiftRow>(
    "Lift by segment",
    [
      { label: "Segment", cell: (row) => row.segment },
      { label: "Units", number: true, cell: ({ n }) => integer(n) },
      { label: "Shrunken", number: true, cell: ({ shrunken }) => change(of(shrunken), unit) },
      { label: "Interval", number: true, cell: ({ lower, upper }) => span(of(lower), of(upper), unit) },
      { label: "Alone", number: true, cell: ({ raw }) => change(of(raw), unit) },
    ],
    rows,
  );
}
