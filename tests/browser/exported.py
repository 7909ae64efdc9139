"""What an exported file holds."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any


def texts_inside(value: Any) -> Iterator[str]:
    """Every text of a JSON value, and what its base64 buffers hold."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from texts_inside(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_inside(inner)
    elif isinstance(value, str):
        yield value
        if re.fullmatch(r"[A-Za-z0-9+/]{8,}={0,2}", value) and len(value) % 4 == 0:
            yield base64.b64decode(value).decode("latin-1")
