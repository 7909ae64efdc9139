/** Nothing is left behind: not in the page, not on the model, whatever the number of runs. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Notebook } from "../../../testing/notebook";
import { sleep, until } from "../../../testing/waiting";

let notebook: Notebook;

beforeEach(async () => {
  notebook = new Notebook();
  await notebook.openModules();
});
afterEach(() => notebook.close());

/** Listeners on things that outlive a widget, added and not yet taken away. */
function countListeners() {
  const open = new Map<string, number>();
  const add = EventTarget.prototype.addEventListener;
  const outlives = (target: EventTarget) =>
    target === window || target === document || target === document.body || target instanceof MediaQueryList;
  const spy = vi.spyOn(EventTarget.prototype, "addEventListener").mockImplementation(function (
    this: EventTarget,
    type: string,
    listener,
    options,
  ) {
    const target = this ?? window;
    if (outlives(target)) {
      const signal = typeof options === "object" ? options.signal : undefined;
      const change = (by: number) => open.set(type, (open.get(type) ?? 0) + by);
      change(1);
      if (signal) add.call(signal, "abort", () => change(-1));
    }
    return add.call(target, type, listener, options);
  });
  const removed = vi.spyOn(EventTarget.prototype, "removeEventListener").mockImplementation(function (
    this: EventTarget,
    type: string,
    listener,
    options,
  ) {
    const target = this ?? window;
    if (outlives(target)) open.set(type, (open.get(type) ?? 0) - 1);
    return remove.call(target, type, listener, options);
  });
  return {
    open: () => [...open].filter(([, count]) => count > 0),
    stop: () => {
      spy.mockRestore();
      removed.mockRestore();
    },
  };
}
const remove = EventTarget.prototype.removeEventListener;

test("twenty views come and go: no listener, view, element or style sheet stays", async () => {
  const { model, python } = await notebook.openHeatmap();
  const first = await notebook.show(model);
  first.remove();
  await sleep(50);
  const events = (model as unknown as { _events: Record<string, { callback: { name: string } }[]> })._events;
  // The widget base leaves this one of its own for every view.
  const ours = ({ callback }: { callback: { name: string } }) => callback.name !== "bound handle_message";
  const onModel = () => Object.values(events).flat().filter(ours).length;
  const before = {
    model: onModel(),
    body: document.body.childElementCount,
    head: document.head.childElementCount,
  };
  const listeners = countListeners();
  for (let run = 0; run < 20; run += 1) (await notebook.show(model)).remove();
  await sleep(50);
  listeners.stop();
  expect(listeners.open()).toEqual([]);
  expect(onModel()).toBe(before.model);
  expect(document.body.childElementCount).toBe(before.body);
  expect(document.head.childElementCount).toBe(before.head);
  expect(notebook.place.childElementCount).toBe(0);
  const counts = python.custom.filter((message) => (message as { kind: string }).kind === "views");
  expect(counts.at(-1)).toEqual({ kind: "views", count: 0 });
});

test("a removed view's charts are finalized and hear nothing more", async () => {
  const { model, python } = await notebook.openHeatmap();
  const view = await notebook.show(model);
  const chart = view.el.querySelector<HTMLElement>(".ci-chart")?.ciView;
  view.remove();
  python.update({ measure: "revenue" });
  await sleep(50);
  expect(chart?.signal("measure")).toBe("retention");
});

test("a view that goes while it is being made leaves nothing", async () => {
  const { model } = await notebook.openHeatmap();
  const view = await notebook.manager.show(model, notebook.place);
  await until(() => view.el.querySelector(".ci-root"));
  view.remove();
  await sleep(300);
  expect(document.querySelector(".ci-root")).toBeNull();
});

test("views of one model and of many share one evaluation of the libraries", async () => {
  const models = await Promise.all([notebook.openHeatmap(3), notebook.openHeatmap(4)]);
  for (const { model } of models) {
    await notebook.show(model);
    await notebook.show(model);
  }
  expect(globalThis.__custintel_runtime_evaluations).toBe(1);
  expect(document.querySelectorAll("style[data-name='custintel-kit']")).toHaveLength(1);
});

test("an output that is folded away is drawn when it is opened", async () => {
  notebook.place.style.display = "none";
  const { model } = await notebook.openHeatmap();
  const view = await notebook.manager.show(model, notebook.place);
  await until(() => view.el.querySelector(".ci-headline"));
  await sleep(100);
  expect(view.el.querySelector("canvas")).toBeNull();
  notebook.place.style.display = "";
  await until(() => view.el.querySelector(".ci-ready"));
  view.remove();
});

test("the charts follow the width of the page", async () => {
  const { model } = await notebook.openHeatmap();
  const view = await notebook.show(model);
  const width = () => view.el.querySelector("canvas")?.clientWidth ?? 0;
  const wide = width();
  notebook.place.style.width = "800px";
  await until(() => width() < wide - 100);
  expect(view.el.querySelector(".ci-matrix")?.scrollWidth).toBeLessThanOrEqual(
    view.el.querySelector(".ci-matrix")?.clientWidth ?? 0,
  );
});
