import { expect, test } from "vitest";
import built from "../../../custintel_widgets/static/runtime.js?raw";
import type { RuntimeExports } from "../index";

/** Imports the built module afresh, as anywidget does for every model. */
async function importAgain(): Promise<RuntimeExports> {
  const url = URL.createObjectURL(new Blob([built], { type: "text/javascript" }));
  const module = await import(/* @vite-ignore */ url);
  URL.revokeObjectURL(url);
  return module.default.initialize();
}

test("however often the module is imported, a page evaluates the libraries once, and only when asked", async () => {
  const before = globalThis.__custintel_runtime_evaluations ?? 0;
  const models = [await importAgain(), await importAgain(), await importAgain()];
  expect(globalThis.__custintel_runtime_evaluations ?? 0).toBe(before);
  const [first, ...others] = await Promise.all(models.map((model) => model.load()));
  expect(globalThis.__custintel_runtime_evaluations).toBe(before + 1);
  for (const other of others) expect(other).toBe(first);
  expect(first?.vega.version).toMatch(/^6\.4/);
  expect(first?.vegaLite.version).toMatch(/^6\.4/);
  expect(typeof first?.embed).toBe("function");
  expect(typeof first?.kit.createGrid).toBe("function");
});

test("it is kept under the hash of its content", () => {
  const keys = Object.keys(globalThis.__custintel_runtimes ?? {});
  expect(keys.some((key) => /^[0-9a-f]{16}$/.test(key) && built.includes(key))).toBe(true);
  expect(built).not.toContain("__CONTENT_HASH__");
});

test("the libraries stay on the budget that the websocket has for them", () => {
  expect(new Blob([built]).size).toBeLessThan(960_000);
});
