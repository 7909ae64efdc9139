import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStatus, type Status, type StatusBanner } from "../status";

const rest: Status = { busy: false, message: "", fraction: null, error: "", cancellable: false };
let life: AbortController;
let banner: StatusBanner;
let stops: number;
const visible = () =>
  [...banner.element.children]
    .filter((child) => !(child as HTMLElement).hidden)
    .map((child) => child.textContent);

beforeEach(() => {
  vi.useFakeTimers();
  life = new AbortController();
  stops = 0;
  banner = createStatus(() => {
    stops += 1;
  }, life.signal);
});
afterEach(() => {
  life.abort();
  vi.useRealTimers();
});

test("short work shows nothing; longer work says what it does and can be stopped", () => {
  banner.show({ ...rest, busy: true, message: "Reading 12 million rows…", cancellable: true });
  vi.advanceTimersByTime(200);
  expect(visible()).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(visible()).toEqual(["Reading 12 million rows…Stop"]);
  banner.element.querySelector("button")?.click();
  expect(stops).toBe(1);
  banner.show({ ...rest, busy: true, fraction: 0.25 });
  expect(banner.element.querySelector("progress")?.value).toBe(0.25);
  expect(banner.element.querySelector("button")?.hidden).toBe(true);
  banner.show(rest);
  expect(visible()).toEqual([]);
});

test("work that ended before it was shown stays unshown", () => {
  banner.show({ ...rest, busy: true });
  banner.show(rest);
  vi.advanceTimersByTime(1000);
  expect(visible()).toEqual([]);
});

test("a last word stands without a bar", () => {
  banner.show({ ...rest, message: "Stopped. The picture shows the last finished result." });
  expect(visible()).toEqual(["Stopped. The picture shows the last finished result.Stop"]);
  expect(banner.element.querySelector("progress")?.hidden).toBe(true);
  expect(banner.element.querySelector("button")?.hidden).toBe(true);
});

test("errors of Python and troubles of the page stand side by side and go apart", () => {
  banner.show({ ...rest, error: "Column amount has text." });
  banner.trouble("The kernel does not answer.");
  expect(visible()).toEqual(["Column amount has text.", "The kernel does not answer."]);
  banner.trouble("");
  expect(visible()).toEqual(["Column amount has text."]);
  banner.show(rest);
  expect(visible()).toEqual([]);
});
