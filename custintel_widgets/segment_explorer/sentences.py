"""What the explorer says in words: headline, status line, notes, footer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from custintel_widgets.core.words import day, integer, money, percent, plural

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.segments import Choice
    from custintel_widgets.segment_explorer.frames import Shown

METHODS = {
    "rfm": ("RFM rules", "Ten named groups by recency, frequency and monetary value; nothing is learned"),
    "kmeans": ("k-means", "Groups around averages; exact assignment as SQL"),
    "minibatch": ("Mini-batch k-means", "k-means on samples, for tables that don't fit in memory"),
    "ward": ("Hierarchical (Ward)", "A tree of groups; cut it where you like"),
    "gmm": ("Gaussian mixture", "Groups of unequal size and shape, with probabilities"),
    "hdbscan": ("HDBSCAN", "Dense groups; customers between them stay in none"),
    "mixed": ("Mixed types (k-prototypes)", "Numbers and categories side by side"),
}


def headline(result: Shown, currency: str) -> str:
    """The finding in plain words: who brings most of the value, else how the customers divide."""
    rows = result.segments[result.segments["segment"] >= 0]
    if rows.empty:
        return "No group is large enough to be shown. Lower the threshold or choose fewer segments."
    if "value_share" in rows and rows["value_share"].notna().any():
        top = rows.iloc[int(rows["value_share"].argmax())]
        if 1 - rows["value_share"].sum() > top["value_share"]:
            return f"Most of the revenue is of groups too small to be shown. {_quiet(rows, -1, currency)}".strip()
        said = (
            f"{top['name']}: {percent(top['share'], 0)} of customers bring"
            f" {percent(top['value_share'], 0)} of revenue."
        )
        return f"{said} {_quiet(rows, top['segment'], currency)}".strip()
    largest = rows.iloc[int(rows["size"].argmax())]
    return (
        f"{plural(len(rows), 'segment')}; the largest, {largest['name']}, holds"
        f" {percent(largest['share'], 0)} of customers."
    )


def _quiet(rows: pd.DataFrame, top: int, currency: str) -> str:
    """The most valuable segment of which most are lapsed: whom to win back."""
    if "lapsed" not in rows:
        return ""
    gone = rows[(rows["lapsed"] >= 0.5) & (rows["segment"] != top)]
    if gone.empty or not gone["value"].max() > 0:
        return ""
    row = gone.iloc[int(gone["value"].argmax())]
    return (
        f"{row['name']}: {plural(row['size'], 'customer')} who spent {money(row['value'], currency)},"
        f" {percent(row['lapsed'], 0)} of them lapsed."
    )


def status_line(result: Shown, choice: Choice | None) -> str:
    """How many segments, how stable, of which day."""
    parts = [plural(int((result.segments["segment"] >= 0).sum()) + result.hidden + result.covered, "segment")]
    stability = _stability(result, choice)
    if stability is not None:
        parts.append(f"stability {stability:.2f}".replace("0.", "."))
    if result.features.as_of is not None:
        parts.append(f"features as of {day(result.features.as_of)}")
    return " · ".join(parts)


def _stability(result: Shown, choice: Choice | None) -> float | None:
    if choice is None or result.model.method == "rfm":
        return None
    row = choice.frame[choice.frame["k"] == result.model.n_segments_]
    return None if row.empty else float(row["stability"].iloc[0])


def hidden(result: Shown, threshold: int) -> str:
    """What was suppressed; empty if nothing."""
    from custintel_analytics.segments.groups import suppressed_sentence

    said = suppressed_sentence(result.hidden, threshold)
    if not result.covered:
        return said
    return f"{said} {result.covered} more hidden, so that nobody can subtract."


def notes(result: Shown) -> list[dict[str, str]]:
    """What can't be concluded, what is approximate, what was left out."""
    said = [{"kind": "info", "text": text} for text in (*result.model.notes_, *result.features.notes)]
    for reason, count, what in zip(
        *(result.features.left_out[name] for name in ("reason", "count", "what")), strict=True
    ):
        said.append(
            {"kind": "left_out", "text": f"Left out: {plural(int(count), what.rstrip('s'))}, {reason}."}
        )
    outside = int((result.labels == -1).sum())
    if outside:
        said.append(
            {"kind": "info", "text": f"{plural(outside, 'customer')} lie between the groups, in no segment."}
        )
    return said


def footer(result: Shown) -> str:
    """Where the figures come from."""
    count = plural(len(result.features.frame), "customer")
    columns = plural(result.features.frame.shape[1], "feature")
    return f"{count} · {columns} · {METHODS[result.model.method][0]}"


def summary(result: Shown) -> str:
    """The finding in a console."""
    return f"{headline(result, '')}\n{footer(result)}."


def too_small(threshold: int) -> str:
    """A selection whose size isn't told."""
    return f"Fewer than {threshold} customers in the selection or in a segment of it"


def selected(size: int, value: float | None, currency: str) -> str:
    """A selection in words: how many, worth what."""
    said = plural(size, "customer")
    return said if value is None or not size else f"{said} worth {money(value, currency)}"


def distinguishing(profile: pd.DataFrame, segment: int) -> str:
    """What sets a segment apart: its three strongest differences from all customers."""
    rows = profile[profile["segment"] == segment].dropna(subset=["effect"])
    rows = rows[rows["effect"].abs() >= 0.2]
    rows = rows.reindex(rows["effect"].abs().sort_values(ascending=False).index).head(3)
    return "; ".join(_difference(row) for _, row in rows.iterrows())


def _difference(row: Any) -> str:
    if row["unit"] == "share" or row["kind"] in ("flag", "category"):
        return f"{row['label']} {percent(row['mean'], 0)} (all {percent(row['average'], 0)})"
    unit = f" {row['unit']}" if row["unit"] in ("days", "orders") else ""
    return f"{row['label']} {_number(row['mean'])}{unit} (all {_number(row['average'])})"


def _number(value: float) -> str:
    return integer(value) if abs(value) >= 100 else f"{value:.1f}"
