import { expect, test } from "vitest";
import { createRefill, dataTable, shareBar } from "../tables";

test("a table names its rows by the first column and holds text as text", () => {
  const table = dataTable(
    "Rules",
    [
      { label: "Segment", cell: (row: { name: string; n: number }) => row.name },
      { label: "Customers", number: true, cell: ({ n }) => String(n) },
    ],
    [{ name: "<b>Loyal</b>", n: 5 }],
  );
  expect(table.querySelector("caption")?.textContent).toBe("Rules");
  expect(table.querySelector("tbody th")?.textContent).toBe("<b>Loyal</b>");
  expect(table.querySelector("td")?.className).toBe("ci-number");
});

test("a share stays within its bar", () => {
  const bar = shareBar();
  const width = () => bar.element.querySelector<HTMLElement>(".ci-share-bar")?.style.width;
  bar.show(1.4, "140 %");
  expect(width()).toBe("100%");
  bar.show(null, "–");
  expect([width(), bar.element.textContent]).toEqual(["0%", "–"]);
});

test("a place is filled again only when what it shows has changed", () => {
  const place = document.createElement("div");
  const refill = createRefill(place);
  let made = 0;
  const make = () => {
    made += 1;
    return [String(made)];
  };
  refill([1, "a"], make);
  refill([1, "a"], make);
  expect(place.textContent).toBe("1");
  refill([2, "a"], make);
  expect(place.textContent).toBe("2");
});
