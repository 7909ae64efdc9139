/** Plugins of the build: one kit for all widgets, specifications without repetition, style sheets as text. */
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const kit = join(dirname(fileURLToPath(import.meta.url)), "kit");

/** `import css from "./kit.css?inline"`: the minified style sheet as a string, as Vite has it. */
export const inlineCss = {
  name: "inline-css",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.css\?inline$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace("?inline", "")),
      namespace: "inline-css",
    }));
    onLoad({ filter: /./, namespace: "inline-css" }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/**
 * Puts a module whose exports are filled later in the place of the kit, which the runtime carries.
 *
 * ES exports are live: what a component imports is undefined until `adopt` has run, and the kit's own afterwards. Only
 * `widget.ts`, which calls `adopt`, is bundled for good.
 */
export const kitFromRuntime = {
  name: "kit-from-runtime",
  setup({ onResolve, onLoad }) {
    const namespace = "kit-from-runtime";
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      const target = join(resolveDir, path);
      if (dirname(target) !== kit || basename(target) === "widget") return undefined;
      return { path: "kit", namespace };
    });
    onLoad({ filter: /./, namespace }, async () => {
      const names = (await kitExports()).join(", ");
      return {
        contents: `let ${names}; export const adopt = (kit) => ({ ${names} } = kit); export { ${names} };`,
      };
    });
  },
};

let known;

function kitExports() {
  known ??= build({
    entryPoints: [join(kit, "index.ts")],
    bundle: true,
    format: "esm",
    write: false,
    metafile: true,
    plugins: [inlineCss],
  }).then(({ metafile }) => Object.values(metafile.outputs)[0].exports);
  return known;
}

/** Loads `specs.json` with each repeated part written once: layers of a chart repeat their transforms and axes. */
export const compactSpecs = {
  name: "compact-specs",
  setup({ onLoad }) {
    onLoad({ filter: /specs\.json$/ }, async ({ path }) => ({
      contents: shareParts(JSON.parse(await readFile(path, "utf8"))),
      loader: "js",
    }));
  },
};

const WORTH_SHARING = 24;

function shareParts(value) {
  const times = new Map();
  const count = (part) => {
    const text = JSON.stringify(part);
    if (text.length > WORTH_SHARING) times.set(text, (times.get(text) ?? 0) + 1);
    if (part !== null && typeof part === "object") for (const child of Object.values(part)) count(child);
  };
  count(value);
  const names = new Map();
  const lines = [];
  const write = (part) => {
    const text = JSON.stringify(part);
    if ((times.get(text) ?? 0) < 2) return writeOut(part);
    if (!names.has(text)) {
      const line = writeOut(part);
      names.set(text, `part${names.size}`);
      lines.push(`const ${names.get(text)} = ${line};`);
    }
    return names.get(text);
  };
  const writeOut = (part) => {
    if (Array.isArray(part)) return `[${part.map(write).join(",")}]`;
    if (part === null || typeof part !== "object") return JSON.stringify(part);
    return `{${Object.entries(part)
      .map(([key, child]) => `${JSON.stringify(key)}:${write(child)}`)
      .join(",")}}`;
  };
  const whole = writeOut(value);
  return `${lines.join("\n")}\nexport default ${whole};`;
}
