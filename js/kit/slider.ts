/** A number as a slider with a field beside it, or as the field alone: every step is reported at once, the last one as such. */
import type { Control } from "./controls";
import { h, setAttributes, setText, uniqueId } from "./dom";

export interface SliderOptions {
  label: string;
  hint?: string;
  /** Ends of the slider. */
  min: number;
  max: number;
  /** Ends of what can be typed; by default those of the slider. */
  least?: number;
  most?: number;
  /** Distance of the slider's steps; ignored where it is logarithmic. */
  step?: number;
  /** Equal steps for equal ratios: for sizes of any order. The lower end must be above zero. */
  logarithmic?: boolean;
  /** What is shown is so many times the value: 100 for shares. */
  factor?: number;
  /** Stands behind the field: “pp”, “%”. */
  unit?: string;
  /** The field alone, without a slider. */
  bare?: boolean;
  /** Stands beside the label, such as a padlock. */
  mark?: HTMLElement;
  /** On the way, while a key or the pointer is down or somebody types. */
  onMove(value: number): void;
  /** Let go, left, or confirmed. */
  onRest(value: number): void;
  signal: AbortSignal;
}

export interface Slider extends Control<number> {
  /** Moves the ends of the slider, and of what can be typed. */
  range(ends: { min: number; max: number; least?: number; most?: number }): void;
  /** The unit behind the field, and how many times the value it counts. */
  measure(unit: string, factor: number): void;
  /** Words below, which a screen reader says of the slider too. */
  say(words: string): void;
  /** What it can't be, said below; "" where all is well. */
  refuse(why: string): void;
}

/** Positions of a logarithmic slider. */
const POSITIONS = 1000;
const KEY_STEP = 10;
const DIGITS = 3;
const FIELD_DIGITS = 6;

export function sliderControl(options: SliderOptions): Slider {
  const { signal, logarithmic = false } = options;
  let { min, max, factor = 1 } = options;
  let least = options.least ?? min;
  let most = options.most ?? max;
  let shown = Number.NaN;
  let typing = false;
  let enabled = true;

  const label = h("span", { class: "ci-label", id: uniqueId("slider") }, options.label);
  const words = h("span", { class: "ci-slider-words", id: uniqueId("words") });
  const range = h("input", { class: "ci-range", type: "range", "aria-labelledby": label.id });
  const field = h("input", {
    class: "ci-field",
    type: "number",
    step: "any",
    inputmode: "decimal",
    "aria-label": options.label,
    "aria-describedby": words.id,
  });
  const unit = h("span", { class: "ci-unit" }, options.unit ?? "");
  const element = h(
    "div",
    { class: "ci-slider", role: "group", "aria-labelledby": label.id, title: options.hint },
    h("span", { class: "ci-slider-head" }, label, options.mark),
    h("span", { class: "ci-slider-row" }, !options.bare && range, field, unit),
    words,
  );

  const positionOf = (value: number): number => {
    if (!logarithmic) return value;
    const inside = Math.min(max, Math.max(min, Math.abs(value)));
    return (POSITIONS * Math.log(inside / min)) / Math.log(max / min);
  };
  const valueAt = (position: number): number =>
    logarithmic
      ? Number((min * (max / min) ** (position / POSITIONS)).toPrecision(DIGITS))
      : Number(position.toPrecision(12));
  const lay = () => {
    const ends = logarithmic
      ? { min: 0, max: POSITIONS, step: KEY_STEP / 5 }
      : { min, max, step: options.step ?? "any" };
    setAttributes(range, ends);
    setAttributes(field, { min: tidy(least * factor), max: tidy(most * factor) });
  };
  const write = () => {
    if (!typing) field.value = Number.isFinite(shown) ? tidy(shown * factor) : "";
    range.value = String(Number.isFinite(shown) ? positionOf(shown) : 0);
  };
  const mark = (valid: boolean) => setAttributes(field, { "aria-invalid": valid ? null : "true" });

  const slid = (report: (value: number) => void) => () => {
    typing = false;
    mark(true);
    // A slider of sizes knows no sign; that of the value on show is kept.
    const value = valueAt(Number(range.value)) * (logarithmic && shown < 0 ? -1 : 1);
    shown = value;
    write();
    report(value);
  };
  const typed = (): number | null => {
    const value = field.valueAsNumber / factor;
    const valid = field.checkValidity() && Number.isFinite(value);
    mark(valid);
    return valid ? value : null;
  };
  const onType = () => {
    typing = true;
    const value = typed();
    if (value === null) return;
    shown = value;
    write();
    options.onMove(value);
  };
  const onDone = () => {
    if (!typing) return;
    typing = false;
    const value = typed();
    if (value === null) {
      mark(true);
      write();
      return;
    }
    options.onRest(value);
  };
  const onKey = (event: KeyboardEvent) => event.key === "Enter" && onDone();
  range.addEventListener("input", slid(options.onMove), { signal });
  range.addEventListener("change", slid(options.onRest), { signal });
  field.addEventListener("input", onType, { signal });
  field.addEventListener("keydown", onKey, { signal });
  field.addEventListener("blur", onDone, { signal });
  lay();

  return {
    element,
    show(value) {
      shown = value;
      write();
    },
    range(ends) {
      const next = { least: ends.min, most: ends.max, ...ends };
      if (min === next.min && max === next.max && least === next.least && most === next.most) return;
      ({ min, max, least, most } = next);
      lay();
      write();
    },
    measure(text, times) {
      setText(unit, text);
      if (times === factor) return;
      factor = times;
      lay();
      write();
    },
    say(text) {
      setText(words, text);
      setAttributes(range, { "aria-valuetext": text ? `${field.value} ${unit.textContent}, ${text}` : null });
    },
    refuse(why) {
      words.classList.toggle("ci-refused", why !== "");
      if (why !== "") setText(words, why);
    },
    enable(next, why = "") {
      if (enabled === next) return;
      enabled = next;
      range.disabled = !enabled;
      field.readOnly = !enabled;
      element.classList.toggle("ci-off", !enabled);
      setAttributes(element, { title: (enabled ? options.hint : why) || null });
    },
  };
}

/** Without the noise of binary fractions: 0.1 × 3 is 0.3. */
function tidy(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(FIELD_DIGITS))) : "";
}
