"""How a segmentation learns: prepare, find, number, and say what is doubtful."""

from __future__ import annotations

import datetime as dt
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments.labelled import NOBODYS
from custintel_analytics.segments.methods import fit as methods
from custintel_analytics.segments.methods import placement, ward
from custintel_analytics.segments.numbering import numbered, relabelled
from custintel_analytics.segments.preprocessing import Prepared, prepare

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.segments.features import Features
    from custintel_analytics.segments.methods.fit import Fit, Progress
    from custintel_analytics.segments.methods.placement import Floats, Integers, Placement
    from custintel_analytics.segments.recipe import Recipe
    from custintel_analytics.segments.rfm import RfmRules
    from custintel_analytics.segments.segmentation import Segmentation

_FEW, _SMALL = 10, 0.01


@dataclass(frozen=True, eq=False)
class Learned:
    """What `fit` learned; each field becomes an attribute of the segmentation with a “_” behind."""

    features: Features
    columns: tuple[str, ...]
    outputs: tuple[str, ...]
    catalogue: pd.DataFrame
    as_of: dt.date | None
    pipeline: Any
    recipe: Recipe
    placement: Placement | None
    rfm: RfmRules | None
    matrix: Floats
    labels: Integers
    segments: Integers
    sizes: Integers
    nobodys: int
    centres: Floats
    inertia: float
    exact: bool
    notes: tuple[str, ...]
    linkage: Floats | None = None
    leaf_sizes: Integers | None = None
    leaves: Integers | None = None
    bic: float | None = None
    names: dict[int, str] = field(default_factory=dict)


def as_features(data: Any) -> Features:
    """Features as they are; a frame with one row per customer as features."""
    from custintel_analytics.segments.features import Features

    return data if isinstance(data, Features) else Features.from_frame(data)


def learn(
    model: Segmentation, features: Features, progress: Progress | None, previous: Segmentation | None
) -> Learned:
    """Find the segments of `features` as the settings of `model` say."""
    settings = model.settings
    prepared = prepare(features, settings)
    if settings.method == "rfm":
        return _by_rules(features, prepared)
    task = methods.Task(
        settings.method,
        settings.n_segments,
        settings.random_state,
        settings.n_init,
        prepared.recipe,
        progress,
    )
    with methods.threads(len(prepared.matrix)):
        found = methods.fit(prepared.matrix, task)
    return _learned(found, features, prepared, previous)


def cut(model: Segmentation, n_segments: int) -> Learned:
    """Other segments of the same tree."""
    if model.linkage_ is None or model.leaves_ is None or model.leaf_sizes_ is None:
        raise DataError(
            f"method={model.settings.method!r} builds no tree to cut. Use Segmentation('ward', …), or fit again with "
            f"n_segments={n_segments}.",
            column="method",
            example=model.settings.method,
        )
    leaves = len(model.leaf_sizes_)
    if n_segments > leaves:
        raise DataError(
            f"n_segments={n_segments}, but the tree has {leaves} leaves.", column="n_segments", count=leaves
        )
    assert model.features_ is not None
    approximate = tuple(note for note in model.notes_ if note.startswith("Approximate"))
    found = ward.cut(model.matrix_, model.linkage_, model.leaves_, model.leaf_sizes_, n_segments, approximate)
    prepared = Prepared(model.pipeline_, model.recipe_, model.matrix_, ())
    return _learned(found, model.features_, prepared, model)


def predict(model: Segmentation, data: Any) -> Integers:
    """The segments of other customers."""
    found, unusual = placed(model, data)
    for said in unusual:
        warnings.warn(said, UserWarning, stacklevel=3)
    return found


def placed(model: Segmentation, data: Any) -> tuple[Integers, list[str]]:
    """The segments of other customers, and in sentences what was filled or unknown among them."""
    frame = frame_of(data)
    if model.rfm_ is not None:
        return np.asarray(model.rfm_.assign(frame), dtype=np.int64), []
    unusual = model.recipe_.unusual(frame)
    if not len(frame):
        return np.empty(0, dtype=np.int64), unusual
    assert model.placement_ is not None
    found = model.placement_.place(model.recipe_.transform(frame))
    return relabelled(found, list(range(len(model.segments_))), model.segments_.tolist()), unusual


def frame_of(data: Any) -> pd.DataFrame:
    """The frame of features, or a frame itself with the customers as its index."""
    import pandas as pd

    from custintel_analytics.segments.shape import as_pandas

    frame = as_pandas(getattr(data, "frame", data))
    if not isinstance(frame, pd.DataFrame):
        raise DataError(
            f"Customers are placed by the names of their columns, which a {type(data).__name__} doesn't have. Pass "
            "features, or a frame: pandas.DataFrame(array, columns=model.columns_).",
            column="features",
        )
    return frame.set_index("customer") if "customer" in frame.columns else frame


def _learned(found: Fit, features: Features, prepared: Prepared, previous: Segmentation | None) -> Learned:
    order, numbers = numbered(found.labels, features, previous)
    placed = found.placement.ordered(order)
    labels = relabelled(found.labels, order, numbers)
    positions = relabelled(found.labels, order, list(range(len(order))))
    centres = _centres(prepared.matrix, positions, placed)
    names = {} if previous is None else {n: name for n, name in previous.names.items() if n in numbers}
    return Learned(
        **_common(features, prepared, labels),
        placement=placed,
        rfm=None,
        centres=centres,
        inertia=placement.inertia(prepared.matrix, positions, centres),
        exact=found.exact,
        notes=(*features.notes, *prepared.notes, *found.notes, *_small(labels)),
        linkage=found.linkage,
        leaf_sizes=found.leaf_sizes,
        leaves=found.leaves,
        bic=found.bic,
        names=names,
    )


def _by_rules(features: Features, prepared: Prepared) -> Learned:
    from custintel_analytics.segments.rfm import RfmRules

    rules = RfmRules().fit(features)
    labels = np.asarray(rules.assign(features.frame), dtype=np.int64)
    common = _common(features, prepared, labels)
    positions = np.searchsorted(common["segments"], labels)
    centres = placement.means(prepared.matrix, positions, len(common["segments"]))
    return Learned(
        **common,
        placement=None,
        rfm=rules,
        centres=centres,
        inertia=placement.inertia(prepared.matrix, positions, centres),
        exact=True,
        notes=(*features.notes, *prepared.notes),
    )


def _common(features: Features, prepared: Prepared, labels: Integers) -> dict[str, Any]:
    """What every method leaves."""
    segments, sizes = np.unique(labels[labels != NOBODYS], return_counts=True)
    return {
        "features": features,
        "columns": tuple(features.frame.columns),
        "outputs": prepared.recipe.outputs,
        "catalogue": features.catalogue,
        "as_of": features.as_of,
        "pipeline": prepared.pipeline,
        "recipe": prepared.recipe,
        "matrix": prepared.matrix,
        "labels": labels,
        "segments": segments,
        "sizes": sizes,
        "nobodys": int((labels == NOBODYS).sum()),
    }


def _centres(matrix: Floats, positions: Integers, placed: Placement) -> Floats:
    if isinstance(placed, placement.Centres):
        return placed.centres
    return placement.means(matrix, positions, placed.size)


def _small(labels: Integers) -> list[str]:
    """A warning of segments that are outliers rather than segments."""
    sizes = np.sort(np.unique(labels[labels != NOBODYS], return_counts=True)[1])
    small = sizes[(sizes < _FEW) | (sizes < _SMALL * len(labels))]
    if not len(small) or len(labels) < _FEW * len(sizes):
        return []
    *most, last = (f"{size:,}" for size in small)
    counts = f"{', '.join(most)} and {last}" if most else last
    what = (
        f"A segment of {counts} customers: outliers rather than a segment"
        if len(small) == 1
        else f"Segments of {counts} customers: outliers rather than segments"
    )
    return [f"{what}. Take log=True and scaling='standard', clip=.01, or fewer segments."]
