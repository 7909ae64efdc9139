import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeModel } from "../../testing/fake_model";
import { createFocusChip } from "../focus";

interface State {
  _focus: Record<string, unknown>;
}

const december = {
  text: "Filtered to 885 customers: cohort 2010-12",
  size: 885,
  by: "heat",
  clearable: true,
};
let life: AbortController;
let model: FakeModel<State>;
let element: HTMLElement;

beforeEach(() => {
  vi.useFakeTimers();
  life = new AbortController();
  model = new FakeModel<State>({ _focus: {} });
  element = createFocusChip(model, life.signal).element;
  document.body.append(element);
});
afterEach(() => {
  life.abort();
  element.remove();
  vi.useRealTimers();
});

const chip = () => element.querySelector(".ci-focus-chip") as HTMLElement;
const all = () => element.querySelector("button") as HTMLButtonElement;
const announced = () => element.querySelector('[role="status"]')?.textContent;
const troubled = () => element.querySelector('[role="alert"]')?.textContent;
async function focusOn(focus: Record<string, unknown>): Promise<void> {
  model.set("_focus", focus);
  await vi.advanceTimersByTimeAsync(500);
}

test("while everyone is shown there is nothing to see or hear", async () => {
  expect(chip().hidden).toBe(true);
  await vi.advanceTimersByTimeAsync(500);
  expect(announced()).toBe("");
});

test("a focus is said, and announced politely once things have come to rest", async () => {
  model.set("_focus", { ...december, text: "Filtered to 417 customers: cohort 2011-01" });
  await focusOn(december);
  expect(chip().hidden).toBe(false);
  expect(chip().querySelector("span")?.textContent).toBe(december.text);
  expect(chip().title).toBe("Selected in heat");
  expect(announced()).toBe(december.text);
  await focusOn({});
  expect(chip().hidden).toBe(true);
  expect(announced()).toBe("Showing all customers");
});

test("a widget that opens filtered shows it without a change", () => {
  const opened = createFocusChip(new FakeModel<State>({ _focus: december }), life.signal).element;
  expect(opened.textContent).toContain(december.text);
});

test("the button asks Python to show all, and says so when nobody answers", async () => {
  await focusOn(december);
  expect(all().getAttribute("aria-label")).toBe("Show all customers");
  all().click();
  const asked = model.sent[0] as { id: number };
  expect(asked).toMatchObject({ kind: "request", name: "clear_focus", args: {} });
  await vi.advanceTimersByTimeAsync(40_000);
  expect(troubled()).toContain("The kernel does not answer.");
  all().click();
  expect(troubled()).toBe("");
});

test("when the chip goes, the keyboard stays in the widget", async () => {
  await focusOn(december);
  all().focus();
  await focusOn({});
  expect(document.activeElement).toBe(element);
});

test("where no kernel answers the words stay and the button goes", async () => {
  await focusOn({ ...december, clearable: false });
  expect(chip().hidden).toBe(false);
  expect(all().hidden).toBe(true);
});

test("nothing listens once the view is gone", () => {
  life.abort();
  expect(model.listeners()).toBe(0);
});
