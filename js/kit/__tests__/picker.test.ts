import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { createPicker, type Picker, type PickerChoice } from "../picker";

let life: AbortController;
let picker: Picker;
let seen: string[][];
const choice = (value: string, on: boolean, changes: Partial<PickerChoice> = {}): PickerChoice => ({
  value,
  label: value.toUpperCase(),
  group: "behaviour",
  on,
  disabled: false,
  why: "",
  ...changes,
});

beforeEach(() => {
  life = new AbortController();
  seen = [];
  picker = createPicker({
    label: "Columns",
    last: "One must stay",
    onChange: (values) => seen.push(values),
    signal: life.signal,
  });
  document.body.append(picker.element);
  (picker.element as HTMLDetailsElement).open = true;
});
afterEach(() => {
  life.abort();
  picker.element.remove();
});

const boxes = () => [...picker.element.querySelectorAll("input")];

test("boxes stand by group; a tick adds at the end, another takes away", async () => {
  picker.show([choice("a", true), choice("b", true), choice("c", false, { group: "place" })], "");
  expect([...picker.element.querySelectorAll("legend")].map((one) => one.textContent)).toEqual([
    "behaviour",
    "place",
  ]);
  expect(picker.element.querySelector("summary")?.textContent).toBe("Columns (2)");
  await userEvent.click(boxes()[2] as HTMLElement);
  await userEvent.click(boxes()[0] as HTMLElement);
  expect(seen).toEqual([["a", "b", "c"], ["b"]]);
});

test("the last one stays, and what can't be chosen says why in sight", () => {
  picker.show([choice("a", true), choice("email", false, { disabled: true, why: "Identifies people" })], "");
  expect(boxes().map((box) => box.disabled)).toEqual([true, true]);
  expect(boxes()[0]?.closest("label")?.title).toBe("One must stay");
  expect(picker.element.textContent).toContain("Identifies people");
});

test("the keyboard stays on the box that was ticked", async () => {
  picker.show([choice("a", true), choice("b", false)], "");
  boxes()[1]?.focus();
  picker.show([choice("a", true), choice("b", true)], "");
  await Promise.resolve();
  expect(document.activeElement).toBe(boxes()[1]);
});

test("nothing can be chosen while there is a reason against it", () => {
  picker.show([choice("a", true), choice("b", true)], "Needs the notebook");
  expect(boxes().map((box) => [box.disabled, box.closest("label")?.title])).toEqual([
    [true, "Needs the notebook"],
    [true, "Needs the notebook"],
  ]);
});
