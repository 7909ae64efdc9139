/** An amount of money as a field: grouped while it is read, bare while it is edited, taken when it is finished. */
import { h, setAttributes } from "./dom";
import { readNumber } from "./pasting";
import { digitsFor, fixed } from "./wording";

export interface AmountField {
  element: HTMLInputElement;
  /** Shows an amount; `null` leaves the field empty, with its placeholder. */
  show(value: number | null, placeholder?: string): void;
  enable(enabled: boolean, why?: string): void;
}

export interface AmountOptions {
  label: string;
  hint?: string;
  /** What separates decimals here, where a number can be read in two ways. */
  decimal?: string;
  /** Whether the field may be emptied, which is reported as `null`. */
  optional?: boolean;
  /** Why an amount can't be; "" where it can. */
  refuse?(value: number): string;
  onCommit(value: number | null): void;
  signal: AbortSignal;
}

const TROUBLE = "A number, such as 12,500";

/** “12,500”, “12.50”, “0.0325”: whole from 1,000, as sentences have money, but never so short that it reads as nothing. */
export function amountText(value: number): string {
  const size = Math.abs(value);
  return size >= 1000 || size === 0 ? fixed(value, 0) : fixed(value, size < 1 ? digitsFor(value) : 2);
}

export function createAmountField(options: AmountOptions): AmountField {
  const { signal, decimal = ".", optional = false, refuse = () => "" } = options;
  const element = h("input", {
    class: "ci-field ci-amount",
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    "aria-label": options.label,
    title: options.hint,
  });
  let shown: number | null = null;
  let before: string | null = null;
  let hint = options.hint ?? "";

  const write = () => {
    element.value = shown === null ? "" : amountText(shown);
  };
  const mark = (why: string) =>
    setAttributes(element, { "aria-invalid": why === "" ? null : "true", title: why || hint || null });
  /** What was typed; the reason where it can't be taken. */
  const read = (): number | null | string => {
    const text = element.value.trim();
    if (text === "" && optional) return null;
    const value = readNumber(text, decimal);
    if (!Number.isFinite(value) || value < 0) return TROUBLE;
    return refuse(value) || value;
  };
  const begin = () => {
    if (element.readOnly) return;
    // All decimals are there to be edited, whatever rounding the eye is spared.
    element.value = shown === null ? "" : String(Number(shown.toPrecision(12))).replace(".", decimal);
    before = element.value;
    element.select();
  };
  const finish = () => {
    if (before === null) return;
    const edited = element.value !== before;
    const value = read();
    before = null;
    mark("");
    if (edited && typeof value !== "string") {
      shown = value;
      options.onCommit(value);
    }
    write();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      const why = read();
      if (typeof why === "string") return mark(why);
      finish();
      begin();
    } else if (event.key === "Escape" && before !== null) {
      event.stopPropagation();
      element.value = before;
      mark("");
    }
  };
  const onInput = () => {
    const value = read();
    mark(typeof value === "string" ? value : "");
  };
  element.addEventListener("focus", begin, { signal });
  element.addEventListener("blur", finish, { signal });
  element.addEventListener("keydown", onKey, { signal });
  element.addEventListener("input", onInput, { signal });

  return {
    element,
    show(value, placeholder = "") {
      if (element.placeholder !== placeholder) element.placeholder = placeholder;
      if (shown === value) return;
      shown = value;
      // What somebody is typing must not be replaced by an answer to what they did before.
      if (before === null) write();
    },
    enable(enabled, why = "") {
      element.readOnly = !enabled;
      hint = enabled ? (options.hint ?? "") : why;
      mark("");
    },
  };
}
