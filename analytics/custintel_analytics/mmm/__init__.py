"""Marketing mix: a Bayesian model of channels, and budgets from its posterior.

Users write ``from custintel_analytics import mmm``. A name's module is imported when the name is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from custintel_analytics.mmm.adapters.meridian import read_meridian
    from custintel_analytics.mmm.adapters.pymc_marketing import read_pymc_marketing
    from custintel_analytics.mmm.adapters.robyn import read_robyn
    from custintel_analytics.mmm.calibration import attribution, lift_test
    from custintel_analytics.mmm.collecting import media_table
    from custintel_analytics.mmm.frontier import frontier
    from custintel_analytics.mmm.model import MediaMix
    from custintel_analytics.mmm.optimize import Plan, optimize
    from custintel_analytics.mmm.response_table import ResponseTable
    from custintel_analytics.mmm.scenarios import Scenarios
    from custintel_analytics.mmm.schedule import schedule
    from custintel_analytics.mmm.simulate import simulate

__all__ = [
    "MediaMix",
    "Plan",
    "ResponseTable",
    "Scenarios",
    "attribution",
    "frontier",
    "lift_test",
    "media_table",
    "optimize",
    "read_meridian",
    "read_pymc_marketing",
    "read_robyn",
    "schedule",
    "simulate",
]

_HOMES = {
    name: home
    for home, names in {
        "adapters.meridian": ("read_meridian",),
        "adapters.pymc_marketing": ("read_pymc_marketing",),
        "adapters.robyn": ("read_robyn",),
        "calibration": ("attribution", "lift_test"),
        "collecting": ("media_table",),
        "frontier": ("frontier",),
        "model": ("MediaMix",),
        "optimize": ("Plan", "optimize"),
        "response_table": ("ResponseTable",),
        "scenarios": ("Scenarios",),
        "schedule": ("schedule",),
        "simulate": ("simulate",),
    }.items()
    for name in names
}


class _Package(ModuleType):
    """The package's own class: importing a module of it doesn't hide the function of the same name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (isinstance(value, ModuleType) and name in _HOMES):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
