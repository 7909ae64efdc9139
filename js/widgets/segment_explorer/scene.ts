/** What the screen is drawn from at one moment. */
import { type Formats, formats } from "../../kit/format";
import type { Colours } from "../../kit/theme";
import {
  type Pick,
  type ProfileCell,
  profileOf,
  type Segment,
  type SegmentModel,
  type State,
  segmentsOf,
  type ViewState,
  viewOf,
} from "./wire";

export interface Scene {
  state: State;
  view: ViewState;
  segments: readonly Segment[];
  profile: readonly ProfileCell[];
  formats: Formats;
}

/** Traits that texts and pictures are drawn from. */
export const DRAWN = [
  "method",
  "n_segments",
  "columns",
  "log",
  "scaling",
  "clip",
  "names",
  "as_of",
  "min_group",
  "show_map",
  "tab",
  "migrate_from",
  "profile_value",
  "table_view",
  "currency",
  "number_format",
  "locale",
  "height",
  "audience_mode",
  "_frames",
  "_view",
] as const satisfies readonly (keyof State)[];

export function sceneOf(model: SegmentModel): Scene {
  const state = Object.fromEntries(DRAWN.map((key) => [key, model.get(key)])) as unknown as State;
  return {
    state,
    view: viewOf(model),
    segments: withNames(segmentsOf(model), state.names),
    profile: profileOf(model),
    formats: formats(state),
  };
}

/** Names as people see them: a name that was just typed is shown before Python has heard of it. */
export function withNames(segments: readonly Segment[], typed: State["names"]): Segment[] {
  return segments.map((row) => ({
    ...row,
    name: typed[String(row.segment)] || row.suggested || row.name,
  }));
}

export function namesOf({ segments }: Scene): Map<number, string> {
  return new Map(segments.map(({ segment, name }) => [segment, name]));
}

/** Each segment's colour; grey for what is in none. */
export function paletteOf({ segments }: Scene, colours: Colours): (segment: number) => string {
  const places = new Map(segments.map(({ segment, colour }) => [segment, colour]));
  return (segment) => colourAt(places.get(segment) ?? segment % 12, colours);
}

export function colourAt(place: number, colours: Colours): string {
  return place < 0 ? colours.muted : colours[`s${place}` as keyof Colours];
}

/** The segments that are selected as such. */
export function chosenOf(selection: readonly Pick[]): number[] {
  return selection.flatMap((pick) => (pick.kind === "segment" ? [pick.segment] : []));
}
