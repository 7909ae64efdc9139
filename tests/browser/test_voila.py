"""The dashboards under Voila: without code, alive, and each visitor on their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .chromium import WINDOW
from .conftest import Shoot
from .explorer import Explorer
from .guard import Guard
from .heatmap import Heatmap
from .optimizer import Optimizer
from .servers import Server, start_voila

DASHBOARDS = Path(__file__).parents[2] / "example_notebooks" / "dashboards"
STARTED_MS = 60_000


@pytest.fixture(scope="module")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("voila")
    for name in ("cohorts", "segments", "budget"):
        shutil.copy(DASHBOARDS / f"{name}.ipynb", folder)
    server = start_voila(folder)
    yield server
    server.end()


class Visitor:
    """A browser of its own on a dashboard."""

    def __init__(self, browser: Browser, server: Server, query: str = "", dashboard: str = "cohorts") -> None:
        self.context: BrowserContext = browser.new_context(viewport=WINDOW)
        self.context.set_default_timeout(15_000)
        self.guard = Guard(self.context, host_icons=True)
        self.page: Page = self.context.new_page()
        self.page.goto(f"{server.url}/voila/render/{dashboard}.ipynb{query}")
        self.page.locator(".ci-root").wait_for(timeout=STARTED_MS)

    @property
    def heat(self) -> Heatmap:
        return Heatmap(self.page.locator(".ci-root")).ready()

    @property
    def explorer(self) -> Explorer:
        return Explorer(self.page.locator(".ci-root")).ready()

    @property
    def optimizer(self) -> Optimizer:
        return Optimizer(self.page.locator(".ci-root")).ready()

    def leave(self) -> None:
        self.guard.check()
        self.context.close()


@pytest.fixture
def visitor(browser: Browser, voila: Server) -> Iterator[Visitor]:
    arrived = Visitor(browser, voila)
    yield arrived
    arrived.leave()


def test_a_dashboard_without_code(visitor: Visitor, shoot: Shoot) -> None:
    heat, page = visitor.heat, visitor.page
    expect(heat.choice("Measure")).to_be_visible()
    expect(heat.choice("Kind")).to_be_hidden()
    expect(heat.button("Copy code")).to_be_hidden()
    assert "CohortHeatmap(" not in page.locator("body").inner_text()
    assert "import " not in page.locator("body").inner_text()
    expect(heat.selected).to_contain_text("2,060 customers")
    shoot(page, "voila")
    assert heat.axe() == []


def test_a_click_reaches_the_rest_of_the_dashboard(visitor: Visitor, shoot: Shoot) -> None:
    heat, page = visitor.heat, visitor.page
    summary = page.locator(".widget-html", has_text="Everyone")
    expect(summary).to_contain_text("2,060")
    heat.click("Jan 1997", "1")
    expect(heat.selected).to_contain_text("1,157 customers")
    expect(summary).to_contain_text("1,157")
    heat.choice("Cohorts").select_option("week")
    heat.wait_for_cohorts(13)
    expect(heat.error).to_have_count(0)
    shoot(page, "voila-weekly")


def test_each_visitor_has_a_state_of_their_own(browser: Browser, voila: Server, visitor: Visitor) -> None:
    other = Visitor(browser, voila)
    visitor.heat.choice("Measure").select_option("revenue")
    visitor.heat.click("Feb 1997", "2")
    expect(visitor.heat.selected).not_to_contain_text("2,060 customers")
    expect(other.heat.choice("Measure")).to_have_value("retention")
    expect(other.heat.selected).to_contain_text("2,060 customers")
    other.leave()


def test_it_is_readable_in_the_dark(browser: Browser, voila: Server, shoot: Shoot) -> None:
    visitor = Visitor(browser, voila, "?theme=dark")
    assert sum(visitor.heat.background()) < 3 * 80
    shoot(visitor.page, "voila-dark")
    texts = [*visitor.heat.texts("curve"), *visitor.heat.html_texts()]
    assert [text for text in texts if text["contrast"] < 4.5] == []
    visitor.leave()


def test_segments_without_code_and_settings(browser: Browser, voila: Server, shoot: Shoot) -> None:
    visitor = Visitor(browser, voila, dashboard="segments")
    explorer, page = visitor.explorer, visitor.page
    summary = page.locator(".widget-html", has_text="Everyone")
    expect(explorer.choice("Method")).to_be_hidden()
    expect(explorer.button("Copy code")).to_be_hidden()
    expect(explorer.root.locator(".ci-pencil:visible")).to_have_count(0)
    text = page.locator("body").inner_text()
    assert "import " not in text
    assert "SegmentExplorer(" not in text
    sizes = explorer.sizes()
    expect(summary).to_contain_text(f"{sizes[0]:,}")
    explorer.pick(1)
    expect(summary).to_contain_text(f"{sizes[1]:,}")
    expect(explorer.error).to_have_count(0)
    shoot(page, "voila-segments")
    assert explorer.axe() == []
    visitor.leave()


def test_a_budget_without_code(browser: Browser, voila: Server, shoot: Shoot) -> None:
    visitor = Visitor(browser, voila, dashboard="budget")
    optimizer, page = visitor.optimizer, visitor.page
    weeks = page.locator(".widget-html", has_text="today's plan")
    expect(weeks).to_be_visible()
    expect(optimizer.button("Copy code")).to_be_hidden()
    text = page.locator("body").inner_text()
    assert "import " not in text
    assert "BudgetOptimizer(" not in text
    total = optimizer.spent()
    optimizer.button("Optimise").click()
    expect(optimizer.sentence).to_contain_text("Moves EUR")
    assert optimizer.spent() == pytest.approx(total, rel=1e-9)
    # What is to be booked each week follows, below the widget.
    booked = page.locator(".widget-html").get_by_role("table")
    expect(booked).to_be_visible()
    for channel, amount in optimizer.amounts().items():
        expect(booked.get_by_role("row", name=channel)).to_contain_text(f"{amount / 26:,.0f}")
    expect(optimizer.error).to_have_count(0)
    shoot(page, "voila-budget")
    assert optimizer.axe() == []
    visitor.leave()
