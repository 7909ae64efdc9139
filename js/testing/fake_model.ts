/** A model without a manager, for units: it records what is sent and counts who listens. */
import type { Model } from "../kit/model";

export class FakeModel<State extends object> implements Model<State> {
  readonly sent: unknown[] = [];
  readonly saves: Partial<State>[] = [];
  broken = false;
  #changed: Partial<State> = {};
  readonly #callbacks = new Map<string, Set<(...args: never[]) => void>>();

  constructor(readonly state: State) {}

  get<K extends keyof State & string>(key: K): State[K] {
    return this.state[key];
  }

  set<K extends keyof State & string>(key: K, value: State[K]): void {
    if (Object.is(this.state[key], value)) return;
    this.state[key] = value;
    this.#changed[key] = value;
    this.fire(`change:${key}`);
  }

  save_changes(): void {
    this.saves.push(this.#changed);
    this.#changed = {};
  }

  send(content: unknown): void {
    if (this.broken) throw new Error("Kernel is dead");
    this.sent.push(content);
  }

  on(event: string, callback: (...args: never[]) => void): void {
    const known = this.#callbacks.get(event) ?? new Set();
    this.#callbacks.set(event, known.add(callback));
  }

  off(event?: string | null, callback?: ((...args: never[]) => void) | null): void {
    if (event && callback) this.#callbacks.get(event)?.delete(callback);
  }

  fire(event: string, ...args: unknown[]): void {
    for (const callback of [...(this.#callbacks.get(event) ?? [])]) callback(...(args as never[]));
  }

  /** What Python answers. */
  receive(message: unknown): void {
    this.fire("msg:custom", message, []);
  }

  listeners(): number {
    return [...this.#callbacks.values()].reduce((sum, set) => sum + set.size, 0);
  }
}
