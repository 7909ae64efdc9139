"""The optimizer's tabs in JupyterLab, the model behind the curves, and work that takes long."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenNotebook, Shoot
from .lab import KernelError, until
from .optimizer import BUDGET, CURRENT, EXACT, MODEL, MODELLED, TABLE, TOTAL, Optimizer, opened
from .view import counts

TALL = {"width": 1440, "height": 1900}
BY_THINNED_DRAWS = 0.05

# Two channels that rise and fall together: nobody can say which of them brought what.
UNSURE = "unsure = BudgetOptimizer(quick(together=0.97))\nunsure"


def test_weekly_frontier_and_scenarios(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size(TALL)
    notebook = open_notebook(TABLE, BUDGET)
    optimizer = opened(notebook)

    # Python spreads the plan when it is looked at, and again once it has changed.
    assert notebook.ask("budget._schedule") == {}
    panel = optimizer.open_tab("Weekly")
    for plan in (CURRENT, {**CURRENT, "tv": 36_000, "search": 34_000}):
        notebook.execute(f"budget.spend = {plan}")
        until(lambda: notebook.ask("budget._schedule.get('of')"), pytest.approx(plan, rel=EXACT))
        expect(optimizer.finding(panel)).to_have_text(notebook.ask("budget._schedule['sentence']"))
        optimizer.drawn("weekly-chart")
        heights = [row["height"] for row in optimizer.rows("totals", "weekly-chart")][
            : notebook.ask("budget.periods")
        ]
        spread = notebook.ask("budget.schedule().frame.sum(axis=1).tolist()")
        assert heights == pytest.approx([total / max(spread) for total in spread], rel=1e-6)
    shoot(optimizer.root, "optimizer-weekly")
    with page.expect_download() as saving:
        panel.get_by_role("button", name="Save CSV").click()
    lines = saving.value.path().read_text(encoding="utf-8").strip().splitlines()
    assert len(lines) == 1 + notebook.ask("budget.periods")

    # Each point of the frontier is a plan; a click takes it.
    panel = optimizer.open_tab("Frontier")
    expect(optimizer.finding(panel)).to_contain_text("Between EUR 70,000 and EUR 130,000")
    optimizer.drawn("frontier-chart")
    points = optimizer.rows("frontier", "frontier-chart")
    along = notebook.ask("budget.frontier().frame[['total', 'outcome']].to_numpy().tolist()")
    drawn = [[row["total"], row["outcome"]] for row in points]
    assert [x for pair in drawn for x in pair] == pytest.approx([x for pair in along for x in pair], rel=1e-6)
    shoot(optimizer.root, "optimizer-frontier")
    optimizer.click("frontier-chart", "symbol", index=20)
    taken = optimizer.expect_agreement(notebook)
    assert sum(taken.values()) == pytest.approx(points[20]["total"], rel=EXACT)
    until(lambda: notebook.ask("budget.total"), pytest.approx(points[20]["total"], rel=EXACT))
    # By keyboard: looked at first, then taken.
    picked = panel.get_by_role("slider", name="Best plan for a total of")
    picked.focus()
    page.keyboard.press("Home")
    assert optimizer.expect_drawn() == taken
    panel.get_by_role("button", name="Take this plan").click()
    assert sum(optimizer.expect_agreement(notebook).values()) == pytest.approx(70_000, rel=EXACT)
    optimizer.button("Undo").click()
    assert optimizer.expect_agreement(notebook) == pytest.approx(taken, rel=EXACT)

    # Plans under names: compared draw by draw, shown, renamed, removed, put back.
    notebook.execute(f"budget.total = {TOTAL}\nbudget.optimize()")
    panel = optimizer.open_tab("Scenarios")
    name = panel.get_by_label("Name of the plan on show")
    best = optimizer.expect_agreement(notebook)
    optimizer.type(name, "Best")
    until(
        lambda: notebook.ask("budget.scenarios"), [{"name": "Best", "spend": pytest.approx(best, rel=EXACT)}]
    )
    optimizer.type(name, "Best")
    expect(panel.get_by_role("alert")).to_contain_text("Best")
    panel.get_by_role("button", name="Show Current plan").click()
    assert optimizer.expect_agreement(notebook) == CURRENT
    pairs = panel.get_by_role("table", name=re.compile("^Probability that the plan of a row"))
    chance = counts(
        pairs.get_by_role("row", name=re.compile("^Best")).get_by_role("cell").first.inner_text()
    )[0]
    exact = notebook.ask("budget.compare().probabilities.loc['Best', 'current']")
    assert chance / 100 == pytest.approx(exact, abs=BY_THINNED_DRAWS)
    shoot(optimizer.root, "optimizer-scenarios")
    panel.get_by_role("button", name="Show Best").click()
    assert optimizer.expect_agreement(notebook) == pytest.approx(best, rel=EXACT)
    panel.get_by_role("button", name=re.compile("^Edit: Name of the plan Best")).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Spring")
    page.keyboard.press("Enter")
    notebook.expect("[row['name'] for row in budget.scenarios]", ["Spring"])
    panel.get_by_role("button", name="Remove Spring").click()
    notebook.expect("budget.scenarios", [])
    panel.get_by_role("button", name="Put back Spring").click()
    notebook.expect("[row['name'] for row in budget.scenarios]", ["Spring"])

    # Curves that came without their model say that nobody has checked it.
    optimizer.badge.click()
    expect(optimizer.tab("Diagnostics")).to_have_attribute("aria-selected", "true")
    panel = optimizer.open_tab("Diagnostics")
    expect(optimizer.finding(panel)).to_contain_text("These curves came without their model")
    expect(optimizer.error).to_have_count(0)


def test_a_quick_estimate_of_a_model(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size(TALL)
    notebook = open_notebook(MODEL, MODELLED)
    optimizer = opened(notebook)
    expect(optimizer.badge).to_have_text(re.compile("Quick estimate"))
    warning = optimizer.root.get_by_text("Quick estimate, without reliable uncertainty. Full model: about")
    expect(warning).to_be_visible()

    # Checks in words, the worst first, with what the model makes of the past.
    assert notebook.ask("budget._fit") == {}
    optimizer.badge.click()
    panel = optimizer.open_tab("Diagnostics")
    checks = panel.get_by_role("listitem")
    ranked = notebook.ask("list(budget.model.diagnostics().sentences)")
    until(lambda: checks.count(), len(ranked))
    for check, sentence in zip(checks.all(), ranked, strict=True):
        expect(check).to_contain_text(sentence)
    expect(optimizer.finding(panel)).to_contain_text(f"of {len(ranked)} checks")
    optimizer.drawn("fitted-chart", "waterfall-chart", "contributions-chart")
    expect(panel.get_by_role("table").first).to_be_visible()
    shoot(optimizer.root, "optimizer-diagnostics")

    # Another horizon is another table, and all amounts go with it.
    was = optimizer.expect_agreement(notebook)
    optimizer.button("Optimise").click()
    best = optimizer.expect_agreement(notebook)
    assert best != was
    expect(optimizer.horizon).to_have_value("26")
    optimizer.type(optimizer.horizon, "13")
    notebook.expect("[budget.periods, budget.curves.periods]", [13, 13], 30)
    expect(optimizer.root.get_by_text("Total over 13 weeks")).to_be_visible()
    # The current spend is that of the last 13 weeks; the plan goes with it and meets the total as before.
    half = optimizer.expect_agreement(notebook)
    now = notebook.ask("dict(zip(budget.frame.channel, budget.frame.current))")
    assert sum(half.values()) == pytest.approx(sum(now.values()), rel=EXACT)
    until(lambda: notebook.ask("budget.total"), pytest.approx(sum(now.values()), rel=EXACT))
    notebook.expect("budget._status['busy']", False)

    # The full model takes long: it says how far it is, leaves the kernel free, and can be stopped.
    optimizer.button("Fit the full model").click()
    stop = optimizer.button("Stop")
    expect(stop).to_be_visible()
    expect(optimizer.status_line).not_to_be_empty()
    assert notebook.ask("1 + 1") == 2
    optimizer.drag("social", half["social"] * 0.95)
    page.mouse.up()
    moved = optimizer.expect_agreement(notebook)
    assert moved != half
    shoot(optimizer.root, "optimizer-fitting")
    stop.click()
    expect(optimizer.status_line).to_contain_text("Stopped")
    expect(stop).to_be_hidden()
    assert notebook.ask("[budget.model is model, budget._requests._running]") == [True, {}]
    expect(optimizer.badge).to_have_text(re.compile("Quick estimate"))
    optimizer.button("Optimise").click()
    asked = "BudgetOptimizer(model, periods=13, total=budget.total).optimize().allocation.to_dict()"
    assert optimizer.expect_agreement(notebook) == pytest.approx(notebook.ask(asked), rel=1e-6)
    expect(optimizer.error).to_have_count(0)


def test_not_for_budgets_and_viewers(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size(TALL)
    viewer = 'viewer = BudgetOptimizer(model, audience_mode="viewer")\nviewer'
    notebook = open_notebook(MODEL, UNSURE, viewer)
    unsure = opened(notebook)
    # Recommendations are off, with the reason; the curves can still be looked at.
    expect(unsure.badge).to_have_text(re.compile("Don't use for budgets"))
    reason = notebook.ask("unsure._view['health']['sentences'][0]")
    assert "the data can't separate them" in reason
    expect(unsure.root.get_by_text(reason).first).to_be_visible()
    for label in ("Optimise", "Cautious move"):
        expect(unsure.button(label)).to_be_disabled()
        expect(unsure.button(label)).to_have_attribute("title", reason)
    expect(unsure.root.get_by_text("Possible within the limits")).to_be_hidden()
    with pytest.raises(KernelError, match="the data can't separate them"):
        notebook.execute("unsure.optimize()")
    panel = unsure.open_tab("Frontier")
    expect(unsure.finding(panel)).to_have_text(reason)
    first = next(iter(unsure.amounts()))
    unsure.slider(first).focus()
    page.keyboard.press("ArrowLeft")
    expect(unsure.sentence).not_to_have_text("This is the current plan.")
    shoot(unsure.root, "optimizer-unsure")

    seen = Optimizer(notebook.widget(1)).ready()
    expect(seen.button("Copy code")).to_be_hidden()
    expect(seen.root.get_by_role("button", name=re.compile(r"^More\W*$"))).to_be_hidden()
    assert "BudgetOptimizer(" not in seen.root.inner_text()
    seen.button("Optimise").click()
    until(lambda: notebook.ask("viewer.amounts.to_dict()"), pytest.approx(seen.amounts(), rel=EXACT))
    seen.nothing_cut_off()
    shoot(seen.root, "optimizer-viewer")
