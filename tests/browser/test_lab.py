"""The heatmap in JupyterLab: what it shows first, and its state on both sides."""

import math

from playwright.sync_api import Page, expect

from .conftest import OpenNotebook, Shoot
from .heatmap import CDNOW, MONTHLY, Heatmap
from .view import counts, overlapping

ACTIVE_IN_MARCH_1998 = 2060
JANUARY_IN_MONTH_1 = 1157


def test_first_picture(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    notebook = open_notebook(CDNOW, "heat = CohortHeatmap(table)\nheat")
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()

    assert len(heat.cohorts()) == 13
    assert 11_908 in counts(heat.headline)
    expect(heat.error).to_have_count(0)
    expect(heat.root.locator(".ci-source")).to_contain_text("69,659 purchases")
    expect(heat.choice("Measure")).to_have_value("retention")
    expect(heat.choice("Cohorts")).to_have_value("week")
    assert notebook.ask("[heat.cohort_grain, heat.grain, heat.window]") == ["week", "month", "elapsed"]
    # Where no widget can live (a repository's preview), the output still says the finding and holds the table.
    data = next(o["data"] for o in notebook.outputs() if o["output_type"] != "stream")
    assert "11,908" in "".join(data["text/plain"])
    assert "".join(data["text/html"]).count("<tr>") >= 14
    shoot(heat.root, "lab-first-picture")
    shoot(page, "lab-page")


def test_the_page_draws_what_python_computed(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    columns = ["cohort", "age", "size", "active", "retention", "lower", "upper", "cumulative_value", "mature"]

    expected = notebook.ask(f"heat.frame[{columns!r}].to_numpy().tolist()")
    drawn = [[row[column] for column in columns] for row in heat.rows("cells")]

    assert len(drawn) == len(expected) == 18 + 17 + 16
    for shown, computed in zip(drawn, expected, strict=True):
        for a, b in zip(shown, computed, strict=True):
            assert math.isclose(a, b) if isinstance(b, float) else a == b, (shown, computed)


def test_hover_tells_the_counts_and_the_interval(
    open_notebook: OpenNotebook, shoot: Shoot, page: Page
) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()

    heat.hover("Jan 1997", "1")

    expect(heat.tooltip).to_be_visible()
    expect(heat.tooltip).to_contain_text("1,157 of 7,846 = 14.7 % (14.0–15.5 %)")
    # The hovered cohort stands out in the curve beside the matrix.
    assert heat.signal("hover_row", "curve") == 0
    shoot(page, "lab-hover")
    page.mouse.move(5, 5)
    expect(heat.tooltip).to_be_hidden()


def test_what_is_clicked_is_an_audience_in_python(open_notebook: OpenNotebook, shoot: Shoot) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    expect(heat.selected).to_contain_text("Click a cell")

    heat.click("Jan 1997", "1")
    expect(heat.selected).to_contain_text("1,157 customers")
    notebook.expect("heat.selection", [{"kind": "cell", "cohort": "1997-01", "age": 1}])
    assert notebook.ask("heat.audience.size") == JANUARY_IN_MONTH_1
    assert notebook.ask("len(set(heat.audience.ids()))") == JANUARY_IN_MONTH_1
    heat.expect_marks({("Jan 1997", "1")})

    # Alt takes the diagonal: one calendar month over all cohorts.
    heat.click("Jan 1997", "14", ["Alt"])
    expect(heat.selected).to_contain_text("2,060 customers")
    notebook.expect("heat.selection", [{"kind": "diagonal", "period": "1998-03"}])
    assert notebook.ask("heat.audience.size") == ACTIVE_IN_MARCH_1998
    heat.expect_marks({("Jan 1997", "14"), ("Feb 1997", "13"), ("Mar 1997", "12")})
    shoot(heat.root, "lab-diagonal")

    # Shift adds to it; a second click with shift takes away again.
    heat.click("Mar 1997", "2", ["Shift"])
    notebook.expect("len(heat.selection)", 2)
    notebook.expect("heat._selected['size'] == heat.audience.size", True)
    heat.click("Mar 1997", "2", ["Shift"])
    notebook.expect("heat.selection", [{"kind": "diagonal", "period": "1998-03"}])

    # A cohort's label takes its row.
    at = heat.place("Feb 1997", "0")
    heat.page.mouse.click(at["x"] - at["width"] / 2 - 40, at["y"])
    notebook.expect("heat.selection", [{"kind": "row", "cohort": "1997-02"}])
    assert notebook.ask("heat.audience.size") == notebook.ask(
        "int(heat.frame.query('cohort == \"1997-02\"')['size'].iloc[0])"
    )


def test_two_selections_are_compared(open_notebook: OpenNotebook, shoot: Shoot) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()

    heat.click("Jan 1997", "14", ["Alt"])
    expect(heat.selected).to_contain_text("2,060 customers")
    heat.button("Compare").click()
    heat.click("Jan 1997", "13", ["Alt"])

    notebook.expect("heat.selection", [{"kind": "diagonal", "period": "1998-02"}])
    notebook.expect("heat.compared", [{"kind": "diagonal", "period": "1998-03"}])
    expect(heat.selected).to_contain_text("1,551 customers")
    both = notebook.ask(
        "len(set(heat.audience.ids()) & set(heat.result.audience(cells=heat.compared).ids()))"
    )
    expect(heat.root.locator(".ci-comparing")).to_contain_text(
        f"1,551 against 2,060 customers; {both:,} are in both"
    )
    heat.expect_marks({("Jan 1997", "14"), ("Feb 1997", "13"), ("Mar 1997", "12")}, "compared")
    shoot(heat.root, "lab-compare")
    heat.button("End comparison").click()
    notebook.expect("heat.compared", [])


def test_what_python_sets_the_page_follows_in_every_view(open_notebook: OpenNotebook, shoot: Shoot) -> None:
    notebook = open_notebook(CDNOW, MONTHLY, "heat")
    notebook.run_all()
    views = [Heatmap(notebook.widget(n)).ready() for n in range(2)]
    shades = [view.pixel("Feb 1997", "3") for view in views]
    before = views[0].headline

    notebook.execute('heat.measure = "cumulative_value"')
    for view, shade in zip(views, shades, strict=True):
        expect(view.choice("Measure")).to_have_value("cumulative_value")
        expect(view.root.locator(".ci-headline")).not_to_have_text(before)
        view.wait_for_measure("cumulative_value")
        assert view.pixel("Feb 1997", "3") != shade

    notebook.execute('heat.selection = [("1997-01", 3), {"kind": "diagonal", "period": "1998-03"}]')
    selected = {("Jan 1997", "3"), ("Jan 1997", "14"), ("Feb 1997", "13"), ("Mar 1997", "12")}
    size = notebook.ask("heat.audience.size")
    for view in views:
        expect(view.selected).to_contain_text(f"{size:,} customers")
        view.expect_marks(selected)

    notebook.execute('heat.cohort_grain = "week"')
    for view in views:
        expect(view.choice("Cohorts")).to_have_value("week")
        view.wait_for_cohorts(13)
    # A cohort that the new matrix lacks is no longer selected; the month that all of them share still is.
    notebook.expect("heat.selection", [{"kind": "diagonal", "period": "1998-03"}])
    expect(views[0].selected).to_contain_text("2,060 customers")
    assert "Jan 1997" not in {cohort for cohort, _ in views[0].marks()}

    notebook.execute("heat.table_view = True")
    for view in views:
        expect(view.root.get_by_role("grid")).to_be_visible()
    shoot(views[1].root, "lab-table")


def test_what_the_page_sets_python_computes(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()

    heat.choice("Cohorts").select_option("week")
    notebook.expect("heat.cohort_grain", "week")
    notebook.expect("heat.frame.cohort.nunique()", 13)
    heat.wait_for_cohorts(13)
    assert heat.cohorts() == notebook.ask("list(dict.fromkeys(heat._cells.label_cohort))")

    heat.option("Elapsed").check()
    notebook.expect("heat.window", "elapsed")
    notebook.expect("heat.result.settings.window", "elapsed")
    heat.choice("Kind").select_option("unbounded")
    notebook.expect("heat.result.settings.kind", "unbounded")
    heat.open_more()
    heat.field("Interval level, %").fill("80")
    heat.field("Interval level, %").press("Enter")
    notebook.expect("heat.result.settings.level", 0.8)
    upper = notebook.ask("heat.frame.upper.iloc[1]")
    heat.wait_until("(view, upper) => Math.abs(view.data('cells')[1].upper - upper) < 1e-9", upper)
    expect(heat.error).to_have_count(0)


def test_each_measure_is_drawn(open_notebook: OpenNotebook, shoot: Shoot) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    for measure in ("active", "revenue", "orders", "average_order", "cumulative_value"):
        heat.choice("Measure").select_option(measure)
        heat.wait_for_measure(measure)
        assert len([text for text in heat.texts() if text["role"] == "mark"]) > 40
        notebook.expect("heat.measure", measure)
        assert heat.headline == notebook.ask("heat._view['headline']")
        shoot(heat.root, f"lab-measure-{measure}")
        assert overlapping(heat.texts()) == [], measure
