"""Customer ids that can leave a machine: keyed pseudonyms in place of the ids themselves."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from custintel_analytics.errors import DataError

KEY_VARIABLE = "CUSTINTEL_KEY"
_LEAST = 16


def pseudonymise(ids: Iterable[Any], key: str | bytes | None = None) -> list[str | None]:
    """Replace ids by keyed pseudonyms: the same id and key always give the same pseudonym.

    Without the key a pseudonym can't be turned back, not even by trying all ids. Numbers and their text are
    the same id (``17850``, ``"17850"``, ``17850.0``); a missing id stays None.

    Parameters
    ----------
    ids
        Customer ids: whole numbers or text.
    key
        The secret, at least 16 bytes; text is taken as UTF-8. By default the environment variable
        ``CUSTINTEL_KEY``, else a key that is made once for this user and kept in their configuration folder,
        readable by them alone (`key_path`).

    Returns
    -------
    list of str
        32 hexadecimal characters each: the first 16 bytes of HMAC-SHA256.

    Raises
    ------
    DataError
        When the key is shorter than 16 bytes, or the kept key can be read by others.

    References
    ----------
    Krawczyk, H., Bellare, M. and Canetti, R. (1997). HMAC: Keyed-Hashing for Message
    Authentication. RFC 2104.
    """
    seeded = hmac.new(_key(key), digestmod=hashlib.sha256)
    pseudonyms: list[str | None] = []
    for value in ids:
        text = _canonical(value)
        if text is None:
            pseudonyms.append(None)
            continue
        digest = seeded.copy()
        digest.update(text.encode())
        pseudonyms.append(digest.digest()[:16].hex())
    return pseudonyms


def key_path() -> Path:
    """Where this user's own key is kept."""
    from platformdirs import user_config_path

    return user_config_path("custintel") / "pseudonym.key"


def _canonical(value: Any) -> str | None:
    if value is None or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _key(given: str | bytes | None) -> bytes:
    if given is not None:
        return _long_enough(given, "key")
    environment = os.environ.get(KEY_VARIABLE)
    if environment is not None:
        return _long_enough(environment, KEY_VARIABLE)
    path = key_path()
    try:
        return _kept(path)
    except FileNotFoundError:
        _make(path)
        return _kept(path)


def _long_enough(secret: str | bytes, where: str) -> bytes:
    key = secret.encode() if isinstance(secret, str) else secret
    if len(key) < _LEAST:
        raise DataError(
            f"{where} has {len(key)} bytes; a key needs at least {_LEAST}, or its pseudonyms can be guessed. "
            'Make one with python -c "import secrets; print(secrets.token_hex(32))".'
        )
    return key


def _make(path: Path) -> None:
    """Write a new key so that no other user can read it, and no second process sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _kept(path: Path) -> bytes:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise DataError(
            f"The key {str(path)!r} can be read by others. Close it with chmod 600, or delete it: "
            "a new one is made, and pseudonyms change."
        )
    return _long_enough(path.read_text().strip(), str(path))
