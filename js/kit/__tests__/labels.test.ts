import { expect, test } from "vitest";
import { apart, spread, textWidth, wrapped } from "../labels";

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

test("of two words that would cover each other the second says its short text, and keeps what else is known of it", () => {
  const size = { width: 200, height: 100 };
  const spots = [
    { text: "High basket, frequent", short: "0", segment: 0, x: 100, y: 50 },
    { text: "Low spend, quiet", short: "1", segment: 1, x: 20, y: 55 },
    { text: "Lost", short: "2", segment: 2, x: 195, y: 2 },
    { text: "Gone", segment: 3, x: 190, y: 4 },
  ];
  const placed = apart(spots, size, 150, "600 11px");
  expect(placed.map(({ text, segment }) => [text, segment])).toEqual([
    ["High basket, frequent", 0],
    ["1", 1],
    ["Lost", 2],
  ]);
  // Moved inside the picture.
  expect(placed[2]?.x).toBeLessThan(195);
  expect(placed[2]?.y).toBe(9);
});
