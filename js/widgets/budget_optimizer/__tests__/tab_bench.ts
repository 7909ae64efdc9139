/** One tab alone on a page, and what a test asks of it. */
import { afterEach, expect } from "vitest";
import { until } from "../../../testing/waiting";
import type { Panel, PanelContext } from "../panel";
import type { State, ViewState } from "../wire";
import { optimizerState, TWO } from "./fixture";
import { type Bench, bench, type Channel } from "./pictures_fixture";

let open: Bench | null = null;
afterEach(() => {
  expect(open?.troubles ?? []).toEqual([]);
  open?.end();
  open = null;
});

export function opened(
  make: (context: PanelContext) => Panel,
  changes: Partial<State>,
  about: Partial<ViewState> = {},
  channels: readonly Channel[] = TWO,
): Bench {
  open = bench(optimizerState(changes, about, channels), 1000);
  open.add(make);
  return open;
}

export const HAS = { kernel: true, model: true, horizon: true, schedule: true, provisional: false };
export const text = ({ place }: Bench, selector: string) => place.querySelector(selector)?.textContent ?? "";
export const all = ({ place }: Bench, selector: string) =>
  [...place.querySelectorAll(selector)].map(({ textContent }) => textContent);
export const button = ({ place }: Bench, label: string) => {
  const found = [...place.querySelectorAll("button")].find(
    (own) => own.textContent === label || own.ariaLabel === label,
  );
  if (!found) throw new Error(`There is no button ${label}.`);
  return found;
};
export const vega = ({ place }: Bench, selector: string) =>
  until(() => place.querySelector<HTMLElement>(`${selector} .ci-chart`)?.ciView);
export interface Message {
  kind: string;
  id: number;
  name: string;
}
export const asked = ({ model }: Bench, name: string) =>
  (model.sent as Message[]).filter((message) => message.kind === "request" && message.name === name);
/** Python answers the last question, after it has set traits. */
export async function answer(live: Bench, name: string, changes: Partial<State>): Promise<void> {
  const { id } = asked(live, name).at(-1) as Message;
  live.set(changes);
  live.model.receive({ kind: "response", id, ok: true, result: null });
  await Promise.resolve();
  live.set({});
}
