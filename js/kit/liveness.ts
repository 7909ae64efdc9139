/** Finds out whether the kernel hears this page, and says so when it doesn't. */
import type { Model } from "./model";
import { NoAnswer, type Requests } from "./requests";

const PATIENCE = 8_000;

/** Asks for a sign of life once; calls `silent` if none comes while the kernel has nothing else to do. */
export async function expectAnswer<State>(
  model: Model<State>,
  requests: Requests,
  silent: (error: NoAnswer) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await requests.ask("ping", {}, { signal, timeout: PATIENCE });
      return;
    } catch (error) {
      if (!(error instanceof NoAnswer)) return;
      // A kernel that runs another cell answers when that cell is done.
      if (!isBusy(model)) {
        silent(error);
        return;
      }
    }
  }
}

function isBusy<State>(model: Model<State>): boolean {
  const manager = model.widget_manager as { kernel?: { status?: string } | null } | undefined;
  return manager?.kernel?.status === "busy";
}
