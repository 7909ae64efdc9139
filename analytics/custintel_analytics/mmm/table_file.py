"""A response table as an npz file: arrays and words, nothing that runs when it is read."""

from __future__ import annotations

import json
import zipfile
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.dynamics import Dynamics
from custintel_analytics.mmm.response_table import ResponseTable

FORMAT = "custintel response table"
VERSION = 1
_ARRAYS = (
    "grid", "response", "slope", "profile", "carry_in", "current", "history_max", "mean_response", "mean_slope", "past",
    "multiplier",
)  # fmt: skip
_WORDS = ("channels", "periods", "carry_out", "target", "currency", "baseline", "error")
_MEDIA_WORDS = ("adstock", "saturation", "lags", "normalised", "target_scale")


def save(table: ResponseTable, path: str | PathLike[str]) -> Path:
    """Write a table.

    Returns
    -------
    pathlib.Path
        The file.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    words: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        **{name: getattr(table, name) for name in _WORDS},
    }
    arrays = {name: values for name in _ARRAYS if (values := getattr(table, name)) is not None}
    media = table.dynamics
    if media is not None:
        words["media"] = {name: getattr(media, name) for name in _MEDIA_WORDS}
        arrays |= {"media/beta": media.beta, "media/channel_scale": media.channel_scale}
        arrays |= {f"media/parameter/{name}": values for name, values in media.parameters.items()}
    arrays["words"] = np.array(json.dumps(words))
    # A reader never sees half a file, and a stopped run leaves the old one.
    draft = target.with_name(f".{target.name}.part")
    try:
        with draft.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def load(path: str | PathLike[str]) -> ResponseTable:
    """Read the table that `save` wrote.

    Raises
    ------
    DataError
        When there is no such file, it isn't a response table, or it is of a later version.
    """
    place = Path(path)
    if not place.is_file():
        raise DataError(f"There is no file {str(place)!r}. Write a table first: table.save(path).")
    try:
        with np.load(place, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        words = json.loads(str(arrays.pop("words")))
        known = words.pop("format") == FORMAT
    except (ValueError, KeyError, AttributeError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise _foreign(place) from error
    if not known:
        raise _foreign(place)
    if (version := words.pop("version")) > VERSION:
        raise DataError(
            f"{place} is a response table of version {version}; this library reads up to {VERSION}. Update it "
            "(pip install --upgrade custintel-widgets), or make the table anew from the model."
        )
    media = words.pop("media", None)
    parts = {
        name.removeprefix("media/"): arrays.pop(name) for name in list(arrays) if name.startswith("media/")
    }
    if media is not None:
        parameters = {name.removeprefix("parameter/"): x for name, x in parts.items() if "/" in name}
        media = Dynamics(
            **media, parameters=parameters, beta=parts["beta"], channel_scale=parts["channel_scale"]
        )
    return ResponseTable(**words, **arrays, dynamics=media)


def _foreign(place: Path) -> DataError:
    return DataError(f"{place} is not a response table. One is written with table.save(path).")
