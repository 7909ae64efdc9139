import { afterEach, expect, test } from "vitest";
import { createDragPoint } from "../drag_point";

const life = new AbortController();
afterEach(() => document.body.replaceChildren());

test("a slider of two ways for the keyboard, and what it says", () => {
  const steps: [number, number][] = [];
  const place = document.createElement("div");
  document.body.append(place);
  const point = createDragPoint({
    label: "Plan",
    place,
    chart: () => null,
    onMove: () => {},
    onRest: () => {},
    onStep: (right, up) => steps.push([right, up]),
    signal: life.signal,
  });
  point.show({ x: 0.05, y: 0.8, now: 0.05, min: 0, max: 0.1, text: "+5 pp, power 80 %" });
  const slider = place.querySelector("[role=slider]") as HTMLElement;
  expect(slider.getAttribute("aria-valuetext")).toBe("+5 pp, power 80 %");
  expect(slider.tabIndex).toBe(0);
  for (const [key, shiftKey] of [
    ["ArrowUp", false],
    ["ArrowLeft", true],
    ["x", false],
  ] as const) {
    const event = new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true });
    slider.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(key !== "x");
  }
  expect(steps).toEqual([
    [0, 1],
    [-5, 0],
  ]);
  expect(point.held()).toBe(false);
});
