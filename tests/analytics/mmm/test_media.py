"""The transforms that are sampled are those that results and plans are computed with."""

import numpy as np
import pytest

from custintel_analytics.mmm import media
from custintel_analytics.mmm.transforms import ADSTOCKS, SATURATIONS, adstock_weights, saturation

VALUES = {
    "alpha": [0.3, 0.7], "theta": [1.2, 0.4], "shape": [0.8, 2.5], "scale": [1.5, 3.0],
    "lam": [2.0, 4.0], "kappa": [0.4, 0.8], "slope": [0.7, 2.2],
}  # fmt: skip


def variables():
    import pytensor.tensor as pt

    return {name: pt.vector(name) for name in VALUES}


def evaluated(output, names, given):
    import pytensor

    function = pytensor.function(
        [given[n] for n in names], output, mode="FAST_COMPILE", on_unused_input="ignore"
    )
    return function(*(np.array(VALUES[n]) for n in names))


@pytest.mark.parametrize("lags", [1, 2, 8])
@pytest.mark.parametrize("kind", ADSTOCKS)
def test_weights(kind, lags):
    names = ADSTOCKS[kind].parameters
    given = variables()
    found = evaluated(media.weights(kind, lags, given), names, given)
    assert found == pytest.approx(
        adstock_weights(kind, lags, **{name: VALUES[name] for name in names}), abs=1e-12
    )


@pytest.mark.parametrize("kind", SATURATIONS)
def test_saturation(kind):
    names = SATURATIONS[kind].parameters
    given = variables()
    x = np.array([[0.0, 0.0], [0.1, 0.5], [1.0, 2.0]])
    found = evaluated(media.saturated(kind, x, given), names, given)
    assert found == pytest.approx(saturation(kind, x, **{name: VALUES[name] for name in names}), abs=1e-12)


@pytest.mark.parametrize("kind", SATURATIONS)
def test_slopes_are_finite_where_nothing_was_spent(kind):
    import pytensor.tensor as pt

    names = SATURATIONS[kind].parameters
    given = variables()
    total = media.saturated(kind, np.array([[0.0, 0.0], [0.3, 0.0]]), given).sum()
    for slope in evaluated(pt.grad(total, [given[name] for name in names]), names, given):
        assert np.isfinite(slope).all()


@pytest.mark.parametrize("kind", ADSTOCKS)
def test_slopes_of_weights_are_finite(kind):
    import pytensor.tensor as pt

    names = ADSTOCKS[kind].parameters
    given = variables()
    total = (media.weights(kind, 6, given) * np.arange(6)).sum()
    for slope in evaluated(pt.grad(total, [given[name] for name in names]), names, given):
        assert np.isfinite(slope).all()
