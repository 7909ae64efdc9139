/**
 * The runtime that all widgets of a page share: vega, vega-lite, vega-embed and the kit.
 *
 * The module is imported once per kernel that a page talks to, but the libraries in it are evaluated once per page:
 * they are kept on `globalThis` under the hash of this bundle, so that a newer kernel beside an older one gets its own.
 */
export type Runtime = typeof import("./libraries");

export interface RuntimeExports {
  load(): Promise<Runtime>;
}

declare global {
  var __custintel_runtimes: Record<string, Promise<Runtime>> | undefined;
  /** How often the libraries have been evaluated in this page. */
  var __custintel_runtime_evaluations: number | undefined;
}

const HASH = "__CONTENT_HASH__";

function load(): Promise<Runtime> {
  globalThis.__custintel_runtimes ??= {};
  globalThis.__custintel_runtimes[HASH] ??= import("./libraries");
  return globalThis.__custintel_runtimes[HASH];
}

export default {
  initialize(): RuntimeExports {
    return { load };
  },
};
