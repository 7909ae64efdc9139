"""A segmentation as a JSON file: numbers and words, no customers, nothing that runs when it is read."""

from __future__ import annotations

import datetime as dt
import json
import math
from importlib.metadata import PackageNotFoundError, version
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments.methods import placement
from custintel_analytics.segments.recipe import Recipe

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.segments.segmentation import Segmentation

FORMAT = "custintel segmentation"
VERSION = 1


def save(model: Segmentation, path: str | PathLike[str]) -> Path:
    """Write a fitted model.

    Parameters
    ----------
    model
        The model, with all that describes it; of Ward's tree only the cut.
    path
        The file.

    Returns
    -------
    pathlib.Path
        The file.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(to_dict(model), ensure_ascii=False, allow_nan=False, indent=1)
    # A reader never sees half a file, and a stopped run leaves the old one.
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def load(path: str | PathLike[str]) -> Segmentation:
    """Read the model that `save` wrote.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    DataError
        When the file is not such a model, or of a later format.
    """
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path} holds no JSON: {error}. A model is written with model.save(path)."
        ) from error
    return from_dict(values, str(path))


def to_dict(model: Segmentation) -> dict[str, Any]:
    """The model as plain values that JSON can hold."""
    rules = model._kept["rules"] if model.features_ is None else model.rules().to_dict()
    return {
        "format": FORMAT,
        "version": VERSION,
        "library": _library(),
        "settings": model.settings.to_dict(),
        "names": {str(segment): name for segment, name in model.names.items()},
        "suggested": {str(segment): name for segment, name in model.suggested_.items()},
        "as_of": None if model.as_of_ is None else model.as_of_.isoformat(),
        "columns": list(model.columns_),
        "outputs": list(model.outputs_),
        "catalogue": _records(model.catalogue_),
        "recipe": model.recipe_.to_list(),
        "placement": None if model.placement_ is None else model.placement_.to_dict(),
        "rfm": None if model.rfm_ is None else model.rfm_.to_dict(),
        "segments": model.segments_.tolist(),
        "sizes": model.sizes_.tolist(),
        "nobodys": model.nobodys_,
        "centres": model.centres_.tolist(),
        "inertia": model.inertia_,
        "exact": model.exact_,
        "notes": list(model.notes_),
        "bic": model.bic_,
        "profile": _records(model.profile()),
        "summary": _records(model.summary()),
        "rules": rules,
    }


def from_dict(values: Any, source: str = "The text") -> Segmentation:
    """The model that `to_dict` described.

    Parameters
    ----------
    values
        What `to_dict` gave.
    source
        Where it comes from, for the errors.

    Raises
    ------
    DataError
        When it is no model, or of a later format.
    """
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise DataError(f"{source} holds no segmentation. A model is written with model.save(path).")
    try:
        return _read(values, source)
    except DataError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        lacking = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise DataError(
            f"{source} is damaged or was edited: {lacking}. Save the model again: model.save(path)."
        ) from error


def _read(values: dict[str, Any], source: str) -> Segmentation:
    from custintel_analytics.segments.segmentation import Segmentation
    from custintel_analytics.segments.tree import Rules

    if values["version"] > VERSION:
        raise DataError(
            f"{source} was written by custintel-widgets {values['library']} in format {values['version']}; this version "
            f"reads up to {VERSION}. Update: pip install -U custintel-widgets.",
            example=values["version"],
        )
    model = Segmentation(**values["settings"], names=_by_number(values["names"]))
    for name, value in _learned(values).items():
        setattr(model, f"{name}_", value)
    model._kept = {
        "suggested": _by_number(values["suggested"]),
        "profile": _frame(values["profile"], ("mean", "median", "average", "index", "effect")),
        "summary": _frame(values["summary"], ("value", "value_share", "mean_value", "lapsed", "border")),
        "rules": values["rules"],
        "loaded rules": Rules.from_dict(values["rules"]),
    }
    return model


def _learned(values: dict[str, Any]) -> dict[str, Any]:
    import pandas as pd

    from custintel_analytics.segments.rfm import RfmRules

    as_is = ("nobodys", "inertia", "exact", "bic")
    return {
        **{name: values[name] for name in as_is},
        "features": None,
        "pipeline": None,
        "columns": tuple(values["columns"]),
        "outputs": tuple(values["outputs"]),
        "notes": tuple(values["notes"]),
        "catalogue": pd.DataFrame(values["catalogue"]),
        "as_of": None if values["as_of"] is None else dt.date.fromisoformat(values["as_of"]),
        "recipe": Recipe.from_list(values["recipe"], values["outputs"]),
        "placement": None if values["placement"] is None else placement.read(values["placement"]),
        "rfm": None if values["rfm"] is None else RfmRules.from_dict(values["rfm"]),
        "segments": np.array(values["segments"], dtype=np.int64),
        "sizes": np.array(values["sizes"], dtype=np.int64),
        "centres": np.array(values["centres"], dtype=np.float64),
        **dict.fromkeys(("linkage", "leaf_sizes", "leaves")),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values, missing as null."""
    return [
        {str(name): None if _is_missing(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _frame(rows: list[dict[str, Any]], numbers: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(rows)
    # A column without any value is read as objects.
    return frame.astype({name: "float64" for name in numbers if frame[name].dtype == object})


def _by_number(names: dict[str, str]) -> dict[int, str]:
    return {int(segment): name for segment, name in names.items()}


def _library() -> str:
    try:
        return version("custintel-widgets")
    except PackageNotFoundError:
        return "unknown"
