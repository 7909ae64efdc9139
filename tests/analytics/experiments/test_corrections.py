"""Adjusted p-values as R's p.adjust and statsmodels give them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError
from custintel_analytics.experiments.corrections import corrected

P = [0.01, 0.04, 0.03, 0.005, 0.2, 0.04]


@pytest.mark.parametrize(
    "adjust, expected",
    [
        (ex.holm, [0.05, 0.12, 0.12, 0.03, 0.2, 0.12]),
        (ex.benjamini_hochberg, [0.03, 0.048, 0.048, 0.03, 0.2, 0.048]),
        (ex.bonferroni, [0.06, 0.24, 0.18, 0.03, 1.0, 0.24]),
    ],
)
def test_as_statsmodels(adjust, expected):
    assert adjust(P).tolist() == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_order_of_strength(p_values):
    plain = np.array(p_values)
    fdr, holm, bonferroni = (f(p_values) for f in (ex.benjamini_hochberg, ex.holm, ex.bonferroni))
    assert (plain <= fdr + 1e-15).all()
    assert (fdr <= holm + 1e-12).all()
    assert (holm <= bonferroni + 1e-12).all()
    assert (bonferroni <= 1).all()


def test_what_was_not_tested_does_not_count():
    adjusted = ex.holm([0.01, np.nan, 0.04])
    assert adjusted[[0, 2]].tolist() == pytest.approx([0.02, 0.04])
    assert np.isnan(adjusted[1])
    assert np.isnan(ex.bonferroni([np.nan])).all()


def test_by_name():
    assert corrected(P, None).tolist() == P
    assert corrected(P, "benjamini-hochberg").tolist() == ex.benjamini_hochberg(P).tolist()
    with pytest.raises(DataError, match=r"correction='hochberg' is not known. Did you mean"):
        corrected(P, "hochberg")
    with pytest.raises(DataError, match=r"1 p-values aren't between 0 and 1, for example 1\.2"):
        ex.holm([0.1, 1.2])
