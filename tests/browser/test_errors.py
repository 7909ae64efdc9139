"""Bad input, and long work: what the page says, and what Python raises."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import OpenNotebook, Shoot
from .heatmap import CDNOW, MONTHLY, Heatmap
from .lab import KernelError

# Every recomputation takes a while, says how far it is, and can be stopped between two steps.
SLOW = """import time
from custintel_analytics import cohorts
quick = cohorts.retention
def slow(*args, progress=None, **settings):
    calls.append(settings["cohort_grain"])
    for step in range(steps):
        time.sleep(0.05)
        progress(step, steps, "Reading the purchases slowly…")
    return quick(*args, progress=progress, **settings)
calls = []
steps = 200
cohorts.retention = slow"""


def test_what_python_can_not_take_is_raised_there_and_shown(
    open_notebook: OpenNotebook, shoot: Shoot
) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()

    with pytest.raises(KernelError, match=r"choose one of.*'retention'"):
        notebook.execute('heat.measure = "retentoin"')
    with pytest.raises(KernelError, match="as_of"):
        notebook.execute('heat.as_of = "next week"')
    expect(heat.error).to_contain_text("as_of")
    expect(heat.error).not_to_contain_text("Traceback")
    shoot(heat.root, "error-from-python")
    # The picture of the last good setting stays, and a good value takes the message away.
    assert len(heat.cohorts()) == 3
    notebook.execute('heat.as_of = "1997-12-31"')
    expect(heat.error).to_have_count(0)
    heat.wait_until("view => Math.max(...view.data('cells').map(cell => cell.age)) === 11")


def test_what_the_page_can_not_ask_for_is_said_in_the_widget(
    open_notebook: OpenNotebook, shoot: Shoot
) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    heat.open_more()

    heat.field("Observed until").fill("1990-05-01")
    heat.field("Observed until").press("Enter")
    expect(heat.error).to_contain_text("1990")
    expect(heat.error).not_to_contain_text("Traceback")
    shoot(heat.root, "error-from-page")

    heat.field("Observed until").fill("1997-12-31")
    heat.field("Observed until").press("Enter")
    expect(heat.error).to_have_count(0)
    notebook.expect("str(heat.result.settings.as_of)", "1997-12-31")


def test_data_without_purchases_gets_a_message_in_the_cell(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(CDNOW)
    notebook.run_all()
    with pytest.raises(KernelError, match=r"(?i)no rows|empty|no purchases") as raised:
        notebook.execute("CohortHeatmap(datasets.cdnow().head(0))")
    assert "DataError" in str(raised.value)
    with pytest.raises(KernelError, match="measure"):
        notebook.execute('CohortHeatmap(table, mesure="active")')


def test_long_work_shows_itself_and_stops(open_notebook: OpenNotebook, shoot: Shoot) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    notebook.execute(SLOW)

    heat.choice("Cohorts").select_option("week")
    stop = heat.button("Stop")
    expect(stop).to_be_visible()
    expect(heat.root.locator(".ci-status")).to_contain_text("Reading the purchases slowly…")
    expect(heat.root.get_by_role("progressbar")).to_have_attribute("value", re.compile(r"0\.\d+"))
    shoot(heat.root, "long-work")
    # The kernel is free meanwhile: another cell answers at once.
    assert notebook.ask("1 + 1") == 2

    stop.click()
    expect(heat.root.locator(".ci-status")).to_contain_text("Stopped")
    expect(stop).to_be_hidden()
    notebook.expect("heat._work.busy", False)
    assert notebook.ask("heat.frame.cohort.nunique()") == len(heat.cohorts()) == 3
    shoot(heat.root, "long-work-stopped")
    # Controls say what is on show, not what was stopped.
    expect(heat.choice("Cohorts")).to_have_value("month")
    assert notebook.ask("heat.cohort_grain") == "month"


def test_the_latest_wish_wins(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    notebook.execute(SLOW)

    heat.choice("Cohorts").select_option("day")
    notebook.expect("calls", ["day"])
    notebook.execute("steps = 3")
    heat.choice("Cohorts").select_option("week")

    heat.wait_for_cohorts(13)
    notebook.expect("heat._work.busy", False)
    assert notebook.ask("[heat.cohort_grain, heat.frame.cohort.nunique()]") == ["week", 13]
    expect(heat.root.locator(".ci-status")).to_be_hidden()
    expect(heat.choice("Cohorts")).to_have_value("week")


def test_what_is_being_typed_is_not_overwritten(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    heat.open_more()
    level = heat.field("Interval level, %")
    level.fill("80")
    notebook.execute('heat.kind = "unbounded"')
    expect(heat.choice("Kind")).to_have_value("unbounded")
    expect(level).to_have_value("80")
    level.press("Enter")
    notebook.expect("heat.result.settings.level", 0.8)
