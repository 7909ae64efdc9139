/** What a widget sees of its model: anywidget's proxy, typed by the state interface generated from Python. */
export interface Model<State> {
  get<K extends keyof State & string>(key: K): State[K];
  set<K extends keyof State & string>(key: K, value: State[K]): void;
  save_changes(): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[] | ArrayBufferView[]): void;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event?: string | null, callback?: ((...args: never[]) => void) | null): void;
  widget_manager?: unknown;
}

/** Another widget of the same kernel, reached through its reference. */
export interface Host {
  getWidget<Exports>(ref: string): Promise<{ exports: Exports }>;
}

export interface RenderContext<State> {
  model: Model<State>;
  el: HTMLElement;
  signal: AbortSignal;
  host: Host;
}

/** Listens to a model event until the signal aborts. */
export function listen<State>(
  model: Model<State>,
  event: string,
  callback: (...args: never[]) => void,
  signal: AbortSignal,
): void {
  if (signal.aborted) return;
  model.on(event, callback);
  signal.addEventListener("abort", () => model.off(event, callback), { once: true });
}

/**
 * Calls back once for all traits of `keys` that one message or one interaction changed.
 *
 * Each trait has an event of its own; a picture drawn per event would be drawn ten times for one answer of Python.
 */
export function watch<State, K extends keyof State & string>(
  model: Model<State>,
  keys: readonly K[],
  callback: (changed: ReadonlySet<K>) => void,
  signal: AbortSignal,
): void {
  let changed = new Set<K>();
  const flush = () => {
    const batch = changed;
    changed = new Set();
    if (!signal.aborted) callback(batch);
  };
  for (const key of keys) {
    const note = () => {
      if (changed.size === 0) queueMicrotask(flush);
      changed.add(key);
    };
    listen(model, `change:${key}`, note, signal);
  }
}

/** Sets traits and sends them to Python in one message. */
export function update<State>(model: Model<State>, values: Partial<State>): void {
  for (const [key, value] of Object.entries(values)) {
    model.set(key as keyof State & string, value as State[keyof State & string]);
  }
  model.save_changes();
}

/** Sends a custom message; `false` when the connection is gone, which is no error while a page closes. */
export function trySend<State>(model: Model<State>, content: unknown): boolean {
  try {
    model.send(content);
    return true;
  } catch {
    return false;
  }
}
