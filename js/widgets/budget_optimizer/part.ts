/** A part of the screen without pictures: shown at every step, and completed once the hand rests. */
export interface Part {
  element: HTMLElement;
  /** Must be quick. */
  show(): void;
  /** What takes longer, or would only flicker on the way. */
  rest?(): void;
}
