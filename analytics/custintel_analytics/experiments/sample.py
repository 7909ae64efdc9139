"""What an experiment needs to know of a variant: how many units, and a few sums."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

KINDS = ("mean", "proportion", "ratio")
# Sums of many floats carry rounding; a spread below this share of the sum of squares is not told from none.
_NO_SPREAD = 1e-12
_IMPOSSIBLE = 1e-9


@dataclass(frozen=True)
class Sample:
    """One variant of an experiment as sufficient statistics.

    A billion rows and a pasted table are the same six numbers, and the numbers of two parts add up. A row
    is a randomised unit: whoever was assigned to the variant, with one value each.

    Parameters
    ----------
    n
        Units in the variant.
    total
        Sum of their values; of a proportion, the units with a success.
    total_sq
        Sum of the squared values. May be left out for a proportion.
    kind
        ``"mean"``, ``"proportion"`` (each value is 0 or 1) or ``"ratio"`` (sum of values over sum of
        denominators, such as revenue per order when customers were randomised).
    denominator
        Of a ratio: sum of the units' denominators, sum of their squares, sum of value × denominator.
    covariate
        For CUPED, a figure of each unit from before the experiment: its sum, sum of squares, sum of
        value × covariate and, for a ratio, sum of denominator × covariate.

    Raises
    ------
    DataError
        For negative counts, more successes than units, missing values, or sums that no values can have.

    Notes
    -----
    Clusters that were randomised as a whole, such as shops, are the units: see `Sample.clustered`.

    Sums of squares keep about 16 digits. Where the mean is a million times the standard deviation, subtract
    a constant from all values of all variants first; the absolute effect stays the same.
    """

    n: int
    total: float
    total_sq: float = math.nan
    kind: str = field(default="mean", kw_only=True)
    denominator: tuple[float, ...] | None = field(default=None, kw_only=True)
    covariate: tuple[float, ...] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        kind = "ratio" if self.kind == "mean" and self.denominator is not None else self.kind
        if kind not in KINDS:
            raise DataError(
                f"kind={kind!r} is not known. Choose one of {', '.join(map(repr, KINDS))}.", column="kind"
            )
        n, total = _count(self.n), _number("total", self.total)
        total_sq = self.total_sq
        if kind == "proportion":
            _check_successes(total, n)
            total_sq = total if total_sq != total_sq else total_sq
            if _number("total_sq", total_sq) != total:
                raise DataError(
                    f"total_sq={total_sq:,.15g} differs from total={total:,.15g}: the values of a proportion are 0 "
                    "or 1. Leave total_sq out, or say kind='mean'.",
                    column="total_sq",
                )
        if total_sq != total_sq:
            raise DataError(
                "total_sq is missing (NaN): a mean needs the sum of the squared values. From a mean and a variance: "
                "Sample.moments(n, mean, var); from counts: Sample.proportion(successes, n).",
                column="total_sq",
            )
        checked = _number("total_sq", total_sq)
        _check_spread("total", total, checked, n)
        denominator = _sums("denominator", self.denominator, (3,), n, total, checked)
        covariate = _sums("covariate", self.covariate, (4,) if kind == "ratio" else (3,), n, total, checked)
        if (kind == "ratio") != (denominator is not None):
            raise DataError(
                "A ratio needs denominator=(sum, sum of squares, sum of value × denominator); "
                f"kind={kind!r} came with denominator={self.denominator!r}.",
                column="denominator",
            )
        if denominator is not None and denominator[0] == 0:
            raise DataError(
                "The denominators add up to 0, so there is no ratio. Use the numerator alone, as a mean.",
                column="denominator",
            )
        for name, value in {
            "n": n, "total": total, "total_sq": checked, "kind": kind, "denominator": denominator,
            "covariate": covariate,
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)

    @classmethod
    def proportion(cls, successes: float, n: int) -> Sample:
        """A variant of which `successes` of `n` units converted."""
        return cls(n, successes, kind="proportion")

    @classmethod
    def moments(cls, n: int, mean: float, var: float) -> Sample:
        """A variant by its mean and its variance (with n − 1), as reports print them."""
        count, centre, spread = _count(n), _number("mean", mean), _number("var", var)
        if spread < 0:
            raise DataError(
                f"var={var!r} is negative. Pass the variance: the squared standard deviation.", column="var"
            )
        return cls(count, count * centre, spread * (count - 1) + count * centre * centre)

    @classmethod
    def from_values(
        cls,
        values: ArrayLike,
        covariate: ArrayLike | None = None,
        denominator: ArrayLike | None = None,
        kind: str | None = None,
    ) -> Sample:
        """The sums of values that are at hand, one per unit.

        Parameters
        ----------
        values
            A value per unit; true and false make a proportion.
        covariate, denominator
            As many, in the same order.
        kind
            Only to say ``"proportion"`` of zeros and ones that are numbers.

        Raises
        ------
        DataError
            For missing values, with their count, and for lengths that differ.
        """
        import numpy as np

        raw = np.asarray(values)
        y = _column("values", raw, len(raw))
        n = len(y)
        d = None if denominator is None else _column("denominator", denominator, n)
        x = None if covariate is None else _column("covariate", covariate, n)
        if kind is None:
            kind = "proportion" if raw.dtype == bool and d is None else "mean"
        if kind == "proportion" and not np.isin(y, (0.0, 1.0)).all():
            other = y[~np.isin(y, (0.0, 1.0))]
            raise DataError(
                f"{len(other):,} values are neither 0 nor 1, for example {other[0]:g}: no proportion. "
                "Leave kind out for a mean.",
                column="values",
                count=len(other),
                example=float(other[0]),
            )
        crosses = None if x is None else (x.sum(), x @ x, y @ x, *(() if d is None else (d @ x,)))
        return cls(
            n, y.sum(), y @ y, kind=kind, covariate=crosses,
            denominator=None if d is None else (d.sum(), d @ d, y @ d),
        )  # fmt: skip

    @classmethod
    def clustered(cls, totals: ArrayLike, sizes: ArrayLike) -> Sample:
        """A variant whose clusters (shops, households, regions) were randomised as a whole.

        The mean per member is the ratio of the clusters' totals to their sizes, and its delta-method variance
        over clusters is cluster-robust: members of a cluster may be as alike as they like. `n` counts
        clusters, and degrees of freedom follow them.

        Parameters
        ----------
        totals, sizes
            Each cluster's sum of values, and its number of members.

        References
        ----------
        Deng, A., Knoblich, U., Lu, J. (2018). Applying the delta method in metric analytics. KDD, section 3.
        """
        return cls.from_values(totals, denominator=sizes)

    def __add__(self, other: Sample) -> Sample:
        if not isinstance(other, Sample):
            return NotImplemented
        if (self.kind, self.covariate is None) != (other.kind, other.covariate is None):
            raise DataError(
                f"A sample of kind {self.kind!r} and one of kind {other.kind!r}, with and without a covariate, "
                "don't add up. Make both of the same sums.",
                column="kind",
            )
        return Sample(
            self.n + other.n, self.total + other.total, self.total_sq + other.total_sq, kind=self.kind,
            denominator=_added(self.denominator, other.denominator),
            covariate=_added(self.covariate, other.covariate),
        )  # fmt: skip

    @property
    def mean(self) -> float:
        """The metric: mean, share, or ratio of the sums."""
        return self.total / (self.n if self.denominator is None else self.denominator[0])

    @property
    def variance(self) -> float:
        """Variance of a unit's value: with n − 1; p(1 − p) of a proportion; of a ratio, of its linear part."""
        return self._spread() / self.freedom

    @property
    def standard_error(self) -> float:
        """Standard error of `mean`; of a ratio by the delta method."""
        return math.sqrt(self.variance / self.n)

    @property
    def covariate_mean(self) -> float:
        """Mean of the covariate."""
        return self._covariate()[0] / self.n

    @property
    def covariate_variance(self) -> float:
        """Variance of the covariate, with the divisor of `variance`."""
        total, total_sq, *_ = self._covariate()
        return _settled(total_sq - total * total / self.n, total_sq) / self.freedom

    @property
    def covariance(self) -> float:
        """Covariance of a unit's value (of a ratio: its linear part) with the covariate."""
        x, _, cross, *rest = self._covariate()
        if self.denominator is None:
            return (cross - self.total * x / self.n) / self.freedom
        per_unit = self.denominator[0] / self.n
        # The linear part adds up to zero, so nothing is to be subtracted.
        return (cross - self.mean * rest[0]) / per_unit / self.freedom

    @property
    def freedom(self) -> float:
        """What sums of squares are divided by: n − 1, and n for a proportion; NaN where that is 0."""
        return float(self.n if self.kind == "proportion" else self.n - 1) or math.nan

    def _spread(self) -> float:
        if self.denominator is None:
            return _settled(self.total_sq - self.total * self.total / self.n, self.total_sq)
        total, total_sq, cross = self.denominator
        ratio, per_unit = self.mean, total / self.n
        spread = self.total_sq - 2 * ratio * cross + ratio * ratio * total_sq
        return _settled(spread, self.total_sq) / (per_unit * per_unit)

    def _covariate(self) -> tuple[float, ...]:
        if self.covariate is None:
            raise DataError(
                "There is no covariate. Pass covariate=(sum, sum of squares, sum of value × covariate) "
                "to the Sample, or leave cuped out.",
                column="covariate",
            )
        return self.covariate


def _settled(spread: float, scale: float) -> float:
    return spread if spread > _NO_SPREAD * scale else 0.0


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise DataError(f"{name}={value!r} is not a number.", column=name, example=value) from None
    if not math.isfinite(number):
        raise DataError(
            f"{name}={number} can't be used: some values are missing or infinite. Find them, and leave their units "
            "out or count them as 0 before adding up.",
            column=name,
            example=value,
        )
    return number


def _count(value: Any) -> int:
    number = _number("n", value)
    if number < 0:
        raise DataError(
            f"n={value!r} is negative. n counts the units of the variant.", column="n", example=value
        )
    if number != int(number):
        raise DataError(f"n={value!r} is not a whole number of units.", column="n", example=value)
    if number == 0:
        raise DataError(
            "n=0: the variant has no units, so there is nothing to compare.", column="n", example=value
        )
    return int(number)


def _check_successes(successes: float, n: int) -> None:
    if successes < 0:
        raise DataError(
            f"{successes:,.15g} conversions: a count can't be negative.", column="total", example=successes
        )
    if successes > n:
        raise DataError(
            f"{successes:,.15g} conversions of {n:,} units: more than there are. Count each unit once, "
            "or analyse conversions per unit as a mean.",
            column="total",
            example=successes,
        )


def _check_spread(name: str, total: float, total_sq: float, n: int) -> None:
    least = total * total / n
    if total_sq < least * (1 - _IMPOSSIBLE):
        raise DataError(
            f"The sum of squares of {name}, {total_sq:,.15g}, is impossible: {n:,} values that add up to {total:,.15g} "
            f"have at least {least:,.15g}. Square each value before adding.",
            column=f"{name}_sq" if name == "total" else name,
            example=total_sq,
        )


def _sums(
    name: str, given: Any, lengths: tuple[int, ...], n: int, total: float, total_sq: float
) -> tuple[float, ...] | None:
    if given is None:
        return None
    parts = tuple(given) if isinstance(given, tuple | list) else ()
    if len(parts) not in lengths:
        more = ", sum of denominator × covariate" if lengths == (4,) else ""
        raise DataError(
            f"{name}={given!r} can't be read. Pass (sum, sum of squares, sum of value × {name}{more}).",
            column=name,
        )
    numbers = tuple(_number(name, part) for part in parts)
    _check_spread(name, numbers[0], numbers[1], n)
    own, other = numbers[1] - numbers[0] ** 2 / n, total_sq - total * total / n
    together = numbers[2] - total * numbers[0] / n
    slack = _IMPOSSIBLE * (numbers[1] * total_sq)
    if together * together > max(own, 0.0) * max(other, 0.0) + slack:
        raise DataError(
            f"The sum of value × {name}, {numbers[2]:,.15g}, is impossible beside the sums of squares. Multiply "
            "unit by unit before adding.",
            column=name,
            example=numbers[2],
        )
    return numbers


def _added(one: tuple[float, ...] | None, two: tuple[float, ...] | None) -> tuple[float, ...] | None:
    return None if one is None or two is None else tuple(a + b for a, b in zip(one, two, strict=True))


def _column(name: str, values: Any, n: int) -> Any:
    import numpy as np

    try:
        column = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"{name} holds something that isn't a number: {error}.", column=name) from error
    if column.ndim != 1:
        raise DataError(f"{name} has {column.ndim} dimensions; pass one value per unit.", column=name)
    if len(column) != n:
        raise DataError(f"{name} has {len(column):,} values for {n:,} units. Pass one per unit.", column=name)
    missing = int((~np.isfinite(column)).sum())
    if missing:
        raise DataError(
            f"{missing:,} of {n:,} {name} are missing or infinite. Leave those units out, or count them as 0, "
            "and say so.",
            column=name,
            count=missing,
        )
    return column
