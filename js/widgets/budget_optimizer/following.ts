/** What Python works out for an open tab: asked for when it is missing, and again when it answers another question. */
import { type Asking, createAsking } from "../../kit/asking";
import type { PanelContext } from "./panel";

export interface Following {
  asking: Asking;
  /** Asks if there is something to ask; on the way of a hand it waits for its rest. */
  follow(): void;
}

const REST = 300;
/** Python may have read its inputs before the page's last ones arrived; then what it found is for others. */
const MOST_TRIES = 3;

export function createFollowing(
  { requests, signal }: Pick<PanelContext, "requests" | "signal">,
  options: {
    name: string;
    doing: string;
    /** What has to be asked, as a text that tells questions apart; `null` while what is there fits or nobody can answer. */
    question(): string | null;
  },
): Following {
  const { name, doing, question } = options;
  let asked: string | null = null;
  let tries = 0;
  let timer = 0;
  const onDone = () => {
    tries += 1;
    follow();
  };
  const asking = createAsking(requests, { name, doing, done: onDone, signal });
  signal.addEventListener("abort", () => clearTimeout(timer));

  const ask = () => {
    const next = question();
    if (next === null) return;
    if (next !== asked) {
      asking.forget();
      asked = next;
      tries = 0;
    }
    if (tries < MOST_TRIES && !asking.failed()) asking.ask();
  };
  function follow(): void {
    clearTimeout(timer);
    if (question() === null) return;
    if (asked === null) ask();
    else timer = window.setTimeout(ask, REST);
  }
  return { asking, follow };
}
