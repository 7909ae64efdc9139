import { expect, test } from "vitest";
import { FakeModel } from "../../testing/fake_model";
import { update, watch } from "../model";

test("changes of one moment arrive together, once", async () => {
  const model = new FakeModel({ a: 1, b: 1, c: 1 });
  const life = new AbortController();
  const seen: string[][] = [];
  watch<typeof model.state, "a" | "b">(
    model,
    ["a", "b"],
    (changed) => void seen.push([...changed]),
    life.signal,
  );
  model.set("a", 2);
  model.set("b", 2);
  model.set("c", 2);
  expect(seen).toEqual([]);
  await Promise.resolve();
  expect(seen).toEqual([["a", "b"]]);
  model.set("b", 3);
  await Promise.resolve();
  expect(seen).toEqual([["a", "b"], ["b"]]);
});

test("after the signal nothing is called and nobody listens", async () => {
  const model = new FakeModel({ a: 1 });
  const life = new AbortController();
  let calls = 0;
  const count = () => {
    calls += 1;
  };
  watch<typeof model.state, "a">(model, ["a"], count, life.signal);
  model.set("a", 2);
  life.abort();
  await Promise.resolve();
  expect(calls).toBe(0);
  expect(model.listeners()).toBe(0);
});

test("an update sends all its traits in one message", () => {
  const model = new FakeModel({ a: 1, b: 1 });
  update(model, { a: 2, b: 3 });
  expect(model.saves).toEqual([{ a: 2, b: 3 }]);
});
