import json

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import mmm, sampling
from custintel_analytics.errors import DataError
from custintel_analytics.mmm import priors

from .model_cases import COLUMNS, NATIONAL


def test_a_model_comes_back_as_it_was(quick_model, tmp_path):
    path = quick_model.save(tmp_path / "model.nc")
    again = mmm.MediaMix.load(path)
    assert again.settings == quick_model.settings
    assert again.provisional_
    assert again.expected_seconds_ == quick_model.expected_seconds_
    pd.testing.assert_frame_equal(again.roas(), quick_model.roas())
    pd.testing.assert_frame_equal(again.contributions(), quick_model.contributions())
    pd.testing.assert_frame_equal(again.diagnostics().frame, quick_model.diagnostics().frame)
    assert again.response_table().mean(again.response_table().current) == pytest.approx(
        quick_model.response_table().mean(quick_model.response_table().current)
    )
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_a_sampled_model_keeps_its_diagnostics(sampled, tmp_path):
    again = mmm.MediaMix.load(sampled.save(tmp_path / "model.nc"))
    assert not again.provisional_
    assert again.diagnostics().sentences == sampled.diagnostics().sentences


def test_all_settings_come_back(tmp_path):
    model = mmm.MediaMix(
        **COLUMNS, events={"launch": ["2022-03-01"]}, adstock="delayed", saturation="hill", lags=5, trend=None,
        seasonality=1, priors={"kappa": ("gamma", 3, 4), "cost_per_target": priors.log_normal(2, 1)},
    )  # fmt: skip
    model.fit(NATIONAL, quick=True)
    again = mmm.MediaMix.load(model.save(tmp_path / "model.nc"))
    assert again.data_.control_names == ("promotion", "launch")
    assert {name: prior.to_list() for name, prior in again.priors_.items()} == {
        name: prior.to_list() for name, prior in model.priors_.items()
    }
    assert np.array_equal(again.design_.lagged, model.design_.lagged)


def test_evidence_survives_as_json():
    tests = [
        mmm.lift_test("tv", spend=10, change=5, lift=3, standard_error=1),
        mmm.attribution("search", 100, standard_error=10, start="2022-01-03"),
    ]
    settings = mmm.MediaMix(**COLUMNS, calibration=tests).settings
    again = mmm.MediaMix(**json.loads(json.dumps(settings.to_dict()))).settings
    assert again == settings


def test_files_that_hold_no_model(quick_model, tmp_path):
    with pytest.raises(DataError, match="There is no file"):
        mmm.MediaMix.load(tmp_path / "none.nc")
    (tmp_path / "text.nc").write_text("hello")
    with pytest.raises(DataError, match="can't be read as netCDF"):
        mmm.MediaMix.load(tmp_path / "text.nc")
    sampling.save(quick_model.idata_, tmp_path / "draws.nc")
    with pytest.raises(DataError, match="holds no media-mix model"):
        mmm.MediaMix.load(tmp_path / "draws.nc")
    newer = sampling.extended(
        sampling.load(quick_model.save(tmp_path / "m.nc")), {}, {"custintel_version": 99}
    )
    sampling.save(newer, tmp_path / "newer.nc")
    with pytest.raises(DataError, match="in format 99; this version reads up to 1"):
        mmm.MediaMix.load(tmp_path / "newer.nc")


def test_a_model_that_is_not_fitted_is_not_saved(tmp_path):
    with pytest.raises(DataError, match="isn't fitted yet"):
        mmm.MediaMix(**COLUMNS).save(tmp_path / "m.nc")
    assert not list(tmp_path.iterdir())


def test_priors_as_arrays_into_a_folder_that_is_not_there_yet(tmp_path):
    model = mmm.MediaMix(**COLUMNS, priors={"roi": ("log_normal", np.array([0.1, 0.3]), np.float64(0.5))})
    path = model.fit(NATIONAL, quick=True).save(tmp_path / "models" / "june.nc")
    again = mmm.MediaMix.load(path)
    assert again.priors_["roi"].values[0].tolist() == [0.1, 0.3]
    assert again.settings.priors == {"roi": ["log_normal", [0.1, 0.3], 0.5]}
