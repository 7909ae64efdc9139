/** The power curve with the plan as a point on it, to be dragged: effect across, power up. */
import specs from "../../../custintel_widgets/ab_calculator/specs.json";
import type { Chart } from "../../kit/chart";
import { h } from "../../kit/dom";
import { createDragPoint } from "../../kit/drag_point";
import { createDrawing } from "../../kit/drawing";
import { type Ends, roundStep } from "../../kit/rounding";
import type { Colours } from "../../kit/theme";
import { bothScales, chance } from "./maths/wording";
import { curveOf, isShare, type Plan } from "./plan";
import type { TabContext } from "./tab";
import type { State } from "./wire";

export interface PowerChart {
  element: HTMLElement;
  show(plan: Plan): void;
  recolour(colours: Colours): void;
  charts(): Chart[];
}

const HEIGHT = 240;
const AROUND = 72;
const LEAST_POWER = 0.02;
const MOST_POWER = 0.99;
/** The axis stays as it is while the point lies between these shares of it. */
const CALM: [number, number] = [0.22, 0.86];
const DIGITS = 3;
const KEY_POWER = 0.01;
const KEY_EFFECT = 0.02;

export function createPowerChart(context: TabContext): PowerChart {
  const { scene, saving, signal } = context;
  let plan: Plan | null = null;
  let ends: Ends = { low: 0, high: 0 };
  let was = "";

  const place = h("div", { class: "ci-power" });
  const drawing = createDrawing({
    context,
    spec: specs.power,
    class: "ci-power-chart",
    label: () => `Power curve. ${plan?.headline ?? ""}`,
    content(width) {
      if (!plan || plan.impossible) return null;
      const { state } = scene();
      const { effect, power } = plan.solved;
      const share = isShare(state);
      return {
        signals: {
          width: width - AROUND,
          height: state.height || HEIGHT,
          x_low: ends.low,
          x_high: ends.high,
          factor: share ? 100 : 1,
          unit: share ? " pp" : "",
          value_format: state.number_format,
          alpha: 1 - state.level,
        },
        data: {
          curve: curveOf(plan, ends.low, ends.high),
          point: [
            {
              effect,
              power,
              words: wordsOf(plan, state),
              side: effect > (ends.low + ends.high) / 2 ? "right" : "left",
            },
          ],
        },
      };
    },
    onMade: () => showHandle(),
  });
  place.append(drawing.place);

  const set = (values: Partial<State>) => saving.move(values);
  const point = createDragPoint({
    label: "The plan on its power curve",
    place,
    chart: drawing.chart,
    onMove: (effect, power) => set(movedTo(effect, power)),
    onRest: () => {
      saving.rest();
      context.redraw();
    },
    onStep(right, up) {
      if (!plan) return;
      const { effect, power } = plan.solved;
      const step = KEY_EFFECT * (ends.high - ends.low);
      saving.rest(movedTo(effect + right * step, power + up * KEY_POWER));
    },
    signal,
  });

  /** What the wanted place means: the field with the padlock follows from the other two. */
  function movedTo(effect: number, power: number): Partial<State> {
    const { solve } = scene().state;
    const least = (ends.high - ends.low) / 100;
    const sign = ends.low < 0 ? -1 : 1;
    const size = Number((sign * Math.max(least, sign * effect)).toPrecision(DIGITS));
    const share = Number(Math.min(MOST_POWER, Math.max(LEAST_POWER, power)).toPrecision(DIGITS));
    return { ...(solve !== "effect" && { effect: size }), ...(solve !== "power" && { power: share }) };
  }
  const showHandle = () => {
    if (!plan || plan.impossible) return;
    const { effect, power } = plan.solved;
    point.show({
      x: effect,
      y: power,
      now: effect,
      min: ends.low,
      max: ends.high,
      text: wordsOf(plan, scene().state),
    });
  };

  return {
    element: place,
    show(next) {
      plan = next;
      const { state } = scene();
      place.hidden = next.impossible || state.table_view;
      if (next.impossible) return;
      const kind = `${state.plan_kind}|${Math.sign(next.solved.effect)}`;
      if (!point.held()) ends = endsFor(next, state, kind === was ? ends : null);
      was = kind;
      if (place.hidden) return;
      drawing.draw();
      showHandle();
    },
    recolour: (colours) => drawing.signal(colours),
    charts: drawing.shown,
  };
}

const wordsOf = ({ solved: { effect, power } }: Plan, state: State): string =>
  `${bothScales(effect, state.baseline, isShare(state))}, power ${chance(power)}`;

/** From no effect to twice the plan's, rounded up; as before while the point lies well inside of it. */
function endsFor({ solved }: Plan, state: State, before: Ends | null): Ends {
  const { effect } = solved;
  const room = isShare(state) ? (effect < 0 ? state.baseline : 1 - state.baseline) : Infinity;
  if (before) {
    const length = Math.max(Math.abs(before.low), before.high);
    const at = Math.abs(effect) / length;
    if (at > CALM[0] && at < CALM[1] && length <= room) return before;
  }
  const length = Math.min(room, 4 * roundStep((2 * Math.abs(effect)) / 4));
  return effect < 0 ? { low: -length, high: 0 } : { low: 0, high: length };
}
