"""Marketing mix: a Bayesian model of channels, and budgets from its posterior.

Users write ``from custintel_analytics import mmm``. A name's module is imported when the name is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from custintel_analytics import lazy

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

lazy.install(
    __name__,
    {
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
    },
)
