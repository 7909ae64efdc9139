/** What is said of the plan on show: Python's sentences where they are about it, else the same made here. */
import { bindingOf } from "./binding";
import type { Scene } from "./scene";
import { extrapolations, factsOf, headline, isUnmoved, stops } from "./words";

export function headlineOf(scene: Scene): string {
  const { exact, budget, spend } = scene;
  const said = exact?.sentences[0];
  // Python knows only of plans that it looked for itself that there is none better.
  const reasoned = scene.findsBest && budget.current !== null && isUnmoved(spend, budget.current);
  return said === undefined || reasoned ? headline(factsOf(scene, () => bindingOf(scene))) : said;
}

/** What to be careful about: amounts beyond history, limits that bind, and what Python adds. */
export function cautionsOf(scene: Scene): string[] {
  if (!scene.findsBest && scene.exact) return scene.exact.sentences.slice(1);
  const facts = factsOf(scene, () => bindingOf(scene));
  return [...extrapolations(facts), ...stops(facts)];
}
