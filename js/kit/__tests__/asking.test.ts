import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { FakeModel } from "../../testing/fake_model";
import { until } from "../../testing/waiting";
import { type Asking, createAsking } from "../asking";
import { createRequests } from "../requests";

interface Message {
  kind: string;
  id: number;
  name?: string;
  args?: unknown;
}

let life: AbortController;
let model: FakeModel<Record<string, unknown>>;
let asking: Asking;
let done: number;

beforeEach(() => {
  life = new AbortController();
  model = new FakeModel({});
  done = 0;
  asking = createAsking(createRequests(model, life.signal), {
    name: "choose",
    doing: "Trying each number…",
    done: () => {
      done += 1;
    },
    signal: life.signal,
  });
  document.body.append(asking.element);
});
afterEach(() => {
  life.abort();
  asking.element.remove();
});

const sent = (kind: string) => (model.sent as Message[]).filter((message) => message.kind === kind);
const button = (label: string) =>
  [...asking.element.querySelectorAll("button")].find((b) => b.textContent === label) as HTMLButtonElement;
const answer = (message: object) => model.receive({ id: sent("request").at(-1)?.id, ...message });

test("it says what is done and how far it is, and nothing once it is done", async () => {
  asking.ask({ k: 3 });
  expect(sent("request")[0]).toMatchObject({ name: "choose", args: { k: 3 } });
  await until(() => button("Stop").checkVisibility());
  expect(asking.element.textContent).toContain("Trying each number…");
  answer({ kind: "progress", fraction: 0.5, message: "k = 4" });
  expect(asking.element.textContent).toContain("k = 4");
  expect(asking.element.querySelector("progress")?.value).toBe(0.5);
  answer({ kind: "response", ok: true, result: null });
  await until(() => done === 1);
  expect(button("Stop").checkVisibility()).toBe(false);
  expect(asking.failed()).toBe(false);
});

test("the same question is asked once while it is worked on; another one takes its place", () => {
  asking.ask({ k: 3 });
  asking.ask({ k: 3 });
  expect(sent("request")).toHaveLength(1);
  asking.ask({ k: 4 });
  expect(sent("request")).toHaveLength(2);
  expect(sent("cancel")[0]?.id).toBe(sent("request")[0]?.id);
});

test("stopped work says so, tells Python, and can be tried again", async () => {
  asking.ask();
  await until(() => button("Stop").checkVisibility());
  await userEvent.click(button("Stop"));
  expect(sent("cancel")).toHaveLength(1);
  await until(() => asking.failed());
  expect(asking.element.textContent).toContain("Stopped.");
  await userEvent.click(button("Try again"));
  expect(sent("request")).toHaveLength(2);
});

test("a refusal is shown in Python's words, until it is forgotten", async () => {
  asking.ask();
  answer({ kind: "response", ok: false, error: "There is one customer only." });
  await until(
    () => asking.element.querySelector("[role=alert]")?.textContent === "There is one customer only.",
  );
  expect(asking.failed()).toBe(true);
  asking.forget();
  expect(asking.failed()).toBe(false);
  expect(button("Try again").checkVisibility()).toBe(false);
  expect(asking.element.querySelector("[role=alert]")?.checkVisibility()).toBe(false);
});

test("a question that is forgotten while it is worked on is called off and says nothing", async () => {
  asking.ask();
  asking.forget();
  expect(sent("cancel")).toHaveLength(1);
  await Promise.resolve();
  expect(asking.failed()).toBe(false);
  asking.ask();
  expect(sent("request")).toHaveLength(2);
});
