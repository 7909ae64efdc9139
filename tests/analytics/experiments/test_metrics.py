"""Metrics say what they are, and refuse what they can't be."""

import pytest

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError
from custintel_analytics.experiments.metrics import checked_metrics


def test_names_are_taken_from_columns():
    assert ex.proportion("visit").name == "visit"
    assert ex.ratio("revenue", "orders").name == "revenue / orders"
    assert ex.quantile("latency", 0.95).name == "latency p95"
    assert ex.quantile("latency", 0.999).name == "latency p99.9"
    assert ex.mean(lambda t: t.spend * 2, name="double").name == "double"


def test_an_expression_needs_a_name():
    with pytest.raises(DataError, match="needs a name"):
        ex.proportion(lambda t: t.orders > 0)


@pytest.mark.parametrize("share", [0, 1, 95, "high"])
def test_a_quantile_is_between_0_and_1(share):
    with pytest.raises(DataError, match="between 0 and 1"):
        ex.quantile("latency", share)


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: ex.mean("x", direction="higher"), "direction='higher'"),
        (lambda: ex.mean("x", missing="ignore"), "missing='ignore'"),
        (lambda: ex.quantile("x", per="person"), "per='person'"),
        (lambda: ex.mean("x", name=" "), "is not a name"),
        (lambda: checked_metrics([]), "no metric"),
        (lambda: checked_metrics("spend"), r"ex.proportion\('spend'\)"),
        (lambda: checked_metrics([ex.mean("x"), ex.proportion("x")]), "Two metrics are called 'x'"),
    ],
)
def test_what_is_no_metric_is_refused(make, said):
    with pytest.raises(DataError, match=said):
        make()


def test_one_metric_needs_no_list():
    assert [metric.name for metric in checked_metrics(ex.mean("spend"))] == ["spend"]
