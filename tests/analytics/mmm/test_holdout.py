import numpy as np
import pytest
from scipy import stats

from custintel_analytics import mmm
from custintel_analytics.errors import Cancelled, DataError
from custintel_analytics.mmm.holdout import crps


def test_crps_of_a_normal_in_closed_form():
    """Gneiting and Raftery (2007), equation 21 and the line after it."""
    random = np.random.default_rng(0)
    draws = random.normal(3, 2, (200_000, 1))
    for seen in (3.0, 5.5, -2.0):
        z = (seen - 3) / 2
        expected = 2 * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
        assert crps(draws, np.array([seen]))[0] == pytest.approx(expected, rel=0.01)


def test_crps_by_its_definition():
    draws, seen = np.random.default_rng(1).normal(size=(40, 3)), np.array([0.1, -1.0, 2.0])
    apart = np.abs(draws[:, None] - draws[None]).mean(axis=(0, 1)) / 2
    assert crps(draws, seen) == pytest.approx(np.abs(draws - seen).mean(axis=0) - apart)
    assert crps(np.array([[2.0]]), np.array([5.0]))[0] == 3


def test_foretells_better_than_last_year(market, columns):
    found = mmm.MediaMix(**columns).holdout(market[0], slices=2, periods=6)
    assert found.frame["trained"].tolist() == [144, 150]
    assert len(found.forecasts) == 12
    assert (found.frame["skill"] > 0.2).all()
    assert found.forecasts["crps"].mean() == pytest.approx(found.frame["crps"].mean())
    assert found.frame["end"].iloc[-1] == market[0]["date"].iloc[-1]
    assert found.forecasts["outcome"].to_numpy() == pytest.approx(market[0]["revenue"].to_numpy()[-12:])
    assert "closer than the naive forecast" in found.sentence


def test_what_comes_later_is_not_used(market, columns):
    """Another future leaves the forecasts as they are."""
    frame = market[0]
    other = frame.assign(revenue=np.where(frame.index >= 150, 10 * frame["revenue"], frame["revenue"]))
    one, two = (mmm.MediaMix(**columns).holdout(table, slices=1, periods=6) for table in (frame, other))
    assert one.forecasts["mean"].to_numpy() == pytest.approx(two.forecasts["mean"].to_numpy())
    assert two.frame["crps"].iloc[0] > 5 * one.frame["crps"].iloc[0]


def test_errors(market, columns):
    model = mmm.MediaMix(**columns)
    with pytest.raises(DataError, match="leave 6 of 156 to learn from"):
        model.holdout(market[0], slices=15, periods=10)
    with pytest.raises(DataError, match="periods=0"):
        model.holdout(market[0], periods=0)

    def stop(done, total, message):
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        model.holdout(market[0], progress=stop)


def test_what_only_begins_later_is_left_out_and_said(market, columns):
    """Before it begins it has no scale."""
    frame = market[0].assign(social=lambda f: f["social"].where(f.index >= 147, 0.0))
    model = mmm.MediaMix(
        **columns,
        events={"fair": ["2024-12-03"]},
        priors={"beta": ("half_normal", {"tv": 1, "search": 2, "social": 2})},
    )
    found = model.holdout(frame, slices=2, periods=6)
    assert np.isfinite(found.forecasts[["mean", "lower", "upper", "crps"]]).all(axis=None)
    assert found.notes == (
        "Slice 1: social, fair only begins after 2024-09-30; its model does without.",
        "Slice 2: fair only begins after 2024-11-11; its model does without.",
    )
    assert found.sentences == (found.sentence, *found.notes)
    late = market[0].assign(
        **{name: market[0][name].where(market[0].index >= 150, 0.0) for name in columns["channels"]}
    )
    with pytest.raises(DataError, match="no channel spent anything"):
        mmm.MediaMix(**columns).holdout(late, slices=2, periods=6)
