"""Ten metrics of an experiment of 10 million units, beside tea-tasting and statsmodels."""

from __future__ import annotations

import statistics
import subprocess
import sys
import timeit
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import Case, run, table

DATA = Path("build/bench")
OTHERS = DATA / "others"

_OURS_SETUP = (
    "import ibis.backends.duckdb, pandas, pyarrow, scipy.special\n"
    "from custintel_analytics import experiments as ex\nimport custintel_analytics.tables"
)
_OURS = """
metrics = [*(ex.proportion(f"m{n}") for n in range(3)), *(ex.mean(f"m{n}") for n in range(3, 10))]
found = ex.analyse(PATH, variant="variant", control="A", UNITmetrics=metrics, relative=False, correction=None).frame
"""
_OURS_CHECK = "[round(effect, 6) for effect in found['effect']]"
_ROWS = Case("custintel, each row a unit", _OURS_SETUP, _OURS.replace("UNIT", ""), _OURS_CHECK)
_UNITS = Case(
    "custintel, added up to the unit first", _OURS_SETUP, _OURS.replace("UNIT", "unit='unit', "), _OURS_CHECK
)
_TEA = Case(
    "tea-tasting, Ibis on DuckDB",
    "import ibis, tea_tasting as tt\nimport ibis.backends.duckdb, pandas, pyarrow",
    """
data = ibis.duckdb.connect().read_parquet(PATH)
test = tt.Experiment({f"m{n}": tt.Mean(f"m{n}") for n in range(10)})
found = test.analyze(data, control="A")
""",
    "[round(found[f'm{n}'].effect_size, 6) for n in range(10)]",
)
_STATSMODELS = Case(
    "statsmodels on pandas",
    "import pandas as pd, pyarrow\nfrom statsmodels.stats.weightstats import CompareMeans, DescrStatsW",
    """
frame = pd.read_parquet(PATH)
effects = []
for n in range(10):
    control, treatment = (frame.loc[frame["variant"] == v, f"m{n}"] for v in ("A", "B"))
    pair = CompareMeans(DescrStatsW(treatment), DescrStatsW(control))
    pair.ttest_ind(usevar="unequal"), pair.tconfint_diff(usevar="unequal")
    effects.append(pair.d1.mean - pair.d2.mean)
""",
    "[round(float(effect), 6) for effect in effects]",
)
_VISITS = Case(
    "custintel, 10 million rows of 2 million units",
    _OURS_SETUP,
    _OURS.replace("UNIT", "unit='unit', "),
    "0",
)
_QUANTILE = Case(
    "custintel, one quantile of the 10 million rows",
    _OURS_SETUP,
    'found = ex.analyse(PATH, variant="variant", control="A", metrics=ex.quantile("m3", 0.95)).frame',
    "0",
)


def _at(case: Case, path: Path) -> Case:
    return Case(case.name, f"PATH = {str(path)!r}\n{case.setup}", case.code, case.check, case.python)


def data(rows_per_unit: int = 1) -> Path:
    """Return the Parquet file of 10 million rows, made once."""
    import duckdb

    path = DATA / f"experiment_10m_{rows_per_unit}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shares = [f"(hash(i, {n}) % 1000 < {100 * (n + 1)})::int as m{n}" for n in range(3)]
        # Skewed as amounts are: exponential, by the inverse of its distribution.
        amounts = [f"-{n} * ln((1 + hash(i, {n}) % 1000000) / 1e6) as m{n}" for n in range(3, 10)]
        duckdb.sql(
            f"copy (select unit, case when hash(unit) % 2 = 0 then 'A' else 'B' end as variant, "
            f"{', '.join([*shares, *amounts])} from (select i, i // {rows_per_unit} as unit from range(10000000) t(i))) "
            f"to '{path}'"
        )
    return path


def others() -> str | None:
    """Python of an environment with the other libraries, made once; None where they can't be installed."""
    python = OTHERS / "bin" / "python"
    wanted = ["tea-tasting", "statsmodels", "ibis-framework[duckdb]", "pandas", "pyarrow"]
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(OTHERS)], check=True)
    done = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", *wanted], check=False, capture_output=True
    )
    return str(python.absolute()) if done.returncode == 0 else None


def _versions(python: str) -> str:
    names = ("tea-tasting", "statsmodels", "ibis-framework", "duckdb", "pandas")
    code = (
        f"from importlib.metadata import version as v; print(', '.join(f'{{n}} {{v(n)}}' for n in {names!r}))"
    )
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def closed_form() -> str:
    """Return the time of single comparisons from sufficient statistics, as Markdown."""
    from custintel_analytics import experiments as ex

    shares = ex.Sample.proportion(1200, 10_000), ex.Sample.proportion(1290, 10_000)
    means = ex.Sample.moments(10_000, 12.0, 400.0), ex.Sample.moments(10_000, 12.4, 410.0)
    cases = {
        "Welch, relative by Fieller": lambda: ex.compare(*means, relative=True),
        "z, score interval of two shares": lambda: ex.compare(*shares, method="z"),
        "Bayes, normal": lambda: ex.compare(*means, method="bayes"),
        "Bayes, exact beta-binomial": lambda: ex.compare(*shares, method="bayes"),
        "always-valid sequence": lambda: ex.compare(*means, method="sequential"),
    }
    lines = ["### One closed-form comparison", "", "| method | milliseconds |", "|---|---:|"]
    for name, call in cases.items():
        call()
        took = statistics.median(timeit.repeat(call, number=20, repeat=7)) / 20 * 1000
        lines.append(f"| {name} | {took:.3f} |")
    return "\n".join([*lines, ""])


def report() -> str:
    """Run all cases and return the Markdown."""
    one, five, python = data(), data(5), others()
    cases = [_ROWS, _UNITS]
    note = "tea-tasting and statsmodels could not be installed here."
    if python is not None:
        cases += [replace(case, python=python) for case in (_TEA, _STATSMODELS)]
        note = f"The others ran in an environment of their own: {_versions(python)}."
    note += " Neither adds rows up to units: theirs must be units already."
    return "\n".join(
        [
            "## Experiment from Parquet",
            "",
            table("10 metrics, 10 million units", [run(_at(case, one)) for case in cases], note),
            table("Also of 10 million rows", [run(_at(_VISITS, five)), run(_at(_QUANTILE, one))]),
            closed_form(),
        ]
    )
