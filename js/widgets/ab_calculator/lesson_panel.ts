/** “Run 1,000 A/A tests”: what looking again and again does to the chance of a false alarm. */
import specs from "../../../custintel_widgets/ab_calculator/specs.json";
import type { Chart } from "../../kit/chart";
import { button, toggleControl } from "../../kit/controls";
import { h, setText } from "../../kit/dom";
import { createDrawing } from "../../kit/drawing";
import { update } from "../../kit/model";
import { roundStep } from "../../kit/rounding";
import { sliderControl } from "../../kit/slider";
import { createTwin, dataTable } from "../../kit/tables";
import type { Colours } from "../../kit/theme";
import {
  type AATests,
  alarmCounts,
  alarmsOf,
  criticalOf,
  exactRates,
  MOST_LOOKS,
  simulate,
  TESTS,
  wilson,
} from "./lesson";
import { chance, integer, percent, plural } from "./maths/wording";
import type { TabContext } from "./tab";

export interface LessonPanel {
  element: HTMLElement;
  show(): void;
  recolour(colours: Colours): void;
  charts(): Chart[];
  /** What the tests gave, in a sentence; "" while the lesson is closed. */
  finding(): string;
}

const HEIGHT = 210;
const AROUND = 60;
const PATHS = 60;
const FIRST_SEED = 14;

interface Results {
  alpha: number;
  exact: number[];
  counts: number[];
  alarms: number[];
}

export function createLessonPanel(context: TabContext): LessonPanel {
  const { model, scene, saving, signal } = context;
  let seed = FIRST_SEED;
  let tests: AATests | null = null;
  let results: Results | null = null;

  const toggle = toggleControl({
    label: `Lesson: run ${integer(TESTS)} A/A tests`,
    hint: "Both groups get the same; whatever is found is a false alarm",
    onChange: (lesson) => update(model, { lesson }),
    signal,
  });
  const looks = sliderControl({
    label: "Looks at each test",
    min: 1,
    max: MOST_LOOKS,
    step: 1,
    onMove: (value) => saving.move({ looks: Math.round(value) }),
    onRest: (value) => saving.rest({ looks: Math.round(value) }),
    signal,
  });
  const again = button(
    "Run other tests",
    () => {
      seed += 1;
      tests = null;
      results = null;
      context.redraw();
    },
    signal,
  );
  const sentence = h("p", { class: "ci-panel-headline" });
  const moral = h(
    "p",
    { class: "ci-panel-note" },
    "Nothing differs in any of these tests. Whoever stops at the first p below alpha is wrong that often. Decide when to look before you start, or use the always-valid band, which may be looked at whenever you like.",
  );
  const twin = createTwin();
  const rate = createDrawing({
    context,
    spec: specs.lesson,
    class: "ci-lesson-chart",
    label: () => `False alarms by number of looks. ${sentenceOf()}`,
    content(width) {
      const found = resultsNow();
      const { looks: shown } = scene().state;
      const simulated = found.counts.map((count, i) => {
        const [lower, upper] = wilson(count, TESTS);
        return {
          looks: i + 1,
          share: count / TESTS,
          lower,
          upper,
          heading: plural(i + 1, "look"),
          finding: `${chance(count / TESTS)} false alarms; exactly ${percent(found.exact[i] ?? Number.NaN)}`,
        };
      });
      return {
        signals: {
          width: width - AROUND,
          height: HEIGHT,
          alpha: found.alpha,
          looks: shown,
          share_high: roundUp(Math.max(...simulated.map(({ upper }) => upper))),
        },
        data: { rates: found.exact.map((share, i) => ({ looks: i + 1, share })), simulated },
      };
    },
  });
  const paths = createDrawing({
    context,
    spec: specs.paths,
    class: "ci-paths-chart",
    label: () => `The statistics of ${PATHS} of the tests, look by look.`,
    content(width) {
      const found = resultsNow();
      const drawn = (tests as AATests).z
        .slice(0, PATHS)
        .flatMap((path, test) =>
          Array.from(path, (z, look) => ({ test, look: look + 1, z, alarm: found.alarms[test] ?? 0 })),
        );
      return {
        signals: {
          width: width - AROUND,
          height: HEIGHT,
          critical: criticalOf(found.alpha),
          looks: scene().state.looks,
        },
        data: { paths: drawn },
      };
    },
  });
  const body = h(
    "div",
    { class: "ci-lesson-body" },
    h("div", { class: "ci-lesson-controls" }, looks.element, again),
    sentence,
    h("div", { class: "ci-lesson-charts" }, rate.place, paths.place),
    twin.element,
    moral,
  );
  const element = h(
    "section",
    { class: "ci-lesson", "aria-label": "Lesson: false alarms" },
    toggle.element,
    body,
  );

  /** The tests are the same at every number of looks, so that one sees the same ones fail. */
  function resultsNow(): Results {
    const alpha = Number((1 - scene().state.level).toPrecision(12));
    if (results?.alpha === alpha) return results;
    tests ??= simulate(seed);
    const alarms = alarmsOf(tests, criticalOf(alpha));
    results = { alpha, exact: exactRates(alpha), counts: alarmCounts(alarms), alarms };
    return results;
  }
  function sentenceOf(): string {
    const { exact, counts } = resultsNow();
    const { looks: shown } = scene().state;
    const count = counts[shown - 1] ?? 0;
    return (
      `${integer(count)} of ${integer(TESTS)} tests without any difference seemed significant at ` +
      `${shown === 1 ? "their one look" : `one of their ${shown} looks`}: ${chance(count / TESTS)}; exactly ${percent(exact[shown - 1] ?? Number.NaN)}.`
    );
  }
  // The paths are drawn once: sliders only say how far.
  let drawnFor: unknown = null;

  return {
    element,
    show() {
      const { state } = scene();
      toggle.show(state.lesson);
      body.hidden = !state.lesson;
      if (!state.lesson) return;
      looks.show(state.looks);
      setText(sentence, sentenceOf());
      for (const { place } of [rate, paths]) place.hidden = state.table_view;
      twin.show(state.table_view, [results?.counts, results?.alpha], () => [lessonTable(resultsNow())]);
      if (state.table_view) return;
      if (drawnFor === results && rate.chart() && paths.chart()) {
        for (const drawing of [rate, paths]) drawing.signal({ looks: state.looks });
        return;
      }
      drawnFor = results;
      rate.draw();
      paths.draw();
    },
    recolour(colours) {
      rate.signal(colours);
      paths.signal(colours);
    },
    charts: () => [...rate.shown(), ...paths.shown()],
    finding: () => (scene().state.lesson ? sentenceOf() : ""),
  };
}

function roundUp(value: number): number {
  const step = roundStep(value / 5);
  return step * Math.ceil(value / step);
}

function lessonTable({ exact, counts }: Results): HTMLElement {
  const rows = exact.map((share, i) => ({ looks: i + 1, share, count: counts[i] ?? 0 }));
  return dataTable<{ looks: number; share: number; count: number }>(
    "False alarms by number of looks",
    [
      { label: "Looks", cell: ({ looks }) => String(looks) },
      { label: `Of ${integer(TESTS)} tests`, number: true, cell: ({ count }) => integer(count) },
      { label: "Exactly", number: true, cell: ({ share }) => percent(share) },
    ],
    rows,
  );
}
