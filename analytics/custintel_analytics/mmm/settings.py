"""The arguments of a media-mix model, checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError
from custintel_analytics.mmm.transforms import ADSTOCKS, SATURATIONS

if TYPE_CHECKING:
    from custintel_analytics.mmm.calibration import Evidence

TRENDS = ("linear",)
LINKS = ("identity", "log")
PRESETS = ("spend_share", "roi", "cost_per_target")
_MOST_PAIRS = 20


@dataclass(frozen=True)
class MixSettings:
    """All arguments of `MediaMix`.

    Parameters
    ----------
    date, target, channels, controls, geo
        Columns.
    events
        Name to days.
    adstock, saturation, lags
        The transforms of spend.
    trend, seasonality, time_varying, link
        The rest of the equation.
    priors
        As given: None, the name of a preset, or a dict.
    calibration
        What is known of channels from outside.
    """

    date: str
    target: str
    channels: tuple[str, ...]
    controls: tuple[str, ...] = ()
    events: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    adstock: str = "geometric"
    saturation: str = "logistic"
    lags: int = 8
    trend: str | None = "linear"
    seasonality: int = 2
    priors: Any = None
    geo: str | None = None
    time_varying: bool = False
    link: str = "identity"
    calibration: tuple[Evidence, ...] = ()

    @property
    def columns(self) -> list[str]:
        """The columns that are read."""
        return [self.date, *([self.geo] if self.geo else []), self.target, *self.channels, *self.controls]

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain values."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return values | {
            "priors": _plain(self.priors),
            "channels": list(self.channels),
            "controls": list(self.controls),
            "events": {name: list(days) for name, days in self.events.items()},
            "calibration": [evidence.to_dict() for evidence in self.calibration],
        }


def _plain(priors: Any) -> Any:
    """Priors without arrays and Series, which a file of text can't hold."""
    if isinstance(priors, Mapping) or (hasattr(priors, "items") and hasattr(priors, "index")):
        return {str(key): _plain(value) for key, value in priors.items()}
    if isinstance(priors, list | tuple):
        return [_plain(value) for value in priors]
    return priors.tolist() if hasattr(priors, "tolist") else priors


def checked_settings(**given: Any) -> MixSettings:
    """The settings, each checked by itself and against the others.

    Raises
    ------
    DataError
        Names the argument, shows it, and says what is possible.
    """
    from custintel_analytics.mmm.calibration import checked_evidence

    channels = names_of("channels", given.pop("channels"))
    controls = names_of("controls", given.pop("controls") or ())
    if not channels:
        raise DataError(
            "channels=[] is empty. Name the columns of spend, one per channel.", column="channels"
        )
    events = {str(name): _days(str(name), days) for name, days in (given.pop("events") or {}).items()}
    calibration = checked_evidence(given.pop("calibration"), channels)
    settings = MixSettings(
        channels=channels, controls=controls, events=events, calibration=calibration, **given
    )
    _check_columns(settings)
    one_of("adstock", settings.adstock, ADSTOCKS)
    one_of("saturation", settings.saturation, SATURATIONS)
    one_of("link", settings.link, LINKS)
    if settings.trend is not None:
        one_of("trend", settings.trend, TRENDS)
    _check_count("lags", settings.lags, 1, 104, "the periods that spend works in, its own among them")
    _check_count(
        "seasonality", settings.seasonality, 0, _MOST_PAIRS, "the pairs of sine and cosine over a year"
    )
    if calibration and settings.link == "log":
        raise DataError(
            "calibration= needs link='identity': with a log link what a channel brings depends on all others, so a lift "
            "is no distance on its own curve. Use link='identity', or leave out calibration=.",
            column="calibration",
        )
    if isinstance(settings.priors, str):
        one_of("priors", settings.priors, PRESETS)
    elif settings.priors is not None and not isinstance(settings.priors, Mapping):
        raise DataError(
            f"priors={settings.priors!r}: write one of {', '.join(map(repr, PRESETS))}, or a dict such as "
            "{'lam': ('gamma', 3, 1)}.",
            column="priors",
            example=settings.priors,
        )
    return settings


def names_of(argument: str, given: Any) -> tuple[str, ...]:
    """Column names, each once; a single name is a list of one.

    Raises
    ------
    DataError
        When they aren't names, or one comes twice.
    """
    found = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, Iterable) else (None,)
    wrong = [name for name in found if not isinstance(name, str) or not name]
    if wrong:
        raise DataError(f"{argument}={given!r}: write the columns' names.", column=argument, example=wrong[0])
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise DataError(f"{argument} names {twice[0]!r} twice.", column=argument, example=twice[0])
    return found


def _days(name: str, given: Any) -> tuple[str, ...]:
    """The days of an event as ``2025-02-28``."""
    days = (given,) if isinstance(given, str) or not isinstance(given, Iterable) else tuple(given)
    return tuple(day_of(f"The event {name!r}", "events", day) for day in days)


def day_of(what: str, argument: str, given: Any) -> str:
    """A day as ``2025-02-28``, of whatever has one in front: text, date, time with its zone.

    Raises
    ------
    DataError
        For what is no date.
    """
    try:
        found = dt.date.fromisoformat(str(given)[:10])
    except ValueError as error:
        raise DataError(
            f"{what} names {given!r}, which is no date. Dates are read as 2025-02-28.",
            column=argument,
            example=given,
        ) from error
    return found.isoformat()


def _check_columns(settings: MixSettings) -> None:
    plays: dict[str, str] = {}
    for argument, names in (
        ("date", (settings.date,)),
        ("target", (settings.target,)),
        ("geo", (settings.geo,) if settings.geo is not None else ()),
        ("channels", settings.channels),
        ("controls", settings.controls),
        ("events", tuple(settings.events)),
    ):
        for name in names:
            if not isinstance(name, str) or not name:
                raise DataError(
                    f"{argument}={name!r}: write the column's name.", column=argument, example=name
                )
            if name in plays:
                raise DataError(
                    f"{name!r} is named as {plays[name]} and as {argument}. A column plays one role.",
                    column=name,
                )
            plays[name] = argument


def _check_count(name: str, value: Any, least: int, most: int, what: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise DataError(
            f"{name}={value!r}: write a whole number from {least} to {most}, {what}.",
            column=name,
            example=value,
        )
