"""A Sankey diagram's geometry: bars at both sides, and bands between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

GAP = 0.02  # between bars, as a share of the height
POINTS = 24  # along a band
SIDES = (("from_segment", "from_name"), ("to_segment", "to_name"))


def ordered(segments: Any) -> list[int]:
    """Segments as they are drawn: rising, and below zero (in none, not there) at the end."""
    found = sorted({int(segment) for segment in segments})
    return [segment for segment in found if segment >= 0] + [
        segment for segment in found[::-1] if segment < 0
    ]


def nodes(flows: pd.DataFrame, gap: float = GAP) -> pd.DataFrame:
    """The bars, from the top down; both sides are as high as their customers, and centred.

    Parameters
    ----------
    flows
        ``from_segment``, ``from_name``, ``to_segment``, ``to_name``, ``customers``: a row per pair.
    gap
        Between two bars, as a share of the height.

    Returns
    -------
    pandas.DataFrame
        ``side`` (0 left, 1 right), ``segment``, ``name``, ``y`` and ``y2`` (0 at the top to 1), ``customers``.

    Raises
    ------
    DataError
        When the gaps leave no room for the bars.
    """
    import pandas as pd

    total = int(flows["customers"].sum())
    sides = [flows.groupby([segment, name])["customers"].sum() for segment, name in SIDES]
    most = max((len(side) for side in sides), default=0)
    room = 1 - gap * max(most - 1, 0)
    if not (gap >= 0 and room > 0):
        raise DataError(f"gap={gap!r} leaves no room for {most} bars. Pass less than {1 / max(most, 1):.2f}.")
    rows = []
    for number, side in enumerate(sides):
        keys = [(int(segment), str(name)) for segment, name in side.index.to_list()]
        sizes = {segment: (name, int(count)) for (segment, name), count in zip(keys, side, strict=True)}
        top = (1 - room - gap * max(len(sizes) - 1, 0)) / 2
        for segment in ordered(sizes):
            name, count = sizes[segment]
            bottom = top + room * count / total
            rows.append((number, segment, name, top, bottom, count))
            top = bottom + gap
    return pd.DataFrame(rows, columns=["side", "segment", "name", "y", "y2", "customers"])


def ribbons(flows: pd.DataFrame, gap: float = GAP, points: int = POINTS) -> pd.DataFrame:
    """The bands, each as a line of points along its two edges.

    Parameters
    ----------
    flows
        As for `nodes`, with ``share``.
    gap
        As for `nodes`.
    points
        Per band, at least two.

    Returns
    -------
    pandas.DataFrame
        ``points`` rows per band: ``band`` (its number), ``from_segment``, ``to_segment``, ``x`` (0 left to 1
        right), ``y`` and ``y2`` (its edges), ``customers``, ``share``, ``label``.

    Notes
    -----
    Between the bars the edges follow 3x² − 2x³, which leaves and arrives level.
    """
    import pandas as pd

    if points < 2:
        raise DataError(f"points={points!r} draw no band. Pass two or more.", column="points")
    bars = nodes(flows, gap)
    keys = zip(bars["side"].tolist(), bars["segment"].tolist(), strict=True)
    tops = dict(zip(keys, bars["y"].tolist(), strict=True))
    scale = float((bars["y2"] - bars["y"]).sum()) / max(int(bars["customers"].sum()), 1)
    rank = {segment: place for place, segment in enumerate(ordered(bars["segment"]))}
    starts = _stacked(flows, "from_segment", "to_segment", tops, 0, scale, rank)
    ends = _stacked(flows, "to_segment", "from_segment", tops, 1, scale, rank)
    x = np.linspace(0, 1, points)
    ease = x * x * (3 - 2 * x)
    parts = []
    for band, row in enumerate(flows.to_dict("records")):
        top = starts[band] + (ends[band] - starts[band]) * ease
        about = {
            "band": band,
            "from_segment": row["from_segment"],
            "to_segment": row["to_segment"],
        }
        line = pd.DataFrame({**about, "x": x, "y": top, "y2": top + scale * row["customers"]})
        label = (
            f"{row['customers']:,} from “{row['from_name']}” to “{row['to_name']}” "
            f"({100 * row['share']:.0f} % of the former)"
        )
        parts.append(line.assign(customers=row["customers"], share=row["share"], label=label))
    names = ("band", "from_segment", "to_segment", "x", "y", "y2", "customers", "share", "label")
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)


def _stacked(
    flows: pd.DataFrame,
    own: str,
    other: str,
    tops: dict[tuple[int, int], float],
    side: int,
    scale: float,
    rank: dict[int, int],
) -> list[float]:
    """Where each band begins on a side: under those of its bar that go higher up."""
    begin = [0.0] * len(flows)
    next_top = dict(tops)
    rows = list(zip(flows[own], flows[other], flows["customers"], strict=True))
    for place in sorted(range(len(rows)), key=lambda number: rank[rows[number][1]]):
        segment, _, customers = rows[place]
        begin[place] = next_top[side, segment]
        next_top[side, segment] += scale * customers
    return begin
