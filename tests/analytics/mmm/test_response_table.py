"""The table against a period-by-period computation of the model, and the reference posterior."""

import numpy as np
import pytest

from custintel_analytics.errors import DataError
from custintel_analytics.mmm import transforms
from custintel_analytics.mmm.response_table import ResponseTable

from .curves_data import (
    PERIODS,
    direct_total,
    eight_channels,
    posterior,
    shaped_table,
    small_posterior,
    small_table,
    straight_table,
)

FOLDER = "mmm_clv/own_fixtures"


@pytest.fixture
def fixtures(data_file):
    return data_file(f"{FOLDER}/opt_oracle.json").parent


def test_the_reference_plans_bring_what_the_reference_says(fixtures):
    _, oracle = posterior(fixtures)
    table = eight_channels(fixtures)
    best = PERIODS * np.array(oracle["mean_0"]["alloc"])
    assert table.mean(best) == pytest.approx(2458101.7357027438, rel=1e-6)
    worst = np.sort(table.draws_at(PERIODS * np.array(oracle["cvar"]["alloc"])))[:100]
    assert worst.mean() == pytest.approx(2103706.7125221845, rel=1e-6)
    assert table.concave.all()
    assert table.error <= 1e-6


def test_every_draw_is_the_model_period_by_period(fixtures):
    draws, oracle = posterior(fixtures)
    table = eight_channels(fixtures)
    per_period = np.array(oracle["hi"]) * np.linspace(0.02, 0.9, 8)
    wanted = direct_total(draws, per_period)
    found = table.draws_at(PERIODS * per_period)
    assert np.abs(found / wanted - 1).max() < 2e-5
    assert found.mean() == pytest.approx(wanted.mean(), rel=1e-6)


def test_earlier_spend_is_its_own_constant_and_saturates_what_follows():
    found = small_posterior()
    random = np.random.default_rng(3)
    past = random.uniform(20, 90, (12, 3))
    profile = random.uniform(0.2, 2, (10, 3))
    seasonal = random.uniform(0.5, 1.5, 18)
    table = small_table(carry_in=past, profile=profile, multiplier=seasonal)
    spend = np.array([700.0, 300.0, 1500.0])
    spread = spend * profile / profile.sum(axis=0)
    rest = {"multiplier": seasonal, "periods": 10, "carry_out": 8}
    before = direct_total(found, np.zeros((10, 3)), past, **rest)
    wanted = direct_total(found, spread, past, **rest)
    np.testing.assert_allclose(table.carry_in.sum(axis=0), before, rtol=1e-9)
    np.testing.assert_allclose(table.draws_at(spend) + before, wanted, rtol=1e-4)
    assert table.mean(spend) == pytest.approx((wanted - before).mean(), rel=3e-6)
    assert table.mean(spend) < small_table(profile=profile, multiplier=seasonal).mean(spend)
    assert table.mean([0, 0, 0]) == 0


def test_a_multiplier_may_differ_by_draw():
    by_draw = np.random.default_rng(4).uniform(0.5, 1.5, (60, 18))
    table, plain = small_table(multiplier=by_draw), small_table()
    spend = [500.0, 500.0, 500.0]
    expected = small_table(multiplier=by_draw[7]).draws_at(spend)[7]
    assert table.draws_at(spend)[7] == pytest.approx(expected, rel=1e-5)
    assert not np.allclose(table.draws_at(spend), plain.draws_at(spend), rtol=1e-3)


@pytest.mark.parametrize("adstock", transforms.ADSTOCKS)
@pytest.mark.parametrize("saturation", transforms.SATURATIONS)
def test_every_form_is_the_sum_of_its_periods(adstock, saturation):
    random = np.random.default_rng(8)
    shape = (20, 2)
    ranges = {
        "alpha": (0.2, 0.7), "theta": (0, 3), "shape": (0.8, 3), "scale": (1, 4), "lam": (0.5, 3),
        "kappa": (0.3, 0.9), "slope": (1.1, 2.5),
    }  # fmt: skip
    names = transforms.ADSTOCKS[adstock].parameters, transforms.SATURATIONS[saturation].parameters
    by_name = {name: random.uniform(*ranges[name], shape) for name in (*names[0], *names[1])}
    beta = random.uniform(0.1, 1, shape)
    table = ResponseTable.from_draws(
        adstock=adstock, saturation=saturation, lags=5, beta=beta, channel_scale=[10.0, 20.0], target_scale=7.0,
        max_spend=[300.0, 500.0], periods=6, carry_out=3, normalised=False, **by_name,
    )  # fmt: skip
    spend = np.array([120.0, 333.0])
    line = np.concatenate([np.repeat(spend[None] / 6, 6, axis=0), np.zeros((3, 2))]) / [10.0, 20.0]
    total = np.zeros(20)
    for c in range(2):
        weights = transforms.adstock_weights(
            adstock, 5, normalised=False, **{name: by_name[name][:, c] for name in names[0]}
        )
        seen = transforms.adstock(line[:, c], weights)
        effect = transforms.saturation(
            saturation, seen, **{name: by_name[name][:, c, None] for name in names[1]}
        )
        total += 7.0 * beta[:, c] * effect.sum(axis=1)
    assert table.draws_at(spend) == pytest.approx(total, rel=2e-3)
    assert table.mean(spend) == pytest.approx(total.mean(), rel=1e-5)


def test_knots_are_added_until_the_mean_is_within_the_tolerance():
    coarse = small_table(points=5, tolerance=0.05)
    fine = small_table(points=5)
    assert coarse.error <= 0.05
    assert fine.error <= 1e-6
    assert coarse.grid.shape[1] < fine.grid.shape[1] < 60
    hard = shaped_table(steepness=0.6)
    assert hard.error < 1e-5
    assert np.isfinite(hard.slope).all()


def test_slopes_are_derivatives_of_draws_and_mean():
    table = small_table()
    spend, step = np.array([300.0, 900.0, 1500.0]), 1e-3
    parts, slopes = table.read(spend, slopes=True)
    ahead, _ = table.read(spend + step)
    np.testing.assert_allclose((ahead - parts) / step, slopes, rtol=1e-4)
    np.testing.assert_allclose(slopes.mean(axis=1), table.marginal(spend).to_numpy(), rtol=1e-5)


def test_spend_is_read_by_name_in_order_or_as_one_number():
    table = small_table(channels=("tv", "radio", "web"))
    by_name = {"web": 100.0, "tv": 300.0, "radio": 200.0}
    assert table.mean(by_name) == table.mean([300, 200, 100])
    assert table.mean(table.marginal([300, 200, 100]) * 0 + 50) == table.mean(50)
    assert table.quantiles(50, [0.5]).loc[0.5] == pytest.approx(np.median(table.draws_at(50)))


def test_thinned_draws_keep_the_mean_of_all():
    table = small_table()
    few = table.thin(7)
    assert few.draws == 7
    assert few.mean(300) == table.mean(300)
    np.testing.assert_array_equal(few.draws_at(300), table.draws_at(300)[[0, 8, 17, 25, 34, 42, 51]])
    assert few.dynamics.draws == 7
    assert table.thin(1000) is table


def test_the_wire_is_single_precision_for_draws_and_double_for_means():
    table = small_table(points=40)
    sent = table.to_wire(draws=25, points=10)
    assert sent["response"].shape == (3, 10, 25)
    assert sent["response"].dtype == np.float32
    assert sent["mean"].shape == table.grid.shape
    assert sent["mean"].dtype == np.float64
    assert sent["drawGrid"].shape == (3, 10)
    np.testing.assert_array_equal(sent["drawGrid"][:, [0, -1]], table.grid[:, [0, -1]])
    row = np.searchsorted(table.grid[1], sent["drawGrid"][1, 4])
    np.testing.assert_array_equal(sent["response"][1, 4], table.thin(25).response[1, :, row])
    assert sent["carryIn"].shape == (25,)
    assert sent["channels"] == ["channel 1", "channel 2", "channel 3"]


def test_the_wire_of_eight_channels_is_half_a_megabyte(fixtures):
    sent = eight_channels(fixtures).to_wire()
    assert sent["response"].nbytes + sent["slope"].nbytes == 8 * 250 * 33 * 2 * 4


def test_saved_and_read_again(tmp_path):
    table = small_table(carry_in=np.full((3, 3), 40.0), history_max=[90.0, 80.0, 70.0], baseline=123.0)
    again = ResponseTable.load(table.save(tmp_path / "deep" / "curves.npz"))
    spend = [100.0, 200.0, 300.0]
    assert again.mean(spend) == table.mean(spend)
    np.testing.assert_array_equal(again.draws_at(spend), table.draws_at(spend))
    np.testing.assert_array_equal(again.carry_in, table.carry_in)
    assert (again.channels, again.periods, again.carry_out, again.baseline) == (table.channels, 10, 8, 123.0)
    np.testing.assert_array_equal(again.dynamics.beta, table.dynamics.beta)
    assert again.dynamics.weights.shape == (3, 60, 8)
    bare = straight_table([[1.0, 2.0], [1.5, 2.5]])
    assert ResponseTable.load(bare.save(tmp_path / "bare.npz")).dynamics is None


def test_what_is_no_table_is_refused(tmp_path):
    with pytest.raises(DataError, match="There is no file"):
        ResponseTable.load(tmp_path / "none.npz")
    text, other = tmp_path / "text.npz", tmp_path / "other.npz"
    text.write_text("hello")
    np.savez(other, a=np.ones(3))
    for place in (text, other):
        with pytest.raises(DataError, match="is not a response table"):
            ResponseTable.load(place)


def test_a_later_version_is_refused(tmp_path, monkeypatch):
    from custintel_analytics.mmm import table_file

    monkeypatch.setattr(table_file, "VERSION", 99)
    place = small_table().save(tmp_path / "later.npz")
    monkeypatch.undo()
    with pytest.raises(DataError, match="version 99; this library reads up to 1"):
        ResponseTable.load(place)


def test_tables_of_others_come_without_slopes(data_file):
    """Meridian's exported curves: outcome per draw at 33 multiples of the historical spend."""
    stored = np.load(data_file(f"{FOLDER}/meridian_national_media_curve_draws.npz"))
    response = np.moveaxis(stored["V"], (0, 1, 2), (2, 1, 0))
    grid = stored["hist"][:, None] * stored["G"]
    table = ResponseTable(
        channels=("a", "b", "c", "d"), grid=grid, response=response, periods=52, current=stored["hist"]
    )
    at_history = int(np.flatnonzero(stored["G"] == 1.0)[0])
    np.testing.assert_allclose(table.draws_at(stored["hist"]), stored["V"][at_history].sum(axis=1), rtol=1e-5)
    assert np.isnan(table.error)
    assert (table.slope >= 0).all()


@pytest.mark.parametrize(
    "changed, message",
    [
        ({"beta": None}, "beta has the shape"),
        ({"lam": np.ones((60, 2))}, r"lam has the shape \(60, 2\), beta \(60, 3\)"),
        ({"alpha": np.full((60, 3), np.nan)}, "alpha holds 180 values that aren't finite"),
        ({"saturation": "hill"}, "kappa= is missing"),
        ({"channel_scale": 0.0}, "channel_scale=.*above zero"),
        ({"target_scale": -1.0}, "target_scale=-1.0"),
        ({"max_spend": [1.0, 0.0, 2.0]}, "max_spend is 0 for channel 2"),
        ({"max_spend": {"channel 1": 5.0}}, "max_spend has no amount for channel 2, channel 3"),
        ({"channels": ("a", "b")}, "channels has 2 names, beta 3"),
        ({"channels": ("a", "a", "b")}, "one different name per channel"),
        ({"periods": 0}, "periods=0: write a whole number from 1"),
        ({"carry_in": np.ones((4, 2))}, r"carry_in has the shape \(4, 2\)"),
        ({"carry_in": -np.ones((4, 3))}, "carry_in must hold spend from 0"),
        ({"profile": np.ones(4)}, r"profile has the shape \(4,\): it must be 10 periods"),
        ({"profile": -np.ones(10)}, "profile must hold numbers from 0"),
        ({"profile": np.zeros(10)}, "zero in all periods"),
        ({"multiplier": np.ones(10)}, r"multiplier has the shape \(1, 10\): it must be 18"),
        (
            {"current": [1e6, 1.0, 1.0]},
            "current spend of channel 1 is 1e\\+06, but its curve goes from 0 to 2000",
        ),
        ({"tolerance": 0}, "tolerance=0 is not possible"),
    ],
)
def test_impossible_arguments_are_named(changed, message):
    with pytest.raises(DataError, match=message):
        small_table(**changed)


@pytest.mark.parametrize(
    "changed, message",
    [
        ({"grid": np.array([[1.0, 2, 3]] * 2)}, "must ascend from 0"),
        ({"grid": np.array([[0.0, 2, 2]] * 2)}, "must ascend from 0"),
        ({"response": np.ones((2, 4))}, "response has the shape"),
        ({"response": np.full((2, 4, 3), np.inf)}, "response holds 24 values"),
        ({"response": np.ones((2, 4, 3))}, "response of a to no spend is 1"),
        ({"slope": np.ones((2, 4, 2))}, "slope has the shape"),
        ({"profile": np.ones((2, 5))}, "shares from 0 that add to 1"),
        ({"carry_in": np.ones((3, 4))}, r"carry_in must be finite numbers of the shape \(2, 4\)"),
        ({"periods": 2.5}, "periods=2.5"),
    ],
)
def test_impossible_tables_are_refused(changed, message):
    response = np.arange(3.0) * np.ones((2, 4, 1))
    slope = np.ones((2, 4, 3))
    given = {
        "channels": ("a", "b"),
        "grid": np.array([0.0, 1, 2]),
        "response": response,
        "slope": slope,
        "periods": 5,
    }
    ResponseTable(**given)
    with pytest.raises(DataError, match=message):
        ResponseTable(**{**given, **changed})


@pytest.mark.parametrize(
    "spend, message",
    [
        ([1.0, 2.0], r"spend has the shape \(2,\), but there are 3 channels"),
        ([1.0, 2.0, -3.0], "spend is −3.00 for channel 3, below 0"),
        ([1.0, 2.0, 3000.0], "3,000 for channel 3, beyond the table, which ends at 2,000"),
        ({"chanel 1": 3.0}, "'chanel 1', which is not a channel. Did you mean 'channel 1'"),
        (["a", "b", "c"], "can't be read as amounts"),
        ([1.0, 2.0, float("nan")], "spend is nan for channel 3"),
    ],
)
def test_impossible_amounts_are_named(spend, message):
    with pytest.raises(DataError, match=message):
        small_table().mean(spend)


def test_progress_is_told_and_stops():
    said = []
    small_table(progress=lambda done, total, message: said.append((done, total, message)))
    assert said[0] == (0, 3, "Drawing the response curve of channel 1…")
    assert said[-1][:2] == (3, 3)

    def stop(*_):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        small_table(progress=stop)


def test_the_summary_says_reach_and_shape():
    said = small_table(channels=("tv", "radio", "web"), currency="EUR").summary()
    assert "totals over 10 periods and 8 after them, 60 draws: tv to EUR 2,000" in said
    assert "All mean curves are concave." in said
    assert "S-shaped: channel 1" in shaped_table().summary()


def test_weights_next_to_nothing_under_a_steep_start():
    """A Weibull density's last weights may be 1e-320; a Hill curve of slope below one is infinitely steep there."""
    table = ResponseTable.from_draws(
        adstock="weibull_pdf", shape=[[4.9], [6.0]], scale=[[1.0], [1.0]], saturation="hill", kappa=[[0.3], [0.3]],
        slope=[[0.5], [0.6]], beta=[[0.4], [0.4]], lags=8, max_spend=500.0, channel_scale=10.0,
    )  # fmt: skip
    assert np.isfinite(table.slope).all()
    assert table.error <= 1e-6
