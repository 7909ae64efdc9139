"""Response tables of models that other libraries fitted, against what those libraries say of the same spend."""

import json
from pathlib import Path

import numpy as np
import pytest

from custintel_analytics import mmm, sampling
from custintel_analytics.errors import DataError

FACTS = Path(__file__).parent / "facts"
# Fitted to mmm.simulate(52, 2, seed=3) and, by geo, (40, 2, seed=4, geos=2); contributions summed over the dates.
FITTED = ["1.3_geometric", "1.3_tanh", "1.3_geo", "0.19_geometric", "0.19_hill"]


def spend_of(name) -> np.ndarray:
    """Spend per period, periods × curves."""
    geo = name.endswith("geo")
    frame = mmm.simulate(40, 2, seed=4, geos=2)[0] if geo else mmm.simulate(52, 2, seed=3)[0]
    if not geo:
        return frame[["tv", "search"]].to_numpy()
    wide = frame.pivot(index="date", columns="geo", values=["tv", "search"])
    return wide.to_numpy()


@pytest.mark.parametrize("name", FITTED)
def test_pymc_marketings_own_contributions(name):
    """Its history as the window: each draw then brings what its own model says that it brought."""
    known = json.loads((FACTS / f"pymc_marketing_{name}.json").read_text())
    spend = spend_of(name)
    table = mmm.read_pymc_marketing(
        FACTS / f"pymc_marketing_{name}.nc", periods=len(spend), carry_out=0, carry_in=False, profile=spend
    )
    expected = np.array(known["contribution"])
    expected = expected.reshape(-1, int(np.prod(expected.shape[2:])))
    found = table.channel_draws(spend.sum(axis=0))
    assert table.draws == 20
    assert found == pytest.approx(expected.T, rel=2e-5)


def test_names_spend_and_reach_of_pymc_marketing():
    table = mmm.read_pymc_marketing(FACTS / "pymc_marketing_1.3_geometric.nc", periods=13, currency="EUR")
    spend = spend_of("1.3_geometric")
    assert table.channels == ("tv", "search")
    assert table.target == "revenue"
    assert table.current == pytest.approx(spend[-13:].sum(axis=0))
    assert table.max_spend == pytest.approx(2 * 13 * spend.max(axis=0))
    assert (table.carry_in.mean(axis=1) > 0).all()
    by_geo = mmm.read_pymc_marketing(FACTS / "pymc_marketing_1.3_geo.nc")
    assert by_geo.channels == ("tv · region 1", "tv · region 2", "search · region 1", "search · region 2")
    plan = mmm.optimize(table, total=float(table.current.sum()))
    assert plan.outcome >= table.mean(table.current) - 1e-6


def changed(**attributes):
    return sampling.extended(sampling.load(FACTS / "pymc_marketing_1.3_geometric.nc"), {}, attributes)


def test_draws_in_memory():
    table = mmm.read_pymc_marketing(changed())
    assert table.draws == 20


@pytest.mark.parametrize(
    "attributes, said",
    [
        ({"link": "log"}, "has a log link"),
        ({"adstock_first": "false"}, "saturates spend before"),
        ({"cost_per_unit": "{'tv': 3}"}, "aren't in money"),
        ({"adstock": '{"lookup_name": "binomial", "l_max": 4}'}, "adstock, binomial, can't be read"),
        ({"saturation": '{"__type__": "my.OwnSaturation"}'}, r"saturation, my\.OwnSaturation"),
        ({"adstock": '{"lookup_name": "geometric", "l_max": 4, "mode": "Before"}'}, "set to 'Before'"),
        ({"saturation": '{"lookup_name": "hill"}'}, "posterior has no 'saturation_slope'"),
    ],
)
def test_what_a_table_cannot_hold(attributes, said):
    with pytest.raises(DataError, match=said):
        mmm.read_pymc_marketing(changed(**attributes))


def test_not_pymc_marketing(quick_model, tmp_path):
    with pytest.raises(DataError, match="no model of pymc-marketing"):
        mmm.read_pymc_marketing(quick_model.save(tmp_path / "own.nc"))
    with pytest.raises(DataError, match="There is no file"):
        mmm.read_pymc_marketing(tmp_path / "none.nc")


# Robyn 3.11.1 on its own dt_simulated_weekly, model 3_165_9 of an export that its repository's history holds:
# alpha, gamma, theta, coefficient, and the total response (decompAgg) that it reports for the window.
ROBYN = {
    "tv_S": (2.6886555963, 0.34784301161, 0.33105499008, 420253.2720871196, 10274478.602604372),
    "ooh_S": (0.51639771924, 0.45726715963, 0.39376241356, 366029.6133531044, 18313590.906038873),
    "print_S": (2.936020043, 0.40663323608, 0.11429085007, 82529.925537053, 1874746.8747315351),
    "facebook_S": (2.9891167988, 0.67868843033, 0.03797674341, 368248.5235131345, 3964483.7447699076),
    "search_S": (0.6371621796, 0.49874553391, 0.008522596644, 71340.0466080032, 3995647.6244657589),
}


def exported(path, rows, first, last, media, **inputs):
    """The parts of an export that matter, as R writes them: single values as lists."""
    values = {
        f"{name}_{word}s": [value[i]]
        for name, value in media.items()
        for i, word in enumerate(("alpha", "gamma", "theta"))
    }
    export = {
        "InputCollect": {
            "date_var": ["DATE"], "dep_var": ["revenue"], "adstock": ["geometric"], "paid_media_spends": list(media),
            "rollingWindowStartWhich": [first], "rollingWindowEndWhich": [last], "totalObservations": [len(rows or [])], **inputs,
        },
        "ExportedModel": {
            "summary": [{"variable": "(Intercept)", "coef": 1.0}]
            + [{"variable": name, "coef": value[3]} for name, value in media.items()],
            "hyper_values": {**values, "lambda": [1.0]},
        },
        "Extras": {"raw_data": rows},
    }  # fmt: skip
    path.write_text(json.dumps(export))
    return path


def test_robyns_own_totals(data_file, tmp_path):
    import pandas as pd

    frame = pd.read_csv(data_file("mmm_clv/robyn/dt_simulated_weekly.csv"))
    path = exported(tmp_path / "RobynModel-3_165_9.json", None, 7, 163, ROBYN, totalObservations=[208])
    inside = frame[list(ROBYN)].to_numpy()[6:163]
    # The window's own spend, and before it the weeks that still work in it: their share is the carry-in.
    table = mmm.read_robyn(path, frame, periods=157, carry_out=0, carry_in=False, profile=inside)
    assert table.draws == 1
    assert table.history_max == pytest.approx(inside.max(axis=0))
    found = table.channel_draws(inside.sum(axis=0))[:, 0]
    known = np.array([value[4] for value in ROBYN.values()])
    # Spend before the window is missing here: little of 157 weeks, and most where carry-over is long.
    assert found == pytest.approx(known, rel=3e-3)
    assert found[4] == pytest.approx(known[4], rel=1e-4)


def test_robyn_by_hand(tmp_path):
    """Every week from the data's first on in the window, so nothing is missing: Robyn's formulas, written out."""
    random = np.random.default_rng(0)
    spend = random.uniform(0, 100, 30)
    rows = [
        {"DATE": f"2024-{1 + week // 4:02d}-{1 + 7 * (week % 4):02d}", "tv": value}
        for week, value in enumerate(spend)
    ]
    path = exported(tmp_path / "m.json", rows, 1, 30, {"tv": (1.7, 0.4, 0.5, 1000.0)})
    carried = [spend[0]]
    for value in spend[1:]:
        carried.append(value + 0.5 * carried[-1])
    carried = np.array(carried)
    inflexion = 0.6 * carried.min() + 0.4 * carried.max()
    known = (1000 * carried**1.7 / (carried**1.7 + inflexion**1.7)).sum()
    table = mmm.read_robyn(path, periods=30, carry_out=0, carry_in=False, profile=spend)
    assert table.mean([spend.sum()]) == pytest.approx(known, rel=1e-6)
    assert not table.concave["tv"]
    later = mmm.read_robyn(path, periods=4)
    assert later.current == pytest.approx([spend[-4:].sum()])
    assert later.carry_in[0, 0] > 0


def test_robyn_errors(tmp_path):
    media = {"tv": (1.7, 0.4, 0.5, 1000.0)}
    rows = [{"DATE": f"2024-01-{day:02d}", "tv": 1.0 + day} for day in range(1, 20)]
    with pytest.raises(DataError, match="weibull_cdf adstock; only geometric"):
        mmm.read_robyn(exported(tmp_path / "a.json", rows, 1, 19, media, adstock=["weibull_cdf"]))
    with pytest.raises(DataError, match=r"before 3\.11"):
        mmm.read_robyn(exported(tmp_path / "b.json", None, 1, 19, media, totalObservations=[19]))
    with pytest.raises(DataError, match="have 19 rows; the model was fitted to 25"):
        mmm.read_robyn(exported(tmp_path / "c.json", rows, 1, 19, media, totalObservations=[25]))
    with pytest.raises(DataError, match="no column 'tv'"):
        mmm.read_robyn(exported(tmp_path / "d.json", [{"DATE": 1}] * 19, 1, 19, media))
    (tmp_path / "e.json").write_text("{}")
    with pytest.raises(DataError, match="no exported Robyn model"):
        mmm.read_robyn(tmp_path / "e.json")
    with pytest.raises(DataError, match="There is no file"):
        mmm.read_robyn(tmp_path / "f.json")


def test_meridians_own_curves(data_file):
    """Curves of Meridian 2.1, exported by its Analyzer: 33 steps × 2,000 draws × 4 channels."""
    path = data_file("mmm_clv/own_fixtures/meridian_national_media_curve_draws.npz")
    arrays = np.load(path)
    table = mmm.read_meridian(path, periods=200, currency="USD")
    assert table.draws == 2000
    assert table.channels == ("channel 1", "channel 2", "channel 3", "channel 4")
    for step in (5, 16, 32):
        spend = arrays["hist"] * arrays["G"][step]
        assert table.channel_draws(spend) == pytest.approx(arrays["V"][step].T, rel=1e-6)
        assert table.mean(spend) == pytest.approx(arrays["V"][step].mean(axis=0).sum(), rel=1e-9)
    assert table.current == pytest.approx(arrays["hist"])


def test_meridian_files(tmp_path):
    steps = np.linspace(0, 2, 9)
    curves = (1 - np.exp(-steps))[:, None, None] * np.array([100.0, 300.0]) * np.ones((9, 5, 2))
    np.savez(tmp_path / "m.npz", V=curves, G=steps, hist=[10.0, 20.0], channels=["tv", "web"], periods=52)
    table = mmm.read_meridian(tmp_path / "m.npz")
    assert table.channels == ("tv", "web")
    assert table.periods == 52
    assert table.mean([15.0, 30.0]) == pytest.approx(400 * (1 - np.exp(-1.5)), rel=2e-3)
    np.savez(tmp_path / "n.npz", V=curves, G=steps, hist=[10.0, 20.0])
    with pytest.raises(DataError, match="Pass periods="):
        mmm.read_meridian(tmp_path / "n.npz")
    np.savez(tmp_path / "o.npz", V=curves[1:], G=steps[1:], hist=[10.0, 20.0], periods=52)
    with pytest.raises(DataError, match="first step must be 0"):
        mmm.read_meridian(tmp_path / "o.npz")
    np.savez(tmp_path / "p.npz", V=curves[..., :1], G=steps, hist=[10.0, 20.0], periods=52)
    with pytest.raises(DataError, match="must be 9 × draws × 2"):
        mmm.read_meridian(tmp_path / "p.npz")
    (tmp_path / "q.npz").write_text("no")
    with pytest.raises(DataError, match="can't be read"):
        mmm.read_meridian(tmp_path / "q.npz")
    np.savez(tmp_path / "r.npz", V=curves)
    with pytest.raises(DataError, match="holds no 'G'"):
        mmm.read_meridian(tmp_path / "r.npz")
    with pytest.raises(DataError, match="SNIPPET"):
        mmm.read_meridian(tmp_path / "none.npz")


def test_the_meridian_snippet_is_python():
    from custintel_analytics.mmm.adapters.meridian import SNIPPET

    compile(SNIPPET, "snippet", "exec")


def test_not_hdf5(tmp_path):
    path = tmp_path / "model.nc"
    path.write_text("date,spend")
    with pytest.raises(DataError, match=r"model\.nc can't be read as netCDF.*model\.save\(path\)"):
        mmm.read_pymc_marketing(path)


def test_meridians_highest_spend_marks_what_is_beyond_history(tmp_path):
    steps = np.linspace(0, 2, 5)
    response = np.sqrt(steps)[:, None, None] * np.ones((5, 3, 2))
    file = {"V": response, "G": steps, "hist": np.array([520.0, 1040.0]), "periods": 52}
    np.savez(tmp_path / "known.npz", **file, most=np.array([12.0, 100.0]))
    np.savez(tmp_path / "unknown.npz", **file, most=np.array([12.0, np.nan]))
    table = mmm.read_meridian(tmp_path / "known.npz")
    plan = mmm.Plan.of(table, [780.0, 780.0])
    assert plan.beyond_history == pytest.approx([15 / 12, 0.15])
    assert mmm.read_meridian(tmp_path / "unknown.npz").history_max is None


def test_one_lag_more_of_a_cumulative_weibull_before_1_3():
    """Version 1.2: ``t = arange(l_max) + 1`` beside the 1 of lag 0; 1.3: ``arange(l_max - 1) + 1``."""
    fit = sampling.load(FACTS / "pymc_marketing_1.3_tanh.nc")
    now = mmm.read_pymc_marketing(fit, carry_in=False, carry_out=8)
    posterior = sampling.group(fit, "posterior").copy()
    posterior.attrs["pymc_marketing_version"] = "1.2.0"
    before = mmm.read_pymc_marketing(
        sampling.extended(fit, {"posterior": posterior}, {}), carry_in=False, carry_out=8
    )
    lags = json.loads(fit.attrs["adstock"])["l_max"]
    assert (now.dynamics.lags, before.dynamics.lags) == (lags, lags + 1)
    k, scale = (sampling.posterior(fit, f"adstock_{name}")[:, 0, None] for name in ("k", "lam"))
    weights = np.exp(-((np.arange(lags + 1) / scale) ** k)).cumprod(axis=1)
    assert before.dynamics.weights[0] == pytest.approx(weights / weights.sum(axis=1, keepdims=True))
