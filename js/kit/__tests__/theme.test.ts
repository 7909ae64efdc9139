import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../testing/waiting";
import { dressRoot } from "../root";
import { COLOURS, detectScheme, followTheme, type Theme } from "../theme";

let life: AbortController;
let root: HTMLElement;

beforeEach(() => {
  life = new AbortController();
  root = document.createElement("div");
  root.className = "ci-root";
  document.body.append(root);
  dressRoot(root, life.signal);
});

afterEach(() => {
  life.abort();
  root.remove();
  document.body.removeAttribute("data-jp-theme-light");
  document.body.removeAttribute("style");
  document.documentElement.removeAttribute("style");
});

test("the host's word comes first, then the background that is really there", () => {
  document.body.style.background = "rgb(20, 20, 20)";
  expect(detectScheme(root)).toBe("dark");
  document.body.setAttribute("data-jp-theme-light", "true");
  expect(detectScheme(root)).toBe("light");
  document.body.setAttribute("data-jp-theme-light", "false");
  expect(detectScheme(root)).toBe("dark");
});

test("a transparent background decides nothing", () => {
  root.style.background = "rgba(0, 0, 0, 0.1)";
  document.body.style.background = "rgb(250, 250, 250)";
  expect(detectScheme(root)).toBe("light");
});

test("a switch of the host's theme is followed, with colours of both schemes", async () => {
  document.body.setAttribute("data-jp-theme-light", "true");
  const seen: Theme[] = [];
  followTheme(root, (theme) => seen.push(theme), life.signal);
  expect(seen).toHaveLength(1);
  expect(root.dataset.ciTheme).toBe("light");
  document.body.setAttribute("data-jp-theme-light", "false");
  await until(() => seen.at(-1)?.scheme === "dark");
  expect(root.dataset.ciTheme).toBe("dark");
  for (const name of COLOURS) expect(seen.at(-1)?.colours[name], name).toMatch(/^(#|rgb)/);
  expect(seen.at(-1)?.colours.ink).not.toBe(seen[0]?.colours.ink);
});

test("the host's own variables win over the fallback", () => {
  document.documentElement.style.setProperty("--jp-ui-font-color1", "#123456");
  const current = followTheme(root, () => {}, life.signal);
  expect(current()?.colours.ink).toBe("#123456");
});

test("while the host has no colours to give, the old ones stay, and the new ones come once they are there", async () => {
  const seen: Theme[] = [];
  followTheme(root, (theme) => seen.push(theme), life.signal);
  const before = seen.length;
  document.documentElement.style.setProperty("--jp-ui-font-color1", "");
  root.style.setProperty("--ci-ink", " ");
  document.body.setAttribute("data-jp-theme-light", "false");
  await new Promise(requestAnimationFrame);
  expect(seen).toHaveLength(before);
  root.style.removeProperty("--ci-ink");
  await until(() => seen.length > before);
  expect(seen.at(-1)?.scheme).toBe("dark");
});

test("after the signal a switch is nobody's business", async () => {
  const seen: Theme[] = [];
  followTheme(root, (theme) => seen.push(theme), life.signal);
  const before = seen.length;
  life.abort();
  document.body.setAttribute("data-jp-theme-light", "false");
  await new Promise((resolve) => setTimeout(resolve, 350));
  expect(seen).toHaveLength(before);
});
