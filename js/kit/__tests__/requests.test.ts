import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeModel } from "../../testing/fake_model";
import { createRequests, isCancelled, NoAnswer, type Requests } from "../requests";

interface Request {
  kind: string;
  id: number;
  name: string;
  args: unknown;
}

let life: AbortController;
let model: FakeModel<object>;
let requests: Requests;
const last = () => model.sent.at(-1) as Request;

beforeEach(() => {
  life = new AbortController();
  model = new FakeModel({});
  requests = createRequests(model, life.signal);
});
afterEach(() => life.abort());

test("a request carries name and arguments, and resolves with its own answer", async () => {
  const first = requests.ask("ping", { loud: true });
  const { id } = last();
  expect(last()).toEqual({ kind: "request", id, name: "ping", args: { loud: true } });
  const second = requests.ask("ping");
  model.receive({ kind: "response", id: last().id, ok: true, result: "second" });
  model.receive({ kind: "response", id, ok: true, result: "first" });
  expect(await Promise.all([first, second])).toEqual(["first", "second"]);
});

test("an error of Python rejects with its words", async () => {
  const asked = requests.ask("customers_csv");
  model.receive({ kind: "response", id: last().id, ok: false, error: "Nothing is selected." });
  await expect(asked).rejects.toThrow("Nothing is selected.");
});

test("ids differ between views of one model", () => {
  const other = createRequests(model, life.signal);
  void requests.ask("ping").catch(() => {});
  const { id } = last();
  void other.ask("ping").catch(() => {});
  expect(last().id).not.toBe(id);
  expect(Number.isSafeInteger(id)).toBe(true);
});

test("the latest of a lane wins: the earlier is cancelled, in Python too", async () => {
  const early = requests.ask("preview", { k: 3 }, { lane: "preview" });
  const { id } = last();
  const late = requests.ask("preview", { k: 4 }, { lane: "preview" });
  await expect(early).rejects.toSatisfy(isCancelled);
  expect(model.sent).toContainEqual({ kind: "cancel", id });
  model.receive({ kind: "response", id, ok: true, result: "stale" });
  model.receive({ kind: "response", id: last().id, ok: true, result: "fresh" });
  expect(await late).toBe("fresh");
});

test("a signal cancels", async () => {
  const stop = new AbortController();
  const asked = requests.ask("slow", {}, { signal: stop.signal });
  stop.abort();
  await expect(asked).rejects.toSatisfy(isCancelled);
  expect(last()).toMatchObject({ kind: "cancel" });
});

test("no answer in time is said in words; progress gives more time", async () => {
  vi.useFakeTimers();
  try {
    const seen: unknown[] = [];
    const asked = requests.ask("slow", {}, { timeout: 1000, onProgress: (step) => seen.push(step) });
    const outcome = asked.catch((error: unknown) => error);
    vi.advanceTimersByTime(900);
    model.receive({ kind: "progress", id: last().id, fraction: 0.5, message: "Reading" });
    vi.advanceTimersByTime(900);
    expect(seen).toEqual([{ fraction: 0.5, message: "Reading" }]);
    vi.advanceTimersByTime(200);
    expect(await outcome).toBeInstanceOf(NoAnswer);
    await expect(outcome).resolves.toHaveProperty(
      "message",
      "The kernel does not answer. Run the cell again.",
    );
  } finally {
    vi.useRealTimers();
  }
});

test("a dead connection is no answer", async () => {
  model.broken = true;
  await expect(requests.ask("ping")).rejects.toBeInstanceOf(NoAnswer);
});

test("when the view goes, what is open is cancelled and nobody listens any more", async () => {
  const asked = requests.ask("slow");
  life.abort();
  await expect(asked).rejects.toSatisfy(isCancelled);
  expect(model.listeners()).toBe(0);
  await expect(requests.ask("late")).rejects.toSatisfy(isCancelled);
});
