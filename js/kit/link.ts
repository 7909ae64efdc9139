/**
 * Where a component's bundle gets the kit from.
 *
 * The kit reaches the page once, inside the chart runtime, and not in every component's module. In a component's bundle the
 * build puts one module in the place of this file and of all of the kit: its exports are empty until `adopt` fills them
 * with the runtime's. Unbundled, in unit tests, the imports lead to the kit itself and there is nothing to adopt.
 */
export function adopt(_kit: object): void {}
