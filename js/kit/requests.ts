/**
 * Questions from the page to Python, over custom messages.
 *
 * page → Python `{kind: "request", id, name, args}` and `{kind: "cancel", id}`; Python → page
 * `{kind: "response", id, ok: true, result}`, `{kind: "response", id, ok: false, error}` and
 * `{kind: "progress", id, fraction, message}`. Several views share one model, so ids are unique in the page.
 */
import { listen, type Model, trySend } from "./model";

export interface Progress {
  fraction: number | null;
  message: string;
}

export interface RequestOptions {
  /** Cancels: Python is told, and the promise rejects with an AbortError. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Rejects with `NoAnswer` when nothing, not even progress, arrives for so long. */
  timeout?: number;
  /** A later request of the same lane cancels the earlier one: the latest wins. */
  lane?: string;
}

export interface Requests {
  ask<Result>(name: string, args?: Record<string, unknown>, options?: RequestOptions): Promise<Result>;
}

type Message =
  | { kind: "response"; id: number; ok: true; result: unknown }
  | { kind: "response"; id: number; ok: false; error: string }
  | { kind: "progress"; id: number; fraction: number | null; message?: string };

export class NoAnswer extends Error {
  override name = "NoAnswer";
  constructor() {
    super("The kernel does not answer. Run the cell again.");
  }
}

/** An error that Python answered with; its message is written for people. */
export class Refused extends Error {
  override name = "Refused";
}

interface Pending {
  answer(message: Message): void;
  cancel(): void;
}

const DEFAULT_TIMEOUT = 30_000;
const page = Math.floor(Math.random() * 2 ** 32) * 2 ** 16;
let count = 0;

export function createRequests<State>(model: Model<State>, signal: AbortSignal): Requests {
  const pending = new Map<number, Pending>();
  const lanes = new Map<string, number>();

  const onMessage = (message: Message | undefined) => {
    if (message?.kind === "response" || message?.kind === "progress")
      pending.get(message.id)?.answer(message);
  };
  listen(model, "msg:custom", onMessage, signal);
  signal.addEventListener("abort", () => {
    for (const request of [...pending.values()]) request.cancel();
  });

  function ask<Result>(name: string, args = {}, options: RequestOptions = {}): Promise<Result> {
    if (signal.aborted || options.signal?.aborted) return Promise.reject(cancelled());
    const { lane, onProgress, timeout = DEFAULT_TIMEOUT } = options;
    if (lane !== undefined) pending.get(lanes.get(lane) ?? 0)?.cancel();
    count += 1;
    const id = page + count;
    if (lane !== undefined) lanes.set(lane, id);

    return new Promise<Result>((resolve, reject) => {
      let timer = 0;
      const wait = () => {
        clearTimeout(timer);
        timer = window.setTimeout(() => finish(() => reject(new NoAnswer())), timeout);
      };
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        pending.delete(id);
        options.signal?.removeEventListener("abort", cancel);
        settle();
      };
      const cancel = () => {
        trySend(model, { kind: "cancel", id });
        finish(() => reject(cancelled()));
      };
      const answer = (message: Message) => {
        if (message.kind === "progress") {
          wait();
          onProgress?.({ fraction: message.fraction, message: message.message ?? "" });
        } else if (message.ok) finish(() => resolve(message.result as Result));
        else finish(() => reject(new Refused(message.error)));
      };
      pending.set(id, { answer, cancel });
      options.signal?.addEventListener("abort", cancel, { once: true });
      wait();
      if (!trySend(model, { kind: "request", id, name, args })) finish(() => reject(new NoAnswer()));
    });
  }

  return { ask };
}

function cancelled(): DOMException {
  return new DOMException("The request was cancelled.", "AbortError");
}

/** Whether an error only says that its work was called off. */
export function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
