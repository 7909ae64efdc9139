import { expect, test } from "vitest";
import { formats } from "../../../../kit/format";
import { decodeRows } from "../../../../kit/frames";
import { textWidth } from "../../../../kit/labels";
import type { FlowCell, FlowNode, Flows } from "../../wire";
import { layoutFlows } from "../flow_layout";
import { matrixOf, ribbonInWords } from "../flow_scene";
import { flowsState } from "./fixture";

const british = formats({ locale: "en-GB", currency: "" });
const flows = flowsState() as unknown as Flows;
const nodes = () => decodeRows<FlowNode>(flows.nodes);
const cells = () => decodeRows<FlowCell>(flows.matrix);
const DATES = { before: "11 September", after: "10 December" };

test.each([900, 560, 400])("in %i pixels every label has its room, and none covers another", (width) => {
  const height = 300;
  const layout = layoutFlows(nodes(), width, height, british);
  const widest = (side: number) =>
    Math.max(
      ...layout.nodes.filter((n) => n.side === side).flatMap((n) => n.lines.map((line) => textWidth(line))),
    );
  expect(layout.width + widest(0) + widest(1) + 32).toBeLessThanOrEqual(width);
  for (const side of [0, 1]) {
    const own = layout.nodes.filter((node) => node.side === side);
    const boxes = own.map(({ at, lines }) => ({
      middle: ((at - layout.low) / (layout.high - layout.low)) * height,
      half: (lines.length * 13) / 2,
    }));
    boxes.sort((a, b) => a.middle - b.middle);
    for (const [i, box] of boxes.entries()) {
      const above = boxes[i - 1];
      if (above) expect(box.middle - box.half).toBeGreaterThanOrEqual(above.middle + above.half);
    }
  }
});

test("a label says the name and the count", () => {
  const { nodes: labelled } = layoutFlows(nodes(), 900, 300, british);
  const lapsed = labelled.find(({ side, segment }) => side === 1 && segment === 4);
  expect(lapsed?.lines).toEqual(["Bought once, lapsed", "392,600"]);
});

test("a move in words: how many of whom became what", () => {
  const nameOf = (segment: number) => ["Champions", "Loyal", "New", "At risk"][segment] ?? "";
  const move = { from_segment: 0, to_segment: 3, customers: 312, share: 312 / 1204 } as FlowCell;
  expect(ribbonInWords(move, nameOf, british)).toBe("312 of 1,204 Champions (26 %) became At risk");
  expect(ribbonInWords({ ...move, to_segment: 0 }, nameOf, british)).toBe(
    "312 of 1,204 Champions (26 %) stayed",
  );
});

test("the matrix holds every move once, those in no segment last, and names what is hidden", () => {
  const outside = { ...(cells()[0] as FlowCell), from_segment: -2, from_name: "Not yet customers" };
  const matrix = matrixOf([outside, ...cells()], DATES, british);
  expect(matrix.data.rows.at(-1)).toBe("Not yet customers");
  expect(matrix.data.rows).toHaveLength(7);
  expect(matrix.data.corner).toBe("11 September ↓ 10 December →");
  expect(matrix.data.cell(0, 0)).toEqual({ text: "41,200 (70 %)" });
  expect(matrix.data.describe(0, 0)).toBe(
    "41,200 (70 %): 41,200 of 58,500 Champions: 9 orders, last week (70 %) stayed",
  );
  expect(matrix.data.cell(0, 2)).toEqual({ text: "–", quiet: true });
  expect(matrix.data.describe(0, 2)).toContain("too few or none");
  const sum = cells().reduce((total, { customers }) => total + customers, 0);
  let found = 0;
  for (let row = 0; row < 6; row += 1) {
    for (let column = 0; column < 6; column += 1) found += matrix.at(row, column)?.customers ?? 0;
  }
  expect(found).toBe(sum);
});
