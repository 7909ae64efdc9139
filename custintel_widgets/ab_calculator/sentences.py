"""What the calculator says outside the page: notes, footer, and the finding in a console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custintel_widgets.core.words import day, integer, plural

if TYPE_CHECKING:
    from custintel_analytics.experiments import Analysis


def notes(analysis: Analysis) -> list[dict[str, str]]:
    """What one has to know about the data, and what was left out."""
    said = [{"kind": "info", "text": text, "action": ""} for text in analysis.notes]
    for reason, rows in zip(analysis.left_out["reason"], analysis.left_out["rows"], strict=True):
        text = f"Left out: {plural(int(rows), 'row')}, {reason}."
        said.append({"kind": "left_out", "text": text, "action": ""})
    return said


def footer(analysis: Analysis | None) -> str:
    """Where the figures come from."""
    if analysis is None:
        return "Counts typed here; nothing leaves this page."
    units = integer(sum(analysis.sample_ratio.counts))
    unit = analysis.settings.unit or "row"
    parts = [f"{units} units ({unit})"]
    if analysis.settings.last_date is not None:
        parts.append(f"data until {day(analysis.settings.last_date)}")
    if analysis.seconds:
        parts.append(f"added up on {analysis.settings.backend} in {analysis.seconds:.1f} s")
    return " · ".join(parts)


def lesson(looks: int, alpha: float) -> str:
    """What looking often does to tests of nothing."""
    from custintel_analytics.experiments import false_positive_rate, wording

    found = wording.percent(false_positive_rate(looks, alpha))
    return (
        f"Looked at {plural(looks, 'time')}, {found} of tests of nothing find something at alpha "
        f"{wording.significant(alpha)}."
    )
