/** Traits that change while something is dragged: the page sees every step at once, Python the steps that rest. */
import { type Model, update } from "./model";

export interface Saving<State> {
  /** A step on the way: all views of the page follow; Python hears of it when the hand pauses. */
  move(values: Partial<State>): void;
  /** The last step: Python hears of it now. */
  rest(values?: Partial<State>): void;
}

const PAUSE = 200;

export function createSaving<State>(model: Model<State>, signal: AbortSignal): Saving<State> {
  let timer = 0;
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    model.save_changes();
  };
  // What was dragged last must not be lost with the view.
  signal.addEventListener("abort", () => {
    if (timer !== 0) save();
  });
  return {
    move(values) {
      for (const [key, value] of Object.entries(values)) {
        model.set(key as keyof State & string, value as State[keyof State & string]);
      }
      clearTimeout(timer);
      timer = window.setTimeout(save, PAUSE);
    },
    rest(values = {}) {
      clearTimeout(timer);
      timer = 0;
      update(model, values);
    },
  };
}
