/** A model without a kernel: it holds the exported state, and local changes fire the same events as with one. */
export interface ExportedModel {
  state: Record<string, unknown>;
  buffers: { path: (string | number)[]; data: string }[];
}

type Callback = (...args: never[]) => void;

export class StubModel {
  readonly #state: Record<string, unknown>;
  readonly #callbacks = new Map<string, Set<Callback>>();

  constructor(exported: ExportedModel) {
    this.#state = exported.state;
    for (const { path, data } of exported.buffers) place(this.#state, path, decode(data));
  }

  get(key: string): unknown {
    return this.#state[key];
  }

  set(key: string, value: unknown): void {
    if (Object.is(this.#state[key], value)) return;
    this.#state[key] = value;
    for (const callback of [...(this.#callbacks.get(`change:${key}`) ?? [])]) callback();
  }

  on(event: string, callback: Callback): void {
    const known = this.#callbacks.get(event) ?? new Set();
    known.add(callback);
    this.#callbacks.set(event, known);
  }

  off(event?: string | null, callback?: Callback | null): void {
    if (!event) this.#callbacks.clear();
    else if (!callback) this.#callbacks.delete(event);
    else this.#callbacks.get(event)?.delete(callback);
  }

  /** Nobody listens: there is no kernel to hear of changes or messages. */
  save_changes(): void {}

  send(): void {}
}

function decode(data: string): DataView {
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return new DataView(bytes.buffer);
}

function place(
  target: Record<string | number, unknown>,
  path: readonly (string | number)[],
  value: DataView,
): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const next = target[key] ?? {};
  target[key] = next;
  place(next as Record<string | number, unknown>, rest, value);
}
