"""The budget optimizer in JupyterLab: a plan is moved by hand, improved, taken back, and set from Python."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenNotebook, Shoot
from .lab import KernelError, Notebook, until
from .optimizer import BUDGET, CURRENT, EXACT, TABLE, TOTAL, Optimizer, opened

TALL = {"width": 1440, "height": 1500}
SAME_PLAN = 1e-6
ONE_HORIZON = "These curves are for one horizon; pass the model to choose another"


@pytest.fixture
def budget(open_notebook: OpenNotebook, page: Page) -> tuple[Optimizer, Notebook]:
    page.set_viewport_size(TALL)
    notebook = open_notebook(TABLE, BUDGET)
    return opened(notebook), notebook


def test_a_plan_is_moved_by_hand(budget: tuple[Optimizer, Notebook], shoot: Shoot, page: Page) -> None:
    optimizer, notebook = budget
    # It opens where the money is now, and says what that brings.
    assert optimizer.amounts() == CURRENT
    assert optimizer.headline == "This is the current plan."
    assert optimizer.expect_agreement(notebook) == CURRENT
    expect(optimizer.total).to_have_value("100,000")
    expect(optimizer.pin).to_be_checked()
    expected = f"{notebook.ask('budget.result.outcome'):,.0f}"
    expect(optimizer.root.get_by_text(f"Expected sales: {expected} (")).to_be_visible()
    expect(optimizer.root.get_by_text("Possible within the limits: +")).to_be_visible()
    expect(optimizer.why).to_contain_text("Nothing moves yet")
    expect(optimizer.error).to_have_count(0)
    data = next(o["data"] for o in notebook.outputs() if o["output_type"] != "stream")
    assert "This is the current plan." in "".join(data["text/plain"])
    assert all(f">{name}</th>" in "".join(data["text/html"]) for name in CURRENT)
    shoot(optimizer.root, "optimizer-first-picture")

    # On the way the page answers alone: the others give in equal shares what tv gets.
    brought = optimizer.outcome()
    optimizer.drag("tv", 46_000)
    moved = optimizer.expect_drawn()
    assert moved["tv"] == pytest.approx(46_000, abs=600)
    assert sum(moved.values()) == pytest.approx(TOTAL, rel=EXACT)
    assert moved["radio"] == pytest.approx(moved["search"], rel=EXACT)
    assert moved["podcasts"] == 0
    expect(optimizer.sentence).to_contain_text("Moves EUR")
    assert optimizer.outcome() < brought
    page.mouse.up()
    assert optimizer.expect_agreement(notebook) == moved
    expect(optimizer.why).to_contain_text("Each 1,000 that tv gets brings about")
    shoot(optimizer.root, "optimizer-moved")

    # By keyboard, step by step and to the ends of the limits.
    optimizer.slider("search").focus()
    page.keyboard.press("ArrowRight")
    assert optimizer.amounts()["search"] > moved["search"]
    page.keyboard.press("End")
    assert optimizer.amounts()["search"] == pytest.approx(39_000)
    assert optimizer.spent() == pytest.approx(TOTAL, rel=EXACT)
    most = optimizer.expect_agreement(notebook)
    # Where limits let nothing move, thumb and field go back to the plan.
    optimizer.drag("search", 55_000)
    assert optimizer.expect_drawn() == most
    page.mouse.up()
    optimizer.type(optimizer.amount("search"), "60,000")
    page.keyboard.press("Tab")
    assert optimizer.expect_agreement(notebook) == most

    # A locked channel stays while the others make up for a move.
    optimizer.lock("radio").check(force=True)
    notebook.expect("budget.locked", ["radio"])
    held = optimizer.amounts()["radio"]
    optimizer.drag("search", 30_000)
    page.mouse.up()
    now = optimizer.expect_agreement(notebook)
    assert now["radio"] == held
    assert now["tv"] + now["search"] == pytest.approx(TOTAL - held, rel=EXACT)
    optimizer.lock("radio").uncheck(force=True)

    # Without the padlock the others stay, and the total follows.
    optimizer.pin.uncheck(force=True)
    optimizer.drag("tv", 50_000)
    page.mouse.up()
    free = optimizer.expect_agreement(notebook)
    assert {name: free[name] for name in ("radio", "search")} == {
        name: now[name] for name in ("radio", "search")
    }
    until(lambda: notebook.ask("budget.total"), pytest.approx(sum(free.values()), rel=EXACT))
    assert sum(free.values()) > TOTAL + 1000
    expect(optimizer.total).to_have_value(f"{sum(free.values()):,.0f}")


def test_amounts_are_typed_and_limits_explained(
    budget: tuple[Optimizer, Notebook], shoot: Shoot, page: Page
) -> None:
    optimizer, notebook = budget
    optimizer.type(optimizer.amount("search"), "33 000")
    typed = optimizer.expect_agreement(notebook)
    assert typed["search"] == 33_000
    assert sum(typed.values()) == pytest.approx(TOTAL, rel=EXACT)
    optimizer.type(optimizer.total, "110,000")
    assert sum(optimizer.expect_agreement(notebook).values()) == pytest.approx(110_000, rel=EXACT)
    notebook.expect("budget.total", 110_000)
    # What is no amount is marked, and leaves everything as it is.
    optimizer.type(optimizer.amount("tv"), "plenty")
    expect(optimizer.amount("tv")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Tab")
    expect(optimizer.amount("tv")).to_have_value(f"{optimizer.amounts()['tv']:,.0f}")
    notebook.expect("budget.total", 110_000)

    # More than the limits allow: said, with what can be done, and nothing is looked for.
    optimise = optimizer.button("Optimise")
    optimizer.type(optimizer.total, "150000")
    said = (
        "Maximums add to EUR 130,000, below the total EUR 150,000: EUR 20,000 can't be spent. "
        "Raise tv, radio and search or lower the total."
    )
    expect(optimizer.conflict).to_have_text(said)
    expect(optimise).to_be_disabled()
    expect(optimise).to_have_attribute("title", said)
    expect(
        optimizer.root.get_by_text("Plan spends EUR 130,000 of EUR 150,000: EUR 20,000 left.")
    ).to_be_visible()
    shoot(optimizer.root, "optimizer-infeasible")
    with pytest.raises(KernelError, match=r"Maximums add to EUR 130,000"):
        notebook.execute("budget.optimize()")
    optimizer.type(optimizer.total, "100000")
    expect(optimizer.conflict).to_be_hidden()
    expect(optimise).to_be_enabled()

    # A least amount that leaves too little for the others.
    optimizer.open_more()
    optimizer.type(optimizer.field("Least for tv"), "90000")
    notebook.expect("budget.min_spend", {"tv": 90_000})
    said = (
        "Minimums add to EUR 132,000, above the total EUR 100,000: EUR 32,000 too much. "
        "Lower tv, radio and search or raise the total."
    )
    expect(optimizer.conflict).to_have_text(said)
    expect(optimise).to_have_attribute("title", said)
    # Limits that cross are refused where they are typed.
    most = optimizer.field("Most for tv")
    optimizer.type(most, "50000")
    expect(most).to_have_attribute("aria-invalid", "true")
    notebook.expect("budget.max_spend", {})
    shoot(optimizer.root, "optimizer-more")
    page.keyboard.press("Escape")
    optimizer.type(optimizer.field("Least for tv"), " ")
    notebook.expect("budget.min_spend", {})
    expect(optimizer.conflict).to_be_hidden()

    # A channel without spend takes part once it may.
    expect(optimizer.slider("podcasts")).to_be_disabled()
    optimizer.button("Plan with it").click()
    expect(optimizer.slider("podcasts")).to_be_enabled()
    notebook.expect("list(budget.max_spend)", ["podcasts"])
    optimise.click()
    assert optimizer.expect_agreement(notebook)["podcasts"] > 0

    # The curves are for one horizon, and both sides say so.
    expect(optimizer.horizon).to_be_disabled()
    expect(optimizer.horizon.locator("xpath=ancestor::*[@title][1]")).to_have_attribute("title", ONE_HORIZON)
    with pytest.raises(KernelError, match="This response table is for 8 periods"):
        notebook.execute("budget.periods = 9")
    expect(optimizer.error).to_contain_text("Pass the model instead to choose the horizon")
    # What is done next takes the message away.
    optimizer.button("Back to current").click()
    assert optimizer.expect_agreement(notebook) == CURRENT
    expect(optimizer.error).to_have_count(0)


def test_the_best_plan(budget: tuple[Optimizer, Notebook], shoot: Shoot, page: Page) -> None:
    optimizer, notebook = budget
    undo = optimizer.button("Undo")
    expect(undo).to_be_disabled()

    # The page finds it alone, and it is Python's.
    optimizer.button("Optimise").click()
    expect(optimizer.sentence).to_contain_text("Moves EUR")
    best = optimizer.expect_agreement(notebook)
    python = notebook.ask("BudgetOptimizer(table).optimize().allocation.to_dict()")
    assert best == pytest.approx(python, rel=SAME_PLAN, abs=SAME_PLAN)
    assert sum(best.values()) == pytest.approx(TOTAL, rel=EXACT)
    expect(optimizer.why.get_by_role("table", name="Limits that bind")).to_contain_text(
        "tv at least EUR 28,000"
    )
    expect(optimizer.root.get_by_text("Possible within the limits")).to_be_hidden()
    undo.click()
    assert optimizer.expect_agreement(notebook) == CURRENT
    expect(undo).to_be_disabled()

    optimizer.button("Cautious move").click()
    cautious = optimizer.expect_agreement(notebook)
    assert cautious != CURRENT
    assert all(abs(cautious[name] - was) <= 0.2 * was * (1 + EXACT) for name, was in CURRENT.items())
    asked = "BudgetOptimizer(table, room=0.2).optimize().allocation.to_dict()"
    assert cautious == pytest.approx(notebook.ask(asked), rel=SAME_PLAN, abs=SAME_PLAN)
    optimizer.button("Back to current").click()
    assert optimizer.expect_agreement(notebook) == CURRENT
    undo.click()
    assert optimizer.expect_agreement(notebook) == pytest.approx(cautious, rel=EXACT)
    undo.click()
    notebook.expect("budget.room", 0.3)

    # Python speaks, the page follows.
    notebook.execute("budget.spend = {'tv': 36_000, 'search': 34_000}")
    expect(optimizer.amount("search")).to_have_value("34,000")
    assert optimizer.expect_agreement(notebook) == {**CURRENT, "tv": 36_000, "search": 34_000}
    notebook.execute("budget.locked = ['tv']\nbudget.total = 104_000")
    expect(optimizer.lock("tv")).to_be_checked()
    expect(optimizer.total).to_have_value("104,000")
    shared = optimizer.expect_agreement(notebook)
    assert shared["tv"] == 36_000
    assert sum(shared.values()) == pytest.approx(104_000, rel=EXACT)
    notebook.execute("budget.pinned = False\nbudget.locked = []\nbudget.total = 100_000")
    expect(optimizer.pin).not_to_be_checked()
    notebook.execute("budget.optimize()")
    assert optimizer.expect_agreement(notebook) == pytest.approx(best, rel=SAME_PLAN, abs=SAME_PLAN)

    # Another aim needs all draws, so Python is asked.
    notebook.execute("budget.spend = {}")
    optimizer.open_more()
    optimizer.choice("Make large").select_option("cvar")
    notebook.expect("budget.objective", "cvar")
    optimizer.button("Optimise").click()
    notebook.expect("budget._plan['optimized']", True)
    careful = optimizer.expect_agreement(notebook)
    asked = "BudgetOptimizer(table, objective='cvar').optimize().allocation.to_dict()"
    assert careful == pytest.approx(notebook.ask(asked), rel=SAME_PLAN, abs=SAME_PLAN)
    shoot(optimizer.root, "optimizer-careful")

    # What is copied makes the same plan again.
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    optimizer.button("Copy code").click()
    expect(optimizer.root.get_by_text("Copied")).to_be_visible()
    code = page.evaluate("() => navigator.clipboard.readText()")
    assert code == notebook.ask("budget.to_code()")
    assert notebook.ask(f"({code}).amounts.to_dict()") == pytest.approx(careful, rel=EXACT)
    expect(optimizer.error).to_have_count(0)
