"""The guard itself: a test that could not fail would prove nothing about the network."""

import pytest
from playwright.sync_api import BrowserContext

from .guard import Guard


def test_a_request_to_another_machine_fails_the_test(context: BrowserContext) -> None:
    guard = Guard(context)
    page = context.new_page()
    page.goto("data:text/html,<p>An empty page.</p>")
    guard.check()
    page.evaluate("() => fetch('http://example.invalid/vega.js').catch(() => null)")
    with pytest.raises(AssertionError, match=r"left this machine: http://example\.invalid/vega\.js"):
        guard.check()


@pytest.mark.parametrize(
    "script, said",
    [
        ("console.error('a chart broke')", "a chart broke"),
        ("console.warn('[anywidget] Failed to initialize model')", "Failed to initialize model"),
        ("setTimeout(() => { throw new Error('a listener broke') })", "a listener broke"),
    ],
)
def test_what_breaks_in_the_page_fails_the_test(context: BrowserContext, script: str, said: str) -> None:
    guard = Guard(context)
    page = context.new_page()
    page.goto("data:text/html,<p>An empty page.</p>")
    with page.expect_event("pageerror") if "throw" in script else page.expect_console_message():
        page.evaluate(f"() => {{ {script} }}")
    with pytest.raises(AssertionError, match=said):
        guard.check()
