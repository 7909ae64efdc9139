"""Names suggested for segments, from what sets them apart.

A name says what the profile shows and no more. A word such as “frequent” stands alone only where it can't
mislead: customers of two orders are called “2.1 orders”, not “loyal”, and what can't be known from purchases
(loyal, lost, champion) is not said at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.segments.labelled import NOBODYS, NOBODYS_NAME, rows_of
from custintel_analytics.segments.phrasing import FREQUENT as FREQUENT
from custintel_analytics.segments.phrasing import LARGE, MOSTLY, PREFIXES, SMALL, words

if TYPE_CHECKING:
    import pandas as pd

CLEAR = 0.5  # a medium effect by Cohen
SLIGHT = 0.2  # a small one
NOTICED = 0.1  # of the average: a smaller difference is none to a reader
PARTS = 3
LENGTH = 44
ORDINARY = "Near average"

_BARE = frozenset(
    ["yes", "no", "y", "n", "true", "false", "t", "f", "none", "unknown", "other", "others", "missing"]
)  # levels
_SECOND = ("activity", "money", "basket")

# Features that tell the same story: a name takes one of each.
_THEMES = {
    "frequency": "activity",
    "purchase_days": "activity",
    "cadence": "activity",
    "frequency_score": "activity",
    "active_days": "activity",
    "events": "activity",
    "recency": "recency",
    "recency_score": "recency",
    "days_since_event": "recency",
    "tenure": "tenure",
    "monetary": "money",
    "monetary_score": "money",
    "average_order": "basket",
    "basket_lines": "lines",
    "products": "range",
}


@dataclass(frozen=True)
class Phrase:
    """One thing that sets a segment apart.

    Parameters
    ----------
    theme
        What it is about; a name has one phrase of each theme.
    short
        As a name says it.
    stated
        The same with its number, where two segments would share the short one.
    strength
        The absolute effect; 0 where the mean says something else than the effect, or nothing.
    effect
        The absolute effect.
    level
        The level of a category that it is about.
    """

    theme: str
    short: str
    stated: str
    strength: float
    effect: float
    level: str = ""


def suggest(profile: pd.DataFrame, catalogue: pd.DataFrame | None = None) -> dict[int, str]:
    """Suggest a name for every segment: ``"Frequent, high basket, France"``.

    Parameters
    ----------
    profile
        Of `profile.profile`.
    catalogue
        The catalogue of the features; its labels are used for features without words of their own. The
        profile's labels when left out.

    Returns
    -------
    dict
        Segment to name. Each name is used once. A segment without a clear effect (.5) is named by its
        strongest slight one (.2), and “Near average” without any. Where the effect is of logged values and the mean
        lies on the other side of the average, as skewed values make it, the name gives the numbers only.
    """
    labels = {} if catalogue is None else dict(zip(catalogue["column"], catalogue["label"], strict=True))
    segments = sorted(int(segment) for segment in profile["segment"].unique())
    unclear = _unclear(profile)
    phrases = {
        segment: _phrases(profile[profile["segment"] == segment], labels, unclear) for segment in segments
    }
    names = {segment: _joined(_parts(segment, phrases)) for segment in segments}
    if NOBODYS in names:
        names[NOBODYS] = NOBODYS_NAME
    # What still sounds the same is told in full, and at last numbered.
    for segment in _repeated(names):
        names[segment] = _joined([phrase.stated for phrase in phrases[segment][: PARTS + 1]])
    for segment in _repeated(names)[1:]:
        names[segment] = _numbered(names[segment], set(names.values()))
    return names


def action(row: Mapping[str, Any]) -> str:
    """A first suggestion of what to do with a segment, for the team to edit.

    Parameters
    ----------
    row
        A row of `profile.summary`: ``segment``, ``share``, ``value_share`` and ``lapsed`` are read.

    Notes
    -----
    Value is high where the segment's share of value is 1.5 times its share of customers or more, low where it
    is two thirds or less. The data show who the customers are, not what an action does to them: try it
    on some of them first.
    """
    if int(row["segment"]) == NOBODYS:
        return "Look at them one by one: they resemble no segment."
    worth = _ratio(row["value_share"], row["share"])
    lapsed = float(row["lapsed"])
    level = (
        "unknown" if worth != worth else "high" if worth >= LARGE else "low" if worth <= SMALL else "usual"
    )
    state = (
        "unknown" if lapsed != lapsed else "gone" if lapsed >= 0.5 else "going" if lapsed >= 0.25 else "here"
    )
    return _ACTIONS[level, state]


_ACTIONS = {
    ("high", "here"): "Look after them: early access and personal contact rather than discounts.",
    ("high", "going"): "Act before more lapse: a personal reminder around their usual time to buy.",
    ("high", "gone"): "Try to win them back first: ask what changed, then make a personal offer.",
    ("high", "unknown"): "Look after them: early access and personal contact rather than discounts.",
    ("usual", "here"): "Develop them: suggest a next category or a fuller basket.",
    ("usual", "going"): "Remind them around their usual time to buy.",
    ("usual", "gone"): "Test a win-back offer on some of them; stop if it doesn't pay.",
    ("usual", "unknown"): "Develop them: suggest a next category or a fuller basket.",
    ("low", "here"): "Encourage the next order: suggest what goes with the last one.",
    ("low", "going"): "Encourage one more order with a low-cost reminder.",
    ("low", "gone"): "Low cost only: a seasonal mail, or leave them out of campaigns.",
    ("low", "unknown"): "Low cost only: test a small offer before spending more.",
    ("unknown", "here"): "Keep in touch, and suggest what goes with the last purchase.",
    ("unknown", "going"): "Remind them around their usual time to buy.",
    ("unknown", "gone"): "Test a win-back offer on some of them; stop if it doesn't pay.",
    ("unknown", "unknown"): "Read the profile, then decide what to offer them.",
}


def _ratio(value_share: Any, share: Any) -> float:
    return float(value_share) / float(share) if share else float("nan")


def _unclear(profile: pd.DataFrame) -> set[str]:
    """The levels that need their column's label beside them: yes and no, and those that several columns share."""
    columns: dict[str, set[str]] = {}
    for feature, level in zip(profile["feature"], profile["level"], strict=True):
        columns.setdefault(str(level), set()).add(str(feature))
    return {level for level, of in columns.items() if len(of) > 1 or _is_bare(level)}


def _is_bare(level: str) -> bool:
    bare = level.strip().lower()
    return bare in _BARE or bare.startswith(("no ", "not ")) or not any(letter.isalpha() for letter in level)


def _phrases(rows: pd.DataFrame, labels: Mapping[str, str], unclear: Collection[str]) -> list[Phrase]:
    """What can be said of a segment, the strongest first, one phrase per theme and per level of categories.

    What doesn't set it apart has strength 0 and is only said to tell it from another segment.
    """
    found = []
    size = rows["n"].max()
    # What is known of some customers only, such as the cadence of those who came back, names nobody else.
    for row in rows_of(rows[(rows["n"] > 0) & (rows["n"] >= MOSTLY * size)]):
        row["plain"] = str(labels.get(row["feature"], row["label"]))
        row["unclear"] = row["level"] in unclear
        strength = abs(row["effect"]) if _agrees(row) else 0.0
        short, stated = words(row)
        effect, level = abs(row["effect"]), str(row["level"])
        found.append(
            (
                row["mean"] < row["average"],
                Phrase(_theme(row["feature"]), short, stated, strength, effect, level),
            )
        )
    said: dict[str, Phrase] = {}
    # Of yes and no, which are equally strong, the one that there is more of.
    for _, phrase in sorted(found, key=lambda pair: (*_rank(pair[1]), pair[0])):
        said.setdefault(phrase.theme, phrase)
    levels = [phrase.level for phrase in said.values()]
    return [
        phrase
        for place, phrase in enumerate(said.values())
        if not phrase.level or phrase.level not in levels[:place]
    ]


def _rank(phrase: Phrase) -> tuple[float, float]:
    return -round(phrase.strength, 9), -round(phrase.effect, 9)


def _agrees(row: dict[str, Any]) -> bool:
    """Whether the mean differs noticeably, and to the same side as the effect, which may be of logged values."""
    if not abs(row["effect"]) >= SLIGHT:
        return False
    difference = row["mean"] - row["average"]
    return bool(difference * row["effect"] > 0 and abs(difference) >= NOTICED * abs(row["average"]))


def _theme(feature: str) -> str:
    if feature.startswith(PREFIXES):
        return feature.partition("_")[0]
    return _THEMES.get(feature, feature)


def _parts(segment: int, phrases: Mapping[int, list[Phrase]]) -> list[str]:
    """What a name says; with its numbers where another segment's name says the same and more."""
    own = _chosen(phrases[segment])
    if not own:
        # The mean and the typical customer lie on different sides of the average: no word, but numbers.
        return [phrase.stated for phrase in phrases[segment][:2] if phrase.effect >= SLIGHT]
    said = {phrase.short for phrase in own}
    for other, theirs in phrases.items():
        more = _chosen(theirs)
        if other in (segment, NOBODYS) or not said <= {phrase.short for phrase in more}:
            continue
        themes = [phrase.theme for phrase in own]
        extra = [phrase for phrase in phrases[segment] if phrase.theme not in themes]
        # Alone a number is easily overlooked: what the other is known for is said too.
        about = [phrase for phrase in extra if phrase.theme in {phrase.theme for phrase in more}]
        return [phrase.stated for phrase in [*own, *(about or extra)[: max(2 - len(own), 0)]]]
    numbered = [p for p in phrases[segment] if p.theme in _SECOND and p not in own and p.effect >= SLIGHT]
    # One thing alone says little of customers in the middle.
    second = numbered[:1] if len(own) == 1 else []
    return [*(phrase.short for phrase in own), *(phrase.stated for phrase in second)]


def _chosen(phrases: list[Phrase]) -> list[Phrase]:
    """Up to three clear phrases that fit the length; the strongest in any case, if it is at least slight."""
    kept = [phrase for phrase in phrases[:1] if phrase.strength >= SLIGHT]
    for phrase in phrases[1:PARTS]:
        length = sum(len(other.short) + 2 for other in kept) + len(phrase.short)
        if phrase.strength >= CLEAR and length <= LENGTH:
            kept.append(phrase)
    return kept


def _repeated(names: Mapping[int, str]) -> list[int]:
    count = Counter(names.values())
    return [segment for segment, name in names.items() if count[name] > 1]


def _joined(parts: list[str]) -> str:
    text = ", ".join(parts)
    return text[:1].upper() + text[1:] if text else ORDINARY


def _numbered(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    count = 2
    while f"{name} ({count})" in taken:
        count += 1
    return f"{name} ({count})"
