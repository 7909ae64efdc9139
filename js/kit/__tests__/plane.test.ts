import { afterEach, beforeEach, expect, test } from "vitest";
import { type Area, type Corner, cornersOf, createPlane, panned, sameArea, thinned, zoomed } from "../plane";

const WHOLE: Area = { x: [0, 100], y: [-10, 10] };

test("zooming keeps the place under the pointer, and never leaves the whole", () => {
  const near = zoomed(WHOLE, WHOLE, 0.5, [0.2, 0.5]);
  expect(near).toEqual({ x: [10, 60], y: [-5, 5] });
  // At 20 % of the width stood 20, and it still does.
  expect(near.x[0] + 0.2 * (near.x[1] - near.x[0])).toBe(20);
  expect(zoomed(near, WHOLE, 50)).toEqual(WHOLE);
  expect(zoomed({ x: [0, 10], y: [-10, -8] }, WHOLE, 2, [1, 1])).toEqual({ x: [0, 20], y: [-10, -6] });
});

test("the deepest zoom has an end", () => {
  let view = WHOLE;
  for (let i = 0; i < 60; i += 1) view = zoomed(view, WHOLE, 0.5);
  expect(view.x[1] - view.x[0]).toBeCloseTo(100 / 2000);
  expect(sameArea(zoomed(view, WHOLE, 0.5), view)).toBe(true);
});

test("panning stops at the edges", () => {
  const view: Area = { x: [20, 40], y: [-2, 2] };
  expect(panned(view, WHOLE, 0.5, -0.5)).toEqual({ x: [30, 50], y: [-4, 0] });
  expect(panned(view, WHOLE, 9, 9)).toEqual({ x: [80, 100], y: [6, 10] });
  expect(panned(WHOLE, WHOLE, 1, 1)).toEqual(WHOLE);
});

test("a thinned outline keeps its shape: corners stay, points on straight lines go", () => {
  const square: Corner[] = [];
  for (let i = 0; i < 100; i += 1) square.push([i, 0]);
  for (let i = 0; i < 100; i += 1) square.push([100, i]);
  for (let i = 100; i > 0; i -= 1) square.push([i, 100]);
  for (let i = 100; i > 0; i -= 1) square.push([0, i]);
  expect(thinned(square, 4)).toEqual([
    [0, 0],
    [100, 0],
    [100, 100],
    [0, 100],
  ]);
  expect(thinned(square, 400)).toEqual(square);
  const circle = Array.from(
    { length: 360 },
    (_, i): Corner => [Math.cos((i * Math.PI) / 180), Math.sin((i * Math.PI) / 180)],
  );
  const round = thinned(circle, 60);
  expect(round).toHaveLength(60);
  const area = round.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = round[(i + 1) % round.length] as Corner;
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
  expect(area).toBeGreaterThan(0.99 * Math.PI);
});

let life: AbortController;
beforeEach(() => {
  life = new AbortController();
});
afterEach(() => {
  life.abort();
  document.body.replaceChildren();
});

function opened() {
  const heard: string[] = [];
  const areas: Corner[][] = [];
  const plane = createPlane({
    label: "Stars.",
    chart: () => null,
    onMove: () => heard.push("move"),
    onRest: () => heard.push("rest"),
    onArea: (polygon, add) => {
      areas.push(polygon);
      heard.push(add ? "add" : "area");
    },
    onEscape: () => heard.push("escape"),
    signal: life.signal,
  });
  plane.lay(WHOLE, WHOLE);
  document.body.append(plane.bar, plane.place);
  const key = (name: string, more: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more });
    plane.place.dispatchEvent(event);
    return event.defaultPrevented;
  };
  const wheel = (deltaY: number, target: Element = plane.place) => {
    const event = new WheelEvent("wheel", { deltaY, bubbles: true, cancelable: true });
    target.dispatchEvent(event);
    return event.defaultPrevented;
  };
  return { plane, heard, areas, key, wheel };
}

test("keys zoom, move, select what is in view, and show everything again", () => {
  const { plane, heard, areas, key } = opened();
  expect(key("+")).toBe(true);
  expect(plane.view().x[1] - plane.view().x[0]).toBeCloseTo(100 / 1.5);
  const before = plane.view().x[0];
  key("ArrowRight");
  expect(plane.view().x[0]).toBeGreaterThan(before);
  key("Enter", { shiftKey: true });
  expect(areas).toEqual([cornersOf(plane.view())]);
  expect(plane.moving()).toBe(true);
  key("0");
  expect(plane.view()).toEqual(WHOLE);
  key("Escape");
  expect(heard).toEqual(["move", "move", "add", "move", "escape"]);
  expect(key("a")).toBe(false);
  expect(key("+", { ctrlKey: true })).toBe(false);
});

test("Escape first leaves the lasso", () => {
  const { plane, heard, key } = opened();
  const lasso = plane.bar.querySelector("button") as HTMLButtonElement;
  lasso.click();
  expect(lasso.getAttribute("aria-pressed")).toBe("true");
  key("Escape");
  expect(lasso.getAttribute("aria-pressed")).toBe("false");
  expect(heard).toEqual([]);
});

test("the wheel zooms, but a page that is scrolling goes on scrolling", () => {
  const { plane, wheel } = opened();
  // Nothing to zoom out of: the page's own.
  expect(wheel(100)).toBe(false);
  expect(wheel(-100)).toBe(true);
  expect(plane.view()).not.toEqual(WHOLE);
  const before = plane.view();
  expect(wheel(-100, document.body)).toBe(false);
  expect(wheel(-100)).toBe(false);
  expect(plane.view()).toEqual(before);
});

test("it says once that the movement rests, and nothing after its end", async () => {
  const { heard, key } = opened();
  key("+");
  key("+");
  await expect.poll(() => heard).toEqual(["move", "move", "rest"]);
  key("+");
  life.abort();
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(heard).toEqual(["move", "move", "rest", "move"]);
});
