import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { createLock } from "../padlock";

test("a lock says what it locks, and reports each turn", async () => {
  const turns: boolean[] = [];
  const life = new AbortController();
  const lock = createLock("Lock tv", (locked) => turns.push(locked), life.signal);
  document.body.append(lock.element);
  const input = lock.element.querySelector("input") as HTMLInputElement;
  expect(input.getAttribute("aria-label")).toBe("Lock tv");
  lock.show(true);
  expect(input.checked).toBe(true);
  expect(turns).toEqual([]);
  await userEvent.click(input);
  input.focus();
  await userEvent.keyboard(" ");
  expect(turns).toEqual([false, true]);
  lock.element.remove();
});
