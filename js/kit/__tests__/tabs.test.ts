import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { createTabs, type Tabs } from "../tabs";

type Value = "none" | "a" | "b" | "c";
let life: AbortController;
let seen: Value[];
let tabs: Tabs<Value>;

beforeEach(() => {
  life = new AbortController();
  seen = [];
  tabs = createTabs<Value>({
    label: "More",
    none: "none",
    pages: (["a", "b", "c"] as const).map((value) => ({
      value,
      label: `Tab ${value}`,
      content: Object.assign(document.createElement("p"), { textContent: `Content ${value}` }),
    })),
    onChange: (value) => {
      seen.push(value);
      tabs.show(value);
    },
    signal: life.signal,
  });
  document.body.append(tabs.element);
});
afterEach(() => {
  life.abort();
  tabs.element.remove();
});

const tab = (label: string) =>
  [...tabs.element.querySelectorAll<HTMLElement>("[role=tab]")].find(
    (element) => element.textContent === `Tab ${label}`,
  ) as HTMLElement;
const shown = () =>
  [...tabs.element.querySelectorAll<HTMLElement>("[role=tabpanel]")]
    .filter((panel) => panel.checkVisibility())
    .map((panel) => panel.textContent);

test("at first all are closed; a click opens one, and the same again closes it", async () => {
  expect(shown()).toEqual([]);
  await userEvent.click(tab("b"));
  expect(shown()).toEqual(["Content b"]);
  expect(tab("b").getAttribute("aria-selected")).toBe("true");
  await userEvent.click(tab("c"));
  expect(shown()).toEqual(["Content c"]);
  await userEvent.click(tab("c"));
  expect(seen).toEqual(["b", "c", "none"]);
  expect(shown()).toEqual([]);
});

test("one tab is in the tab order; arrows move and open nothing, Enter opens", async () => {
  await userEvent.tab();
  expect(document.activeElement).toBe(tab("a"));
  await userEvent.keyboard("{ArrowLeft}");
  expect(document.activeElement).toBe(tab("c"));
  await userEvent.keyboard("{ArrowRight}{ArrowRight}");
  expect(document.activeElement).toBe(tab("b"));
  await userEvent.keyboard("{End}{Home}");
  expect(document.activeElement).toBe(tab("a"));
  expect(seen).toEqual([]);
  await userEvent.keyboard("{Enter}");
  expect(seen).toEqual(["a"]);
  expect(tabs.element.querySelectorAll("[role=tab][tabindex='0']")).toHaveLength(1);
});

test("a panel is named by its tab", () => {
  tabs.show("a");
  const panel = tabs.element.querySelector("[role=tabpanel]:not([hidden])");
  expect(panel?.getAttribute("aria-labelledby")).toBe(tab("a").id);
  expect(tab("a").getAttribute("aria-controls")).toBe(panel?.id);
});
