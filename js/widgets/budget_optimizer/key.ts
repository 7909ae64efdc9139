/** A number that changes whenever one of its parts is another one: the key of what was made of them. */
export function createKey(): (...parts: unknown[]) => number {
  let last: unknown[] = [];
  let count = 0;
  return (...parts) => {
    if (parts.length !== last.length || parts.some((part, i) => part !== last[i])) {
      last = parts;
      count += 1;
    }
    return count;
  };
}
