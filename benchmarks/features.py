"""Recency, frequency and monetary value, and all features, of 10 million purchases, beside pandas and polars."""

from __future__ import annotations

from pathlib import Path

from benchmarks.cohorts import data
from benchmarks.measure import Case, run, table

_CHECK = "[len(made), int(made['recency'].sum()), int(made['frequency'].sum()), round(float(made['monetary'].sum()), 2)]"
_CHECK_ALL = f"{_CHECK} + [round(float(made[name].sum()), 3) for name in ('cadence', 'average_order', 'channel_email')]"

_PANDAS_RFM = Case(
    "pandas, groupby and agg",
    "import pandas as pd",
    """
frame = pd.read_parquet(PATH, columns=["customer", "date", "amount"])
end = frame["date"].max()
made = frame.groupby("customer").agg(last=("date", "max"), frequency=("date", "size"), monetary=("amount", "sum"))
made["recency"] = (end - made["last"]).dt.days
""",
    _CHECK,
)
_POLARS_RFM = Case(
    "polars, lazy",
    "import polars as pl",
    """
frame = pl.scan_parquet(PATH).with_columns(day=pl.col("date").dt.date())
made = (frame.group_by("customer").agg(last=pl.col("day").max(), frequency=pl.len(), monetary=pl.col("amount").sum())
        .with_columns(recency=(pl.col("last").max() - pl.col("last")).dt.total_days()).collect())
""",
    _CHECK,
)
_PANDAS = Case(
    "pandas, groupby and agg",
    "import pandas as pd",
    """
frame = pd.read_parquet(PATH)
frame["day"] = frame["date"].dt.normalize()
end = frame["day"].max()
made = frame.groupby("customer").agg(
    first=("day", "min"), last=("day", "max"), days=("day", "nunique"), frequency=("day", "size"),
    monetary=("amount", "sum"))
made["recency"] = (end - made["last"]).dt.days
made["tenure"] = (end - made["first"]).dt.days
made["cadence"] = (made["last"] - made["first"]).dt.days / (made["days"] - 1).where(made["days"] > 1)
made["average_order"] = made["monetary"] / made["frequency"]
shares = pd.crosstab(frame["customer"], frame["channel"], normalize="index")
made = made.join(shares.add_prefix("channel_"))
""",
    _CHECK_ALL,
)
_POLARS = Case(
    "polars, lazy",
    "import polars as pl",
    """
frame = pl.scan_parquet(PATH).with_columns(day=pl.col("date").dt.date())
channels = ("search", "email", "social", "store")
made = (frame.group_by("customer").agg(
    first=pl.col("day").min(), last=pl.col("day").max(), days=pl.col("day").n_unique(), frequency=pl.len(),
    monetary=pl.col("amount").sum(), **{f"channel_{c}": (pl.col("channel") == c).mean() for c in channels})
  .with_columns(recency=(pl.col("last").max() - pl.col("last")).dt.total_days(),
                tenure=(pl.col("last").max() - pl.col("first")).dt.total_days(),
                average_order=pl.col("monetary") / pl.col("frequency"),
                cadence=pl.when(pl.col("days") > 1).then(
                    (pl.col("last") - pl.col("first")).dt.total_days() / (pl.col("days") - 1.0)))
  .collect())
""",
    _CHECK_ALL,
)
_OURS = """
import ibis.backends.duckdb, pandas, pyarrow
from custintel_analytics import tables
from custintel_analytics.segments.features import features
import custintel_analytics.segments.asking
table = tables.as_table(PATH, customer='customer', date='date', amount='amount')
"""
_OURS_RFM = Case(
    "custintel, three columns",
    _OURS,
    "made = features(table, columns=('recency', 'frequency', 'monetary')).frame",
    _CHECK,
)
_OURS_ALL = Case("custintel, the default columns", _OURS, "made = features(table).frame", _CHECK_ALL)
_AUDIT = Case("custintel, the audit", _OURS + "made = features(table)", "made.audit", "0")
_LEFT_OUT = Case("custintel, what was left out", _OURS + "made = features(table)", "made.left_out", "0")
_THEN = Case("custintel, at an earlier date", _OURS + "made = features(table)", "made.at('2023-06-30')", "0")


def _at(case: Case, path: Path) -> Case:
    return Case(case.name, f"PATH = {str(path)!r}\n{case.setup}", case.code, case.check)


def report() -> str:
    """Run all cases and return the Markdown."""
    ten = data(10)
    rfm = [run(_at(case, ten)) for case in (_PANDAS_RFM, _POLARS_RFM, _OURS_RFM)]
    everything = [run(_at(case, ten)) for case in (_PANDAS, _POLARS, _OURS_ALL)]
    apart = [run(_at(case, ten)) for case in (_AUDIT, _LEFT_OUT, _THEN)]
    return "\n".join(
        [
            "## Features from Parquet",
            "",
            table("Recency, frequency, monetary value: 10 million purchases, 500,000 customers", rfm),
            table("Ten columns with cadence and channel shares", everything),
            table("After the features", apart, "Peak memory is that of the whole process."),
        ]
    )
