import { expect, test } from "vitest";
import { spread, textWidth, wrapped } from "../labels";

test("labels that stand apart stay; others move as little as they must, in their order", () => {
  expect(
    spread(
      [
        { at: 10, height: 10 },
        { at: 50, height: 10 },
      ],
      100,
    ),
  ).toEqual([10, 50]);
  expect(
    spread(
      [
        { at: 50, height: 20 },
        { at: 45, height: 20 },
      ],
      100,
    ),
  ).toEqual([65, 45]);
  // Both ends of the column hold.
  expect(spread([{ at: 0, height: 20 }], 100)).toEqual([10]);
  expect(
    spread(
      [
        { at: 99, height: 20 },
        { at: 98, height: 20 },
      ],
      100,
    ),
  ).toEqual([90, 70]);
});

test("too many labels go on below and never overlap", () => {
  const many = Array.from({ length: 10 }, () => ({ at: 5, height: 20 }));
  const places = spread(many, 100).sort((a, b) => a - b);
  for (const [i, place] of places.entries()) if (i > 0) expect(place - (places[i - 1] ?? 0)).toBeCloseTo(20);
});

test("text in lines: no line wider than asked unless one word is, the rest said to be missing", () => {
  const text = "Frequent customers with high baskets from France";
  const lines = wrapped(text, 90, 9);
  expect(lines.join(" ")).toBe(text);
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(90);
  const cut = wrapped(text, 90, 2);
  expect(cut).toHaveLength(2);
  expect(cut[1]?.endsWith(" …")).toBe(true);
  expect(wrapped("", 90, 2)).toEqual([]);
  expect(wrapped("Unteilbar", 5, 2)).toEqual(["Unteilbar"]);
});
