"""Finding the name by which people know an object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def variable_name(value: Any) -> str | None:
    """Return the notebook variable that holds `value`; None where there is none."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return None
    shell: Any = get_ipython()
    if shell is None:
        return None
    names = [name for name, held in shell.user_ns.items() if held is value and not name.startswith("_")]
    return names[0] if names else None


def arguments(values: Mapping[str, Any]) -> str:
    """Return arguments as they can be written again: plain values as they are, others by their variable's name.

    What has neither is written as ``name=…``: the reader sees that something is to be filled in.
    """
    return ", ".join(f"{name}={_written(value)}" for name, value in values.items())


def _written(value: Any) -> str:
    if value is None or isinstance(value, str | bool | int | float):
        return repr(value)
    if isinstance(value, tuple | list) and all(isinstance(item, str | bool | int | float) for item in value):
        return repr(value)
    return variable_name(value) or "…"


def source_code(source: Any, roles: Mapping[str, Any]) -> str | None:
    """Return the first arguments of a widget as they can be written again; None where they can't.

    Parameters
    ----------
    source
        What the widget was given: text is a path, anything else must have a name in the notebook.
    roles
        Its column roles; expressions can't be written.
    """
    name = repr(source) if isinstance(source, str) else variable_name(source)
    if name is None or not all(isinstance(value, str) for value in roles.values()):
        return None
    return ", ".join([name, *(f"{role}={value!r}" for role, value in roles.items())])
