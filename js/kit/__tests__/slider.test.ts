import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { type SliderOptions, sliderControl } from "../slider";

let life: AbortController;
let seen: [string, number][];

beforeEach(() => {
  life = new AbortController();
  seen = [];
});
afterEach(() => {
  life.abort();
  document.body.replaceChildren();
});

function made(options: Partial<SliderOptions> = {}) {
  const slider = sliderControl({
    label: "Power",
    min: 0,
    max: 1,
    step: 0.01,
    factor: 100,
    unit: "%",
    onMove: (value) => seen.push(["move", value]),
    onRest: (value) => seen.push(["rest", value]),
    signal: life.signal,
    ...options,
  });
  document.body.append(slider.element);
  const [range, field] = ["range", "number"].map((type) =>
    slider.element.querySelector<HTMLInputElement>(`input[type=${type}]`),
  ) as [HTMLInputElement, HTMLInputElement];
  return { slider, range, field };
}

const slide = (range: HTMLInputElement, to: string, event: "input" | "change") => {
  range.value = to;
  range.dispatchEvent(new Event(event, { bubbles: true }));
};

test("dragging reports each step, letting go the last one; the field follows in its unit", () => {
  const { slider, range, field } = made();
  slider.show(0.8);
  expect([range.value, field.value]).toEqual(["0.8", "80"]);
  slide(range, "0.85", "input");
  expect(field.value).toBe("85");
  slide(range, "0.9", "change");
  expect(seen).toEqual([
    ["move", 0.85],
    ["rest", 0.9],
  ]);
});

test("typing is answered at every letter, and is final with Enter or when the field is left", async () => {
  const { slider, range, field } = made();
  slider.show(0.8);
  await userEvent.fill(field, "9");
  slider.show(0.8);
  expect(field.value).toBe("9");
  await userEvent.type(field, "5{Enter}");
  expect(seen).toEqual([
    ["move", 0.09],
    ["move", 0.95],
    ["rest", 0.95],
  ]);
  expect(range.value).toBe("0.95");
});

test("what can't be is marked, not reported, and taken back when the field is left", async () => {
  const { slider, field } = made();
  slider.show(0.8);
  await userEvent.fill(field, "120");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(seen).toEqual([]);
  field.blur();
  expect(field.value).toBe("80");
  expect(field.getAttribute("aria-invalid")).toBeNull();
});

test("a logarithmic slider has equal steps for equal ratios, and keeps the sign", () => {
  const { slider, range, field } = made({
    logarithmic: true,
    min: 0.001,
    max: 1,
    least: -1,
    factor: 1,
    unit: "",
  });
  slider.show(0.01);
  expect(Number(range.value)).toBeCloseTo(1000 / 3, -1);
  slide(range, "1000", "input");
  slider.show(-0.1);
  expect(field.value).toBe("-0.1");
  slide(range, "0", "input");
  expect(seen).toEqual([
    ["move", 1],
    ["move", -0.001],
  ]);
});

test("what is computed is shown and can't be set; words are part of what the slider says", () => {
  const { slider, range, field } = made();
  slider.show(0.8);
  slider.say("misses 20 %");
  expect(range.getAttribute("aria-valuetext")).toBe("80 %, misses 20 %");
  slider.enable(false, "Computed");
  expect([range.disabled, field.readOnly, slider.element.title]).toEqual([true, true, "Computed"]);
  slider.enable(true);
  expect([range.disabled, field.readOnly]).toEqual([false, false]);
});

test("ends and unit can change; without a slider there is the field alone", () => {
  const { slider, range, field } = made();
  slider.range({ min: 0, max: 0.5, most: 10 });
  slider.measure("pp", 100);
  expect([range.max, field.max]).toEqual(["0.5", "1000"]);
  expect(slider.element.textContent).toContain("pp");
  expect(made({ bare: true }).range).toBeNull();
});
