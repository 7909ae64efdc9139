/** The explorer's screen: headline, controls, segment list, profile, map, tabs, notes, footer; and what redraws what. */
import { createAsking } from "../../kit/asking";
import { segmentedControl } from "../../kit/controls";
import { fill, h, setText } from "../../kit/dom";
import { createEditable } from "../../kit/editable";
import { createGrid } from "../../kit/grid";
import { createGroupList, type GroupRow } from "../../kit/group_list";
import { type RenderContext, update, watch } from "../../kit/model";
import { createScreen } from "../../kit/screen";
import type { Colours } from "../../kit/theme";
import type { Runtime } from "../../runtime/index";
import { createControls } from "./controls";
import { afterPick, type PanelContext } from "./panels/panel";
import { createPreview } from "./preview";
import { createProfileChart } from "./profile_chart";
import { chosenOf, colourAt, DRAWN, namesOf, paletteOf, type Scene, sceneOf, withNames } from "./scene";
import { codeOf, describe, detailOf, footerState } from "./selection_text";
import { createSides } from "./sides";
import { tableOf } from "./table";
import { pictureText, segmentsCsv } from "./taking";
import { decodeSegments, type Segment, type State, selectionOf, viewOf } from "./wire";
import { VALUE_HINTS, VALUE_LABELS, wholePercent } from "./words";

export async function renderExplorer(
  render: RenderContext<State>,
  root: HTMLElement,
  runtime: Runtime,
): Promise<void> {
  const { model, signal } = render;
  let scene = sceneOf(model);
  const chosen = () => chosenOf(selectionOf(model));
  const pick = (segment: number, add: boolean) =>
    update(model, {
      selection: afterPick(
        selectionOf(model),
        { kind: "segment", segment },
        add,
      ) as unknown as State["selection"],
    });
  const clear = () => {
    if (selectionOf(model).length === 0) return false;
    update(model, { selection: [] });
    return true;
  };
  const screen = createScreen(render, root, {
    charts: () => [profile.chart(), ...sides.charts()].filter((chart) => chart !== null),
    text: () => pictureText(scene),
    title: () => scene.view.title,
    code: () => codeOf(model, scene),
    tableCsv: () => segmentsCsv(model, scene),
    clear: () => void clear(),
    onTheme(colours) {
      showList();
      void profile.chart()?.update({ signals: colours });
      sides.recolour(colours);
    },
  });
  const { requests, colours, announce } = screen;
  const context: PanelContext = {
    model,
    runtime,
    requests,
    signal,
    colours,
    names: () => namesOf(scene),
    palette: () => paletteOf(scene, colours()),
    trouble: screen.trouble,
    announce,
    formats: () => scene.formats,
  };

  const headline = h("p", { class: "ci-headline" });
  const line = h("p", { class: "ci-status-line" });
  const finding = createAsking(requests, { name: "find", doing: "Trying each number of segments…", signal });
  const preview = createPreview(model, requests, {
    onChange: () => showTexts(),
    announce,
    signal,
  });
  const controls = createControls(
    model,
    { find: () => finding.ask(), preview: (k) => preview.want(k) },
    signal,
  );
  const list = createGroupList({
    corner: "Segment",
    longestName: 60,
    onPick: pick,
    onClear: clear,
    onRename(segment, name) {
      const { [String(segment)]: _, ...others } = model.get("names");
      update(model, { names: name ? { ...others, [String(segment)]: name } : others });
    },
    signal,
  });
  const shown = segmentedControl<State["profile_value"]>({
    label: "Profile shows",
    choices: Object.entries(VALUE_LABELS).map(([value, label]) => ({
      value: value as State["profile_value"],
      label,
    })),
    onChange: (value) => update(model, { profile_value: value }),
    signal,
  });
  const meaning = h("p", { class: "ci-panel-note" });
  const profile = createProfileChart(context, {
    scene: () => scene,
    chosen,
    pick,
    beside: () => list.element.offsetHeight,
    onMade: () => root.classList.add("ci-ready"),
  });
  const grid = createGrid({
    onPick({ column }, { add }) {
      const segment = scene.segments[column]?.segment;
      if (segment !== undefined) pick(segment, add);
    },
    onKey: (key) => key === "Escape" && clear(),
    onFocus: (at) => profile.focus(at),
    signal,
  });
  const detailTexts = h("div", {});
  let described = -1;
  const action = createEditable({
    label: "What to do about the segment",
    placeholder: "Empty: the suggestion",
    maxLength: 200,
    onCommit(words) {
      const { [String(described)]: _, ...others } = model.get("actions");
      update(model, { actions: words ? { ...others, [String(described)]: words } : others });
    },
    signal,
  });
  const detail = h(
    "div",
    { class: "ci-detail", hidden: true },
    detailTexts,
    h("p", {}, "What to do: ", action.element),
  );
  const sides = createSides(context, { preview: (k) => preview.want(k) });
  screen.lay(
    [headline, line],
    controls.element,
    finding.element,
    preview.element,
    h(
      "div",
      { class: "ci-explorer" },
      h("div", { class: "ci-list" }, list.element, detail),
      h(
        "div",
        { class: "ci-profile" },
        h("div", { class: "ci-panel-head" }, shown.element, meaning),
        profile.place,
        grid.element,
      ),
      sides.map,
    ),
    sides.tabs,
  );

  const showList = () => {
    const { state, view } = scene;
    const grey = preview.current();
    const rows = grey ? withNames(decodeSegments(grey.segments), state.names) : scene.segments;
    list.show({
      caption: grey ? "Preview of the segments" : "Segments",
      headings: view.has.value ? ["Customers", "Revenue"] : ["Customers"],
      rows: rows.map((row) => rowOf(row, scene, colours())),
      chosen: chosen(),
      grey: grey !== null,
      editable: view.has.kernel && state.audience_mode !== "viewer",
    });
    profile.place.classList.toggle("ci-grey", grey !== null);
  };
  const showTexts = () => {
    const { state, view } = scene;
    setText(headline, view.headline);
    setText(line, [view.status_line, view.hidden].filter(Boolean).join(" · "));
    controls.show(scene, preview.wanted());
    shown.show(state.profile_value);
    setText(meaning, VALUE_HINTS[state.profile_value]);
    screen.notes.show(view.notes, () => null);
    root.classList.toggle("ci-as-table", state.table_view);
    root.classList.toggle("ci-with-map", state.show_map);
    grid.reveal(state.table_view);
    grid.show(tableOf(scene));
    showList();
    sides.show(state);
  };
  const showSelection = () => {
    screen.footer.show(footerState(model, scene));
    const picked = new Set(chosen());
    grid.mark(({ column }) => (picked.has(scene.segments[column]?.segment ?? Number.NaN) ? "selected" : ""));
    showList();
    const about = detailOf(model, scene);
    detail.hidden = about === null;
    if (!about) return;
    described = about.row.segment;
    fill(detailTexts, h("strong", {}, about.title), ...about.lines.map((text) => h("p", {}, text)));
    action.show(about.row.action ?? "");
    action.enable(scene.view.has.kernel && scene.state.audience_mode !== "viewer");
  };
  const onDrawn = (changed: ReadonlySet<string>) => {
    const said = scene.view.headline;
    scene = sceneOf(model);
    if (["_frames", "n_segments", "method"].some((key) => changed.has(key))) preview.end();
    showTexts();
    showSelection();
    profile.draw();
    if (scene.view.headline !== said) announce(scene.view.headline);
  };
  watch(model, DRAWN, onDrawn, signal);
  const onSelected = (changed: ReadonlySet<string>) => {
    if (changed.has("selection")) {
      profile.emphasise(chosen());
      announce(`Selected: ${describe(selectionOf(model), scene) || "nothing"}`);
    }
    showSelection();
  };
  watch(model, ["selection", "_selected"], onSelected, signal);
  const onPreview = () => {
    preview.show();
    showList();
  };
  watch(model, ["_preview"], onPreview, signal);
  watch(model, ["_map"], () => controls.show(scene, preview.wanted()), signal);

  showTexts();
  showSelection();
  profile.draw();
  screen.begin(viewOf(model).has.kernel);
}

function rowOf(row: Segment, { formats, view }: Scene, colours: Colours): GroupRow {
  const { value_share = null, value = null } = row;
  const customers = {
    share: row.share,
    text: wholePercent(row.share, formats),
    below: formats.count(row.size),
  };
  const worth = {
    share: value_share,
    text: wholePercent(value_share, formats),
    below: formats.moneyShort(value),
  };
  return {
    id: row.segment,
    mark: row.segment < 0 ? "–" : String(row.segment),
    name: row.name,
    colour: colourAt(row.colour, colours),
    line: row.rule ?? "",
    shares: view.has.value ? [customers, worth] : [customers],
  };
}
