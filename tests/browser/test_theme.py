"""Light, dark and the switch between them; and what accessibility rules say of both."""

from playwright.sync_api import Page

from .conftest import OpenNotebook, Shoot
from .heatmap import CDNOW, Heatmap
from .lab import Notebook

READABLE = 4.5
INKS = ("ink", "muted", "line", "paper", "accent", "c0", "c4")


def inks(heat: Heatmap) -> dict[str, str]:
    return {name: heat.signal(name) for name in INKS}


def switch(notebook: Notebook, theme: str, heat: Heatmap) -> None:
    """Change JupyterLab's theme and wait until the pictures have its colours."""
    before = heat.signal("ink")
    notebook.command("apputils:change-theme", {"theme": theme})
    heat.wait_until("(view, before) => view.signal('ink') !== before", before)
    # The variables of a theme arrive in two steps: the pictures have to end with the page's own.
    heat.wait_until(
        "(view) => view.signal('ink') === getComputedStyle(view.container().closest('.ci-root'))"
        ".getPropertyValue('--ci-ink').trim()"
    )


def unreadable(heat: Heatmap) -> list[str]:
    """Texts of the widget with too little contrast, with the contrast they have."""
    texts = [*heat.texts("matrix"), *heat.texts("curve"), *heat.html_texts()]
    assert len(texts) > 60
    return sorted({f"{t['text']}: {t['contrast']:.2f}" for t in texts if t["contrast"] < READABLE})


def canvas_corner(heat: Heatmap) -> list[int]:
    """The picture's upper left pixel, where nothing is drawn."""
    corner: list[int] = heat.root.evaluate(
        "root => [...root.querySelector('.ci-matrix canvas').getContext('2d').getImageData(0, 0, 1, 1).data]"
    )
    return corner


def test_light_dark_and_back(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size({"width": 1600, "height": 1000})
    notebook = open_notebook(CDNOW, "heat = CohortHeatmap(table)\nheat")
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    heat.page.mouse.move(5, 5)
    light, light_ground = inks(heat), heat.background()
    first = heat.cohorts()[0]
    # The switch must not lose what the view holds.
    heat.click(first, "3")
    heat.page.mouse.move(5, 5)
    heat.expect_marks({(first, "3")})
    shoot(heat.root, "theme-light")
    assert canvas_corner(heat)[3] == 0
    assert unreadable(heat) == []
    assert heat.axe() == []

    switch(notebook, "JupyterLab Dark", heat)
    dark, dark_ground = inks(heat), heat.background()
    assert all(dark[name] != light[name] for name in INKS)
    assert sum(light_ground) > 3 * 200 > 3 * 80 > sum(dark_ground)
    assert canvas_corner(heat)[3] == 0
    heat.expect_marks({(first, "3")})
    shoot(heat.root, "theme-dark")
    shoot(page, "theme-dark-page")
    assert unreadable(heat) == []
    assert heat.axe() == []

    switch(notebook, "JupyterLab Light", heat)
    assert inks(heat) == light


def test_a_widget_that_is_first_drawn_in_the_dark(
    open_notebook: OpenNotebook, shoot: Shoot, page: Page
) -> None:
    notebook = open_notebook(CDNOW, "heat = CohortHeatmap(table, table_view=True, naive=True)\nheat")
    notebook.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
    page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
    try:
        notebook.run_all()
        heat = Heatmap(notebook.widget()).ready()
        assert sum(heat.background()) < 3 * 80
        heat.open_more()
        shoot(page, "theme-dark-table-and-more")
        assert [t for t in heat.html_texts() if t["contrast"] < READABLE] == []
        assert heat.axe() == []
    finally:
        notebook.command("apputils:change-theme", {"theme": "JupyterLab Light"})
