/**
 * Light or dark, and the colours that the charts take from the page.
 *
 * The kit's style sheet defines `--ci-*` from the host's `--jp-*` variables with a fallback for each scheme; a chart
 * reads their computed values, so that the canvas and the page around it always agree.
 */
export type Scheme = "light" | "dark";

/**
 * Names of the colours that chart specifications have as parameters: `c` from little to much, `d` from below to above a
 * middle, `s` one per category. The twelve of `s` are told apart by people with any kind of colour vision, the first ones
 * best, and stand out from the page; a number or a name goes with each all the same.
 */
export const COLOURS = [
  "ink",
  "muted",
  "line",
  "paper",
  "neutral",
  "accent",
  "second",
  "text_low",
  "text_high",
  "c0",
  "c1",
  "c2",
  "c3",
  "c4",
  "d0",
  "d1",
  "d2",
  "d3",
  "d4",
  "s0",
  "s1",
  "s2",
  "s3",
  "s4",
  "s5",
  "s6",
  "s7",
  "s8",
  "s9",
  "s10",
  "s11",
] as const;

export type Colours = Record<(typeof COLOURS)[number], string>;

export interface Theme {
  scheme: Scheme;
  colours: Colours;
}

const HOST_ATTRIBUTE = "data-jp-theme-light";
const RETRIES = 20;
const SETTLING = 250;

/** The scheme of the page around an element: the host's word, else the background that is really behind it. */
export function detectScheme(element: Element): Scheme {
  const said = document.body.getAttribute(HOST_ATTRIBUTE);
  if (said !== null) return said === "false" ? "dark" : "light";
  for (let at: Element | null = element; at; at = at.parentElement) {
    if (at instanceof HTMLElement && at.dataset.ciTheme !== undefined) continue;
    const luminance = opaqueLuminance(getComputedStyle(at).backgroundColor);
    if (luminance !== null) return luminance < 0.4 ? "dark" : "light";
  }
  const declared = getComputedStyle(document.documentElement).colorScheme;
  return declared.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function opaqueLuminance(colour: string): number | null {
  const parts = colour.match(/[\d.]+/g)?.map(Number);
  if (!parts || parts.length < 3 || (parts[3] ?? 1) < 0.5) return null;
  const [red = 0, green = 0, blue = 0] = parts;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/** The colours as the page resolves them at this moment; `null` while the host is between two themes. */
function readColours(root: Element): Colours | null {
  const style = getComputedStyle(root);
  const colours = {} as Colours;
  for (const name of COLOURS) {
    const value = style.getPropertyValue(`--ci-${name.replace("_", "-")}`).trim();
    if (value === "") return null;
    colours[name] = value;
  }
  return colours;
}

/**
 * Follows the theme of the page until the signal aborts, and calls back at each change.
 *
 * Stamps `data-ci-theme` on the root, which the style sheet's fallbacks depend on.
 */
export function followTheme(
  root: HTMLElement,
  onChange: (theme: Theme) => void,
  signal: AbortSignal,
): () => Theme | null {
  let current: Theme | null = null;
  let frame = 0;
  let later = 0;
  const refresh = (tries = 0) => {
    cancelAnimationFrame(frame);
    const scheme = detectScheme(root);
    root.dataset.ciTheme = scheme;
    const colours = readColours(root);
    if (!colours) {
      if (tries < RETRIES) frame = requestAnimationFrame(() => refresh(tries + 1));
      return;
    }
    const same = current && COLOURS.every((name) => current?.colours[name] === colours[name]);
    if (same && current?.scheme === scheme) return;
    current = { scheme, colours };
    onChange(current);
  };
  // The variables of a new theme arrive with its style sheet, a moment after the attribute.
  const settle = () => {
    refresh();
    clearTimeout(later);
    later = window.setTimeout(() => refresh(), SETTLING);
  };
  const observer = new MutationObserver(settle);
  const attributeFilter = [HOST_ATTRIBUTE, "class", "style", "data-theme"];
  observer.observe(document.body, { attributes: true, attributeFilter });
  observer.observe(document.documentElement, { attributes: true, attributeFilter });
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", settle, { signal });
  signal.addEventListener("abort", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
    clearTimeout(later);
  });
  refresh();
  return () => current;
}
