/** Something that Python works out once it is looked at: asked for when needed, with progress, Stop and another try. */
import { button } from "./controls";
import { h } from "./dom";
import { isCancelled, type Progress, type Requests } from "./requests";
import { createStatus } from "./status";

export interface Asking {
  element: HTMLElement;
  /** Asks, unless the same question is being worked on. */
  ask(args?: Record<string, unknown>): void;
  /** Whether an earlier question failed or was stopped: it isn't asked again by itself. */
  failed(): boolean;
  /** Calls off what is being worked on, and takes back what was said of it. */
  forget(): void;
}

const PATIENCE = 180_000;

export function createAsking(
  requests: Requests,
  options: { name: string; doing: string; done?: () => void; signal: AbortSignal },
): Asking {
  const { name, doing, signal } = options;
  let running: AbortController | null = null;
  let args: Record<string, unknown> = {};
  let failed = false;
  const stop = () => running?.abort();
  const status = createStatus(stop, signal);
  const again = button("Try again", () => ask(args), signal);
  again.hidden = true;
  const element = h("div", { class: "ci-asking" }, status.element, again);

  const say = (busy: boolean, { message, fraction }: Progress, error = "") => {
    status.show({ busy, message, fraction, error, cancellable: busy });
    again.hidden = !failed;
  };
  const rest = { message: "", fraction: null };

  function ask(next: Record<string, unknown> = {}): void {
    if (running && JSON.stringify(next) === JSON.stringify(args)) return;
    args = next;
    failed = false;
    running?.abort();
    const own = new AbortController();
    running = own;
    say(true, { message: doing, fraction: null });
    const ended = (message: string, error: string) => {
      if (running !== own || signal.aborted) return;
      running = null;
      failed = message !== "" || error !== "";
      say(false, { message, fraction: null }, error);
    };
    requests
      .ask(name, args, {
        signal: AbortSignal.any([own.signal, signal]),
        timeout: PATIENCE,
        onProgress: ({ message, fraction }) => say(true, { message: message || doing, fraction }),
      })
      .then(
        () => {
          ended("", "");
          options.done?.();
        },
        (error) =>
          ended(isCancelled(error) ? "Stopped." : "", isCancelled(error) ? "" : String(error.message)),
      );
  }

  return {
    element,
    ask,
    failed: () => failed,
    forget() {
      failed = false;
      running?.abort();
      running = null;
      say(false, rest);
    },
  };
}
