"""The widget's state: what Python sets, what the page sets, what people take away."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import traitlets
from sklearn.metrics import adjusted_rand_score

from custintel_analytics import segments, simulate, tables
from custintel_analytics.audiences import Audience
from custintel_analytics.errors import DataError
from custintel_widgets import CohortHeatmap, SegmentExplorer, link
from custintel_widgets.core.frames import decode
from custintel_widgets.segment_explorer import moving

RFM = ["recency", "frequency", "monetary"]


@pytest.fixture(scope="module")
def simulated() -> tuple[tables.Table, pd.Series[int]]:
    purchases, truth = simulate.segments(customers=1200, segments=4, seed=3)
    return tables.as_table(purchases, product=False), truth


@pytest.fixture(scope="module")
def table(simulated: Any) -> tables.Table:
    return simulated[0]


@pytest.fixture
def make(table: tables.Table) -> Any:
    made: list[SegmentExplorer] = []

    def explorer(source: Any = table, **settings: Any) -> SegmentExplorer:
        widget = SegmentExplorer(source, **settings)
        made.append(widget)
        return widget

    yield explorer
    for widget in made:
        widget.close()


def ask(widget: SegmentExplorer, name: str, **args: Any) -> Any:
    """Ask as the page does, with a running event loop; return the answer once the widget is at rest."""
    sent: list[dict[str, Any]] = []

    async def scenario() -> None:
        widget._requests._send = lambda message: sent.append(message)
        widget._requests.receive({"kind": "request", "id": 1, "name": name, "args": args})
        while not any(m["kind"] == "response" for m in sent) or widget._work.busy:
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(scenario(), 60))
    answer = next(m for m in sent if m["kind"] == "response")
    assert answer["ok"], answer["error"]
    return answer["result"]


def from_page(widget: SegmentExplorer, **state: Any) -> None:
    """Set traits as the page does: with a running event loop, on which the result arrives."""

    async def scenario() -> None:
        widget.set_state(state)
        while widget._work.busy:
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(scenario(), 60))


def test_zero_configuration_shows_rfm_rules(make: Any) -> None:
    explorer = make()
    assert explorer.method == "rfm"
    assert explorer.frame["size"].sum() == 1200
    listed = decode(explorer._frames["segments"])
    assert listed["name"].tolist() == explorer.frame["name"].tolist()
    assert "% of customers bring" in explorer._view["headline"]
    assert explorer._view["status_line"].endswith("features as of 28 December 2023")
    assert explorer._status["error"] == ""


def test_segments_in_the_data_are_found(make: Any, simulated: Any) -> None:
    explorer = make(columns=RFM)
    choice = explorer.find()
    assert (explorer.method, explorer.n_segments, choice.recommended) == ("kmeans", 4, 4)
    assert adjusted_rand_score(simulated[1], explorer.result.labels_) > 0.9
    assert "· stability " in explorer._view["status_line"]
    assert explorer._view["recommended"] == 4
    assert decode(explorer._quality["frame"])["recommended"].sum() == 1


def test_the_page_finds_them_too(make: Any) -> None:
    explorer = make(columns=RFM)
    ask(explorer, "find")
    assert (explorer.method, explorer.n_segments) == ("kmeans", 4)
    assert len(explorer.frame) == 4
    assert explorer._quality["reason"].startswith("4 segments")


def test_colours_and_names_survive_another_number(make: Any) -> None:
    explorer = make(method="kmeans", columns=RFM)
    biggest = explorer.frame.loc[explorer.frame["size"].idxmax(), "segment"]
    before = set(explorer.labels.index[explorer.result.labels_ == biggest])
    explorer.names = {int(biggest): "The many"}
    explorer.n_segments = 5
    kept = explorer.frame.set_index("segment")
    assert kept.loc[biggest, "name"] == "The many"
    after = set(explorer.labels.index[explorer.labels == "The many"])
    assert len(before & after) / len(after) > 0.9
    explorer.actions = {int(biggest): "Write to them in May"}
    listed = decode(explorer._frames["segments"]).set_index("segment")
    assert listed.loc[biggest, "action"] == "Write to them in May"
    assert (listed["action"] != "").all()
    explorer.method = "rfm"
    assert (explorer.names, explorer.actions) == ({}, {})


def test_only_what_is_shown_changes_without_another_fit(make: Any) -> None:
    explorer = make(method="kmeans", columns=RFM)
    model = explorer.result
    explorer.min_group = 400
    assert explorer.result is model
    assert 0 < len(explorer.frame) < 4
    assert "hidden" in explorer._view["hidden"]
    assert set(decode(explorer._frames["profile"])["segment"]) == set(explorer.frame["segment"])


def test_selection_is_an_audience(make: Any, table: tables.Table) -> None:
    explorer = make(method="kmeans", columns=RFM)
    explorer.selection = [0]
    row = explorer.frame.set_index("segment").loc[0]
    audience = explorer.audience
    assert audience.size == row["size"]
    assert audience.name == row["name"]
    assert audience.revenue == pytest.approx(row["value"])
    assert explorer._selected["text"].startswith(f"{row['size']:,} customers worth")
    assert "(all " in explorer._selected["detail"]
    with pytest.raises(traitlets.TraitError, match="There is no segment 9"):
        explorer.selection = [9]


def test_nothing_selected_teaches(make: Any) -> None:
    with pytest.raises(DataError, match="Nothing is selected"):
        _ = make().audience


def test_a_lasso_selects_those_inside(make: Any) -> None:
    explorer = make(method="kmeans", columns=RFM)
    ask(explorer, "map", serial=3)
    shown = explorer._map
    assert (shown["serial"], shown["shown"], shown["kind"]) == (3, 1200, "points")
    (x0, x1), (y0, y1) = shown["extent"]["x"], shown["extent"]["y"]
    explorer.selection = [{"kind": "lasso", "polygon": [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]}]
    assert explorer.audience.size == 1200
    middle = (x0 + x1) / 2
    explorer.selection = [{"kind": "lasso", "polygon": [[x0, y0], [middle, y0], [middle, y1], [x0, y1]]}]
    points = decode(shown["frame"])
    assert explorer.audience.size == (points["x"] < middle).sum()


def test_a_map_for_others_holds_groups_only(make: Any) -> None:
    explorer = make(method="kmeans", columns=RFM, audience_mode="viewer")
    ask(explorer, "map", x=[0, 0.1], y=[0, 0.1])
    assert explorer._map["kind"] == "density"
    bins = decode(explorer._map["frame"])
    assert bins["count"].min() >= explorer.min_group
    assert explorer._map["hidden"] > 0
    assert explorer._map["x"] == explorer._map["extent"]["x"]


def test_migration_between_two_days(make: Any, table: tables.Table) -> None:
    explorer = make(method="kmeans", columns=RFM, migrate_from="2023-06-30")
    ask(explorer, "migration")
    matrix = decode(explorer._flows["matrix"])
    assert (explorer._flows["before"], explorer._flows["after"]) == ("2023-06-30", "2023-12-28")
    assert matrix["customers"].min() >= explorer.min_group
    assert {"feature", "psi", "verdict"} <= set(decode(explorer._flows["drift"]))
    assert explorer._flows["notes"] == []
    everything = segments.migration(
        explorer.result, explorer.result.features_.at("2023-06-30"), explorer.result.features_
    ).frame
    assert len(matrix) == (everything["customers"] >= explorer.min_group).sum()
    state = explorer._without_kernel({name: getattr(explorer, name) for name in explorer.keys})
    assert len(decode(state["_flows"]["matrix"])) <= len(matrix)
    row = matrix[(matrix["from_segment"] >= 0) & (matrix["to_segment"] >= 0)].iloc[0]
    source, target = int(row["from_segment"]), int(row["to_segment"])
    explorer.selection = [{"kind": "flow", "from": source, "to": target}]
    assert explorer.audience.size == row["customers"]
    then = segments.features(table, as_of="2023-06-30", columns=RFM)
    was = pd.Series(explorer.result.predict(then), index=then.frame.index)
    now = pd.Series(explorer.result.labels_, index=explorer.features.frame.index)
    moved = (was.reindex(now.index) == source) & (now == target)
    assert sorted(explorer.audience.ids()) == sorted(now.index[moved])
    explorer.migrate_from = "2023-09-30"
    assert explorer._flows == {}


def test_migration_says_who_agreed_in_between_and_what_was_filled(make: Any, table: tables.Table) -> None:
    people = table.execute(table.rows.select("customer").distinct())["customer"].sort_values()
    late = np.arange(len(people)) < len(people) // 2
    agreed = pd.DataFrame(
        {
            "customer": people,
            "purpose": "analytics",
            "granted": True,
            "date": np.where(late, "2023-09-01", "2020-01-01"),
        }
    )
    explorer = make(
        method="kmeans", columns=["recency", "frequency"], migrate_from="2023-06-30", consent=agreed
    )
    ask(explorer, "migration")
    matrix = decode(explorer._flows["matrix"])
    count = len(moving.moves(explorer, lambda *_: None).newly_agreed)
    assert matrix.loc[matrix["from_segment"] == -3, "customers"].sum() <= count
    assert explorer._flows["notes"][0].startswith(f"{count:,} bought before and agreed")
    target = int(matrix.loc[matrix["from_segment"] == -3, "to_segment"].iloc[0])
    explorer.selection = [{"kind": "flow", "from": -3, "to": target}]
    assert explorer.audience.size > 0
    assert explorer.audience.name.startswith("Newly agreed to ")
    explorer.min_group = count + 1
    assert moving._notes(moving.moves(explorer, lambda *_: None), explorer.min_group) == []


def test_rules_quality_and_one_customer(make: Any) -> None:
    explorer = make(method="kmeans", columns=RFM)
    ask(explorer, "rules")
    assert explorer._rules["accuracy"] > 0.9
    assert "CASE" in explorer._rules["sql"]
    assert "SELECT" in explorer._rules["exact_sql"]
    assert set(decode(explorer._rules["importance"])["feature"]) == set(RFM)
    ask(explorer, "audit")
    assert 0 <= explorer._audit["score"] <= 100
    assert decode(explorer._audit["frame"])["column"].tolist() == RFM
    assert "Pipeline" in explorer._audit["pipeline"]
    assert "..." not in explorer._audit["pipeline"]
    why = ask(explorer, "why", customer=" 7 ")
    assert "7" in why["sentence"]
    assert {row["feature"] for row in why["frame"]} == set(RFM)
    with pytest.raises(AssertionError, match="no customer 'x7'"):
        ask(explorer, "why", customer="x7")


def test_exact_sql_is_only_written_where_it_is_exact(make: Any) -> None:
    explorer = make(method="gmm", columns=RFM)
    ask(explorer, "rules")
    assert explorer._rules["exact_sql"] == ""
    assert "CASE" in explorer._rules["sql"]


@pytest.mark.parametrize(
    "name, module, build, trait",
    [
        ("rules", "tabs", "rules", "_rules"),
        ("audit", "tabs", "audit", "_audit"),
        ("migration", "moving", "flows", "_flows"),
        ("map", "mapping", "customer_map", "_map"),
        ("choose", "tabs", "quality", "_quality"),
    ],
)
def test_an_answer_about_an_earlier_result_is_dropped(
    make: Any, monkeypatch: pytest.MonkeyPatch, name: str, module: str, build: str, trait: str
) -> None:
    from custintel_widgets.segment_explorer import actions

    room = getattr(actions, module)
    original, entered, go = getattr(room, build), threading.Event(), threading.Event()

    def slowed(*args: Any, **settings: Any) -> Any:
        value = original(*args, **settings)
        entered.set()
        go.wait(20)
        return value

    monkeypatch.setattr(room, build, slowed)
    explorer = make(method="kmeans", columns=RFM)
    sent: list[dict[str, Any]] = []

    async def scenario() -> None:
        explorer._requests._send = sent.append
        explorer._requests.receive({"kind": "request", "id": 1, "name": name, "args": {}})
        while not entered.is_set():
            await asyncio.sleep(0.005)
        explorer.n_segments = 3
        go.set()
        while not any(m["kind"] == "response" for m in sent):
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(scenario(), 60))
    assert getattr(explorer, trait) == {}
    assert next(m for m in sent if m["kind"] == "response")["ok"] is False


def test_areas_and_moves_survive_what_does_not_fit_anew(make: Any, table: tables.Table) -> None:
    explorer = make(method="kmeans", columns=RFM)
    lasso = {"kind": "lasso", "polygon": [[-9.0, -9.0], [-0.5, -9.0], [-0.5, 9.0], [-9.0, 9.0]]}
    flow = {"kind": "flow", "from": 0, "to": 0}
    explorer.selection = [lasso, flow]
    explorer.focus_on(Audience.of_ids("some", table, explorer.labels.index[:200]))
    explorer.min_group = 5
    explorer.audience_mode = "viewer"
    assert explorer.selection == [lasso, flow]
    explorer.audience_mode = "analyst"
    words = explorer._selected["text"]
    explorer.migrate_from = "2023-03-31"
    assert explorer.selection == [lasso]
    assert explorer._selected["text"] != words
    explorer.selection = [lasso, 1]
    explorer.n_segments = 5
    assert explorer.selection == [{"kind": "segment", "segment": 1}]
    explorer.method = "rfm"
    assert explorer.selection == []


def test_a_focus_says_how_many_are_on_show(make: Any, table: tables.Table) -> None:
    everyone = segments.features(table, columns=RFM).frame.index
    explorer = make(segments.features(table, columns=RFM, audience=everyone[:100]), method="kmeans")
    explorer.focus_on(Audience.of_ids("first", table, everyone[:150]))
    assert explorer._focus["text"].startswith("Filtered to 100 of 150 customers: first")
    assert explorer._focus["size"] == 100


def test_what_cannot_be_drawn_is_refused(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custintel_widgets.segment_explorer.view.has_umap", lambda: False)
    with pytest.raises(traitlets.TraitError, match="needs the package umap-learn"):
        make(method="kmeans", columns=RFM).projection = "umap"


def test_a_preview_changes_nothing(make: Any) -> None:
    explorer = make(method="kmeans", columns=RFM)
    model = explorer.result
    ask(explorer, "preview", n_segments=5)
    assert explorer.result is model
    assert explorer.n_segments == 4
    assert explorer._preview["n_segments"] == 5
    assert len(decode(explorer._preview["segments"])) == 5
    assert explorer._preview["changes"]
    ask(explorer, "preview", n_segments=0)
    assert explorer._preview == {}


def test_a_tree_is_cut_without_another_fit(make: Any) -> None:
    explorer = make(method="ward", columns=RFM)
    heights = explorer._tree["heights"]
    assert [row["k"] for row in heights][:3] == [2, 3, 4]
    assert {"link", "point", "x", "y", "segment"} <= set(decode(explorer._tree["frame"]))
    linkage = explorer.result.linkage_
    explorer.n_segments = 6
    assert explorer.result.linkage_ is linkage
    assert len(explorer.frame) == 6
    explorer.method = "kmeans"
    assert explorer._tree == {}


def test_customers_leave_as_pseudonyms_and_never_in_a_small_group(make: Any) -> None:
    explorer = make(method="kmeans", columns=RFM)
    explorer.selection = [0]
    sent = ask(explorer, "customers_csv")
    lines = sent["csv"].strip().split("\n")
    assert lines[0] == "customer_pseudonym,segment"
    assert len(lines) == explorer.audience.size + 1
    assert not {line.split(",")[0] for line in lines} & set(map(str, explorer.audience.ids()))
    explorer.min_group = 1000
    with pytest.raises(AssertionError, match="Fewer than 1000 customers"):
        ask(explorer, "customers_csv")
    assert explorer._selected["text"].startswith("Fewer than 1000 customers")
    assert explorer._selected["size"] is None


def test_a_small_segment_cannot_be_had_by_subtraction(make: Any) -> None:
    explorer = make(method="kmeans", columns=RFM)
    explorer.min_group = int(explorer.frame["size"].min()) + 1
    small = set(explorer.result.segments_.tolist()) - set(explorer.frame["segment"])
    shown = int(explorer.frame["segment"].iloc[0])
    explorer.selection = [shown, *map(int, small)]
    assert explorer._selected["size"] is None
    with pytest.raises(AssertionError, match="or in a segment of it"):
        ask(explorer, "customers_csv")
    twin = explorer._twin()
    sizes = explorer.frame["size"]
    assert sum(f">{size}<" in twin for size in sizes) == len(sizes) - 1
    state = explorer._without_kernel({name: getattr(explorer, name) for name in explorer.keys})
    assert state["_view"]["headline"] in str(explorer)


def test_an_export_holds_no_id_even_where_the_sql_would(
    make: Any, table: tables.Table, tmp_path: Path
) -> None:
    some = [int(i) for i in segments.features(table, columns=RFM).frame.index[:150]]
    explorer = make(segments.features(table, columns=RFM, audience=some), method="kmeans")
    ask(explorer, "rules")
    assert str(some[70]) in explorer._rules["exact_sql"]
    state = explorer._without_kernel({name: getattr(explorer, name) for name in explorer.keys})
    assert (state["_rules"]["sql"], state["_rules"]["exact_sql"]) == ("", "")
    explorer.audience_mode = "viewer"
    assert explorer._rules == {}
    ask(explorer, "rules")
    assert explorer._rules["exact_sql"] == ""
    ask(explorer, "map")
    explorer.selection = [{"kind": "lasso", "polygon": [[-9, -9], [9, -9], [9, 9], [-9, 9]]}]
    state = explorer._without_kernel({name: getattr(explorer, name) for name in explorer.keys})
    assert (state["selection"], state["_selected"]) == ([], {"code": ""})


def test_a_focus_keeps_the_segments_and_counts_fewer(make: Any, table: tables.Table) -> None:
    explorer = make(method="kmeans", columns=RFM)
    model, everyone = explorer.result, explorer.frame["size"].sum()
    some = Audience.of_ids("some", table, model.features_.frame.index[:300])
    explorer.selection = [0]
    explorer.focus_on(some)
    assert explorer.result is model
    assert explorer.frame["size"].sum() == 300
    assert explorer.selection == [{"kind": "segment", "segment": 0}]
    assert explorer.audience.size == explorer.frame.set_index("segment").loc[0, "size"]
    assert explorer._selected_audience().size > explorer.audience.size
    explorer.focus_on(None)
    assert explorer.frame["size"].sum() == everyone


def test_linked_with_a_heatmap_both_ways(make: Any, table: tables.Table) -> None:
    explorer = make(method="kmeans", columns=RFM, min_group=1)
    heat = CohortHeatmap(table, cohort_grain="quarter")
    linked = link(heat, explorer)
    cohort = heat.frame["cohort"].iloc[-1]
    heat.selection = [{"kind": "row", "cohort": cohort}]
    assert explorer.frame["size"].sum() == heat.audience.size
    heat.selection = []
    explorer.selection = [1]
    first = heat.frame.drop_duplicates("cohort")
    assert first["size"].sum() == explorer.audience.size
    linked.unlink()
    assert heat.frame.drop_duplicates("cohort")["size"].sum() == 1200
    heat.close()


def test_a_model_is_shown_as_it_is(make: Any, table: tables.Table) -> None:
    features = segments.features(table, columns=RFM)
    model = segments.Segmentation("kmeans", 3, weights={"monetary": 2.0}, names={0: "Best"}).fit(features)
    explorer = make(model)
    assert explorer.result is model
    assert explorer.frame["name"].iloc[0] == "Best"
    explorer.n_segments = 4
    assert explorer.result.settings.weights == {"monetary": 2.0}
    assert make(features).method == "rfm"


def test_features_of_a_frame_need_no_table(make: Any) -> None:
    rng = np.random.default_rng(0)
    made = segments.Features.from_frame(
        pd.DataFrame({"age": rng.normal(40, 9, 60), "visits": rng.poisson(4, 60) + 0.0}, index=range(60))
    )
    explorer = make(made, n_segments=2)
    assert explorer.table is None
    assert explorer.frame["size"].sum() == 60
    ask(explorer, "rules")
    assert explorer._rules["sql"] == ""
    assert explorer._view["has"]["table"] is False


def test_bad_input_teaches_and_the_picture_stays(make: Any) -> None:
    explorer = make(method="kmeans", columns=RFM)
    with pytest.raises(DataError, match="recencyy"):
        explorer.columns = ["recencyy"]
    assert explorer.columns == RFM
    assert explorer._status["error"]
    with pytest.raises(TypeError, match="Did you mean 'n_segments'"):
        make(n_segment=3)
    with pytest.raises(DataError, match="has its columns already; customer can't be named again"):
        make(segments.features(explorer.table, columns=RFM), customer="id")


def test_errors_from_the_page_are_said_in_the_widget(make: Any) -> None:
    explorer = make(method="kmeans", columns=RFM)
    from_page(explorer, n_segments=6)
    assert len(explorer.frame) == 6
    from_page(explorer, columns=["nothing"])
    assert "nothing" in explorer._status["error"]
    assert explorer.columns == RFM


def test_state_and_code_rebuild_the_widget(make: Any, tmp_path: Path) -> None:
    explorer = make(method="kmeans", columns=RFM, n_segments=3)
    explorer.names = {1: "Quiet ones"}
    explorer.selection = [1]
    saved = explorer.save_state(tmp_path / "state.json")
    again = make()
    again.load_state(saved)
    pd.testing.assert_frame_equal(again.frame, explorer.frame)
    assert again.selection == explorer.selection
    code = explorer.to_code()
    assert "method='kmeans', " in code
    assert "n_segments=3" in code
    assert "names={'1': 'Quiet ones'}" in code
    consent = pd.DataFrame({"customer": [1, 2, 3] * 20, "purpose": "analytics", "granted": True})
    asked = make(explorer.table, consent=consent, include=("channel_app",), columns=RFM)
    assert asked.to_code().startswith("SegmentExplorer(table, include=('channel_app',), consent=…, ")


def test_exported_files_hold_no_ids_and_answer_their_tabs(make: Any, tmp_path: Path) -> None:
    explorer = make(method="kmeans", columns=RFM)
    state = explorer._without_kernel({name: getattr(explorer, name) for name in explorer.keys})
    assert state["_view"]["has"]["kernel"] is False
    assert state["_view"]["code"] == ""
    assert state["_rules"]["accuracy"] > 0
    assert state["_audit"]["score"] > 0
    assert decode(state["_map"]["frame"])["count"].min() >= 10
    explorer.min_group = int(explorer.frame["size"].min()) + 1
    assert len(explorer.frame) == 3
    state = explorer._without_kernel({name: getattr(explorer, name) for name in explorer.keys})
    assert len(decode(state["_frames"]["segments"])) == 2
    assert "1 group under" in state["_view"]["hidden"]
    assert "1 more hidden" in state["_view"]["hidden"]
    explorer.min_group = 10
    path = explorer.to_html(tmp_path / "segments.html")
    assert "<table" in path.read_text(encoding="utf-8")


def test_the_chart_holds_its_data(make: Any) -> None:
    explorer = make(method="kmeans", columns=RFM)
    spec = explorer.chart.to_dict()
    assert {"segments", "profile"} <= set(spec["datasets"])
    assert len(spec["datasets"]["segments"]) == 4
    json.dumps(spec)


def test_a_closed_widget_is_freed(table: tables.Table) -> None:
    explorer = SegmentExplorer(table, columns=RFM)
    ref = weakref.ref(explorer)
    explorer.close()
    del explorer
    gc.collect()
    assert ref() is None
