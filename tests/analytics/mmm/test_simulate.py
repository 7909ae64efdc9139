import numpy as np
import pandas as pd
import pytest

from custintel_analytics import mmm
from custintel_analytics.errors import DataError


def test_the_frame_is_its_truth_and_noise():
    frame, truth = mmm.simulate(104, 4, seed=3, noise=0.0)
    parts = truth.contributions.drop(columns="date").sum(axis=1)
    assert frame["revenue"].to_numpy() == pytest.approx(parts.to_numpy(), abs=0.006)
    assert list(frame.columns) == ["date", "revenue", "tv", "search", "social", "display", "promotion"]
    noisy = mmm.simulate(1000, 4, seed=3, noise=0.02)
    rest = noisy[0]["revenue"] - noisy[1].contributions.drop(columns="date").sum(axis=1)
    assert rest.std() == pytest.approx(2000, rel=0.1)


def test_the_truth_is_the_models_own_equation():
    """Put into the model, the true parameters give the true contributions."""
    from custintel_analytics.mmm.data import media_data
    from custintel_analytics.mmm.design import design, scales_of
    from custintel_analytics.mmm.equation import Equation

    frame, truth = mmm.simulate(80, 3, seed=4)
    settings = mmm.MediaMix(date="date", target="revenue", channels=["tv", "search", "social"]).settings
    data = media_data(frame, settings)
    seen = design(data, settings, scales_of(data))
    known = truth.channels
    draws = {
        "alpha": known["alpha"].to_numpy()[None],
        "lam": known["lam"].to_numpy()[None],
        "beta": known["beta"].to_numpy()[None] / seen.target_scale,
    }
    equation = Equation(settings, seen, draws)
    for place, channel in enumerate(known["channel"]):
        brought = equation.contribution(equation.media(place))[0, :, 0]
        assert brought == pytest.approx(truth.contributions[channel].to_numpy())


def test_seeds_and_geos():
    pd.testing.assert_frame_equal(mmm.simulate(30, 2, seed=1)[0], mmm.simulate(30, 2, seed=1)[0])
    assert not mmm.simulate(30, 2, seed=1)[0].equals(mmm.simulate(30, 2, seed=2)[0])
    frame = mmm.simulate(30, 2, seed=1, geos=3)[0]
    assert frame["geo"].nunique() == 3
    assert len(frame) == 90


def test_channels_together():
    apart, alike = (mmm.simulate(300, 3, seed=1, together=by)[0] for by in (0.0, 0.98))
    logs = [np.log(frame["search"]).corr(np.log(frame["social"])) for frame in (apart, alike)]
    assert abs(logs[0]) < 0.3
    assert logs[1] > 0.9


@pytest.mark.parametrize(
    "options, said",
    [({"periods": 3}, "from 20 to 2000"), ({"channels": 9}, "from 1 to 8"), ({"geos": 0}, "geos=0"),
     ({"noise": -1}, "0 or more"), ({"together": 1}, "below 1")],
)  # fmt: skip
def test_errors(options, said):
    with pytest.raises(DataError, match=said):
        mmm.simulate(**options)
