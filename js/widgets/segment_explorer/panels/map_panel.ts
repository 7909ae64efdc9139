/**
 * The map of customers: where segments lie, thin or dense, next to each other or apart.
 *
 * It zooms at once with the bins that are there, and asks for finer ones when the movement rests. Answers carry the serial
 * number of their question; an outdated one is not drawn.
 */
import specs from "../../../../custintel_widgets/segment_explorer/specs.json";
import { createAsking } from "../../../kit/asking";
import { selectControl } from "../../../kit/controls";
import { h, setText } from "../../../kit/dom";
import { type Content, createDrawing } from "../../../kit/drawing";
import { wrapped } from "../../../kit/labels";
import { update, watch } from "../../../kit/model";
import { createPlane, sameArea } from "../../../kit/plane";
import { createRefill, dataTable } from "../../../kit/tables";
import { chosenOf } from "../scene";
import { type MapState, mapOf, type State, segmentsOf, selectionOf, viewOf } from "../wire";
import { areaRows, MapData, type Tally } from "./map_data";
import { paletteSignals } from "./palette";
import { afterPick, type Panel, type PanelContext } from "./panel";

const PATIENCE = 60_000;

export function createMapPanel(context: PanelContext): Panel {
  const { model, requests, signal, trouble } = context;
  const data = new MapData();
  let map: MapState | null = null;
  let serial = Date.now();
  let awaited = 0;
  let asked = false;
  let begun = false;

  /** Other people's eyes see one coarse map, so that no group is too small. */
  const hasFiner = () => viewOf(model).has.kernel && model.get("audience_mode") === "analyst";
  const nameOf = (segment: number) => context.names().get(segment) ?? "In no segment";
  const choose = (selection: unknown[]) => update(model, { selection } as Partial<State>);
  const plane = createPlane({
    label: "Map of customers.",
    chart: () => drawing.chart(),
    onMove: () => showCount(),
    onRest() {
      if (hasFiner()) ask();
      else drawing.draw();
    },
    onArea(polygon, add) {
      choose([...(add ? selectionOf(model) : []), { kind: "lasso", polygon }]);
    },
    onEscape: () => choose([]),
    signal,
  });
  const drawing = createDrawing({
    context,
    spec: specs.map,
    class: "ci-map-chart",
    label: () => "Map of customers. The table counts those in view by segment.",
    content(place): Content | null {
      if (!map) return null;
      const width = Math.max(160, place - 10);
      const size = { width, height: model.get("height") || Math.max(220, Math.min(420, 0.8 * width)) };
      const selection = selectionOf(model);
      return {
        signals: {
          ...size,
          ...plane.signals(),
          ...paletteSignals(context),
          picked: chosenOf(selection),
          x_title: titleOf(map.axes[0], width),
          y_title: titleOf(map.axes[1], width),
        },
        data: {
          bins: data.bins(),
          points: data.points(),
          words: data.words(plane.view(), size, nameOf),
          areas: areaRows(selection),
        },
      };
    },
    onMade({ view }) {
      view.addEventListener("click", (event, item) => {
        const own = (item?.datum as { segment?: number } | undefined)?.segment;
        const segment = own ?? data.segmentAt(plane.cornerOf(event as unknown as MouseEvent));
        if (plane.dragged() || segment === undefined) return;
        const add = (event as unknown as MouseEvent).shiftKey;
        choose(afterPick(selectionOf(model), { kind: "segment", segment }, add));
      });
    },
  });
  plane.place.append(drawing.place);

  /** Laying the customers out may take its time, so the first question shows what it does. */
  const asking = createAsking(requests, { name: "map", doing: "Laying out the customers…", signal });
  const askFirst = () => {
    if (asked || asking.failed() || !viewOf(model).has.kernel) return;
    asked = true;
    asking.ask();
  };
  const ask = () => {
    serial += 1;
    const own = serial;
    awaited = own;
    const { x, y } = plane.view();
    const failed = (error: unknown) => {
      if (awaited === own) awaited = 0;
      trouble(error);
    };
    requests.ask("map", { x, y, serial }, { lane: "map", timeout: PATIENCE }).catch(failed);
  };
  const take = () => {
    const next = mapOf(model);
    if (next) asked = false;
    else if (model.get("show_map")) askFirst();
    if (!next || next === map) return;
    const own = next.serial !== 0 && next.serial === serial;
    if (next.serial !== 0 && !own && (awaited !== 0 || plane.moving())) return;
    awaited = 0;
    if (!own) plane.lay({ x: next.x, y: next.y }, next.extent);
    map = next;
    data.take(next);
  };

  const layout = selectControl<State["projection"]>({
    label: "Layout",
    choices: [
      { value: "pca", label: "PCA" },
      { value: "umap", label: "UMAP" },
    ],
    hint: "PCA keeps distances and says what its axes mean; UMAP keeps neighbours together",
    onChange: (projection) => update(model, { projection }),
    signal,
  });
  plane.bar.append(layout.element);
  const count = h("p", { class: "ci-map-count" });
  const note = h("p", { class: "ci-panel-note" });
  const twin = h("div", { class: "ci-twin" });
  const refill = createRefill(twin);

  const showCount = () => {
    if (!map) return;
    const { count: write } = context.formats();
    const tally = data.tally(plane.view());
    const settled = sameArea(plane.view(), map);
    const inView = settled ? map.shown : tally.reduce((sum, { customers }) => sum + customers, 0);
    const total = segmentsOf(model).reduce((sum, { size }) => sum + size, 0);
    const groups = map.hidden === 1 ? "1 group" : `${write(map.hidden)} groups`;
    const hidden = map.hidden ? ` · ${groups} under ${model.get("min_group")} people hidden` : "";
    const people = `${write(Math.min(inView, total))} of ${write(total)} customers in view`;
    const said = `${settled ? "" : "About "}${people}${hidden}`;
    if (settled && said !== count.textContent) context.announce(said);
    setText(count, said);
    refill([tally, [...context.names()]], () => [tallyTable(tally, nameOf, write)]);
  };
  const draw = () => {
    if (!begun) return;
    take();
    setText(note, map?.note ?? "");
    layout.element.hidden = !viewOf(model).has.umap;
    layout.show(model.get("projection"));
    plane.place.hidden = model.get("table_view");
    twin.classList.toggle("ci-hidden", !model.get("table_view"));
    showCount();
    drawing.draw();
  };
  const onChange = (changed: ReadonlySet<string>) => {
    if (changed.has("_frames") || changed.has("projection")) {
      data.forget();
      asked = false;
      asking.forget();
    }
    draw();
  };
  const onSelection = () => {
    const selection = selectionOf(model);
    const changes = { signals: { picked: chosenOf(selection) }, data: { areas: areaRows(selection) } };
    void drawing.chart()?.update(changes).catch(trouble);
  };
  watch(model, ["selection"], onSelection, signal);
  watch(
    model,
    ["_frames", "_map", "_view", "projection", "table_view", "height", "locale"],
    onChange,
    signal,
  );

  return {
    element: h("div", { class: "ci-map" }, plane.bar, asking.element, plane.place, count, note, twin),
    show() {
      begun = true;
      if (!mapOf(model)) askFirst();
      draw();
    },
    recolour: (colours) => drawing.signal({ ...colours, ...paletteSignals(context) }),
    charts: () => [drawing.chart()].filter((chart) => chart !== null),
  };
}

function titleOf(text: string, width: number): string[] {
  return text === "" ? [""] : wrapped(text, width, 3);
}

function tallyTable(
  tally: readonly Tally[],
  nameOf: (segment: number) => string,
  write: (value: number) => string,
): HTMLElement {
  return dataTable<Tally>(
    "Customers in view, by the segment that is most frequent where they are",
    [
      { label: "Segment", cell: ({ segment }) => nameOf(segment) },
      { label: "Customers", number: true, cell: ({ customers }) => write(customers) },
    ],
    tally,
  );
}
