import { expect, test } from "vitest";
import specs from "../../../../custintel_widgets/cohort_heatmap/specs.json";
import golden from "../../../../tests/golden/colour_range.json";
import { numberWriter } from "../../../kit/chart";
import { formats } from "../../../kit/format";
import * as runtime from "../../../runtime/libraries";
import { FakeModel } from "../../../testing/fake_model";
import { average, cells, heatmapState } from "../../../testing/fixture";
import { Matrix } from "../matrix_data";
import { colourRange, MEASURE_NAMES, measured } from "../measures";
import { commonSignals, createColourScale, labelSignals, type Scene } from "../scene";
import { tableOf } from "../table";
import { matrixCsv } from "../taking";
import { type AveragePoint, type Cell, type State, viewOf } from "../wire";
import { settingsInWords } from "../words";

const british = formats({ locale: "en-GB", currency: "" });
const write = numberWriter(runtime, british.d3Locale);

function scene(cohorts: number, changes: Partial<State> = {}): Scene {
  const rows = cells(cohorts);
  const state = heatmapState(cohorts, changes);
  return {
    state,
    view: viewOf(new FakeModel(state)),
    matrix: new Matrix(rows as unknown as Cell[], average(rows) as unknown as AveragePoint[]),
    formats: british,
  };
}

test("colours span what finished cells hold after the first period", () => {
  const { matrix, state } = scene(5);
  const trusted = matrix.cells.filter((cell) => cell.mature && cell.age > 0).map((cell) => cell.retention);
  expect(colourRange(matrix, state)).toEqual({ low: Math.min(...trusted), high: Math.max(...trusted) });
});

test("both ends are those of the golden vector that Python's picture holds too", () => {
  const matrix = new Matrix(golden.cells as unknown as Cell[], []);
  for (const { low, high, ...settings } of golden.cases) {
    const found = colourRange(matrix, settings as unknown as State);
    expect(found.low, JSON.stringify(settings)).toBeCloseTo(low, 12);
    expect(found.high, JSON.stringify(settings)).toBeCloseTo(high, 12);
  }
});

test("the lesson takes unfinished cells in; measures at their level take the first period in", () => {
  const { matrix, state } = scene(5);
  const naive = colourRange(matrix, { ...state, naive: true });
  expect(naive.low).toBeLessThan(colourRange(matrix, state).low);
  expect(colourRange(matrix, { ...state, measure: "cumulative_value" }).low).toBe(30);
});

test("compared with its row, the highest is 1; with its column, the average is", () => {
  const { matrix, state } = scene(6);
  expect(colourRange(matrix, { ...state, normalise: "row" }).high).toBe(1);
  const column = colourRange(matrix, { ...state, normalise: "column" });
  expect(column.low).toBeLessThan(1);
  expect(column.high).toBeGreaterThan(1);
});

test("an empty or constant matrix still has a scale", () => {
  const { matrix, state } = scene(1);
  expect(colourRange(matrix, state)).toEqual({ low: 0, high: 1 });
  expect(colourRange(scene(5).matrix, { ...state, measure: "average_order" })).toEqual({ low: 0, high: 15 });
});

test("the lock keeps a measure's scale when the data change, and lets another measure have its own", () => {
  const scale = createColourScale();
  const first = scale(scene(5));
  expect(scale(scene(20))).not.toEqual(first);
  const before = scale(scene(5));
  expect(scale(scene(20, { colour_lock: true }))).toEqual(before);
  expect(scale(scene(20, { colour_lock: true, measure: "revenue" }))).not.toEqual(before);
});

test("labels are as full as the cells allow, and vanish above 25 columns or in cells too small", () => {
  const small = scene(10);
  expect(labelSignals(small, { width: 60, height: 26 }, write)).toMatchObject({
    label_format: ".1%",
    label_size: 11,
  });
  expect(labelSignals(small, { width: 30, height: 26 }, write)).toMatchObject({ label_format: ".0%" });
  expect(labelSignals(small, { width: 12, height: 26 }, write)).toEqual({ show_labels: false });
  expect(labelSignals(small, { width: 60, height: 10 }, write)).toEqual({ show_labels: false });
  expect(labelSignals(scene(26), { width: 60, height: 26 }, write)).toEqual({ show_labels: false });
  const own = scene(10, { number_format: ".2%" });
  expect(labelSignals(own, { width: 90, height: 26 }, write)).toMatchObject({ label_format: ".2%" });
});

test("every signal that is set exists in a specification, and every parameter of one is set", () => {
  const drawn = scene(5);
  const sent = {
    ...commonSignals(drawn),
    ...createColourScale()(drawn),
    ...labelSignals(drawn, { width: 60, height: 26 }, write),
  };
  const params = [...specs.matrix.params, ...specs.curve.params];
  // A parameter with an expression follows from the others.
  const declared = new Set(params.filter((param) => "value" in param).map((param) => param.name));
  for (const name of Object.keys(sent)) expect([...declared], name).toContain(name);
  const byOthers =
    /^(c\d|ink|muted|line|paper|neutral|accent|second|text_low|text_high|hover|hover_row|hatch_size)$/;
  for (const name of declared) if (!byOthers.test(name)) expect(Object.keys(sent)).toContain(name);
});

test("the table holds every value, says “so far” where a cell is unfinished, and ends with the average", () => {
  const table = tableOf(scene(5));
  expect(table.rows).toEqual([
    "Jan 2020 (100)",
    "Feb 2020 (101)",
    "Mar 2020 (102)",
    "Apr 2020 (103)",
    "May 2020 (104)",
    "Average",
  ]);
  expect(table.cell(0, 1)).toEqual({ text: "49.0 %", quiet: false });
  expect(table.cell(0, 4)).toEqual({ text: "so far", quiet: true });
  expect(table.cell(4, 1)).toBeNull();
  expect(table.cell(5, 1)?.text).toBe("49.5 %");
  expect(table.describe(0, 1)).toBe("Jan 2020, month 1: 49 of 100 = 49.0 % (44.0–54.0 %)");
  expect(table.describe(0, 4)).toBe(
    "Jan 2020, month 4: so far 46, too early. 50 of 100 customers have had the full month; complete on 1 June 2020.",
  );
  expect(table.describe(5, 1)).toBe("Average, month 1: 49.5 % (47.5–51.5 %), over 3 cohorts, 303 customers");
});

test.each(MEASURE_NAMES)("%s: what a screen reader says holds what the cell shows", (measure) => {
  const table = tableOf(scene(6, { measure }));
  for (const [r] of table.rows.entries()) {
    for (const [c] of table.columns.entries()) {
      const cell = table.cell(r, c);
      if (cell) expect(table.describe(r, c)).toContain(cell.text);
    }
  }
});

test("the settings in one line, for pictures that travel alone", () => {
  const { view } = scene(5);
  expect(settingsInWords(heatmapState(5), view)).toBe(
    "Retention · cohorts by month · calendar months · bought: in the period · average over customers",
  );
  expect(settingsInWords(heatmapState(5, { window: "elapsed", by: "channel", naive: true }), view)).toContain(
    "cohorts by channel · windows of 30 days from each customer's own first day",
  );
});

test("the CSV is the tidy frame, without what only places a row, days as days", () => {
  const [head, first] = matrixCsv(new FakeModel(heatmapState(3))).split("\r\n");
  expect(head).toBe(
    "cohort,age,age_to,size,observed,active,retention,lower,upper,orders,revenue,average_order,cumulative_value,mature,truncated,complete_on",
  );
  expect(first).toBe("2020-01,0,0,100,100,100,1,0.95,1,200,3000,15,30,true,false,2020-02-01");
});

test("a measure's value is read from its own column", () => {
  const [first] = scene(2).matrix.cells;
  expect(MEASURE_NAMES.map((name) => measured(first as Cell, name))).toEqual([1, 100, 3000, 200, 15, 30]);
});
