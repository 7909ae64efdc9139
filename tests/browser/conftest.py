"""A real browser on real servers; one of each for the whole run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from .chromium import WINDOW, chromium
from .guard import Guard
from .lab import Notebook, write_notebook
from .servers import Server, start_lab

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
Shoot = Callable[..., Path]
OpenNotebook = Callable[..., Notebook]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = start_lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.end()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=WINDOW)
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def guard(context: BrowserContext) -> Iterator[Guard]:
    watching = Guard(context)
    yield watching
    watching.check()


@pytest.fixture
def page(context: BrowserContext, guard: Guard) -> Page:
    return context.new_page()


@pytest.fixture
def open_notebook(page: Page, lab: Server, request: pytest.FixtureRequest) -> Iterator[OpenNotebook]:
    """Opens a notebook made of cells; its kernel ends with the test."""
    name = re.sub(r"\W+", "_", request.node.name)

    def open_it(*cells: str) -> Notebook:
        return Notebook.open(page, lab, write_notebook(lab.folder, name, cells))

    yield open_it
    page.close()
    lab.end_kernels()


@pytest.fixture
def offline(browser: Browser) -> Iterator[tuple[Page, Guard]]:
    """A page without a network, and the guard that saw each of its requests."""
    context = browser.new_context(viewport=WINDOW, offline=True)
    guard = Guard(context)
    yield context.new_page(), guard
    guard.check()
    context.close()


@pytest.fixture
def shoot() -> Shoot:
    """Keeps a picture of an element or a page under a readable name."""
    SCREENSHOTS.mkdir(exist_ok=True)

    def take(target: Page | Locator, name: str) -> Path:
        path = SCREENSHOTS / f"{name}.png"
        target.screenshot(path=path)
        return path

    return take
