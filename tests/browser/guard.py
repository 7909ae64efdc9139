"""Watches a browser context: nothing may be asked of another machine, and nothing may fail without being seen."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket

LOCAL_HOSTS = {"127.0.0.1", "localhost"}
INLINE_SCHEMES = {"blob", "data", "about", "file", "chrome"}

# Voila's own page asks for an icon font; the widgets never do.
VOILA_ICONS = re.compile(r"^https://cdn\.jsdelivr\.net/npm/@fortawesome/fontawesome-free@")


class Guard:
    """Collects what went wrong in the pages of one context.

    Attributes
    ----------
    troubles
        One line for each request to another machine, error in the console, or exception.
    requests
        The address of each request, in order.
    """

    def __init__(self, context: BrowserContext, *, host_icons: bool = False, ignore: str = "") -> None:
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self._host_icons = host_icons
        self._ignore = re.compile(ignore) if ignore else None
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", self._web_error)
        context.on("page", self._page)
        if host_icons:
            context.route(
                VOILA_ICONS, lambda route: route.fulfill(status=200, body="", content_type="text/css")
            )

    def _page(self, page: Page) -> None:
        page.on("crash", lambda _: self.troubles.append("The page crashed."))
        page.on("websocket", self._web_socket)

    def _web_socket(self, socket: WebSocket) -> None:
        self._check_address(socket.url)

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        self._check_address(request.url)

    def _check_address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in INLINE_SCHEMES or parts.hostname in LOCAL_HOSTS:
            return
        if self._host_icons and VOILA_ICONS.match(url):
            return
        self.troubles.append(f"A request left this machine: {url}")

    def _console(self, message: ConsoleMessage) -> None:
        text = message.text
        failed = message.type == "error" or "[anywidget] Failed to initialize model" in text
        if failed and not (self._ignore and self._ignore.search(text)):
            self.troubles.append(f"Console: {text} ({message.location.get('url', '')})")

    def _web_error(self, error: WebError) -> None:
        self.troubles.append(f"Exception in the page: {error.error}")

    def check(self) -> None:
        """Fail on what was seen since the last check."""
        seen, self.troubles[:] = list(self.troubles), []
        assert not seen, "\n".join(seen)
