import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { until } from "../../testing/waiting";
import {
  disclosure,
  fieldControl,
  menu,
  segmentedControl,
  selectControl,
  stepperControl,
  toggleControl,
} from "../controls";
import { dressRoot } from "../root";

let life: AbortController;
let place: HTMLElement;

beforeEach(() => {
  life = new AbortController();
  place = document.createElement("div");
  document.body.append(place);
});
afterEach(() => {
  life.abort();
  place.remove();
});

const choices = [
  { value: "a", label: "First" },
  { value: "b", label: "Second", group: "Others" },
] as const;

test("a select reports the user's choice, and shows a value without reporting it", async () => {
  const seen: string[] = [];
  const control = selectControl({
    label: "Measure",
    choices,
    onChange: (v) => seen.push(v),
    signal: life.signal,
  });
  place.append(control.element);
  const select = place.querySelector("select") as HTMLSelectElement;
  control.show("b");
  expect([select.value, seen]).toEqual(["b", []]);
  await userEvent.selectOptions(select, "a");
  expect(seen).toEqual(["a"]);
  expect(select.labels?.[0]?.textContent).toContain("Measure");
  control.offer([{ value: "a", label: "Renamed" }]);
  expect([select.value, select.selectedOptions[0]?.text]).toEqual(["a", "Renamed"]);
});

test("a control that can't be used says why", () => {
  const control = selectControl({
    label: "Grain",
    choices,
    hint: "Length",
    onChange: () => {},
    signal: life.signal,
  });
  control.enable(false, "Needs the notebook");
  expect(control.element.querySelector("select")?.disabled).toBe(true);
  expect(control.element.title).toBe("Needs the notebook");
  control.enable(true);
  expect(control.element.querySelector("select")?.disabled).toBe(false);
  expect(control.element.title).toBe("Length");
});

test("segments are radio buttons: arrows move, two controls don't mix", async () => {
  const seen: string[] = [];
  const make = () =>
    segmentedControl({ label: "Window", choices, onChange: (v) => seen.push(v), signal: life.signal });
  const [one, two] = [make(), make()];
  place.append(one.element, two.element);
  one.show("a");
  two.show("b");
  (one.element.querySelector("input") as HTMLInputElement).focus();
  await userEvent.keyboard("{ArrowRight}");
  expect(seen).toEqual(["b"]);
  expect([...two.element.querySelectorAll("input")].map((input) => input.checked)).toEqual([false, true]);
});

test("a number is reported when it is finished and within its bounds", async () => {
  const seen: string[] = [];
  const control = fieldControl({
    label: "Level",
    type: "number",
    min: "50",
    max: "99",
    onChange: (v) => seen.push(v),
    signal: life.signal,
  });
  place.append(control.element);
  control.show("95");
  const input = place.querySelector("input") as HTMLInputElement;
  await userEvent.fill(input, "10");
  await userEvent.keyboard("{Enter}");
  expect(seen).toEqual([]);
  await userEvent.fill(input, "80");
  control.show("95");
  expect([input.value, seen]).toEqual(["80", []]);
  await userEvent.keyboard("{Enter}");
  expect(seen).toEqual(["80"]);
  control.show("80");
  expect(input.value).toBe("80");
});

test("options that did not change are left alone, so that an open list stays open", () => {
  const control = selectControl({ label: "Measure", choices, onChange: () => {}, signal: life.signal });
  const first = control.element.querySelector("option");
  control.offer(choices.map((choice) => ({ ...choice })));
  expect(control.element.querySelector("option")).toBe(first);
});

test("a toggle reports what it became", async () => {
  const seen: boolean[] = [];
  const control = toggleControl({ label: "Lock", onChange: (v) => seen.push(v), signal: life.signal });
  place.append(control.element);
  control.show(true);
  await userEvent.click(place.querySelector("input") as HTMLInputElement);
  expect(seen).toEqual([false]);
});

test("Escape closes a disclosure and gives the focus back", async () => {
  const input = document.createElement("input");
  const more = disclosure("More", life.signal, input);
  place.append(more);
  more.open = true;
  input.focus();
  await userEvent.keyboard("{Escape}");
  expect(more.open).toBe(false);
  expect(document.activeElement).toBe(more.querySelector("summary"));
});

test.each([
  ["left", false],
  ["right", true],
])("a panel at the %s edge opens to the inside", async (edge, flipped) => {
  place.className = "ci-root";
  dressRoot(place, life.signal);
  place.style.cssText = `display: flex; width: 600px; justify-content: ${edge}`;
  const more = disclosure("More", life.signal, "words ".repeat(20));
  place.append(more);
  more.open = true;
  const body = more.lastElementChild as HTMLElement;
  await until(() => body.classList.contains("ci-flipped") === flipped);
  const [inner, outer] = [body.getBoundingClientRect(), place.getBoundingClientRect()];
  expect(inner.width).toBeGreaterThan(200);
  expect(inner.left).toBeGreaterThanOrEqual(outer.left);
  expect(inner.right).toBeLessThanOrEqual(outer.right);
});

test("a menu runs its action and closes; a press elsewhere closes it too", async () => {
  let runs = 0;
  const run = () => {
    runs += 1;
  };
  const element = menu("Picture", [{ label: "PNG", run }], life.signal);
  const elsewhere = document.createElement("button");
  place.append(elsewhere, element);
  element.open = true;
  await userEvent.click(element.querySelector("button") as HTMLButtonElement);
  expect([runs, element.open]).toEqual([1, false]);
  element.open = true;
  elsewhere.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  expect(element.open).toBe(false);
});

test("a stepper goes up and down within its bounds, and reports each step", async () => {
  const seen: number[] = [];
  const control = stepperControl({
    label: "Segments",
    min: 2,
    max: 5,
    fewer: "Fewer segments",
    more: "More segments",
    onChange: (value) => seen.push(value),
    signal: life.signal,
  });
  place.append(control.element);
  control.show(4);
  const [less, more] = [...place.querySelectorAll("button")] as HTMLButtonElement[];
  await userEvent.click(more as HTMLElement);
  await userEvent.click(more as HTMLElement);
  await userEvent.click(less as HTMLElement);
  expect(seen).toEqual([5, 4]);
  expect(less?.getAttribute("aria-label")).toBe("Fewer segments");
  const input = place.querySelector("input") as HTMLInputElement;
  await userEvent.fill(input, "3");
  await userEvent.keyboard("{Enter}");
  expect(seen).toEqual([5, 4, 3]);
  control.enable(false, "Finds the number itself");
  expect([input.disabled, less?.disabled, more?.disabled]).toEqual([true, true, true]);
});
