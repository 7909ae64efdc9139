"""How fit columns are for segments, before anything is clustered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.segments.preprocessing import MOST_LEVELS
from custintel_analytics.segments.shape import skewness

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.segments.features import Features

FINE, NOTE, WARNING, LEAVE_OUT = range(4)
PENALTIES = (0.0, 0.1, 0.4, 1.0)
"""What a column of each severity costs, in columns."""

MUCH_MISSING, MOST_MISSING = 0.05, 0.8
SKEWED = 2.0
MANY_OUTLIERS = 0.01
FENCES = 3.0
UNBALANCED, MOSTLY_ONE_NUMBER = 0.95, 0.9
CORRELATED = 0.9
_SHARED_ROWS = 0.5

COLUMNS = [
    *(
        "column",
        "label",
        "base",
        "kind",
        "missing",
        "distinct",
        "constant",
        "skewness",
        "outliers",
        "largest_share",
    ),
    *("duplicate_of", "correlated_with", "correlation", "findings", "action", "severity"),
]


@dataclass(frozen=True, eq=False, repr=False)
class Audit:
    """How fit the columns are for segments. Made by `Features.audit`.

    Parameters
    ----------
    frame
        One row per column: column, label, base, kind; ``missing`` (share of customers), ``distinct``, ``constant``,
        ``skewness`` (of the values as they are), ``outliers`` (share beyond 3 interquartile ranges from the
        quartiles, of the logarithm where that is used), ``largest_share`` (of the most frequent value),
        ``duplicate_of`` (an earlier column with the same values), ``correlated_with`` and ``correlation`` (Pearson's,
        the strongest with another column, logarithms where used), ``findings``, ``action`` (what the default
        preprocessing does, or what to do) and ``severity``: 0 fine, 1 note, 2 warning, 3 leave out.
    score
        0 to 100: 100 × (1 − mean penalty of the columns), with penalties 0, .1, .4 and 1 by severity.
    sentences
        The same for people.
    duplicated_customers
        Customers whose values all repeat an earlier customer's.
    """

    frame: pd.DataFrame
    score: int
    sentences: tuple[str, ...]
    duplicated_customers: int

    def __repr__(self) -> str:
        return f"Audit of {len(self.frame)} columns: {self.score} of 100"

    def summary(self) -> str:
        """The findings in words, a line each."""
        first, *others = self.sentences
        return "\n".join([first, *(f"  · {sentence}" for sentence in others)])


def audit(features: Features) -> Audit:
    """Check every column of features; see `Audit`.

    Parameters
    ----------
    features
        The customers and their columns.
    """
    import pandas as pd

    frame, told = features.frame, features.catalogue
    logs: dict[str, bool] = dict(zip(told["column"], told["log"], strict=True))
    entered = {name: _entered(frame[name], logs[name]) for name in frame.columns}
    partners = _partners(frame, entered)
    copies = _copies(frame)
    rows = []
    for _, column in told.iterrows():
        name = column["column"]
        found = _measured(frame[name], entered[name], bounded=column["unit"] in ("share", "score"))
        partner, correlation = partners.get(name, ("", float("nan")))
        earlier = partner in frame.columns[: frame.columns.get_loc(name)]
        found |= {
            "duplicate_of": copies.get(name, ""),
            "correlated_with": partner,
            "correlation": correlation,
        }
        judged = _judged(column, found | {"partner_first": earlier})
        about: dict[str, Any] = {key: column[key] for key in ("column", "label", "base", "kind")}
        rows.append(about | found | judged)
    table = pd.DataFrame(rows, columns=COLUMNS)
    repeated = int(frame.duplicated().sum())
    penalty = float(np.mean([PENALTIES[severity] for severity in table["severity"]])) if len(table) else 1.0
    score = round(100 * (1 - penalty))
    return Audit(table, score, _sentences(table, score, len(frame), repeated), repeated)


def _entered(values: pd.Series, log: bool) -> NDArray[np.float64] | None:
    """A number as it enters a model; None for a category."""
    if values.dtype.name == "category":
        return None
    number = values.to_numpy(dtype=np.float64)
    return np.log1p(number) if log else number


def _measured(values: pd.Series, entered: NDArray[np.float64] | None, bounded: bool) -> dict[str, Any]:
    """What can be counted of one column; nothing lies far out among shares and scores, which have bounds."""
    missing = float(values.isna().mean()) if len(values) else 0.0
    counts = values.value_counts(dropna=True)
    distinct = int((counts > 0).sum())
    found: dict[str, Any] = {
        "missing": missing,
        "distinct": distinct,
        # A missing category is a level of its own; a missing number is filled by the only one.
        "constant": distinct == 0 or (distinct == 1 and (entered is not None or not missing)),
        "skewness": float("nan"),
        "outliers": float("nan"),
        "skewness_entered": float("nan"),
        "largest_share": float(counts.iloc[0] / counts.sum()) if distinct else float("nan"),
    }
    if entered is not None and distinct:
        raw = values.to_numpy(dtype=np.float64)
        found["skewness"] = skewness(raw[~np.isnan(raw)])
        found["skewness_entered"] = skewness(entered[~np.isnan(entered)])
        found["outliers"] = 0.0 if bounded else _outlying(entered[~np.isnan(entered)])
    return found


def _outlying(known: NDArray[np.float64]) -> float:
    low, high = np.quantile(known, (0.25, 0.75))
    if high == low:
        return 0.0
    reach = FENCES * (high - low)
    return float(((known < low - reach) | (known > high + reach)).mean())


def _copies(frame: pd.DataFrame) -> dict[str, str]:
    """Column to the earlier column with the same values."""
    import pandas as pd

    seen: dict[int, list[str]] = {}
    copies = {}
    for name in frame.columns:
        values = _plain(frame[name])
        mark = int(pd.util.hash_array(values, categorize=True).sum())
        same = next((other for other in seen.get(mark, []) if _equal(_plain(frame[other]), values)), None)
        if same is not None:
            copies[name] = same
        seen.setdefault(mark, []).append(name)
    return copies


def _plain(values: pd.Series) -> NDArray[Any]:
    if values.dtype.name == "category":
        return values.astype("object").fillna("").to_numpy()
    return values.to_numpy(dtype=np.float64)


def _equal(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return one.dtype == other.dtype and bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))


def _partners(frame: pd.DataFrame, entered: dict[str, Any]) -> dict[str, tuple[str, float]]:
    """Column to the other that it is most correlated with, and Pearson's correlation of the rows that have both."""
    names = [name for name in frame.columns if entered[name] is not None]
    if len(names) < 2:
        return {}
    values = np.column_stack([entered[name] for name in names])
    there = ~np.isnan(values)
    centre = np.where(there, values, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    filled = np.where(there, values - centre, 0.0)
    mask = there.astype(np.float64)
    n = mask.T @ mask
    sums, squares, products = filled.T @ mask, (filled**2).T @ mask, filled.T @ filled
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = products / n - sums * sums.T / n**2
        variance = squares / n - (sums / n) ** 2
        correlation = covariance / np.sqrt(variance * variance.T)
    # Below this a spread is what rounding leaves of equal values.
    tiny = 1e-24 * centre[:, None] ** 2
    correlation[(variance <= tiny) | (variance.T <= tiny.T) | (n < _SHARED_ROWS * len(frame))] = np.nan
    np.fill_diagonal(correlation, np.nan)
    found = {}
    for position, name in enumerate(names):
        strength = np.abs(correlation[position])
        if np.isfinite(strength).any():
            best = int(np.nanargmax(strength))
            found[name] = (names[best], float(np.clip(correlation[position, best], -1, 1)))
    return found


def _judged(column: pd.Series, found: dict[str, Any]) -> dict[str, Any]:
    """What was found about a column, what is done about it, and how bad it is."""
    notes = [
        note
        for judge in (_on_information, _on_missing, _on_shape, _on_balance, _on_company)
        if (note := judge(column, found)) is not None
    ]
    worst = max((severity for severity, _, _ in notes), default=FINE)
    if worst == LEAVE_OUT:
        notes = [note for note in notes if note[0] == LEAVE_OUT]
    return {
        "findings": "; ".join(finding for _, finding, _ in notes),
        "action": " ".join(dict.fromkeys(action for _, _, action in notes)),
        "severity": worst,
    }


_FILLED = {"category": "Missing is a value of its own.", "flag": "Filled with the more frequent value."}
_Note = tuple[int, str, str] | None


def _on_information(column: pd.Series, found: dict[str, Any]) -> _Note:
    if found["constant"]:
        return LEAVE_OUT, "the same for everyone", "Leave it out: it tells no customers apart."
    if found["duplicate_of"]:
        return LEAVE_OUT, f"the same as {found['duplicate_of']}", "Leave it out: it would count twice."
    return None


def _on_missing(column: pd.Series, found: dict[str, Any]) -> _Note:
    missing = found["missing"]
    if not missing:
        return None
    said = f"missing for {_percent(missing)}"
    if missing >= MOST_MISSING:
        return LEAVE_OUT, said, "Leave it out: little is known."
    return (
        WARNING if missing > MUCH_MISSING else NOTE,
        said,
        _FILLED.get(column["kind"], "Filled with the median."),
    )


def _on_shape(column: pd.Series, found: dict[str, Any]) -> _Note:
    if column["kind"] in ("category", "flag") or not found["distinct"]:
        return None
    parts, actions, severity = [], [], FINE
    left = abs(found["skewness_entered"])
    if abs(found["skewness"]) > SKEWED or left > SKEWED:
        parts.append(f"skewed ({found['skewness']:.1f})")
        severity = NOTE
        if column["log"]:
            actions.append("Enters as log(1 + x).")
    if found["outliers"] > 0:
        parts.append(f"outlying for {_percent(found['outliers'])}")
        severity = WARNING if found["outliers"] > MANY_OUTLIERS else NOTE
    if severity and (found["outliers"] > 0 or left > SKEWED):
        actions.append("clip=.01 or scaling='robust' limits what is extreme.")
    return (severity, ", ".join(parts), " ".join(actions)) if severity else None


def _on_balance(column: pd.Series, found: dict[str, Any]) -> _Note:
    share, levels = found["largest_share"], found["distinct"]
    if column["kind"] in ("category", "flag"):
        if share >= UNBALANCED:
            return WARNING, f"{_percent(share)} have one value", "Leave it out, or group the others."
        if levels > MOST_LEVELS:
            said = f"The {MOST_LEVELS - 1} most frequent are told apart, the others count as one."
            return NOTE, f"{levels} values", said
        return None
    if share >= MOSTLY_ONE_NUMBER:
        return NOTE, f"{_percent(share)} have one value", "A yes or no may say as much."
    return None


def _on_company(column: pd.Series, found: dict[str, Any]) -> _Note:
    if not found["partner_first"] or not abs(found["correlation"]) >= CORRELATED:
        return None
    said = f"correlated with {found['correlated_with']} ({found['correlation']:.2f})"
    return WARNING, said, "Leave one of the two out: what they share counts twice."


def _sentences(table: pd.DataFrame, score: int, customers: int, repeated: int) -> tuple[str, ...]:
    found = [
        f"{row['label']}: {row['findings']}. {row['action']}".strip()
        for _, row in table.sort_values("severity", ascending=False, kind="stable").iterrows()
        if row["findings"]
    ]
    people = f"{customers:,} customer{'' if customers == 1 else 's'}"
    columns = f"{len(table)} column{'' if len(table) == 1 else 's'}"
    sentences = [f"{columns} of {people}: {score} of 100 points.", *found]
    if repeated:
        who = "1 customer has" if repeated == 1 else f"{repeated:,} customers have"
        sentences.append(f"{who} the same values as another in every column; kept.")
    return tuple(sentences)


def _percent(share: float) -> str:
    percent = 100 * share
    if 99 < percent < 100:
        return f"{min(percent, 99.9):.1f} %"
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %"
