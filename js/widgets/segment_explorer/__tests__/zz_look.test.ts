import { afterEach, expect, test } from "vitest";
import { page } from "vitest/browser";
import { Notebook } from "../../../testing/notebook";
import { sleep } from "../../../testing/waiting";
import { flowsState, mapState, treeState } from "../panels/__tests__/fixture";
import { audit, explorerState, type Kind, preview, quality, rules, view } from "./fixture";

let notebook: Notebook;
afterEach(() => {
  notebook.close();
  document.body.removeAttribute("data-jp-theme-light");
});
const shots: [string, string, number, Kind, object][] = [
  ["rfm", "light", 1100, "rfm", {}],
  ["rfm_dark", "dark", 1100, "rfm", { selection: [{ kind: "segment", segment: 0 }] }],
  [
    "choose",
    "light",
    1100,
    "kmeans",
    { tab: "choose", _quality: quality(), selection: [{ kind: "segment", segment: 1 }] },
  ],
  ["choose_dark", "dark", 1100, "kmeans", { tab: "choose", _quality: quality(), profile_value: "mean" }],
  ["rules", "light", 1100, "kmeans", { tab: "rules", _rules: rules(), profile_value: "effect" }],
  ["rules_dark", "dark", 1100, "kmeans", { tab: "rules", _rules: rules() }],
  ["audit", "light", 1100, "kmeans", { tab: "quality", _audit: audit(), show_map: true, _map: mapState() }],
  ["audit_dark", "dark", 1100, "rfm", { tab: "quality", _audit: audit(), show_map: true, _map: mapState() }],
  ["table", "light", 1100, "kmeans", { tab: "choose", _quality: quality(), table_view: true }],
  ["narrow", "light", 640, "kmeans", { tab: "rules", _rules: rules() }],
  ["migration", "light", 1100, "kmeans", { tab: "migration", _flows: flowsState() }],
  [
    "tree",
    "light",
    1100,
    "kmeans",
    {
      method: "ward",
      tab: "choose",
      _quality: quality(),
      _tree: treeState(),
      _view: view("kmeans", { has: { value: true, kernel: true, tree: true, umap: false, table: true } }),
    },
  ],
];
test.each(shots)("%s", async (name, scheme, width, kind, changes) => {
  document.body.setAttribute("data-jp-theme-light", String(scheme === "light"));
  notebook = new Notebook(width);
  notebook.place.style.background = scheme === "light" ? "white" : "#111";
  notebook.place.style.padding = "12px";
  await notebook.openModules();
  const live = await notebook.openExplorer(explorerState(kind, changes));
  const v = await notebook.manager.show(live.model, notebook.place);
  await sleep(900);
  if (name === "choose") {
    [...v.el.querySelectorAll("button")].find((b) => b.textContent === "+")?.click();
    live.python.update({ _preview: preview() });
    await sleep(500);
  }
  await page.screenshot({ element: notebook.place, path: `/work/main/screenshots/screen_room/${name}.png` });
  const top = v.el.querySelector<HTMLElement>(".ci-explorer") as HTMLElement;
  if (changes && "tab" in changes) {
    top.style.display = "none";
    await page.screenshot({
      element: notebook.place,
      path: `/work/main/screenshots/screen_room/${name}_below.png`,
    });
  }
  console.log(
    name,
    [...(v.el.querySelector(".ci-root")?.children ?? [])]
      .map((c) => `${c.className}:${Math.round(c.getBoundingClientRect().top)}`)
      .join(" "),
  );
  expect(v.el.querySelector("[role=alert]:not([hidden])")?.textContent ?? "").toBe("");
  v.remove();
});
