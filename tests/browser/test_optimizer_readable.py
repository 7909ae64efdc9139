"""The optimizer in light and dark, wide and narrow, as pictures and as tables, and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from .conftest import OpenNotebook, Shoot
from .keyboard import SHORTCUTS, notebook_state
from .lab import Notebook, until
from .optimizer import BUDGET, MODEL, TABLE, TABS, Optimizer, opened
from .view import overlapping

READABLE = 4.5
MOVED = """budget = BudgetOptimizer(model, scenarios=[{"name": "Spring", "spend": {"tv": 500_000}}])
budget.locked, budget.lesson = ["social"], True
budget.optimize()
budget"""
# Names as long as people make them, large amounts, and a window that leaves little room.
MANY = """names = ["Paid search brand generic", "Connected television spots", *[f"channel {n}" for n in range(6)]]
eight = np.random.default_rng(3)
shape = (60, 8)
many = mmm.ResponseTable.from_draws(
    alpha=eight.uniform(0.2, 0.7, shape), lam=eight.uniform(1, 4, shape), beta=eight.uniform(0.1, 0.5, shape),
    channel_scale=np.full(8, 1e7), target_scale=1e9, max_spend=np.full(8, 3e8), periods=26, carry_out=4,
    current=eight.uniform(2e7, 9e7, 8), history_max=np.full(8, 9e6), channels=names, target="contribution margin",
)
budget = BudgetOptimizer(many, room=1.5, currency="EUR")
budget.optimize()
budget"""


def switch(notebook: Notebook, theme: str, optimizer: Optimizer) -> None:
    """Change JupyterLab's theme and wait until the pictures have its colours."""
    before = optimizer.signal("ink", "outcome-chart")
    notebook.command("apputils:change-theme", {"theme": theme})
    optimizer.page.wait_for_function(
        """([root, before]) => {
          const ink = getComputedStyle(root).getPropertyValue("--ci-ink").trim();
          const drawn = [...root.querySelectorAll(".ci-chart")].map(chart => chart.ciView.signal("ink"));
          return ink !== before && drawn.every(colour => colour === ink);
        }""",
        arg=[optimizer.root.element_handle(), before],
    )


def settled(optimizer: Optimizer) -> list[str]:
    """The charts in sight, drawn, once nothing is being worked out."""
    expect(optimizer.status_line).to_have_count(0, timeout=30_000)
    optimizer.page.mouse.move(5, 5)
    charts = optimizer.charts()
    optimizer.drawn(*charts)
    return charts


def expect_readable(optimizer: Optimizer, where: str) -> None:
    """Texts of page and charts have contrast and room; the rules of accessibility hold."""
    drawn = {chart: optimizer.texts(chart) for chart in settled(optimizer)}
    for texts in (*drawn.values(), optimizer.html_texts()):
        pale = sorted({f"{t['text']}: {t['contrast']:.2f}" for t in texts if t["contrast"] < READABLE})
        assert not pale, (where, pale)
    assert {chart: overlapping(texts) for chart, texts in drawn.items() if overlapping(texts)} == {}, where
    optimizer.legible(*drawn)
    optimizer.nothing_cut_off()
    assert optimizer.axe() == [], where


def test_every_tab_in_light_and_dark(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 2400})
    notebook = open_notebook(MODEL, MOVED)
    optimizer = opened(notebook)
    expect(optimizer.root.get_by_role("region", name="Lesson: average or marginal")).to_contain_text(
        "Tangents run"
    )
    optimizer.open_more()
    light = optimizer.background()
    for theme in ("Light", "Dark"):
        for tab in TABS:
            optimizer.open_tab(tab)
            # A tab is open while the theme changes: its pictures follow, and those behind the others.
            if theme == "Dark" and tab == "Weekly":
                switch(notebook, "JupyterLab Dark", optimizer)
                assert sum(light) > 3 * 200 > 3 * 80 > sum(optimizer.background())
            settled(optimizer)
            shoot(optimizer.root, f"optimizer-{theme.lower()}-{tab.lower()}")
            expect_readable(optimizer, f"{theme} {tab}")
    optimizer.button("Table").click()
    for tab in TABS:
        panel = optimizer.open_tab(tab)
        expect(panel.get_by_role("table").first).to_be_visible()
        assert settled(optimizer) == []
        optimizer.nothing_cut_off()
        assert optimizer.axe() == [], tab
    shoot(optimizer.root, "optimizer-tables")
    notebook.command("apputils:change-theme", {"theme": "JupyterLab Light"})


def test_eight_channels_in_a_narrow_window(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size({"width": 700, "height": 3600})
    notebook = open_notebook(TABLE, MANY)
    notebook.command("application:toggle-left-area")
    optimizer = opened(notebook)
    for tab in TABS:
        optimizer.open_tab(tab)
        settled(optimizer)
        shoot(optimizer.root, f"optimizer-700-{tab.lower()}")
        expect_readable(optimizer, tab)


def test_the_notebooks_shortcuts_stay_out(open_notebook: OpenNotebook, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 2200})
    notebook = open_notebook(TABLE, BUDGET)
    optimizer = opened(notebook)
    optimizer.open_more()
    optimizer.open_tab("Frontier")
    places: dict[str, Callable[[], Locator]] = {
        "slider": lambda: optimizer.slider("tv"),
        "lock": lambda: optimizer.lock("radio"),
        "button": lambda: optimizer.button("Optimise"),
        "opener": lambda: optimizer.root.get_by_role("button", name=re.compile(r"^More\W*$")),
        "select": lambda: optimizer.choice("Make large"),
        "tab": lambda: optimizer.tab("Frontier"),
        "limit": lambda: optimizer.field("Most for tv"),
        "amount": lambda: optimizer.amount("search"),
    }
    page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".jp-InputPrompt").click()
    before = notebook_state(notebook)
    assert before["mode"] == "command"
    for place, element in places.items():
        element().focus()
        for key in SHORTCUTS:
            page.keyboard.press(key)
        assert notebook_state(notebook) == before, f"a key on the {place} reached the notebook"
    # The arrows moved the thumb and nothing else; letters in a field are no amount.
    assert notebook.ask("budget.total or 100_000") == 100_000
    optimizer.button("Back to current").click()
    until(lambda: notebook.ask("budget.amounts.tolist()"), [40_000, 30_000, 30_000, 0])
