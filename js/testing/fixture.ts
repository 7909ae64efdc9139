/** A cohort matrix with known counts, on the wire as Python sends it. */
import type { Row, Value, WireColumn, WireFrame } from "../kit/frames";
import type { CohortHeatmapState } from "../widgets/cohort_heatmap/state";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function encode(rows: readonly Row[]): WireFrame {
  const columns: Record<string, WireColumn> = {};
  for (const name of Object.keys(rows[0] ?? {})) {
    columns[name] = encodeColumn(
      name,
      rows.map((row) => row[name] ?? null),
    );
  }
  return { length: rows.length, columns };
}

function encodeColumn(name: string, values: readonly Value[]): WireColumn {
  const view = (array: ArrayBufferView) => new DataView(array.buffer, array.byteOffset, array.byteLength);
  const sample = values.find((value) => value !== null) ?? null;
  if (typeof sample === "string") {
    const dictionary = [...new Set(values.filter((value) => value !== null))] as string[];
    const codes = Int32Array.from(values, (value) =>
      value === null ? -1 : dictionary.indexOf(String(value)),
    );
    return { type: "string", values: view(codes), dictionary };
  }
  if (typeof sample === "boolean") {
    return { type: "bool", values: view(Uint8Array.from(values, (value) => (value ? 1 : 0))) };
  }
  if (name === "complete_on") {
    const days = Int32Array.from(values, (value) =>
      value === null ? -(2 ** 31) : Number(value) / 86_400_000,
    );
    return { type: "date", values: view(days) };
  }
  const numbers = Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
  return { type: "float64", values: view(numbers) };
}

/** Month `index` after January 2020. */
function month(index: number): { label: string; period: string } {
  const year = 2020 + Math.floor(index / 12);
  const number = index % 12;
  return {
    label: `${MONTHS[number]} ${year}`,
    period: `${year}-${String(number + 1).padStart(2, "0")}`,
  };
}

/**
 * A triangle of monthly cohorts: cohort `r` has `100 + r` customers, of whom `r + 50 - age` are active at each age from 1
 * on; the last diagonal is not finished.
 */
export function cells(cohorts: number): Row[] {
  const rows: Row[] = [];
  for (let row = 0; row < cohorts; row += 1) {
    const size = 100 + row;
    const { label, period } = month(row);
    for (let age = 0; age < cohorts - row; age += 1) {
      const active = age === 0 ? size : Math.max(1, row + 50 - age);
      const mature = age < cohorts - row - 1 || age === 0;
      rows.push({
        cohort: period,
        row,
        age,
        age_to: age,
        size,
        observed: mature ? size : Math.floor(size / 2),
        active,
        retention: active / size,
        lower: Math.max(0, active / size - 0.05),
        upper: Math.min(1, active / size + 0.05),
        orders: active * 2,
        revenue: active * 30,
        average_order: 15,
        cumulative_value: 30 + age,
        mature,
        truncated: false,
        complete_on: Date.UTC(2020, row + age + 1, 1),
        diagonal: month(row + age).period,
        label_cohort: label,
        age_label: String(age),
      });
    }
  }
  return rows;
}

export function average(rows: readonly Row[]): Row[] {
  const ages = [...new Set(rows.map((row) => row.age as number))];
  const points: Row[] = [];
  for (const weights of ["customers", "cohorts"]) {
    for (const age of ages) {
      const there = rows.filter((row) => row.age === age && row.mature);
      if (there.length === 0) continue;
      const customers = there.reduce((sum, row) => sum + (row.size as number), 0);
      const active = there.reduce((sum, row) => sum + (row.active as number), 0);
      points.push({
        age,
        age_label: String(age),
        label_cohort: "Average",
        weights,
        with_truncated: false,
        retention: active / customers,
        lower: active / customers - 0.02,
        upper: active / customers + 0.02,
        cohorts: there.length,
        customers,
        orders: active * 2,
        revenue: active * 30,
        active,
        average_order: 15,
        cumulative_value: 30 + age,
      });
    }
  }
  return points;
}

export function frames(cohorts: number): CohortHeatmapState["_frames"] {
  const rows = cells(cohorts);
  return { cells: encode(rows), average: encode(average(rows)) };
}

/** The state of a heatmap of monthly cohorts, as Python opens it. */
export function heatmapState(cohorts = 5, changes: Partial<CohortHeatmapState> = {}): CohortHeatmapState {
  return {
    measure: "retention",
    cohort_grain: "month",
    grain: "month",
    window: "calendar",
    kind: "classic",
    average: "customers",
    by: null,
    as_of: "",
    level: 0.95,
    include_truncated: false,
    naive: false,
    normalise: "none",
    show_interval: true,
    table_view: false,
    colour_lock: false,
    selection: [],
    compared: [],
    currency: "",
    number_format: "",
    locale: "en-GB",
    height: 0,
    audience_mode: "analyst",
    _frames: frames(cohorts),
    _view: {
      headline: "Half bought once.",
      headlines: { retention: "Half bought once.", revenue: "9,000 of revenue." },
      notes: [{ kind: "immature", text: "4 cells hatched.", action: "" }],
      footer: "Data until 31 May 2020",
      has: { revenue: true, orders: true, kernel: true },
      choices: { cohort_grain: ["week", "month"], grain: ["week", "month"], by: ["channel"] },
      age_unit: "month",
      age_title: "Months since first purchase",
      average_label: "Average",
      title: "Cohorts monthly",
      code: "CohortHeatmap(table)",
    },
    _selected: {},
    _focus: {},
    _status: {},
    _runtime: "anywidget:runtime",
    ...changes,
  };
}
