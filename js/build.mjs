/**
 * Bundles the front end into `custintel_widgets/static/`: the runtime, the shell of every widget, a module and a style sheet
 * per component, and the mini host of exported files. `node js/build.mjs` prints the sizes; a component over budget fails.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compactSpecs, inlineCss, kitFromRuntime } from "./bundling.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "custintel_widgets", "static");
const COMPONENT_BUDGET = 64_000;
/** Components that carry arithmetic of their own, so that an exported file answers too. */
const LARGER_BUDGETS = { "ab_calculator.js": 100_000, "budget_optimizer.js": 110_000 };

/** Stands in the runtime's source for the hash of the bundle around it. */
const HASH_PLACEHOLDER = "__CONTENT_HASH__";

const common = {
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  write: false,
  // A UMD wrapper that finds an AMD loader on the page would hand itself to it and export nothing.
  define: { "define.amd": "false" },
};

async function bundle(name, entry, plugins = []) {
  const { outputFiles } = await build({ ...common, entryPoints: [join(here, entry)], plugins });
  return { name, text: outputFiles[0].text };
}

async function runtime() {
  const { name, text } = await bundle("runtime.js", "runtime/index.ts", [inlineCss]);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return { name, text: text.replaceAll(HASH_PLACEHOLDER, hash) };
}

async function componentNames() {
  const entries = await readdir(join(here, "widgets"), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

function component(name) {
  return bundle(`${name}.js`, `widgets/${name}/index.ts`, [kitFromRuntime, compactSpecs]);
}

/** Builds everything and returns the sizes in bytes by file name. */
export async function buildAll() {
  const names = await componentNames();
  const files = await Promise.all([
    runtime(),
    bundle("widget.js", "kit/shell.ts"),
    bundle("export_host.js", "export/host.ts"),
    ...names.map(component),
    ...names.map((name) => bundle(`${name}.css`, `widgets/${name}/style.css`)),
  ]);
  await mkdir(out, { recursive: true });
  for (const { name, text } of files) {
    const path = join(out, name);
    const before = await readFile(path, "utf8").catch(() => null);
    if (before !== text) await writeFile(path, text);
  }
  return Object.fromEntries(files.map(({ name, text }) => [name, Buffer.byteLength(text)]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = new Set((await componentNames()).map((name) => `${name}.js`));
  for (const [name, size] of Object.entries(await buildAll())) {
    process.stdout.write(`${name.padEnd(24)} ${(size / 1000).toFixed(1).padStart(7)} kB\n`);
    const budget = LARGER_BUDGETS[name] ?? COMPONENT_BUDGET;
    if (names.has(name) && size > budget) {
      process.stderr.write(`This component's module may have ${budget} bytes; ${name} has ${size}.\n`);
      process.exitCode = 1;
    }
  }
}
