"""The monthly cohort matrix of 10 and 50 million purchases, beside what people use today."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measure import Case, run, table

DATA = Path("build/bench")

# As cohort notebooks have it: the whole file, a period column, nunique by agg.
_PANDAS = Case(
    "pandas, usual notebook code",
    "import pandas as pd",
    """
frame = pd.read_parquet(PATH)
frame["period"] = frame["date"].dt.to_period("M")
frame["cohort"] = frame.groupby("customer")["date"].transform("min").dt.to_period("M")
counts = frame.groupby(["cohort", "period"]).agg(active=("customer", "nunique")).reset_index()
counts["age"] = (counts["period"] - counts["cohort"]).apply(lambda step: step.n)
matrix = counts.pivot(index="cohort", columns="age", values="active")
""",
    "int(counts['active'].sum())",
)
_PANDAS_TUNED = Case(
    "pandas, two columns, nunique of one",
    "import pandas as pd",
    """
frame = pd.read_parquet(PATH, columns=["customer", "date"])
frame["period"] = frame["date"].dt.to_period("M")
frame["cohort"] = frame.groupby("customer")["date"].transform("min").dt.to_period("M")
counts = frame.groupby(["cohort", "period"])["customer"].nunique().reset_index(name="active")
counts["age"] = (counts["period"] - counts["cohort"]).map(lambda step: step.n)
matrix = counts.pivot(index="cohort", columns="age", values="active")
""",
    "int(counts['active'].sum())",
)
_POLARS = Case(
    "polars, lazy",
    "import polars as pl",
    """
frame = pl.scan_parquet(PATH).select("customer", month=pl.col("date").dt.year().cast(pl.Int32) * 12 + pl.col("date").dt.month())
firsts = frame.group_by("customer").agg(cohort=pl.col("month").min())
counts = (frame.unique().join(firsts, on="customer").group_by("cohort", age=pl.col("month") - pl.col("cohort"))
          .agg(active=pl.len()).collect())
""",
    "int(counts['active'].sum())",
)
_DUCKDB = Case(
    "DuckDB, count distinct and join",
    "import duckdb",
    """
counts = duckdb.sql(f'''
  with firsts as (select customer, min(date) as first from '{PATH}' group by customer)
  select date_trunc('month', first) as cohort, date_diff('month', date_trunc('month', first), date_trunc('month', date)) as age,
         count(distinct customer) as active
  from '{PATH}' join firsts using (customer) group by all''').df()
""",
    "int(counts['active'].sum())",
)
_OURS_SETUP = "import ibis.backends.duckdb, pandas, pyarrow\nfrom custintel_analytics import cohorts, tables"
_OURS = "table = tables.as_table(PATH, customer='customer', date='date', amount='amount')\n"
_COUNTS = Case(
    "custintel, counts only",
    _OURS_SETUP,
    _OURS + "result = cohorts.retention(table, grain='month', values=())",
    "int(result.frame['active'].sum())",
)
_VALUES = Case(
    "custintel, with orders and revenue",
    _OURS_SETUP,
    _OURS + "result = cohorts.retention(table, grain='month')",
    "int(result.frame['active'].sum())",
)
_LATER = Case(
    "custintel, a later question (unbounded, quarterly cohorts)",
    _OURS_SETUP + "\n" + _OURS + "cohorts.retention(table, grain='month')",
    "result = cohorts.retention(table, grain='month', cohort_grain='quarter', kind='unbounded')",
    "0",
)
_AUDIENCE = Case(
    "custintel, the customers behind a cell",
    _OURS_SETUP + "\n" + _OURS + "result = cohorts.retention(table, grain='month')\n"
    "cohort = result.frame['cohort'].iloc[0]",
    "ids = result.audience(cohort=cohort, age=6).ids()",
    "0",
)
_FULL_CHECK = Case("custintel, the full check of the table", _OURS_SETUP + "\n" + _OURS, "table.report", "0")


def _at(case: Case, path: Path) -> Case:
    return Case(case.name, f"PATH = {str(path)!r}\n{case.setup}", case.code, case.check)


def data(millions: int) -> Path:
    """Return the Parquet file with so many million purchases, made once."""
    import duckdb

    from custintel_analytics import simulate

    path = DATA / f"purchases_{millions}m.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(".days.parquet")
        simulate.purchases(customers=50_000 * millions, purchases=1_000_000 * millions, seed=1, path=made)
        # A shop's export is in the order of time and holds times, not days.
        duckdb.sql(
            f"copy (select * replace (date::timestamp as date) from '{made}' order by date, hash(customer)) to '{path}'"
        )
        made.unlink()
    return path


def report() -> str:
    """Run all cases and return the Markdown."""
    ten, fifty = data(10), data(50)
    main = [run(_at(case, ten)) for case in (_PANDAS, _PANDAS_TUNED, _POLARS, _DUCKDB, _COUNTS, _VALUES)]
    large = [run(_at(case, fifty), runs=1) for case in (_POLARS, _COUNTS, _VALUES)]
    apart = [run(_at(case, ten)) for case in (_LATER, _AUDIENCE, _FULL_CHECK)]
    return "\n".join(
        [
            "## Cohort matrix from Parquet",
            "",
            table("10 million purchases, 500,000 customers, 36 months", main),
            table("50 million purchases, 2.5 million customers", large),
            table(
                "After the first matrix, 10 million purchases",
                apart,
                "Peak memory is that of the whole process.",
            ),
        ]
    )
