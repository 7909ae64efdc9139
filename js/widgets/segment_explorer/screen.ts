/** The explorer's screen: headline, controls, segment list, profile, map, tabs, notes, footer; and what redraws what. */
import { createAnnouncer } from "../../kit/announce";
import { createAsking } from "../../kit/asking";
import { segmentedControl } from "../../kit/controls";
import { fill, h, setText } from "../../kit/dom";
import { createEditable } from "../../kit/editable";
import { createFocusChip } from "../../kit/focus";
import { createFooter } from "../../kit/footer";
import { createGrid } from "../../kit/grid";
import { createGroupList, type GroupRow } from "../../kit/group_list";
import { expectAnswer } from "../../kit/liveness";
import { listen, type RenderContext, update, watch } from "../../kit/model";
import { createNotes, type Note } from "../../kit/notes";
import { createRequests, isCancelled } from "../../kit/requests";
import { createStatus } from "../../kit/status";
import { takeAwayActions } from "../../kit/take_away";
import { type Colours, followTheme } from "../../kit/theme";
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
import { decodeSegments, type Segment, type State, selectionOf, statusOf, viewOf } from "./wire";
import { VALUE_HINTS, VALUE_LABELS, wholePercent } from "./words";

export async function renderExplorer(
  { model, signal }: RenderContext<State>,
  root: HTMLElement,
  runtime: Runtime,
): Promise<void> {
  const requests = createRequests(model, signal);
  const announcer = createAnnouncer(signal);
  const trouble = (error: unknown) => {
    if (isCancelled(error) || signal.aborted) return;
    status.trouble(error instanceof Error ? error.message : String(error));
  };
  const status = createStatus(() => requests.ask("stop").catch(trouble), signal);
  let scene = sceneOf(model);
  let begun = false;
  const chosen = () => chosenOf(selectionOf(model));
  const coloursNow = () => {
    const known = theme();
    if (!known) throw new Error("The page's theme gives no colours.");
    return known.colours;
  };
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
  const context: PanelContext = {
    model,
    runtime,
    requests,
    signal,
    colours: coloursNow,
    names: () => namesOf(scene),
    palette: () => paletteOf(scene, coloursNow()),
    trouble,
    announce: announcer.say,
    formats: () => scene.formats,
  };

  const headline = h("p", { class: "ci-headline" });
  const line = h("p", { class: "ci-status-line" });
  const finding = createAsking(requests, { name: "find", doing: "Trying each number of segments…", signal });
  const preview = createPreview(model, requests, {
    onChange: () => showTexts(),
    announce: announcer.say,
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
  const notes = createNotes<Note>(signal);
  const sides = createSides(context, { preview: (k) => preview.want(k) });
  const footer = createFooter(
    {
      ...takeAwayActions({
        requests,
        charts: () => [profile.chart(), ...sides.charts()].filter((chart) => chart !== null),
        colours: coloursNow,
        text: () => pictureText(scene),
        title: () => scene.view.title,
        code: () => codeOf(model, scene),
        tableCsv: () => segmentsCsv(model, scene),
        report: (words) => footer.report(words),
        trouble,
      }),
      clear: () => void clear(),
      toggleTable: () => update(model, { table_view: !model.get("table_view") }),
    },
    signal,
  );
  root.append(
    headline,
    createFocusChip(model, signal).element,
    line,
    status.element,
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
    notes.element,
    footer.element,
    announcer.element,
  );
  const theme = followTheme(
    root,
    ({ colours }) => {
      // The first call comes before there is anything to recolour.
      if (!begun) return;
      showList();
      void profile.chart()?.update({ signals: colours });
      sides.recolour(colours);
    },
    signal,
  );

  const showList = () => {
    const { state, view } = scene;
    const grey = preview.current();
    const rows = grey ? withNames(decodeSegments(grey.segments), state.names) : scene.segments;
    list.show({
      caption: grey ? "Preview of the segments" : "Segments",
      headings: view.has.value ? ["Customers", "Revenue"] : ["Customers"],
      rows: rows.map((row) => rowOf(row, scene, coloursNow())),
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
    notes.show(view.notes, () => null);
    root.classList.toggle("ci-as-table", state.table_view);
    root.classList.toggle("ci-with-map", state.show_map);
    grid.reveal(state.table_view);
    grid.show(tableOf(scene));
    showList();
    sides.show(state);
  };
  const showSelection = () => {
    footer.show(footerState(model, scene));
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
    if (scene.view.headline !== said) announcer.say(scene.view.headline);
  };
  watch(model, DRAWN, onDrawn, signal);
  const onSelected = (changed: ReadonlySet<string>) => {
    if (changed.has("selection")) {
      profile.emphasise(chosen());
      announcer.say(`Selected: ${describe(selectionOf(model), scene) || "nothing"}`);
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
  watch(model, ["_status"], () => status.show(statusOf(model)), signal);
  // Any word from the kernel takes back that it doesn't answer.
  listen(model, "change:_view", () => status.trouble(""), signal);

  begun = true;
  showTexts();
  showSelection();
  status.show(statusOf(model));
  profile.draw();
  if (viewOf(model).has.kernel) void expectAnswer(model, requests, trouble, signal);
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
