"""The launcher's cards and the palette's commands: an example opens as a copy, a widget's code is inserted."""

import json
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from custintel_widgets.server.examples import find_examples

from .conftest import OpenNotebook, Shoot
from .guard import Guard
from .lab import until
from .servers import Server


def cards(page: Page) -> Locator:
    section = page.locator(".jp-Launcher-section", has_text="Customer intelligence")
    return section.locator(".jp-LauncherCard")


def run(page: Page, command: str, **arguments: object) -> None:
    # What a command returns may be a widget, which can't leave the page.
    execute = "async ([name, args]) => { await window.jupyterapp.commands.execute(name, args); }"
    page.evaluate(execute, [command, arguments])


def open_launcher(page: Page, lab: Server, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    page.goto(f"{lab.url}/lab?reset")
    expect(cards(page).first).to_be_visible(timeout=60_000)
    run(page, "filebrowser:open-path", path=folder.name)


def current_path(page: Page) -> str:
    return str(page.evaluate("window.jupyterapp.shell.currentWidget.context?.path ?? ''"))


def test_a_card_opens_a_copy_in_the_current_folder(page: Page, lab: Server, shoot: Shoot) -> None:
    folder = lab.folder / "launched"
    open_launcher(page, lab, folder)
    (folder / "00_tour.ipynb").write_text("mine", encoding="utf-8")
    titles = [example.title for example in find_examples()]
    expect(cards(page)).to_have_text(titles)
    shoot(page, "lab-launcher")

    cards(page).first.click()

    until(lambda: current_path(page), "launched/00_tour-1.ipynb")
    expect(page.locator(".jp-Notebook")).to_be_visible()
    assert (folder / "00_tour.ipynb").read_text(encoding="utf-8") == "mine"
    copied = json.loads((folder / "00_tour-1.ipynb").read_text(encoding="utf-8"))
    assert copied["metadata"]["custintel"]["title"] == titles[0]


def test_the_palette_offers_copies_too(page: Page, lab: Server) -> None:
    open_launcher(page, lab, lab.folder / "palette")
    run(page, "apputils:activate-command-palette")
    page.locator(".lm-CommandPalette-input").fill("Open a Copy of")
    offered = page.locator(".lm-CommandPalette-itemLabel")
    expect(offered).to_have_text([f"Open a Copy of “{example.title}”" for example in find_examples()])
    page.keyboard.press("Enter")
    until(lambda: current_path(page), "palette/00_tour.ipynb")


def test_without_the_server_extension_a_card_says_what_to_do(
    page: Page, lab: Server, guard: Guard, shoot: Shoot
) -> None:
    page.route("**/custintel/**", lambda route: route.fulfill(status=404, body="<html>404</html>"))
    folder = lab.folder / "refused"
    open_launcher(page, lab, folder)

    cards(page).click()

    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("jupyter server extension enable custintel_widgets")
    shoot(page, "lab-launcher-refused")
    assert list(folder.iterdir()) == []
    guard.troubles[:] = [line for line in guard.troubles if "status of 404" not in line]


def test_commands_insert_code_that_runs(open_notebook: OpenNotebook, page: Page, shoot: Shoot) -> None:
    notebook = open_notebook("", "answer = 42")

    def sources() -> list[str]:
        cells = "window.jupyterapp.shell.currentWidget.content.widgets"
        return list(page.evaluate(f"{cells}.map(cell => cell.model.sharedModel.getSource())"))

    run(page, "custintel:insert-doctor")
    assert sources() == ["from custintel_widgets import doctor\n\ndoctor()", "answer = 42"]
    run(page, "custintel:insert-cohort-heatmap")
    run(page, "custintel:insert-segment-explorer")
    run(page, "custintel:insert-ab-calculator")
    run(page, "custintel:insert-budget-optimizer")
    last = [source.splitlines()[-1] for source in sources()]
    assert last == ["doctor()", "heat", "explorer", "calculator", "budget", "answer = 42"]

    notebook.run_all()

    expect(page.locator(".jp-OutputArea-output", has_text="Everything is in place.")).to_be_visible()
    expect(notebook.widget()).to_be_visible()
    expect(notebook.widget(1)).to_be_visible()
    expect(notebook.widget(2)).to_be_visible()
    expect(notebook.widget(3)).to_be_visible()
    shoot(page, "lab-inserted")
