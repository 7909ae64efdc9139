"""Models that Meridian fitted: response curves per draw, which a few lines of Python export from its Analyzer."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.response_table import ResponseTable

SNIPPET = '''
import numpy as np
from meridian.analysis import analyzer


def export(mmm, path, use_kpi=False, steps=np.linspace(0, 2, 33)):
    """mmm: a fitted meridian.model.Meridian. use_kpi: the outcome itself rather than revenue."""
    tool = analyzer.Analyzer(mmm)
    curves = [
        np.asarray(
            tool.incremental_outcome(
                use_posterior=True,
                scaling_factor0=0.0,
                scaling_factor1=float(step),
                use_kpi=use_kpi,
                aggregate_geos=True,
                aggregate_times=True,
                include_non_paid_channels=False,
            )
        )
        for step in steps[1:]  # of nothing comes nothing
    ]
    curves.insert(0, np.zeros_like(curves[0]))
    data = mmm.input_data
    parts = [np.asarray(part) for part in (data.media_spend, data.rf_spend) if part is not None]
    spend = np.concatenate(
        [part.reshape(-1, part.shape[-1]).sum(0) if part.ndim > 1 else part for part in parts]
    )
    # The most in a period, all geos together; without spend over time it isn't known.
    most = np.concatenate(
        [part.sum(0).max(0) if part.ndim == 3 else np.full(part.shape[-1], np.nan) for part in parts]
    )
    np.savez(
        path,
        most=most,
        V=np.stack([c.reshape(-1, c.shape[-1]) for c in curves]),
        G=steps,
        hist=spend,
        channels=np.array(list(data.get_all_paid_channels())),
        periods=len(data.time),
    )
'''
"""What to run where Meridian is installed; it writes the file that `read_meridian` reads."""


def read_meridian(
    path: str | PathLike[str],
    *,
    periods: int | None = None,
    channels: Sequence[str] | None = None,
    target: str = "outcome",
    currency: str = "",
) -> ResponseTable:
    """The response table of a Meridian model, from the file that `SNIPPET` exports.

    The curves are Meridian's own: a total is spread over the window, the geos and their media as in its data, and
    what comes after the data's end isn't counted.

    Parameters
    ----------
    path
        An ``.npz`` with ``V`` (steps × draws × channels: outcome beyond that without any spend), ``G`` (steps, the
        factor on each channel's media, from 0) and ``hist`` (each channel's spend at factor 1); ``channels``,
        ``periods`` and ``most`` (spent in a period, by channel) where they are known.
    periods
        Length of its data, if the file doesn't say it.
    channels
        Names, if the file doesn't say them.
    target, currency
        As in `ResponseTable`.

    Raises
    ------
    DataError
        When the file isn't one of these, or its arrays don't fit together.

    Notes
    -----
    Slopes aren't exported; between the steps the curves are monotone cubics (PCHIP).
    """
    arrays = _opened(path)
    response, steps, spend = (np.asarray(arrays[name], dtype=np.float64) for name in ("V", "G", "hist"))
    if response.ndim != 3 or response.shape[::2] != (len(steps), len(spend)):
        raise DataError(
            f"In {path} V has the shape {response.shape}; G has {len(steps)} steps and hist {len(spend)} channels, so it must "
            f"be {len(steps)} × draws × {len(spend)}."
        )
    if steps[0] != 0 or np.abs(response[0]).max() > 1e-6 * np.abs(response).max():
        raise DataError(
            f"In {path} the first step must be 0, where nothing is spent and nothing is brought; it is {steps[0]:g}."
        )
    names = channels if channels is not None else arrays.get("channels")
    length = periods if periods is not None else arrays.get("periods")
    if length is None:
        raise DataError(f"{path} doesn't say how long its data are. Pass periods=.", column="periods")
    labels = (
        tuple(map(str, names)) if names is not None else tuple(f"channel {i + 1}" for i in range(len(spend)))
    )
    most = arrays.get("most")
    return ResponseTable(
        history_max=most if most is not None and np.isfinite(most).all() else None,
        channels=labels, grid=spend[:, None] * steps, response=response.transpose(2, 1, 0).astype(np.float32),
        periods=int(length), carry_out=0, current=spend, target=target, currency=currency,
        mean_response=response.mean(axis=1).T,
    )  # fmt: skip


def _opened(path: str | PathLike[str]) -> dict[str, np.ndarray]:
    file = Path(path)
    if not file.is_file():
        raise DataError(f"There is no file {str(file)!r}. adapters.meridian.SNIPPET writes it.")
    try:
        with np.load(file, allow_pickle=False) as found:
            arrays = dict(found)
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{path} can't be read: {error}. adapters.meridian.SNIPPET writes such a file."
        ) from error
    missing = [name for name in ("V", "G", "hist") if name not in arrays]
    if missing:
        raise DataError(
            f"{path} holds no {missing[0]!r}, only {', '.join(arrays)}. adapters.meridian.SNIPPET writes such a file."
        )
    return arrays
