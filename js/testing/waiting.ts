/** Waits for things that a browser does in its own time. */
export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Resolves once `probe` gives something truthy; fails with the last thing it said otherwise. */
export async function until<T>(probe: () => T, patience = 5000): Promise<NonNullable<T>> {
  const end = performance.now() + patience;
  let seen = probe();
  while (!seen && performance.now() < end) {
    await sleep(10);
    seen = probe();
  }
  if (!seen) throw new Error(`Waited ${patience} ms in vain for ${probe}`);
  return seen;
}
