"""A model as a netCDF file through ArviZ: draws, data and settings, with a version; nothing in it runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics import sampling
from custintel_analytics.errors import DataError
from custintel_analytics.mmm.data import MediaData
from custintel_analytics.mmm.design import design, scales_of
from custintel_analytics.mmm.parameters import parameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from custintel_analytics.mmm.model import MediaMix
    from custintel_analytics.mmm.priors import Prior

FORMAT = "custintel media mix"
VERSION = 1


def fit_of(
    draws: Mapping[str, NDArray[np.float64]], priors: Mapping[str, Prior], channels: tuple[str, ...]
) -> Any:
    """Draws in one chain, as the installed ArviZ has a fit.

    Parameters
    ----------
    draws
        Parameter to D × its shape.
    priors
        Of the parameters, with their labels.
    channels
        Names of the dimension ``channel``.
    """
    import xarray

    variables, coordinates = {}, {}
    for name, values in draws.items():
        labels = priors[name].labels if name in priors else channels
        own = "channel" if labels == channels else f"{name}_dim"
        dims = ("chain", "draw", own) if labels else ("chain", "draw")
        if labels:
            coordinates[own] = list(labels)
        variables[name] = (dims, values[None])
    return sampling.assembled({"posterior": xarray.Dataset(variables, coords=coordinates)})


def save(model: MediaMix, path: str | PathLike[str]) -> Path:
    """Write a fitted model.

    Parameters
    ----------
    model
        Fitted, quickly or in full.
    path
        The file, ``….nc``.
    """
    import xarray

    data = model.data_
    measured = xarray.Dataset(
        {
            "target": (("period", "geo"), data.target),
            "spend": (("period", "geo", "channel"), data.spend),
            "controls": (("period", "geo", "control_name"), data.controls),
        },
        coords={
            "period": [str(day.date()) for day in data.dates],
            "geo": list(data.geos),
            "channel": list(data.channels),
            "control_name": np.array(data.control_names, dtype=str),
        },
    )
    attributes = {
        "custintel_format": FORMAT,
        "custintel_version": VERSION,
        "custintel_library": _library(),
        "custintel_settings": json.dumps(model.settings.to_dict(), ensure_ascii=False),
        "custintel_state": json.dumps(
            {
                "provisional": model.provisional_,
                "seconds": model.seconds_,
                "expected_seconds": model.expected_seconds_,
                "step": data.step,
            }
        ),
    }
    whole = sampling.extended(model.idata_, {"media_data": measured}, attributes)
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    # A reader never sees half a file, and a stopped run leaves the old one.
    draft = target.with_name(f".{target.name}.part")
    try:
        sampling.save(whole, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def load(path: str | PathLike[str]) -> MediaMix:
    """Read the model that `save` wrote.

    Raises
    ------
    DataError
        When there is no such file, it holds no model, or one of a later format.
    """
    import pandas as pd

    from custintel_analytics.mmm.model import MediaMix

    idata = _opened(path)
    attributes = dict(idata.attrs)
    if attributes.get("custintel_format") != FORMAT:
        raise DataError(
            f"{path} holds no media-mix model of this library. One is written with model.save(path); files of "
            "pymc-marketing are read by mmm.read_pymc_marketing(path)."
        )
    if int(attributes["custintel_version"]) > VERSION:
        raise DataError(
            f"{path} was written by custintel-widgets {attributes['custintel_library']} in format "
            f"{int(attributes['custintel_version'])}; this version reads up to {VERSION}. Update: "
            "pip install -U custintel-widgets.",
            example=int(attributes["custintel_version"]),
        )
    state = json.loads(attributes["custintel_state"])
    measured = sampling.group(idata, "media_data")
    model = MediaMix(**json.loads(attributes["custintel_settings"]))
    names = {name: tuple(map(str, measured[name].values.tolist())) for name in ("geo", "channel")}
    model.data_ = MediaData(
        dates=pd.DatetimeIndex(measured["period"].values.astype("datetime64[us]"), name=model.settings.date),
        geos=names["geo"],
        target=measured["target"].values,
        spend=measured["spend"].values,
        controls=measured["controls"].values,
        channels=names["channel"],
        control_names=(*model.settings.controls, *model.settings.events),
        step=state["step"],
    )
    model.scales_ = scales_of(model.data_)
    model.design_ = design(model.data_, model.settings, model.scales_)
    model.priors_ = parameters(model.settings, model.data_)
    model.idata_, model.provisional_ = idata, state["provisional"]
    model.seconds_, model.expected_seconds_ = state["seconds"], state["expected_seconds"]
    return model


def _opened(path: str | PathLike[str]) -> Any:
    try:
        return sampling.load(path)
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            f"{path} can't be read as netCDF: {error}. A model is written with model.save(path)."
        ) from error


def _library() -> str:
    try:
        return version("custintel-widgets")
    except PackageNotFoundError:
        return "unknown"
