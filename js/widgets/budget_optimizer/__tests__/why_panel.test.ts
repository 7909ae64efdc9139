import { expect, test } from "vitest";
import type { PanelContext } from "../panel";
import { createWhyPanel } from "../why_panel";
import { opened, text } from "./tab_bench";

const alone = (context: PanelContext) => {
  const part = createWhyPanel(context);
  const show = () => {
    part.show();
    part.rest?.();
  };
  return { element: part.element, show, recolour: () => {}, charts: () => [] };
};
const REASON = ".ci-why-reason";

test.each([
  [{}, {}, "Nothing moves yet: drag a channel, or press Optimise."],
  [{ locked: ["Search"] }, {}, "Nothing moves: within the limits there is no better plan."],
  [{ locked: ["Search"] }, { usable: false }, "Nothing moves yet: drag a channel."],
])("what can be done next is said only where it can: %j, %j", (changes, about, said) => {
  expect(text(opened(alone, changes, about), REASON)).toBe(said);
});

test("the worth of a move is told for a small part of the budget", () => {
  const live = opened(alone, { spend: { TV: 450_000, Search: 150_000 } });
  expect(text(live, REASON)).toMatch(
    /^Each 1,000 that Search gets brings about [\d,.]+ revenue; each 1,000 that TV/,
  );
  live.set({ spend: { TV: 900, Search: 600 }, total: 1500 });
  expect(text(live, REASON)).toMatch(/^Each 100 that TV gives up costs about/);
});
