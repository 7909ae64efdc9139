/** The profile heatmap: its size, its signals, and the segment that lies under a click. */
import specs from "../../../custintel_widgets/segment_explorer/specs.json";
import type { Signals } from "../../kit/chart";
import { type Content, createDrawing, type Drawing } from "../../kit/drawing";
import type { Position } from "../../kit/grid";
import { textWidth } from "../../kit/labels";
import type { PanelContext } from "./panels/panel";
import type { Scene } from "./scene";

export interface ProfileChart extends Drawing {
  /** Dims the columns of other segments. */
  emphasise(chosen: readonly number[]): void;
  /** Outlines the place that has the keyboard's focus. */
  focus(at: Position | null): void;
}

const LONGEST_LABEL = 170;
const LABEL_PADDING = 6;
const CHART_PADDING = 12;
const ROW = 26;
const HIGHEST_ROW = 40;
/** Headings above the cells and legend below them, with what stands over the chart. */
const AROUND = 130;
const NAME_ROOM = 64;
const VALUE_ROOM = 26;
const HEADING_ROOM = 34;

export function createProfileChart(
  context: PanelContext,
  options: {
    scene(): Scene;
    chosen(): readonly number[];
    pick(segment: number, add: boolean): void;
    /** Height of the list beside it, which the rows stretch to. */
    beside(): number;
    onMade(): void;
  },
): ProfileChart {
  const { scene, chosen } = options;
  const drawing = createDrawing({
    context,
    spec: specs.profile,
    class: "ci-profile-chart",
    label: () => `${scene().view.title}: profile of the segments. The table holds every value.`,
    content: (width) => contentOf(scene(), chosen(), width, options.beside()),
    onMade({ view, element }) {
      element.classList.add("ci-pickable");
      view.addEventListener("click", (event, item) => {
        const segment = (item?.datum as { segment?: number } | undefined)?.segment;
        if (segment !== undefined) options.pick(segment, (event as unknown as MouseEvent).shiftKey);
      });
      options.onMade();
    },
  });
  return {
    ...drawing,
    emphasise: (segments) => drawing.signal({ chosen: [...segments] }),
    focus: (at) => drawing.signal(focusSignals(scene(), at)),
  };
}

/** The rows of the profile, one per feature or level. */
export function featuresOf({ profile }: Scene): { order: number; label: string }[] {
  const rows = new Map(profile.map(({ order, label }) => [order, label]));
  return [...rows].map(([order, label]) => ({ order, label })).sort((a, b) => a.order - b.order);
}

function focusSignals(scene: Scene, at: Position | null): Signals {
  const segment = at && scene.segments[at.column]?.segment;
  const row = at && at.row >= 0 ? featuresOf(scene)[at.row]?.order : -1;
  return { focus_row: row ?? -1, focus_segment: segment ?? -9 };
}

function contentOf(scene: Scene, chosen: readonly number[], width: number, beside: number): Content | null {
  const { segments, state, formats } = scene;
  const features = featuresOf(scene);
  if (segments.length === 0 || features.length === 0) return null;
  const widest = Math.max(...features.map(({ label }) => textWidth(label)));
  const label = Math.min(LONGEST_LABEL, width * 0.35, Math.ceil(widest));
  const plot = Math.max(120, width - label - LABEL_PADDING - CHART_PADDING);
  const column = plot / segments.length;
  const row = Math.max(ROW, Math.min(HIGHEST_ROW, Math.floor((beside - AROUND) / features.length)));
  const height = state.height || Math.max(3, features.length) * row;
  const about = new Map(segments.map((segment) => [segment.segment, segment]));
  const own = (segment: number) => ({ name: about.get(segment)?.name, size: about.get(segment)?.size });
  return {
    signals: {
      width: plot,
      height,
      profile_value: state.profile_value,
      value_format: state.number_format,
      currency_prefix: formats.currencyPrefix,
      show_labels: column >= VALUE_ROOM && height / features.length >= 12,
      label_size: column < 36 ? 10 : 11,
      label_limit: label,
      narrow: column < HEADING_ROOM,
      name_width: column >= NAME_ROOM ? column - 4 : 0,
      chosen: [...chosen],
    },
    data: {
      segments: segments.map((segment) => ({ ...segment })),
      profile: scene.profile.map((cell) => ({ ...cell, ...own(cell.segment) })),
    },
  };
}
