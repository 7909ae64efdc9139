/** What the runtime carries, in a module of its own so that a page evaluates it only when it first needs it. */
import * as vega from "vega";
import embed from "vega-embed";
import * as vegaLite from "vega-lite";
import * as kit from "../kit/index";

globalThis.__custintel_runtime_evaluations = (globalThis.__custintel_runtime_evaluations ?? 0) + 1;

export { embed, kit, vega, vegaLite };
