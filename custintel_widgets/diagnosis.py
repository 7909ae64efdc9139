"""What :func:`custintel_widgets.doctor` found, for people: text in a terminal, a table in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

__all__ = ["Check", "Diagnosis", "Verdict"]

Verdict = Literal["ok", "note", "problem"]

_SIGNS: dict[Verdict, str] = {"ok": "✓", "note": "·", "problem": "✗"}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    name
        What was looked at.
    verdict
        ``"ok"``, ``"note"`` (worth knowing, nothing is broken) or ``"problem"``.
    found
        What was there, in words.
    remedy
        The command that mends it, or what to do; ``""`` where nothing is to be done.
    """

    name: str
    verdict: Verdict
    found: str
    remedy: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """The state of an installation.

    Attributes
    ----------
    versions
        Installed version by package, ``None`` where the package is missing.
    checks
        Everything that was looked at, in the order of the report.
    mended
        What ``doctor(fix=True)`` changed, a sentence each.
    """

    versions: Mapping[str, str | None]
    checks: tuple[Check, ...]
    mended: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.verdict == "problem")

    @property
    def healthy(self) -> bool:
        """Whether no check failed."""
        return not self.problems

    @property
    def headline(self) -> str:
        """The finding in a sentence."""
        count = len(self.problems)
        if count == 0:
            return "Everything is in place."
        names = ", ".join(each.name for each in self.problems)
        return f"{count} thing{'s' if count > 1 else ''} to mend: {names}."

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def __repr__(self) -> str:
        return str(self)

    def _lines(self) -> Iterator[str]:
        yield self.headline
        yield from self.mended
        yield ""
        for check in self.checks:
            yield f"{_SIGNS[check.verdict]} {check.name}: {check.found}"
            if check.remedy:
                yield f"    → {check.remedy}"
        yield ""
        versions = (f"{name} {found or 'missing'}" for name, found in self.versions.items())
        yield "Versions: " + ", ".join(versions)

    def _repr_html_(self) -> str:
        rows = "".join(map(_row, self.checks))
        mended = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.mended)
        versions = (
            f"{escape(name)}&nbsp;{escape(found or 'missing')}" for name, found in self.versions.items()
        )
        return (
            f"<p><strong>{escape(self.headline)}</strong></p>{mended}<table><tbody>{rows}</tbody></table>"
            f"<p>{', '.join(versions)}</p>"
        )


def _row(check: Check) -> str:
    left = "style='text-align:left'"
    remedy = f"<br><code>{escape(check.remedy)}</code>" if check.remedy else ""
    return (
        f"<tr><td>{_SIGNS[check.verdict]}</td><th scope='row' {left}>{escape(check.name)}</th>"
        f"<td {left}>{escape(check.found)}{remedy}</td></tr>"
    )
