// The page's half of the benchmark: `node benchmarks/mmm_page.mjs wire.json` prints microseconds per step as JSON.
import { readFile, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const parts = ["curves", "filling", "absorb", "bands", "shaped"];
const contents = parts.map((name) => `export * from "./js/widgets/budget_optimizer/maths/${name}";`).join("\n");
const { outputFiles } = await build({
  stdin: { contents, resolveDir: process.cwd(), loader: "ts" },
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  write: false,
});
const module = `${process.argv[2]}.mjs`;
await writeFile(module, outputFiles[0].text);
const maths = await import(module);
await rm(module);

const wire = JSON.parse(await readFile(process.argv[2], "utf8"));
const array = (Type, name) => {
  const bytes = Buffer.from(wire[name], "base64");
  return new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};
const channels = wire.channels.length;
const curves = {
  channels,
  points: wire.points,
  grid: array(Float64Array, "grid"),
  value: array(Float64Array, "mean"),
  slope: array(Float64Array, "meanSlope"),
};
const draws = {
  channels,
  points: wire.drawPoints,
  draws: wire.draws,
  grid: array(Float64Array, "drawGrid"),
  response: array(Float32Array, "response"),
  slope: array(Float32Array, "slope"),
};
const now = array(Float64Array, "current");
const lower = new Float64Array(channels);
const upper = Float64Array.from({ length: channels }, (_, c) => maths.reach(curves, c));
const none = new Array(channels).fill(false);
const total = now.reduce((sum, amount) => sum + amount, 0);
const today = maths.drawsAt(draws, now);

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];

/** Median over batches, microseconds a call. */
function timed(step, calls = 200) {
  const times = [];
  for (let batch = 0; batch < 15; batch += 1) {
    const began = performance.now();
    for (let call = 0; call < calls; call += 1) step(0.4 + (0.4 * call) / calls);
    times.push(((performance.now() - began) * 1000) / calls);
  }
  return median(times);
}

const steps = {
  "slider step: the others absorb, outcome, bands, chance, marginal returns": (share) => {
    const plan = maths.absorb(now, 0, share * upper[0], { lower, upper }, none);
    const found = maths.drawsAt(draws, plan);
    return [maths.outcomeOf(curves, plan), maths.band(found), maths.chance(found, today), maths.marginalOf(curves, plan)];
  },
  "optimum of the mean by water-filling": (share) => maths.fill(curves, share * 2 * total, { lower, upper }),
};
const answer = { bytes: outputFiles[0].text.length, microseconds: {} };
for (const [name, step] of Object.entries(steps)) answer.microseconds[name] = timed(step);
const dynamic = "optimum by dynamic programming (S-shaped curves)";
answer.microseconds[dynamic] = timed((share) => maths.programme(curves, share * 2 * total, { lower, upper }), 3);
console.log(JSON.stringify(answer));
