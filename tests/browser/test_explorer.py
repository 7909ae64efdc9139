"""The segment explorer in JupyterLab: what it shows first, its state on both sides, names, previews and troubles."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenNotebook, Shoot
from .explorer import SHOP, Explorer
from .heatmap import CDNOW
from .lab import KernelError
from .view import counts

KMEANS = 'explorer = SegmentExplorer(table, method="kmeans", columns=BEHAVIOUR)\nexplorer'

# Trying numbers of segments takes a while, says how far it is, and can be stopped between two steps.
SLOW = """import time
from custintel_analytics import segments
quick = segments.choose
def slow(*args, progress, **settings):
    for step in range(400):
        time.sleep(0.05)
        progress(step, 400, "Looking closely…")
    return quick(*args, progress=progress, **settings)
segments.choose = slow"""


def test_the_first_picture(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 1100})
    rules = 'explorer = SegmentExplorer(table, columns=["recency", "frequency", "monetary"])\nexplorer'
    notebook = open_notebook(CDNOW.replace("CohortHeatmap", "SegmentExplorer"), rules)
    notebook.run_all()
    explorer = Explorer(notebook.widget()).ready()

    expect(explorer.choice("Method")).to_have_value("rfm")
    listed = notebook.ask("explorer.frame[['segment', 'name', 'size']].to_numpy().tolist()")
    assert len(listed) >= 6
    assert explorer.names() == {number: name for number, name, _ in listed}
    assert explorer.sizes() == {number: size for number, _, size in listed}
    assert sum(explorer.sizes().values()) == 23_570
    assert explorer.headline == notebook.ask("explorer._view['headline']")
    expect(explorer.status_line).to_contain_text("features as of 30 June 1998")
    expect(explorer.root.locator(".ci-source")).to_contain_text("23,570 customers")
    expect(explorer.error).to_have_count(0)
    # Indices, map and tabs wait until someone asks.
    assert notebook.ask("[explorer._quality, explorer._map, explorer._flows, explorer._rules]") == [{}] * 4
    drawn = {(c["segment"], c["feature"]): c["index"] for c in explorer.rows("profile", "profile-chart")}
    computed = notebook.ask("explorer.profile[['segment', 'feature', 'index']].to_numpy().tolist()")
    assert drawn == {(segment, feature): index for segment, feature, index in computed}
    # Where no widget can live, the output still says the finding and holds the table.
    data = next(o["data"] for o in notebook.outputs() if o["output_type"] != "stream")
    assert listed[0][1] in "".join(data["text/plain"])
    assert "".join(data["text/html"]).count("<tr>") > len(listed)
    shoot(page, "segments-first-picture")


def test_found_segments_are_on_both_sides(open_notebook: OpenNotebook, shoot: Shoot) -> None:
    notebook = open_notebook(SHOP, "explorer = SegmentExplorer(table)\nexplorer", "explorer")
    notebook.run_all()
    views = [Explorer(notebook.widget(n)).ready() for n in range(2)]

    # From the page: found, and drawn in every view.
    views[0].button("Find segments in the data").click()
    notebook.expect("[explorer.method, explorer.n_segments]", ["kmeans", 4], 60)
    for view in views:
        view.expect_segments(4)
        expect(view.choice("Method")).to_have_value("kmeans")
        expect(view.field("Segments")).to_have_value("4")
        expect(view.status_line).to_contain_text("4 segments · stability")
        assert view.sizes() == dict(notebook.ask("explorer.frame[['segment', 'size']].to_numpy().tolist()"))
    notebook.expect("explorer._work.busy", False)
    shoot(views[0].root, "segments-found")

    # From Python: another method, number, value, and what is selected.
    notebook.execute('explorer.method = "ward"\nexplorer.n_segments = 6\nexplorer.profile_value = "effect"')
    notebook.execute("explorer.selection = [0, 2]")
    for view in views:
        view.expect_segments(6)
        expect(view.choice("Method")).to_have_value("ward")
        expect(view.option("Effect")).to_be_checked()
        expect(view.selected).to_contain_text(f"{notebook.ask('explorer.audience.size'):,} customers")
        assert view.chosen == [0, 2]

    # From the page: a column less, and back to the rules.
    columns = len(notebook.ask("list(explorer.features.frame)"))
    views[0].disclose("Columns")
    views[0].toggle("Tenure").uncheck()
    notebook.expect("'tenure' in explorer.features.frame", False)
    assert len(notebook.ask("explorer.columns")) == columns - 1
    views[0].choice("Method").select_option("rfm")
    notebook.expect("explorer.result.method", "rfm")
    for view in views:
        view.expect_segments(notebook.ask("len(explorer.frame)"))
        expect(view.error).to_have_count(0)


def test_a_click_is_an_audience(open_notebook: OpenNotebook, shoot: Shoot) -> None:
    notebook = open_notebook(SHOP, KMEANS)
    notebook.run_all()
    explorer = Explorer(notebook.widget()).ready()
    keys = explorer.page.keyboard
    sizes = explorer.sizes()
    expect(explorer.selected).to_contain_text("Click a segment")

    def expect_selected(*segments: int) -> None:
        total = sum(sizes[segment] for segment in segments)
        expect(explorer.selected).to_contain_text(f"{total:,} customers worth")
        notebook.expect("explorer.selection", [{"kind": "segment", "segment": s} for s in segments])
        assert notebook.ask("[explorer.audience.size, len(set(explorer.audience.ids()))]") == [total] * 2
        assert explorer.chosen == sorted(segments)

    explorer.pick(1)
    expect_selected(1)
    expect(explorer.detail).to_contain_text("Set apart by")
    shoot(explorer.root, "segments-selected")
    explorer.pick(3, ["Shift"])
    expect_selected(1, 3)
    # A column of the profile is the same segment.
    explorer.click("profile-chart", "rect", segment=2, feature="monetary")
    expect_selected(2)

    # By keyboard: the row that was picked last has the focus in the list.
    explorer.line(1).focus()
    keys.press("ArrowDown")
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    keys.press("Enter")
    expect_selected(0)
    keys.press("End")
    keys.press("Shift+Space")
    expect_selected(0, 3)
    keys.press("Escape")
    notebook.expect("explorer.selection", [])
    expect(explorer.detail).to_be_hidden()

    # What the team will do about it is edited where it is read.
    explorer.pick(0)
    expect(explorer.detail.locator(".ci-editable-text")).not_to_be_empty()
    explorer.detail.locator(".ci-pencil").click()
    explorer.detail.locator("input").fill("Call them on Monday")
    keys.press("Enter")
    notebook.expect("explorer.actions", {"0": "Call them on Monday"})
    expect(explorer.detail).to_contain_text("Call them on Monday")


def test_another_number_is_looked_at_first_and_names_stay(open_notebook: OpenNotebook, shoot: Shoot) -> None:
    notebook = open_notebook(SHOP, KMEANS)
    notebook.run_all()
    explorer = Explorer(notebook.widget()).ready()
    suggested = explorer.names()

    explorer.rename(1, "Night owls")
    notebook.expect("explorer.names", {"1": "Night owls"})
    expect(explorer.line(1)).to_contain_text("Night owls")
    notebook.execute("owls = explorer.result.audience(1).ids()")
    # Escape takes back what is being typed.
    explorer.line(0).focus()
    explorer.page.keyboard.press("F2")
    explorer.page.keyboard.type("Never mind")
    explorer.page.keyboard.press("Escape")
    assert explorer.names()[0] == suggested[0]

    # In grey first, with what would change; Cancel takes it back.
    explorer.button("More segments").click()
    expect(explorer.preview).to_contain_text("Preview: 5 instead of 4 segments")
    expect(explorer.preview.locator("li").first).to_be_visible()
    expect(explorer.lines).to_have_count(5)
    assert "Night owls" in explorer.names().values()
    shoot(explorer.root, "segments-preview")
    assert notebook.ask("[explorer.n_segments, len(explorer.frame)]") == [4, 4]
    explorer.button("Cancel").click()
    expect(explorer.lines).to_have_count(4)
    expect(explorer.preview).to_be_hidden()

    explorer.button("More segments").click()
    explorer.button("Apply").click()
    notebook.expect("[explorer.n_segments, len(explorer.frame)]", [5, 5])
    explorer.expect_segments(5)
    expect(explorer.preview).to_be_hidden()
    # The name stays with the customers it was given to.
    assert explorer.names()[1] == "Night owls"
    assert notebook.ask("len(set(owls) & set(explorer.result.audience(1).ids())) / len(owls)") > 0.5

    # An empty name is the suggestion again.
    explorer.rename(1, "")
    notebook.expect("explorer.names", {})
    expect(explorer.line(1)).not_to_contain_text("Night owls")


def test_long_work_shows_itself_and_stops(open_notebook: OpenNotebook, shoot: Shoot) -> None:
    notebook = open_notebook(SHOP, "explorer = SegmentExplorer(table, columns=RFM)\nexplorer")
    notebook.run_all()
    explorer = Explorer(notebook.widget()).ready()
    notebook.execute(SLOW)
    shown = explorer.names()

    explorer.button("Find segments in the data").click()
    stop = explorer.button("Stop")
    expect(stop).to_be_visible()
    expect(explorer.root.locator(".ci-status:visible")).to_contain_text("Looking closely…")
    shoot(explorer.root, "segments-finding")
    # The kernel is free meanwhile, and the rules can be read.
    assert notebook.ask("1 + 1") == 2
    stop.click()
    expect(explorer.root.locator(".ci-status:visible")).to_contain_text("Stopped")
    expect(stop).to_be_hidden()
    assert explorer.names() == shown
    assert notebook.ask("[explorer.method, explorer._quality]") == ["rfm", {}]

    notebook.execute("segments.choose = quick")
    explorer.button("Try again").click()
    explorer.expect_segments(4)
    expect(explorer.root.locator(".ci-status:visible")).to_have_count(0)
    assert notebook.ask("explorer.method") == "kmeans"


def test_what_goes_wrong_is_said(open_notebook: OpenNotebook, shoot: Shoot) -> None:
    notebook = open_notebook(SHOP, KMEANS)
    notebook.run_all()
    explorer = Explorer(notebook.widget()).ready()

    # From the page: a day before the first purchase.
    explorer.disclose("More")
    explorer.field("Features as of").fill("1990-05-01")
    explorer.field("Features as of").press("Enter")
    expect(explorer.error).to_contain_text("1990")
    expect(explorer.error).not_to_contain_text("Traceback")
    shoot(explorer.root, "segments-error")
    # What was shown before is still there to be read, and a good value takes the message away.
    assert len(explorer.names()) == 4
    explorer.field("Features as of").fill("2023-06-30")
    explorer.field("Features as of").press("Enter")
    expect(explorer.error).to_have_count(0)
    expect(explorer.status_line).to_contain_text("30 June 2023")

    # From Python: raised there as well.
    with pytest.raises(KernelError, match="age"):
        notebook.execute('explorer.columns = ["recency", "age"]')
    expect(explorer.error).to_contain_text("age")
    notebook.execute("explorer.columns = RFM")
    expect(explorer.error).to_have_count(0)
    with pytest.raises(KernelError, match="There is no segment 9"):
        notebook.execute("explorer.selection = [9]")

    # A question about a customer who isn't there is answered where it was asked.
    panel = explorer.open_tab("Rules and SQL")
    asked = explorer.field("Why is this customer here? Customer id")
    asked.fill("nobody")
    asked.press("Enter")
    expect(panel.locator(".ci-answer")).to_contain_text("There is no customer 'nobody'")
    asked.fill(str(notebook.ask("explorer.features.frame.index[0]")))
    asked.press("Enter")
    expect(panel.locator(".ci-answer table")).to_be_visible()
    assert counts(panel.locator(".ci-answer").inner_text())
