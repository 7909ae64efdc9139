"""The A/B calculator in JupyterLab and in an exported file: the page answers at once, and Python says the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

from custintel_analytics import experiments as ex
from custintel_widgets import ABCalculator

from .calculator import SHOP, TABLE, TABS, Calculator
from .conftest import OpenNotebook, Shoot
from .guard import Guard
from .keyboard import SHORTCUTS, notebook_state
from .lab import Notebook, until
from .view import counts, overlapping

READABLE = 4.5
TALL = {"width": 1280, "height": 1300}
IMPORT = "from custintel_widgets import ABCalculator"
NEEDS = "Needs the notebook: this file holds the experiment as it was exported"
COUNTS = 'calculator = ABCalculator(counts={"A": (1000, 200), "B": (1000, 250)}, worthwhile=0.05)\ncalculator'
WINNER = ("c3", "accent")


def opened(notebook: Notebook, index: int = 0) -> Calculator:
    notebook.run_all()
    return Calculator(notebook.widget(index)).ready()


def expect_plan(notebook: Notebook, calculator: Calculator) -> None:
    """Python's plan is, word by word, the one in the headline."""
    shown = calculator.headline_line.inner_text().removeprefix("Example").strip()
    notebook.expect("calculator.plan.sentence", shown)


def expect_verdict(notebook: Notebook, calculator: Calculator, decision: str) -> None:
    """Verdict, figures and interval in the page are those of Python."""
    expect(calculator.strip).to_have_attribute("data-decision", decision)
    shown = {
        "reason": calculator.strip.locator(".ci-verdict-reason").inner_text(),
        "line": calculator.figures,
    }
    asked = '{"reason": calculator.verdict.reason, "line": calculator.verdict.lines[1]}'
    until(lambda: notebook.ask(asked), shown)
    assert notebook.ask("calculator.verdict.decision") == decision
    one = "calculator.comparison"
    found = notebook.ask(f"[{one}.effect, {one}.lower, {one}.upper]")
    assert calculator.interval() == pytest.approx(found, rel=1e-8)


def test_the_empty_call_plans(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size(TALL)
    notebook = open_notebook(f"{IMPORT}\ncalculator = ABCalculator()\ncalculator")
    calculator = opened(notebook)
    expect(calculator.tab("Plan")).to_have_attribute("aria-selected", "true")
    expect(calculator.example).to_be_visible()
    assert counts(calculator.headline_line.inner_text())[0] == 1030
    expect(calculator.root.locator(".ci-plan-advice")).to_contain_text("Run 7 days (1 whole week)")
    expect_plan(notebook, calculator)
    shoot(calculator.root, "calculator-empty")

    # While the thumb moves only the page answers; Python hears of it when it rests.
    expect(calculator.number("Duration")).to_have_js_property("readOnly", True)
    calculator.drag(calculator.slider("Baseline"), 0.5)
    expect(calculator.headline_line).not_to_contain_text("1,030")
    expect(calculator.example).to_be_hidden()
    page.mouse.up()
    until(lambda: 0.45 < notebook.ask("calculator.baseline") < 0.55, True)
    expect_plan(notebook, calculator)

    for label, text, trait, value in (
        ("Baseline", "10", "baseline", 0.1),
        ("Effect to find", "2", "effect", 0.02),
        ("Power", "90", "power", 0.9),
    ):
        calculator.type(calculator.number(label), text)
        notebook.expect(f"calculator.{trait}", value)
        expect_plan(notebook, calculator)
    days = float(calculator.number("Duration").input_value())
    assert notebook.ask("calculator.plan.days") == days

    # Another padlock: what was computed stays, and what is computed now is the same plan's.
    calculator.root.get_by_role("radio", name="Compute the effect").check(force=True)
    notebook.expect("[calculator.solve, calculator.days]", ["effect", days])
    calculator.type(calculator.number("Duration"), "28")
    notebook.expect("calculator.days", 28)
    expect_plan(notebook, calculator)
    shown = float(calculator.number("Effect to find").input_value())
    assert shown == pytest.approx(100 * notebook.ask("calculator.plan.effect"), rel=1e-5)

    # Python speaks, the page follows.
    notebook.execute("calculator.solve, calculator.effect = 'power', 0.03")
    expect(calculator.number("Power")).to_have_js_property("readOnly", True)
    expect(calculator.number("Effect to find")).to_have_value("3")
    expect_plan(notebook, calculator)

    # The point of the curve: where it is dragged is the plan's effect.
    point = calculator.slider("The plan on its power curve")
    box = point.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 80, box["y"], steps=4)
    page.mouse.up()
    until(lambda: 0.005 < notebook.ask("calculator.effect") < 0.029, True)
    expect_plan(notebook, calculator)
    assert float(calculator.number("Effect to find").input_value()) == pytest.approx(
        100 * notebook.ask("calculator.effect"), rel=1e-5
    )


def test_counts_are_typed_and_pasted(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size(TALL)
    notebook = open_notebook(f"{IMPORT}\n{COUNTS}")
    calculator = opened(notebook)
    expect_verdict(notebook, calculator, "ship")
    assert calculator.verdict == "Ship"
    assert calculator.painted("effect-chart", *WINNER) > 50

    # Every letter counts in the page; what isn't a number yet is said, and leaves Python alone.
    calculator.type(calculator.cell("Conversions", "B"), "215")
    expect_verdict(notebook, calculator, "keep running")
    calculator.type(calculator.cell("Conversions", "B"), "1200")
    expect(calculator.strip).to_contain_text("1,200 conversions of 1,000 units: more than there are")
    expect(calculator.cell("Conversions", "B")).to_have_attribute("aria-invalid", "true")
    assert notebook.ask("calculator.counts[1]['successes']") != 1200

    table = "Group\tUsers\tOrders\tNotes\nold\t20,000\t2,400\tas ever\nnew\t20,100\t2,700\tgreen button\n"
    calculator.paste(calculator.cell("Units", "A"), table)
    pasted = [
        {"variant": "old", "n": 20000, "successes": 2400},
        {"variant": "new", "n": 20100, "successes": 2700},
    ]
    notebook.expect("calculator.counts", pasted)
    expect(calculator.root.locator(".ci-counts")).to_contain_text("Pasted 2 rows. Left out: Notes.")
    expect_verdict(notebook, calculator, "ship")
    calculator.button("Copy verdict").click()
    expect(calculator.strip.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.replace("\r\n", "\n").split("\n") == notebook.ask("list(calculator.verdict.lines)")

    # What is worth having decides with it, on either scale.
    calculator.drag(calculator.slider("Smallest effect worth having"), 0.5)
    expect(calculator.strip).to_have_attribute(
        "data-decision", re.compile("no meaningful difference|keep running")
    )
    page.mouse.up()
    until(lambda: 0.2 < notebook.ask("calculator.worthwhile") < 0.3, True)
    expect_verdict(notebook, calculator, calculator.strip.get_attribute("data-decision") or "")
    calculator.root.get_by_role("radio", name="points").first.check(force=True)
    notebook.expect("calculator.worthwhile_relative", False)
    calculator.type(calculator.number("Smallest effect worth having"), "0.3")
    notebook.expect("calculator.worthwhile", 0.003)
    expect(calculator.root.locator(".ci-worthwhile")).to_contain_text("+0.3 pp = +2.5 %")
    expect_verdict(notebook, calculator, "ship")

    calculator.open_method()
    calculator.choice("Method").select_option("bayes")
    notebook.expect("calculator.method", "bayes")
    expect(calculator.root.locator(".ci-curve-about")).to_have_text("Posterior of the effect:")
    expect_verdict(notebook, calculator, "ship")
    notebook.execute("calculator.contacts, calculator.margin, calculator.currency = 100_000, 3, 'EUR'")
    expect(calculator.root.locator(".ci-worth")).to_contain_text("For 100,000 contacts it is worth EUR")
    notebook.expect(
        "calculator.value.sentence in " + repr(calculator.root.locator(".ci-worth").inner_text()), True
    )
    shoot(calculator.root, "calculator-bayes")

    # A broken split: nothing is to be read, and nothing looks like a winner.
    notebook.execute("calculator.method = 'welch'")
    calculator.type(calculator.cell("Units", "new"), "22000")
    expect(calculator.strip).to_contain_text("Don't read this result. Expected 21,000 : 21,000")
    expect_verdict(notebook, calculator, "don't read")
    assert calculator.painted("effect-chart", *WINNER) == 0
    assert calculator.painted("density-chart", "d1", "d3") == 0
    expect(calculator.root.locator(".ci-worth")).to_have_text("No value: the groups aren't alike.")
    shoot(calculator.root, "calculator-broken-split")

    # Python's counts are the page's.
    notebook.execute("calculator.counts = {'A': (5000, 500), 'B': (5000, 505)}; calculator.control = 'B'")
    expect(calculator.cell("Conversions", "B")).to_have_value("505")
    expect(calculator.root.get_by_role("radio", name="B is the control")).to_be_checked()
    expect_verdict(notebook, calculator, "keep running")


def test_a_table_is_analysed_and_watched(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 1700})
    notebook = open_notebook(SHOP, TABLE)
    calculator = opened(notebook)
    expect(calculator.tab("Analyse")).to_have_attribute("aria-selected", "true")
    expect_verdict(notebook, calculator, "ship")
    calculator.drawn("forest-chart")
    forest = {
        (row["metric"], row["variant"]): [row["effect"], row["lower"], row["upper"]]
        for row in calculator.rows("forest", "forest-chart")
        if "metric" in row
    }
    # Corrected for the number of questions, as the verdict is.
    asked = notebook.ask(
        "[[*key, one.effect, one.lower, one.upper] for key, one in calculator.result.corrected.items()]"
    )
    assert list(forest) == [(metric, variant) for metric, variant, *_ in asked]
    for metric, variant, *effect in asked:
        assert forest[metric, variant] == pytest.approx(effect, rel=1e-6), (metric, variant)
    expect(calculator.strip).to_contain_text("both Holm-corrected for 4 questions")

    calculator.click("forest-chart", "symbol", metric="spend", variant="newer")
    notebook.expect("[calculator.metric, calculator.treatment]", ["spend", "newer"])
    expect(calculator.strip).to_contain_text("newer against control · spend")
    until(lambda: calculator.interval(), pytest.approx(forest["spend", "newer"], rel=1e-8))
    shoot(calculator.root, "calculator-table")

    # The course comes from Python, once it is looked at.
    assert notebook.ask("calculator._running") == {}
    calculator.open_tab("Monitor")
    expect(calculator.headline_line).to_contain_text("Look 21, 21 March 2024", timeout=30_000)
    notebook.expect("[calculator._running['metric'], calculator._running['variant']]", ["spend", "newer"])
    calculator.drawn("running-chart")
    last = max(calculator.rows("running", "running-chart"), key=lambda row: row["look"])
    # One question on its own.
    one = "calculator.result.comparisons['spend', 'newer']"
    alone = notebook.ask(f"[{one}.effect, {one}.lower, {one}.upper]")
    assert [last["effect"], last["lower"], last["upper"]] == pytest.approx(alone, rel=1e-6)
    assert last["seq_lower"] < last["lower"] < last["upper"] < last["seq_upper"]
    calculator.field("Planned end").fill("2024-03-28")
    expect(calculator.headline_line).to_contain_text("The usual p-value isn't valid yet", timeout=30_000)
    notebook.expect("[calculator.planned_end, bool(calculator._running)]", ["2024-03-28", True])
    shoot(calculator.root, "calculator-monitor")

    # Another metric is another course.
    calculator.open_tab("Analyse")
    notebook.execute("calculator.planned_end = ''; calculator.metric, calculator.treatment = 'bought', 'new'")
    expect_verdict(notebook, calculator, "ship")
    calculator.open_tab("Monitor")
    notebook.expect("calculator._running.get('metric')", "bought")
    expect(calculator.headline_line).to_contain_text("clear of zero since")


def test_before_the_planned_end_nothing_is_decided(open_notebook: OpenNotebook, page: Page) -> None:
    page.set_viewport_size(TALL)
    notebook = open_notebook(SHOP, TABLE)
    calculator = opened(notebook)
    assert calculator.painted("forest-chart", "c3") > 50
    # Planned by number, or by a day that the data have not reached; whatever day it is for the reader.
    for trait, plan, none in (("planned_n", "9_000", "0"), ("planned_end", "'2024-03-28'", "''")):
        notebook.execute(f"calculator.{trait} = {plan}")
        expect(calculator.strip).to_have_attribute("data-guarded", "true")
        expect(calculator.strip).to_have_attribute("data-decision", "keep running")
        assert calculator.painted("effect-chart", *WINNER) == calculator.painted("forest-chart", *WINNER) == 0
        assert notebook.ask("calculator.verdict.decision") == "keep running"
        notebook.execute(f"calculator.{trait} = {none}")
        expect_verdict(notebook, calculator, "ship")


def test_the_lesson_runs_in_the_page(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size(TALL)
    notebook = open_notebook(f'{IMPORT}\ncalculator = ABCalculator(tab="monitor", lesson=True)\ncalculator')
    calculator = opened(notebook)
    calculator.drawn("lesson-chart", "paths-chart")
    exact = {row["looks"]: row["share"] for row in calculator.rows("rates", "lesson-chart")}
    for looks, share in ((1, 0.05), (5, 0.1417), (10, 0.1934), (20, 0.2479)):
        assert exact[looks] == pytest.approx(share, abs=5e-4)
    found = {row["looks"]: row for row in calculator.rows("simulated", "lesson-chart")}
    sentence = calculator.root.locator(".ci-lesson .ci-panel-headline")
    for looks in (1, 5, 20):
        calculator.type(calculator.number("Looks at each test"), str(looks))
        alarms = round(1000 * found[looks]["share"])
        expect(sentence).to_contain_text(re.compile(rf"^{alarms} of 1,000 tests"))
        notebook.expect("calculator.looks", looks)
        assert calculator.signal("looks", "lesson-chart") == looks
    shoot(calculator.root, "calculator-lesson")
    calculator.button("Run other tests").click()
    expect(sentence).not_to_contain_text(f"{alarms} of 1,000 tests")


def switch(notebook: Notebook, theme: str, calculator: Calculator) -> None:
    """Change JupyterLab's theme and wait until the pictures have its colours."""
    before = calculator.signal("ink", calculator.charts()[0])
    notebook.command("apputils:change-theme", {"theme": theme})
    calculator.page.wait_for_function(
        """([root, before]) => {
          const ink = getComputedStyle(root).getPropertyValue("--ci-ink").trim();
          const drawn = [...root.querySelectorAll(".ci-chart")].map(chart => chart.ciView.signal("ink"));
          return ink !== before && drawn.every(colour => colour === ink);
        }""",
        arg=[calculator.root.element_handle(), before],
    )


def expect_readable(calculator: Calculator, where: str) -> None:
    """Texts of page and charts have contrast and room; the rules of accessibility hold."""
    charts = calculator.charts()
    assert charts, where
    calculator.drawn(*charts)
    drawn = {chart: calculator.texts(chart) for chart in charts}
    for texts in (*drawn.values(), calculator.html_texts()):
        pale = sorted({f"{t['text']}: {t['contrast']:.2f}" for t in texts if t["contrast"] < READABLE})
        assert not pale, (where, pale)
    assert {chart: overlapping(texts) for chart, texts in drawn.items() if overlapping(texts)} == {}, where
    calculator.legible(*charts)
    calculator.nothing_cut_off()
    assert calculator.axe() == [], where


def test_every_tab_in_light_and_dark(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 1700})
    more = "worthwhile=0.1, contacts=10_000, lesson=True, planned_end='2024-03-21'"
    notebook = open_notebook(SHOP, TABLE.replace("worthwhile=0.1", more))
    calculator = opened(notebook)
    light = calculator.background()
    for theme in ("Light", "Dark"):
        for tab in TABS:
            calculator.open_tab(tab)
            if tab == "Monitor":
                expect(calculator.root.locator(".ci-running-chart canvas")).to_be_visible(timeout=30_000)
            else:
                calculator.open_method()
            # A tab is open while the theme changes: its pictures follow, and those behind the others.
            if theme == "Dark" and tab == "Plan":
                switch(notebook, "JupyterLab Dark", calculator)
                assert sum(light) > 3 * 200 > 3 * 80 > sum(calculator.background())
            page.mouse.move(5, 5)
            shoot(calculator.root, f"calculator-{theme.lower()}-{tab.lower()}")
            expect_readable(calculator, f"{theme} {tab}")
    calculator.button("Table").click()
    for tab in TABS:
        panel = calculator.open_tab(tab)
        expect(panel.get_by_role("table").first).to_be_visible()
        assert calculator.axe() == [], tab
        calculator.nothing_cut_off()
    notebook.command("apputils:change-theme", {"theme": "JupyterLab Light"})


def test_keys_and_viewers(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size({"width": 1000, "height": 1700})
    viewer = 'viewer = ABCalculator(counts=calculator.counts, audience_mode="viewer")\nviewer'
    notebook = open_notebook(f"{IMPORT}\n{COUNTS}", viewer)
    calculator = opened(notebook)
    calculator.open_method()
    places: dict[str, Callable[[], Locator]] = {
        "tab": lambda: calculator.tab("Analyse"),
        "slider": lambda: calculator.slider("Smallest effect worth having"),
        "select": lambda: calculator.choice("Method"),
        "radio": lambda: calculator.root.get_by_role("radio", name="A is the control"),
        "button": lambda: calculator.button("Copy verdict"),
        "field": lambda: calculator.number("Contacts"),
        "summary": lambda: calculator.root.locator("summary:visible", has_text="Method"),
        "cell": lambda: calculator.cell("Conversions", "A"),
    }
    page.locator(".jp-Notebook .jp-Cell").first.locator(".jp-InputPrompt").click()
    before = notebook_state(notebook)
    assert before["mode"] == "command"
    for place, element in places.items():
        element().focus()
        for key in SHORTCUTS:
            page.keyboard.press(key)
        assert notebook_state(notebook) == before, f"a key on the {place} reached the notebook"
        notebook.execute("calculator.tab, calculator.method = 'analyse', 'welch'")
        expect(calculator.strip).to_be_visible()
    # In a cell they are letters, which no count has; in the name of a variant they may stay.
    expect(calculator.strip).to_contain_text("A: the number of conversions is missing.")
    calculator.type(calculator.cell("Conversions", "A"), "200")
    expect(calculator.strip).to_have_attribute("data-decision", "ship")
    name = calculator.root.get_by_label("Variant, B", exact=True)
    calculator.type(name, "x d j k")
    page.keyboard.press("Enter")
    notebook.expect("calculator.counts[1]['variant']", "x d j k")
    # By arrows: the thumb moves, and nothing else.
    slider = calculator.slider("Smallest effect worth having")
    was = notebook.ask("calculator.worthwhile")
    slider.focus()
    page.keyboard.press("ArrowRight")
    until(lambda: notebook.ask("calculator.worthwhile") > was, True)
    assert notebook_state(notebook) == before

    seen = Calculator(notebook.widget(1)).ready()
    expect(seen.strip).to_have_attribute("data-decision", "ship")
    for tab in ("Plan", "Analyse"):
        seen.open_tab(tab)
        expect(seen.root.locator("summary:visible").filter(has_text="Method")).to_have_count(0)
        expect(seen.button("Copy code")).to_be_hidden()
        seen.nothing_cut_off()
    shoot(seen.root, "calculator-viewer")


# An exported file


def shop() -> pd.DataFrame:
    held: dict[str, Any] = {}
    exec(SHOP, held)
    made: pd.DataFrame = held["shop"]
    return made.assign(person="member-" + made["person"].astype(str).str.zfill(9))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    metrics = [ex.proportion("bought"), ex.mean("spend"), ex.mean("wait", direction="down", guardrail=True)]
    calculator = ABCalculator(
        shop(),
        variant="group",
        control="control",
        unit="person",
        metrics=metrics,
        date="day",
        segments="country",
    )
    request = calculator._request_handlers()["running"]
    request(lambda done, total, message: None, metric="bought", variant="new").apply()
    return calculator.to_html(tmp_path_factory.mktemp("export") / "experiment.html")


def page_of(page: Page, path: Path) -> Calculator:
    page.set_viewport_size(TALL)
    page.goto(path.as_uri())
    return Calculator(page.locator(".ci-root").first).ready()


def test_an_exported_table(offline: tuple[Page, Guard], exported: Path, shoot: Shoot) -> None:
    page, guard = offline
    assert exported.stat().st_size < 1_500_000
    assert "member-" not in exported.read_text()
    calculator = page_of(page, exported)
    expect(calculator.strip).to_have_attribute("data-decision", "ship")
    expect(calculator.button("Copy code")).to_be_hidden()
    # Nobody fitted the lift by segment, and nobody can here.
    expect(calculator.button("Find lift by segment")).to_be_hidden()
    # Metric, method and confidence are answered from the sums in the file.
    before = calculator.interval()
    calculator.open_method()
    calculator.type(calculator.number("Confidence"), "80")
    effect, low, high = calculator.interval()
    assert effect == before[0]
    assert before[1] < low < high < before[2]
    calculator.choice("Metric").select_option("spend")
    expect(calculator.strip).to_have_attribute("data-decision", "keep running")
    shoot(page, "calculator-export")
    # The course of the metric that was on show is in the file; that of another isn't, and it says so.
    calculator.open_tab("Monitor")
    expect(calculator.root.locator(".ci-running")).to_contain_text(NEEDS)
    calculator.open_tab("Analyse")
    calculator.choice("Metric").select_option("bought")
    calculator.open_tab("Monitor")
    expect(calculator.headline_line).to_contain_text("clear of zero since")
    calculator.drawn("running-chart")
    calculator.toggle("Lesson: run 1,000 A/A tests").check()
    expect(calculator.root.locator(".ci-lesson .ci-panel-headline")).to_contain_text("of 1,000 tests")
    for tab in TABS:
        calculator.open_tab(tab)
        assert calculator.axe() == [], tab
    assert [url for url in guard.requests if not url.startswith("blob:")] == [exported.as_uri()]


def test_an_exported_quantile(offline: tuple[Page, Guard], tmp_path: Path) -> None:
    page, _ = offline
    metrics = [ex.quantile("wait", 0.9, direction="down"), ex.proportion("bought", guardrail=True)]
    source = ABCalculator(shop(), variant="group", control="control", unit="person", metrics=metrics)
    calculator = page_of(page, source.to_html(tmp_path / "quantile.html"))
    shown = source.comparison
    assert calculator.interval() == pytest.approx([shown.effect, shown.lower, shown.upper], rel=1e-8)
    expect(calculator.strip).to_have_attribute("data-decision", source.verdict.decision)


def test_an_exported_sheet_still_calculates(
    offline: tuple[Page, Guard], tmp_path: Path, shoot: Shoot
) -> None:
    page, guard = offline
    path = ABCalculator().to_html(tmp_path / "sheet.html")
    calculator = page_of(page, path)
    expect(calculator.example).to_be_visible()
    calculator.drag(calculator.slider("Effect to find"), 0.4)
    page.mouse.up()
    shown = float(calculator.number("Effect to find").input_value()) / 100
    planned = ex.Plan(baseline=0.2, effect=shown, power=0.8, per_day=1000, formula="miller")
    expect(calculator.headline_line).to_contain_text(planned.sentence)
    calculator.open_tab("Analyse")
    sheet = "A\t4000\t400\nB\t4000\t480\nC\t4000\t410\n"
    calculator.cell("Units", "A").focus()
    page.evaluate(
        """text => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(paste);
        }""",
        sheet,
    )
    expect(calculator.strip).to_have_attribute("data-decision", "ship")
    expect(calculator.root.locator(".ci-forest-chart canvas")).to_be_visible()
    arms = {name: ex.Sample.proportion(count, 4000) for name, count in (("A", 400), ("B", 480), ("C", 410))}
    found = ex.analyse(arms).corrected["metric", "B"]
    assert calculator.interval() == pytest.approx([found.effect, found.lower, found.upper], rel=1e-8)
    calculator.choice("Treatment").select_option("C")
    expect(calculator.strip).to_have_attribute("data-decision", "keep running")
    shoot(page, "calculator-export-sheet")
    assert [url for url in guard.requests if not url.startswith("blob:")] == [path.as_uri()]
