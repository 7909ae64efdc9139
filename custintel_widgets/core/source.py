"""Finding the name by which people know an object."""

from __future__ import annotations

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
