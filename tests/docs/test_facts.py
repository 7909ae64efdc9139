"""The documents name what the code has, and figures that the data give."""

import inspect
import re
from pathlib import Path
from statistics import NormalDist

import pandas as pd
import pytest

from custintel_analytics import cohorts, tables
from custintel_analytics.audiences import Audience
from custintel_analytics.cohorts import truncation
from custintel_widgets import CohortHeatmap

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
METHOD = ROOT / "docs" / "method" / "cohorts.md"


def names_in(page: Path) -> set[str]:
    """The identifiers that a page sets in code."""
    spans = re.findall(r"`([^`]+)`", page.read_text(encoding="utf-8"))
    return {name for span in spans for name in re.findall(r"[a-z]\w*", span)}


def public(members) -> set[str]:
    return {name for name in members if not name.startswith("_")}


@pytest.mark.parametrize(
    "page, names",
    [
        ("tables.md", public(inspect.signature(tables.as_table).parameters) - {"unknown"}),
        ("tables.md", public(vars(tables.Table)) | public(tables.Table.__dataclass_fields__)),
        ("cohorts.md", public(inspect.signature(cohorts.retention).parameters) - {"roles"}),
        ("cohorts.md", public(vars(cohorts.Retention)) | public(cohorts.Retention.__dataclass_fields__)),
        ("cohorts.md", public(cohorts.Truncation.__dataclass_fields__)),
        ("audiences.md", public(vars(Audience))),
        ("cohort_heatmap.md", set(CohortHeatmap.input_names()) | {"selection", "compared"}),
    ],
)
def test_reference_names_all_that_is_public(page, names):
    # The connection's lock is public for the widgets' sake only.
    assert names - names_in(REFERENCE / page) - {"lock"} == set()


def test_reference_gives_the_defaults_of_the_inputs():
    rows = re.findall(
        r"^\| `(\w+)` \| `([^`]*)` \|", (REFERENCE / "cohort_heatmap.md").read_text("utf-8"), re.MULTILINE
    )
    traits = CohortHeatmap.class_traits()
    said = {name: eval(default) for name, default in rows}
    assert len(said) >= 16
    assert said == {name: traits[name].default() for name in said}


def test_method_gives_the_thresholds_of_the_code():
    text = METHOD.read_text(encoding="utf-8")
    assert f"| ≥ {truncation.Z} | at most one false alarm in 160 tests |" in text
    assert 1 / NormalDist().cdf(-truncation.Z) > 160
    assert f"| ≥ {truncation.RATIO} |" in text
    assert f"each of the {truncation.AGES} months after their first" in text
    assert f"fewer than {truncation.FEWEST_CUSTOMERS} customers" in text
    assert f"at least {truncation.SHARE:.0%}".replace("%", " %") in text


def test_method_tells_the_truth_about_online_retail(online_retail_path, data_file):
    text = METHOD.read_text(encoding="utf-8")
    lines = pd.read_parquet(online_retail_path).rename(columns={"UnitPrice": "Price"})
    before = pd.read_parquet(data_file("customers/online_retail_ii_2009_2010.parquet"))
    before = before[before["InvoiceDate"] < "2010-12-01"]

    def bought(frame):
        return frame[frame["CustomerID"].notna() & (frame["Quantity"] > 0) & (frame["Price"] > 0)]

    first = bought(lines).groupby("CustomerID")["InvoiceDate"].min().dt.to_period("M")
    old = first.index.isin(bought(before)["CustomerID"].unique())
    december, january = first == "2010-12", first == "2011-01"
    assert f"of its {december.sum()} “new” customers of December, {old[december].sum()} (91 %)" in text
    assert f"{old[january].sum()} of January's {january.sum()} “new” customers (83 %)" in text
    assert f"{old.sum():,} (63 %) of all {len(first):,}" in text
    assert [round(100 * share) for share in (old[december].mean(), old[january].mean(), old.mean())] == [
        91,
        83,
        63,
    ]


def test_method_tells_what_the_test_finds(online_retail_path):
    table = tables.as_table(str(online_retail_path), amount=lambda t: t.Quantity * t.UnitPrice)
    found = cohorts.retention(table, values=()).truncation
    said = f"flagged, {100 * found.first_rate:.1f} % against {100 * found.later_rate:.1f} %"
    assert found.cohorts == ("2010-12",)
    assert said in METHOD.read_text(encoding="utf-8")
