import { afterEach, expect, test } from "vitest";
import { createDragLine } from "../drag_line";

const life = new AbortController();
afterEach(() => document.body.replaceChildren());

test("a slider for the keyboard: steps, ends, and what it says", () => {
  const steps: number[] = [];
  const place = document.createElement("div");
  document.body.append(place);
  const line = createDragLine({
    label: "Cut",
    place,
    chart: () => null,
    onMove: () => {},
    onRest: () => {},
    onStep: (by) => steps.push(by),
    signal: life.signal,
  });
  line.show({ value: 3, now: 4, min: 2, max: 9, text: "4 parts" });
  const slider = place.querySelector("[role=slider]") as HTMLElement;
  expect(slider.getAttribute("aria-valuenow")).toBe("4");
  expect(slider.getAttribute("aria-valuetext")).toBe("4 parts");
  for (const key of ["ArrowUp", "ArrowRight", "Home", "End", "x"]) {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    slider.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(key !== "x");
  }
  expect(steps).toEqual([-1, 1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect(line.held()).toBe(false);
});
