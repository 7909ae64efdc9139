"""What is said about the selection and the one it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from custintel_widgets.core.source import variable_name
from custintel_widgets.core.words import integer, money, percent, plural

if TYPE_CHECKING:
    from custintel_analytics.audiences import Audience
    from custintel_widgets.cohort_heatmap.widget import CohortHeatmap


def described(heat: CohortHeatmap) -> dict[str, Any]:
    """Return size and words of what is selected and compared; asks the engine."""
    # `of` tells the page which selection these words are about: its own may be newer by now.
    words: dict[str, Any] = {
        "of": heat.selection,
        "size": None,
        "text": "",
        "compared": None,
        "comparison": "",
        "code": "",
    }
    if not heat.selection and not heat.compared:
        return words
    if heat.selection:
        chosen = heat.audience
        words |= {"size": chosen.size, "text": plural(chosen.size, "customer"), "code": _code(heat)}
    if heat.compared:
        pinned = heat._audience_of(heat.compared)
        words["compared"] = {
            "size": pinned.size,
            "text": f"{plural(pinned.size, 'customer')} ({pinned.name})",
        }
        if heat.selection:
            words["comparison"] = _comparison(heat, heat.audience, pinned)
    return words


def _code(heat: CohortHeatmap) -> str:
    if heat.audience_mode == "viewer":
        return ""
    own = variable_name(heat) or "heat"
    return f"{own}.selection = {heat.selection!r}\n{own}.audience"


def _comparison(heat: CohortHeatmap, chosen: Audience, pinned: Audience) -> str:
    both = (chosen & pinned).size
    said = f"{integer(chosen.size)} against {integer(pinned.size)} customers; {integer(both)} are in both"
    if chosen.size:
        said += f" ({percent(both / chosen.size, 0)} of the first)"
    if "amount" not in heat.table.roles or not chosen.size or not pinned.size:
        return said + "."
    worth = [money(a.revenue / a.size, heat.currency) for a in (chosen, pinned)]
    return f"{said}. They spent {worth[0]} against {worth[1]} each, over all time."
