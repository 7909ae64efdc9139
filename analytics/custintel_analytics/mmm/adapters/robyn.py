"""Models that Robyn fitted, from the JSON that its `robyn_write` exports."""

from __future__ import annotations

import json
import math
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.response_table import ResponseTable
from custintel_analytics.mmm.transforms import adstock

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_REACH = 2.0
_FORGOTTEN = 1e-9  # share of a spend's effect that is left when it is cut off
_LEAST_KEPT = 1e-6


def read_robyn(
    path: str | PathLike[str],
    frame: pd.DataFrame | None = None,
    *,
    periods: int = 26,
    carry_out: int = 8,
    carry_in: bool = True,
    profile: Any = None,
    max_spend: Any = None,
    current: Any = None,
    points: int = 33,
    currency: str = "",
) -> ResponseTable:
    """The response table of a Robyn model.

    Robyn exports one model and no draws, so the table has a single one: optimal budgets, and no intervals.

    Parameters
    ----------
    path
        ``RobynModel-….json``, of a model with geometric adstock.
    frame
        The data that the model was fitted to. Exports from Robyn 3.11 on hold them.
    periods, carry_out, carry_in, profile, points, currency
        As in `ResponseTable.from_draws`; `carry_in` whether the last spend still works in the window.
    max_spend
        Totals that the curves reach, by channel; by default twice the most ever spent in a period, in every period.
    current
        Totals that count as today's; by default what the last so many periods of the model's window had.

    Raises
    ------
    DataError
        For a file that isn't such an export, Weibull adstock, or data that aren't there.

    Notes
    -----
    Per channel: coef · x^alpha / (x^alpha + inflexion^alpha), x the adstock x_t = spend_t + theta · x_(t−1) from the
    first period of the data on, and the inflexion at gamma between the smallest and the largest x of the model's
    window. With these the export's own totals (``decompAgg``) come out to ten digits.
    """
    exported = _opened(path)
    inputs, model = exported["InputCollect"], exported["ExportedModel"]
    kind = str(_first(inputs.get("adstock")))
    if kind != "geometric":
        raise DataError(
            f"The model has {kind} adstock; only geometric is read.", column="adstock", example=kind
        )
    coefficients = {row["variable"]: float(row["coef"]) for row in model["summary"]}
    channels = [name for name in inputs["paid_media_spends"] if name in coefficients]
    if not channels:
        raise DataError(f"{path} has no paid media among its coefficients.", column="paid_media_spends")
    spend = _spend(exported, frame, channels)
    window = slice(
        int(_first(inputs["rollingWindowStartWhich"])) - 1, int(_first(inputs["rollingWindowEndWhich"]))
    )
    hyper = {
        word: np.array([float(_first(model["hyper_values"][f"{name}_{word}s"])) for name in channels])
        for word in ("alpha", "gamma", "theta")
    }
    lags = _lags(float(hyper["theta"].max()), len(spend))
    seen = adstock(spend.T, hyper["theta"][:, None] ** np.arange(lags))[:, window]
    inflexion = (1 - hyper["gamma"]) * seen.min(axis=1) + hyper["gamma"] * seen.max(axis=1)
    inside = spend[window]
    most, latest = inside.max(axis=0), inside[-periods:]
    return ResponseTable.from_draws(
        adstock="geometric", lags=lags, normalised=False, alpha=hyper["theta"][None], saturation="hill",
        kappa=inflexion[None], slope=hyper["alpha"][None], beta=np.array([[coefficients[name] for name in channels]]),
        channels=channels, periods=periods, carry_out=carry_out, profile=profile,
        carry_in=inside[-(lags - 1) :] if carry_in and lags > 1 else None,
        max_spend=_REACH * periods * most if max_spend is None else max_spend,
        current=latest.sum(axis=0) * periods / len(latest) if current is None else current, history_max=most,
        points=points, target=str(_first(inputs.get("dep_var", "outcome"))), currency=currency,
    )  # fmt: skip


def _opened(path: str | PathLike[str]) -> dict[str, Any]:
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"There is no file {str(path)!r}. Robyn writes it: robyn_write(…).") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} holds no JSON: {error}. Robyn writes it: robyn_write(…).") from error
    if not isinstance(found, dict) or not {"InputCollect", "ExportedModel"} <= set(found):
        raise DataError(
            f"{path} holds no exported Robyn model (InputCollect and ExportedModel). Export one: "
            "robyn_write(InputCollect, OutputCollect, select_model=…)."
        )
    return found


def _spend(exported: dict[str, Any], frame: pd.DataFrame | None, channels: list[str]) -> Floats:
    """Spend of every period, periods × channels."""
    import pandas as pd

    rows = exported.get("Extras", {}).get("raw_data")
    if frame is None and rows is None:
        raise DataError(
            "The export holds no data (Robyn before 3.11), and without them its curves have no scale. Pass the data that "
            "the model was fitted to: read_robyn(path, frame).",
            column="frame",
        )
    table = pd.DataFrame(rows) if frame is None else frame
    missing = [name for name in channels if name not in table]
    if missing:
        raise DataError(f"The data have no column {missing[0]!r}.", column=missing[0])
    total = int(_first(exported["InputCollect"].get("totalObservations", len(table))))
    if len(table) != total:
        raise DataError(
            f"The data have {len(table):,} rows; the model was fitted to {total:,}. Pass the same data.",
            count=len(table),
        )
    date = str(_first(exported["InputCollect"]["date_var"]))
    if date in table:
        table = table.sort_values(date)
    return table[channels].to_numpy(dtype=np.float64)


def _lags(theta: float, most: int) -> int:
    """Periods after which a geometric adstock has forgotten all."""
    if theta < _LEAST_KEPT:
        return 1
    return min(most, math.ceil(math.log(_FORGOTTEN) / math.log(theta)) + 1)


def _first(value: Any) -> Any:
    """R writes single values as lists of one."""
    return value[0] if isinstance(value, list) else value
