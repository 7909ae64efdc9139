"""Jupyter widgets for customer intelligence and marketing science.

Every question is one widget on the table that people have; whatever is selected in it is an audience.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from custintel_widgets._extension import _jupyter_labextension_paths, _jupyter_server_extension_points

if TYPE_CHECKING:
    from custintel_widgets._doctor import doctor
    from custintel_widgets.ab_calculator import ABCalculator
    from custintel_widgets.budget_optimizer import BudgetOptimizer
    from custintel_widgets.cohort_heatmap import CohortHeatmap
    from custintel_widgets.core.export import Report
    from custintel_widgets.core.link import Link, link
    from custintel_widgets.segment_explorer import SegmentExplorer

__all__ = [
    "ABCalculator",
    "BudgetOptimizer",
    "CohortHeatmap",
    "Link",
    "Report",
    "SegmentExplorer",
    "_jupyter_labextension_paths",
    "_jupyter_server_extension_points",
    "doctor",
    "link",
]

_HOMES = {
    "ABCalculator": "custintel_widgets.ab_calculator",
    "BudgetOptimizer": "custintel_widgets.budget_optimizer",
    "CohortHeatmap": "custintel_widgets.cohort_heatmap",
    "Link": "custintel_widgets.core.link",
    "Report": "custintel_widgets.core.export",
    "SegmentExplorer": "custintel_widgets.segment_explorer",
    "doctor": "custintel_widgets._doctor",
    "link": "custintel_widgets.core.link",
}


def __getattr__(name: str) -> Any:
    # The server extension imports this package too and must not pay for the widgets.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    from custintel_widgets.core.traits import nearest

    raise AttributeError(f"custintel_widgets has no {name!r}.{nearest(name, list(_HOMES))}")


def __dir__() -> list[str]:
    return sorted(__all__)
