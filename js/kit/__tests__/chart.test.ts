import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import * as runtime from "../../runtime/libraries";
import { sleep, until } from "../../testing/waiting";
import { type Chart, createChart, numberWriter } from "../chart";
import { formats } from "../format";
import { pictureAsPng, pictureAsSvg } from "../picture";
import { dressRoot } from "../root";
import { type Colours, followTheme } from "../theme";

const spec = {
  params: [
    { name: "height_of", value: "a" },
    { name: "ink", value: "black" },
  ],
  width: 120,
  height: 80,
  data: { name: "rows" },
  transform: [{ calculate: "datum[height_of]", as: "value" }],
  mark: { type: "bar", color: { expr: "ink" } },
  encoding: {
    x: { field: "name", type: "nominal" },
    y: { field: "value", type: "quantitative" },
    tooltip: [
      { field: "name", title: "title" },
      { field: "value", title: "Here" },
    ],
  },
};
const rows = [
  { name: "one", a: 10, b: 1 },
  { name: "two", a: 20, b: 2 },
];
const german = formats({ locale: "de-DE", currency: "" }).d3Locale;

let life: AbortController;
let root: HTMLElement;
let colours: Colours;
let chart: Chart;

beforeEach(async () => {
  life = new AbortController();
  root = document.createElement("div");
  root.className = "ci-root";
  root.style.background = "white";
  document.body.append(root);
  dressRoot(root, life.signal);
  colours = followTheme(root, () => {}, life.signal)()?.colours as Colours;
  chart = await createChart(runtime, root, {
    spec,
    label: "Bars of a test",
    data: { rows: structuredClone(rows) },
    signals: { height_of: "b" },
    colours,
    locale: german,
    signal: life.signal,
  });
});
afterEach(() => {
  life.abort();
  root.remove();
});

const highest = () => (chart.view.scale("y") as { domain(): number[] }).domain().at(-1);

test("the first picture has the signals, data and colours that it was given", () => {
  expect(highest()).toBe(2);
  expect(chart.view.signal("ink")).toBe(colours.ink);
  expect(root.querySelector("[aria-label^='Bars of a test']")).not.toBeNull();
  expect(root.querySelector("details")).toBeNull();
});

test("signals, data and size change inside the same view", async () => {
  const canvas = root.querySelector("canvas");
  await chart.update({ signals: { height_of: "a", unknown: 1 } });
  expect(highest()).toBe(20);
  await chart.update({ data: { rows: [{ name: "three", a: 50, b: 5 }] }, signals: { width: 300 } });
  expect(highest()).toBe(50);
  expect(chart.view.data("rows")).toHaveLength(1);
  expect(root.querySelector("canvas")).toBe(canvas);
  expect(root.querySelector(".ci-chart")?.clientWidth).toBeGreaterThan(300);
});

test("the tooltip shows heading and sentences in the widget, and goes when values change", async () => {
  const canvas = root.querySelector("canvas") as HTMLCanvasElement;
  await userEvent.hover(canvas, { position: { x: canvas.clientWidth - 30, y: canvas.clientHeight - 50 } });
  const tooltip = await until(() => root.querySelector<HTMLElement>(".ci-tooltip:popover-open"));
  expect(tooltip.querySelector(".ci-tooltip-title")?.textContent).toBe("two");
  expect(tooltip.textContent).toBe("two2");
  await chart.update({ signals: { height_of: "a" } });
  expect(root.querySelector(".ci-tooltip:popover-open")).toBeNull();
});

test("numbers are written in the locale, for each chart its own", () => {
  expect(numberWriter(runtime, german)(",.1f", 1234.5)).toBe("1.234,5");
  expect(numberWriter(runtime, formats({ locale: "en-GB", currency: "" }).d3Locale)(",.1f", 1234.5)).toBe(
    "1,234.5",
  );
});

test("when the signal aborts, the view is finalized and nothing of it stays", async () => {
  const { element, view } = chart;
  let finalized = 0;
  const { finalize } = view;
  view.finalize = () => {
    finalized += 1;
    return finalize.call(view);
  };
  life.abort();
  expect(finalized).toBe(1);
  expect(element.isConnected).toBe(false);
  expect(element.ciView).toBeUndefined();
  await chart.update({ signals: { height_of: "a" } });
  expect(highest()).toBe(2);
});

test("a chart whose widget went while it was being made does not stay", async () => {
  const gone = new AbortController();
  const making = createChart(runtime, root, {
    spec,
    label: "late",
    data: { rows: [] },
    signals: {},
    colours,
    locale: german,
    signal: gone.signal,
  });
  gone.abort();
  await expect(making).rejects.toThrow();
  await sleep(0);
  expect(root.querySelectorAll(".ci-chart")).toHaveLength(1);
});

test("a picture carries title, filters and date, on paper, in both formats", async () => {
  const text = {
    title: "A long title ".repeat(12).trim(),
    subtitle: "by month",
    footer: ["until 30 June 1998"],
  };
  const svg = await pictureAsSvg([chart, chart], text, colours);
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const lines = [...parsed.children]
    .filter((child) => child.tagName === "text")
    .map((line) => line.textContent);
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.join(" ")).toBe(`${text.title} by month until 30 June 1998`);
  expect(parsed.querySelectorAll(":scope > svg")).toHaveLength(2);

  const bitmap = await createImageBitmap(await pictureAsPng([chart, chart], text, colours));
  expect(bitmap.width).toBe(Math.ceil(Number(parsed.getAttribute("width")) * 2));
  expect(bitmap.height).toBe(Number(parsed.getAttribute("height")) * 2);
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  expect([...context.getImageData(0, 0, 1, 1).data]).toEqual([255, 255, 255, 255]);
});
