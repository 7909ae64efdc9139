import { expect, test } from "vitest";
import { FakeModel } from "../../testing/fake_model";
import { sleep, until } from "../../testing/waiting";
import { createSaving } from "../saving";

test("steps are in the model at once, and reach Python when the hand pauses", async () => {
  const model = new FakeModel({ power: 0.8, days: 7 });
  const heard: number[] = [];
  model.on("change:power", () => heard.push(model.get("power")));
  const saving = createSaving(model, new AbortController().signal);
  saving.move({ power: 0.81 });
  await sleep(50);
  saving.move({ power: 0.82 });
  expect(heard).toEqual([0.81, 0.82]);
  expect(model.saves).toEqual([]);
  await until(() => model.saves.length === 1);
  expect(model.saves).toEqual([{ power: 0.82 }]);
});

test("letting go is told at once, and only once", async () => {
  const model = new FakeModel({ power: 0.8, days: 7 });
  const saving = createSaving(model, new AbortController().signal);
  saving.move({ power: 0.81 });
  saving.rest({ power: 0.9, days: 14 });
  expect(model.saves).toEqual([{ power: 0.9, days: 14 }]);
  await sleep(300);
  expect(model.saves).toHaveLength(1);
});

test("what was dragged last isn't lost with the view", () => {
  const life = new AbortController();
  const model = new FakeModel({ power: 0.8 });
  createSaving(model, life.signal).move({ power: 0.81 });
  life.abort();
  expect(model.saves).toEqual([{ power: 0.81 }]);
});
