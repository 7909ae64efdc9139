import { afterEach, beforeEach, expect, test } from "vitest";
import { createFooter, type Footer, type FooterActions, type FooterState } from "../footer";
import { createNotes } from "../notes";

const rest: FooterState = {
  selected: "",
  hint: "Click a cell.",
  offers: [],
  comparison: "",
  hasCode: true,
  hasCustomers: true,
  source: "Data until 30 June 1998",
  tableShown: false,
};
let life: AbortController;
let done: string[];
let footer: Footer;

beforeEach(() => {
  life = new AbortController();
  done = [];
  const actions = new Proxy({} as FooterActions, { get: (_, name) => () => done.push(String(name)) });
  footer = createFooter(actions, life.signal);
  document.body.append(footer.element);
});
afterEach(() => {
  life.abort();
  footer.element.remove();
});

const buttons = () =>
  [...footer.element.querySelectorAll("button")].filter((b) => b.checkVisibility()).map((b) => b.textContent);

test("without a selection it says how to make one", () => {
  footer.show(rest);
  expect(footer.element.textContent).toContain("Click a cell.");
  expect(buttons()).toEqual(["Copy code", "Table"]);
});

test("with a selection it says who, and what can be done with them", () => {
  let taken = 0;
  const run = () => {
    taken += 1;
  };
  footer.show({ ...rest, selected: "1,157 customers", offers: [{ label: "Row", hint: "All of it", run }] });
  expect(buttons()).toEqual(["Row", "Copy code", "CSV", "Compare", "Clear", "Table"]);
  for (const button of footer.element.querySelectorAll("button"))
    if (button.checkVisibility()) button.click();
  expect(done).toEqual(["copyCode", "customersCsv", "compare", "clear", "toggleTable"]);
  expect(taken).toBe(1);
});

test("viewers get no code, files without a kernel no customers", () => {
  footer.show({ ...rest, selected: "12 customers", hasCode: false, hasCustomers: false });
  expect(buttons()).toEqual(["Compare", "Clear", "Table"]);
});

test("a comparison is said, with the way out of it", () => {
  footer.show({ ...rest, comparison: "12 against 30 customers." });
  expect(buttons()).toContain("End comparison");
  footer.show(rest);
  expect(buttons()).not.toContain("End comparison");
});

test("notes offer what can be done, and are left alone while nothing changed", () => {
  const notes = createNotes(life.signal);
  const note = { kind: "truncated", text: "December 2010 probably holds old customers." } as const;
  let included = 0;
  const include = () => {
    included += 1;
  };
  notes.show([note], () => ({ label: "Include", run: include }));
  const button = notes.element.querySelector("button");
  button?.click();
  expect(included).toBe(1);
  notes.show([note], () => ({ label: "Include", run: include }));
  expect(notes.element.querySelector("button")).toBe(button);
  notes.show([note], () => null);
  expect(notes.element.querySelector("button")).toBeNull();
});

test("where selections can't be compared there is no button for it", () => {
  const plain = createFooter({ clear() {} } as unknown as FooterActions, life.signal);
  document.body.append(plain.element);
  plain.show({ ...rest, selected: "1,157 customers" });
  const labels = [...plain.element.querySelectorAll("button")]
    .filter((b) => b.checkVisibility())
    .map((b) => b.textContent);
  expect(labels).not.toContain("Compare");
  plain.element.remove();
});
