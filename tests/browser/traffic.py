"""What a page's kernel connections received and sent, in bytes."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocket


class Traffic:
    """Counts the payload of the kernel's web sockets; begin before the page opens."""

    def __init__(self, page: Page) -> None:
        self.received = 0
        self.sent = 0
        page.on("websocket", self._watch)

    def _watch(self, socket: WebSocket) -> None:
        if "/channels" not in socket.url:
            return
        socket.on("framereceived", self._count_received)
        socket.on("framesent", self._count_sent)

    def _count_received(self, payload: str | bytes) -> None:
        self.received += len(payload if isinstance(payload, bytes) else payload.encode())

    def _count_sent(self, payload: str | bytes) -> None:
        self.sent += len(payload if isinstance(payload, bytes) else payload.encode())
