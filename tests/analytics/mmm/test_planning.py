"""The table of a model against its own equation."""

import numpy as np
import pytest

from custintel_analytics import mmm
from custintel_analytics.errors import DataError

from .model_cases import Case
from .test_results import refitted


def test_the_table_says_what_the_equation_says(quick_model, market):
    """Half a year of constant spend after the data, then seven weeks without."""
    import pandas as pd

    table = quick_model.response_table(periods=26, carry_out=7)
    frame = market[0]
    totals = np.array([400_000.0, 150_000.0, 120_000.0])
    dates = frame["date"].iloc[-1] + pd.to_timedelta(7 * np.arange(1, 34), unit="D")
    future = pd.DataFrame({"date": dates, "revenue": 1.0, "promotion": 0})
    names = ["tv", "search", "social"]
    spent = future.assign(
        **{
            name: np.where(np.arange(33) < 26, total / 26, 0.0)
            for name, total in zip(names, totals, strict=True)
        }
    )
    nothing = future.assign(**dict.fromkeys(names, 0.0))
    one, none = (
        refitted(quick_model, pd.concat([frame, later], ignore_index=True)) for later in (spent, nothing)
    )
    gained = (one - none)[:, 156:].sum(axis=(1, 2))
    assert table.draws_at(totals) == pytest.approx(gained, rel=1e-5)
    baseless = frame.assign(**{name: np.where(frame.index == 0, 1e-9, 0.0) for name in names})
    # What the spend of the data goes on to bring.
    never = refitted(quick_model, pd.concat([baseless, nothing], ignore_index=True))
    carried = (none - never)[:, 156:].sum(axis=(1, 2))
    assert table.carry_in.sum(axis=0) == pytest.approx(carried, rel=1e-5)


def test_what_counts_as_current_and_the_reach(quick_model, market):
    table = quick_model.response_table(periods=13, currency="EUR")
    spend = market[0][["tv", "search", "social"]]
    assert table.current == pytest.approx(spend.iloc[-13:].sum().to_numpy())
    assert table.history_max == pytest.approx(spend.max().to_numpy())
    assert table.max_spend == pytest.approx(2 * 13 * spend.max().to_numpy())
    assert table.baseline == pytest.approx(13 * 110_000, rel=0.15)
    assert table.error < 1e-6
    own = quick_model.response_table(
        max_spend={"tv": 9e5, "search": 8e5, "social": 7e5}, current=[1e5, 1e5, 1e5], carry_in=False
    )
    assert own.max_spend == pytest.approx([9e5, 8e5, 7e5])
    assert own.current == pytest.approx([1e5, 1e5, 1e5])
    assert not own.carry_in.any()


def with_draws(case, count=4) -> mmm.MediaMix:
    """A model that was never sampled, with some points as its draws."""
    drawn = [
        Case(seed, geo=case.settings.geo, time_varying=case.settings.time_varying).values()
        for seed in range(count)
    ]
    draws = {name: np.concatenate([one[name] for one in drawn]) for name in drawn[0]}
    model = case.model
    model.data_, model.scales_, model.design_, model.priors_ = case.data, case.scales, case.seen, case.priors
    model.draws = lambda most=None: draws
    return model


def test_geos_add_up():
    model = with_draws(Case(geo="geo"))
    whole, parts = (model.response_table(periods=10, carry_out=4, by_geo=by) for by in (False, True))
    assert whole.channels == ("tv", "search")
    assert parts.channels[:2] == ("tv · region 1", "tv · region 2")
    spend = model.data_.spend.sum(axis=0).T
    shares = (spend / spend.sum(axis=1, keepdims=True)).ravel()
    for part in (0.1, 0.5, 1.0):
        totals = part * whole.max_spend
        split = np.repeat(totals, 3) * shares
        assert whole.draws_at(totals) == pytest.approx(parts.draws_at(split), rel=2e-5)
        assert whole.mean(totals) == pytest.approx(parts.mean(split), rel=2e-5)
    assert whole.current == pytest.approx(parts.current.reshape(2, 3).sum(axis=1))
    assert whole.carry_in.sum() == pytest.approx(parts.carry_in.sum(), rel=1e-5)


def test_the_latest_strength_of_changing_media():
    model = with_draws(Case(time_varying=True))
    factor = model.draws()["media_factor"]
    usual, latest = (
        model.response_table(periods=8, strength=by, carry_in=False) for by in ("average", "latest")
    )
    spend = 0.5 * usual.max_spend
    assert latest.draws_at(spend) == pytest.approx(usual.draws_at(spend) * factor[:, -1], rel=1e-5)
    with pytest.raises(DataError, match="'average', 'latest'"):
        model.response_table(strength="last")


def test_the_sum_of_geos_is_exact_between_its_knots():
    """Hill curves of a slope below one, which are steepest at nothing."""
    from custintel_analytics.mmm import planning
    from custintel_analytics.mmm.response_table import ResponseTable

    random = np.random.default_rng(0)
    share = np.array([0.6, 0.3, 0.1])
    whole = ResponseTable.from_draws(
        saturation="hill", alpha=random.uniform(0.1, 0.8, (50, 3)), kappa=random.uniform(0.2, 0.8, (50, 3)),
        slope=random.uniform(0.6, 0.9, (50, 3)), beta=random.uniform(0.5, 1, (50, 3)), channel_scale=100 * share,
        max_spend=5200 * share, current=1300 * share, history_max=100 * share,
    )  # fmt: skip
    names = type("Data", (), {"channels": ("tv",), "geos": ("a", "b", "c")})
    table = planning._added(type("Model", (), {"data_": names}), whole, share, np.array([100.0]))
    amounts = table.max_spend * np.linspace(0.001, 1, 501)[:, None]
    errors = [abs(table.mean(x) - whole.curves.at(x * share).sum()) for x in amounts]
    assert max(errors) < 1e-6 * table.mean_response.max()
    assert table.error < 2e-6


def test_reach_and_current_spend_of_geos_are_told_by_channel():
    case = Case(geo="geo")
    model = case.model
    model.data_, model.scales_, model.design_, model.priors_ = case.data, case.scales, case.seen, case.priors
    model._drawn, model.provisional_ = case.values(), True
    with pytest.raises(
        DataError, match=r"The current spend of tv is [\d,]+, but max_spend lets its curve end at 100"
    ):
        model.response_table(periods=10, max_spend={"tv": 100.0, "search": 1e6})
    with pytest.raises(DataError, match="periods='26'"):
        model.response_table(periods="26")
    with pytest.raises(DataError, match="by_geo=True"):
        mmm.schedule(model.response_table(periods=10))
    assert mmm.schedule(model.response_table(periods=10, by_geo=True)).spend.shape == (6, 10)


def test_geos_that_spend_elsewhere_of_late():
    """A region that got a fiftieth of the money and now gets all of it."""
    case = Case(geo="geo")
    spend = case.data.spend.copy()
    spend[:-10, 0, 0] *= 0.02
    spend[-10:, 1:, 0] = 0.0
    spend[-10:, 0, 0] = case.data.spend[:, :, 0].sum(axis=1).max()
    from dataclasses import replace

    model = case.model
    model.data_, model.scales_, model.design_, model.priors_ = (
        replace(case.data, spend=spend),
        case.scales,
        case.seen,
        {},
    )
    model._drawn, model.provisional_ = case.values(), True
    latest = spend[-10:].sum(axis=0)
    assert model.response_table(periods=10).current == pytest.approx(latest.sum(axis=0))
    assert model.response_table(periods=10, by_geo=True).current == pytest.approx(latest.T.ravel())
