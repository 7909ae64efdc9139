/** Labelled form controls. Native elements throughout: keyboard, screen reader and focus ring come with them. */
import { type Child, fill, h, uniqueId } from "./dom";

export interface Choice<V extends string = string> {
  value: V;
  label: string;
  /** Heading under which a select groups the choice. */
  group?: string;
  disabled?: boolean;
}

/** Choices from a table of their labels. */
export function choicesOf<V extends string>(labels: Record<V, string>): Choice<V>[] {
  return (Object.keys(labels) as V[]).map((value) => ({ value, label: labels[value] }));
}

export interface Control<V> {
  element: HTMLElement;
  /** Shows a value without reporting it as the user's. */
  show(value: V): void;
  enable(enabled: boolean, why?: string): void;
}

export interface ChoiceControl<V extends string> extends Control<V> {
  offer(choices: readonly Choice<V>[]): void;
}

interface Options<V> {
  label: string;
  onChange: (value: V) => void;
  signal: AbortSignal;
  /** Said of the control on hover. */
  hint?: string;
}

function labelled(label: string, hint: string | undefined, input: HTMLElement): HTMLElement {
  return h("label", { class: "ci-control", title: hint }, h("span", { class: "ci-label" }, label), input);
}

function enabler(
  element: HTMLElement,
  inputs: () => Iterable<HTMLInputElement | HTMLSelectElement>,
  hint = "",
) {
  return (enabled: boolean, why = "") => {
    for (const input of inputs()) input.disabled = !enabled;
    const title = enabled ? hint : why;
    if (title) element.title = title;
    else element.removeAttribute("title");
    element.classList.toggle("ci-off", !enabled);
  };
}

export function selectControl<V extends string>(
  options: Options<V> & { choices: readonly Choice<V>[] },
): ChoiceControl<V> {
  const select = h("select", { class: "ci-select" });
  const element = labelled(options.label, options.hint, select);
  let shown = "";
  let offered = "";
  const offer = (choices: readonly Choice<V>[]) => {
    // An open list closes when its options are replaced.
    const key = JSON.stringify(choices);
    if (key === offered) return;
    offered = key;
    fill(select);
    const groups = new Map<string, HTMLElement>();
    for (const { value, label, group, disabled } of choices) {
      const option = h("option", { value, disabled }, label);
      if (group === undefined) select.append(option);
      else {
        const holder = groups.get(group) ?? h("optgroup", { label: group });
        groups.set(group, holder);
        holder.append(option);
        select.append(holder);
      }
    }
    select.value = shown;
  };
  offer(options.choices);
  const onChange = () => {
    shown = select.value;
    options.onChange(select.value as V);
  };
  select.addEventListener("change", onChange, { signal: options.signal });
  return {
    element,
    offer,
    show: (value) => {
      shown = value;
      select.value = value;
    },
    enable: enabler(element, () => [select], options.hint),
  };
}

export function segmentedControl<V extends string>(
  options: Options<V> & { choices: readonly Choice<V>[] },
): Control<V> {
  const name = uniqueId("segment");
  const inputs = new Map<V, HTMLInputElement>();
  const parts = options.choices.map(({ value, label }) => {
    const input = h("input", { type: "radio", name, value });
    input.addEventListener("change", () => options.onChange(value), { signal: options.signal });
    inputs.set(value, input);
    return h("label", { class: "ci-segment" }, input, h("span", {}, label));
  });
  const heading = h("span", { class: "ci-label", id: uniqueId("label") }, options.label);
  const element = h(
    "div",
    { class: "ci-control", role: "radiogroup", "aria-labelledby": heading.id, title: options.hint },
    heading,
    h("span", { class: "ci-segments" }, ...parts),
  );
  return {
    element,
    show: (value) => {
      for (const [key, input] of inputs) input.checked = key === value;
    },
    enable: enabler(element, () => inputs.values(), options.hint),
  };
}

export function toggleControl(options: Options<boolean>): Control<boolean> {
  const input = h("input", { type: "checkbox", class: "ci-check" });
  const element = h(
    "label",
    { class: "ci-toggle", title: options.hint },
    input,
    h("span", {}, options.label),
  );
  input.addEventListener("change", () => options.onChange(input.checked), { signal: options.signal });
  return {
    element,
    show: (value) => {
      input.checked = value;
    },
    enable: enabler(element, () => [input], options.hint),
  };
}

/** A number or a date: reported when the user has finished with it, and only when the browser finds it valid. */
export function fieldControl(
  options: Options<string> & { type: "number" | "date"; min?: string; max?: string; step?: string },
): Control<string> {
  const { type, min, max, step } = options;
  const input = h("input", { class: "ci-field", type, min, max, step });
  const element = labelled(options.label, options.hint, input);
  let shown = "";
  let editing = false;
  const onInput = () => {
    editing = true;
  };
  const finish = () => {
    if (!editing) return;
    editing = false;
    if (input.reportValidity()) options.onChange(input.value);
  };
  const onKey = (event: KeyboardEvent) => event.key === "Enter" && finish();
  const onBlur = () => {
    if (editing) input.value = shown;
    editing = false;
  };
  input.addEventListener("input", onInput, { signal: options.signal });
  input.addEventListener("change", finish, { signal: options.signal });
  input.addEventListener("keydown", onKey, { signal: options.signal });
  input.addEventListener("blur", onBlur, { signal: options.signal });
  return {
    element,
    show: (value) => {
      shown = value;
      // What somebody is typing must not be replaced by an answer to what they did before.
      if (!editing) input.value = value;
    },
    enable: enabler(element, () => [input], options.hint),
  };
}

/** A whole number with buttons beside it: fewer, more. Each step is reported at once. */
export function stepperControl(
  options: Options<number> & { min: number; max: number; fewer: string; more: string },
): Control<number> {
  const { min, max, signal } = options;
  let shown = min;
  const show = (value: number) => {
    shown = value;
    field.show(String(value));
  };
  const change = (to: number) => {
    const value = Math.min(max, Math.max(min, Math.round(to)));
    if (value === shown) return;
    show(value);
    options.onChange(value);
  };
  const field = fieldControl({
    ...options,
    type: "number",
    min: String(min),
    max: String(max),
    step: "1",
    onChange: (text) => change(Number(text)),
  });
  const less = button("−", () => change(shown - 1), signal);
  const more = button("+", () => change(shown + 1), signal);
  less.setAttribute("aria-label", options.fewer);
  more.setAttribute("aria-label", options.more);
  const element = h("span", { class: "ci-stepper" }, field.element, less, more);
  return {
    element,
    show,
    enable(enabled, why) {
      field.enable(enabled, why);
      for (const step of [less, more]) step.disabled = !enabled;
    },
  };
}

export function button(
  label: string,
  onClick: () => void,
  signal: AbortSignal,
  hint?: string,
): HTMLButtonElement {
  const element = h("button", { type: "button", class: "ci-button", title: hint }, label);
  element.addEventListener("click", onClick, { signal });
  return element;
}

/** A disclosure whose content stands below its summary; Escape closes it. */
export function disclosure(label: string, signal: AbortSignal, ...children: Child[]): HTMLDetailsElement {
  const summary = h("summary", { class: "ci-button" }, label);
  const body = h("div", { class: "ci-more-body" }, ...children);
  const element = h("details", { class: "ci-more" }, summary, body);
  // The panel opens to the side that has room for it: an output cuts off what sticks out.
  const onToggle = () => {
    const edge = element.closest(".ci-root")?.getBoundingClientRect().right ?? window.innerWidth;
    const sticksOut = element.getBoundingClientRect().left + body.offsetWidth > edge;
    body.classList.toggle("ci-flipped", sticksOut);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !element.open) return;
    event.stopPropagation();
    element.open = false;
    summary.focus();
  };
  element.addEventListener("keydown", onKey, { signal });
  element.addEventListener("toggle", onToggle, { signal });
  return element;
}

/** A button that opens a short list of actions. */
export function menu(
  label: string,
  actions: readonly { label: string; run: () => void }[],
  signal: AbortSignal,
): HTMLDetailsElement {
  const element = disclosure(label, signal);
  element.classList.add("ci-menu");
  const body = element.lastElementChild as HTMLElement;
  for (const action of actions) {
    const run = () => {
      element.open = false;
      action.run();
    };
    body.append(button(action.label, run, signal));
  }
  const closeOutside = (event: PointerEvent) => {
    if (element.open && !element.contains(event.target as Node)) element.open = false;
  };
  document.addEventListener("pointerdown", closeOutside, { signal });
  return element;
}
