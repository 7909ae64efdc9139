import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { type AmountField, type AmountOptions, amountText, createAmountField } from "../amount";

const life = new AbortController();
let committed: (number | null)[] = [];

function made(options: Partial<AmountOptions> = {}): AmountField {
  const field = createAmountField({
    label: "Amount",
    hint: "Money",
    onCommit: (value) => committed.push(value),
    signal: life.signal,
    ...options,
  });
  document.body.append(field.element);
  return field;
}

beforeEach(() => {
  committed = [];
});
afterEach(() => document.querySelector(".ci-amount")?.remove());

test("amounts are whole from 1,000, and never so short that they read as nothing", () => {
  expect([0, 0.0325, 0.5, 12.5, 999.999, 1234.5, 6e8].map(amountText)).toEqual([
    "0",
    "0.0325",
    "0.500",
    "12.50",
    "1,000.00",
    "1,235",
    "600,000,000",
  ]);
});

test("it is grouped while it is read and bare while it is edited; Enter and leaving take it once", async () => {
  const field = made();
  const input = field.element;
  field.show(12_345.678);
  expect(input.value).toBe("12,346");
  input.focus();
  expect(input.value).toBe("12345.678");
  await userEvent.fill(input, "€ 15 000");
  await userEvent.keyboard("{Enter}");
  expect(committed).toEqual([15_000]);
  input.blur();
  expect(committed).toEqual([15_000]);
  expect(input.value).toBe("15,000");
});

test("what isn't edited isn't taken, and Escape takes back what was typed", async () => {
  const field = made();
  const input = field.element;
  field.show(1234.5);
  input.focus();
  input.blur();
  input.focus();
  await userEvent.fill(input, "7");
  await userEvent.keyboard("{Escape}");
  input.blur();
  expect(committed).toEqual([]);
  expect(input.value).toBe("1,235");
});

test("what can't be is marked with the reason, and the old amount comes back", async () => {
  const field = made({ refuse: (value) => (value > 100 ? "The most is 100" : "") });
  const input = field.element;
  field.show(50);
  input.focus();
  await userEvent.fill(input, "a lot");
  expect(input.title).toContain("A number, such as");
  await userEvent.fill(input, "-5");
  expect(input.getAttribute("aria-invalid")).toBe("true");
  await userEvent.fill(input, "101");
  await userEvent.keyboard("{Enter}");
  expect(input.title).toBe("The most is 100");
  input.blur();
  expect(input.title).toBe("Money");
  expect(input.value).toBe("50.00");
  expect(committed).toEqual([]);
});

test("an optional amount may be emptied; an answer doesn't replace what is being typed", async () => {
  const field = made({ optional: true });
  const input = field.element;
  field.show(null, "130,000");
  expect(input.placeholder).toBe("130,000");
  input.focus();
  await userEvent.fill(input, "5");
  field.show(70);
  expect(input.value).toBe("5");
  input.blur();
  input.focus();
  await userEvent.fill(input, "");
  input.blur();
  expect(committed).toEqual([5, null]);
});

test("decimals are those of the country, and a field that is off says why", async () => {
  const field = made({ decimal: "," });
  const input = field.element;
  field.show(0.5);
  input.focus();
  expect(input.value).toBe("0,5");
  await userEvent.fill(input, "1.234,5");
  input.blur();
  expect(committed).toEqual([1234.5]);
  field.enable(false, "Locked");
  expect(input.readOnly).toBe(true);
  expect(input.title).toBe("Locked");
});
