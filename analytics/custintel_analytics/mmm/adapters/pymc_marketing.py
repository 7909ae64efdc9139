"""Models that pymc-marketing fitted, read from their netCDF file or from the draws in memory."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics import sampling
from custintel_analytics.errors import DataError
from custintel_analytics.mmm.response_table import ResponseTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_REACH = 2.0


@dataclass(frozen=True)
class _Form:
    """One of its transforms: our name for it, and from its parameters to ours."""

    ours: str
    parameters: tuple[str, ...]
    read: Callable[..., dict[str, Any]]


_ADSTOCKS = {
    "geometric": _Form("geometric", ("alpha",), lambda alpha: {"alpha": alpha}),
    "delayed": _Form("delayed", ("alpha", "theta"), lambda alpha, theta: {"alpha": alpha, "theta": theta}),
    "weibull_pdf": _Form("weibull_pdf", ("lam", "k"), lambda lam, k: {"scale": lam, "shape": k}),
    "weibull_cdf": _Form("weibull_cdf", ("lam", "k"), lambda lam, k: {"scale": lam, "shape": k}),
}
_SATURATIONS = {
    "logistic": _Form("logistic", ("lam", "beta"), lambda lam, beta: {"lam": lam, "beta": beta}),
    "inverse_scaled_logistic": _Form(
        "logistic", ("lam", "beta"), lambda lam, beta: {"lam": math.log(3) / lam, "beta": beta}
    ),
    "hill": _Form(
        "hill",
        ("slope", "kappa", "beta"),
        lambda slope, kappa, beta: {"slope": slope, "kappa": kappa, "beta": beta},
    ),
    "michaelis_menten": _Form(
        "michaelis_menten", ("alpha", "lam"), lambda alpha, lam: {"kappa": lam, "beta": alpha}
    ),
    # b · tanh(x / (b · c))
    "tanh": _Form("tanh", ("b", "c"), lambda b, c: {"lam": 1 / (b * c), "beta": b}),
}
# Names of classes, as its versions from 1.0 on store them, to those of the tables above.
_CLASSES = {
    "GeometricAdstock": "geometric",
    "DelayedAdstock": "delayed",
    "WeibullPDFAdstock": "weibull_pdf",
    "WeibullCDFAdstock": "weibull_cdf",
    "LogisticSaturation": "logistic",
    "InverseScaledLogisticSaturation": "inverse_scaled_logistic",
    "HillSaturation": "hill",
    "MichaelisMentenSaturation": "michaelis_menten",
    "TanhSaturation": "tanh",
}


def read_pymc_marketing(
    source: Any,
    *,
    periods: int = 26,
    carry_out: int = 8,
    carry_in: bool = True,
    profile: Any = None,
    max_spend: Any = None,
    current: Any = None,
    points: int = 33,
    currency: str = "",
    progress: Callable[[int, int, str], None] | None = None,
) -> ResponseTable:
    """The response table of a model that pymc-marketing (0.19 to 1.3) fitted and saved.

    Parameters
    ----------
    source
        The file of ``model.save(path)``, or ``model.idata``.
    periods, carry_out
        The window, and the periods after it whose response is counted.
    carry_in
        Whether the last spend of its data still works in the window.
    profile, points, currency, progress
        As in `ResponseTable.from_draws`.
    max_spend
        Totals that the curves reach, by channel; by default twice the most ever spent in a period, in every period.
    current
        Totals that count as today's; by default what the last so many periods of its data had.

    Returns
    -------
    ResponseTable
        A curve per channel; for a model with further dimensions one per channel and place, named ``tv · north``. Of
        time-varying media it holds the average strength.

    Raises
    ------
    DataError
        For a file that isn't such a model, and for what a table can't hold: a log link, saturation before adstock,
        transforms of one's own, channels that aren't in money.
    """
    idata = _opened(source) if isinstance(source, str | PathLike) else source
    stored = dict(idata.attrs)
    if "adstock" not in stored or "channel_columns" not in stored:
        raise DataError(
            "This is no model of pymc-marketing from 0.19 on: it doesn't say its adstock and channels. Save it with "
            "model.save(path), with a version from 0.19 on."
        )
    _check(stored)
    adstock, carried = _form("adstock", stored, _ADSTOCKS)
    saturation, saturated = _form("saturation", stored, _SATURATIONS)
    draws = sampling.group(idata, "posterior")
    constant = sampling.group(idata, "constant_data")
    places = _Places(draws, constant)
    values = {
        **adstock.read(
            *(places.draws(f"{carried.get('prefix') or 'adstock'}_{name}") for name in adstock.parameters)
        ),
        **saturation.read(
            *(
                places.draws(f"{saturated.get('prefix') or 'saturation'}_{name}")
                for name in saturation.parameters
            )
        ),
    }
    spend, lags = places.spend(), int(carried["l_max"]) + _more_lags(adstock.ours, draws)
    most = spend.max(axis=0)
    latest = spend[-periods:]
    return ResponseTable.from_draws(
        adstock=adstock.ours, lags=lags, normalised=bool(carried.get("normalize", True)), saturation=saturation.ours,
        **{name: value for name, value in values.items() if name != "beta"},
        beta=values["beta"] * places.scale("target_scale"), channel_scale=places.scale("channel_scale"),
        channels=places.names, periods=periods, carry_out=carry_out, profile=profile,
        carry_in=spend[-(lags - 1) :] if carry_in and lags > 1 else None,
        max_spend=_REACH * periods * most if max_spend is None else max_spend,
        current=latest.sum(axis=0) * periods / len(latest) if current is None else current, history_max=most,
        points=points, target=str(stored.get("target_column", "outcome")), currency=currency, progress=progress,
    )  # fmt: skip


def _opened(path: str | PathLike[str]) -> Any:
    try:
        return sampling.load(path)
    except DataError:
        raise
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path} can't be read as netCDF (HDF5): {error}. pymc-marketing writes such a file: model.save(path)."
        ) from error


class _Places:
    """Channels, and further dimensions where there are some, laid out in one row."""

    def __init__(self, draws: Any, constant: Any) -> None:
        for name in ("channel_scale", "target_scale", "channel_data"):
            if name not in constant:
                raise DataError(
                    f"The model's file holds no {name!r}: it was saved by a version before 0.19. Fit and save it again."
                )
        self._draws, self._constant = draws, constant
        data = constant["channel_data"]
        self.dims = ["channel", *(dim for dim in data.dims if dim not in ("date", "channel"))]
        self._one = data.isel(date=0, drop=True).transpose(*self.dims) * 0 + 1
        labels = self._one.stack(place=self.dims)["place"].values
        self.names = tuple(
            " · ".join(map(str, label if isinstance(label, tuple) else (label,))) for label in labels
        )

    def draws(self, name: str) -> Floats:
        """Draws of a parameter, D × places; the same for all along dimensions that it hasn't."""
        if name not in self._draws:
            raise DataError(
                f"The posterior has no {name!r}, only {', '.join(map(str, list(self._draws.data_vars)[:12]))}.",
                column=name,
            )
        spread = (self._draws[name] * self._one).transpose("chain", "draw", *self.dims)
        return np.asarray(spread.values, dtype=np.float64).reshape(-1, len(self.names))

    def scale(self, name: str) -> Floats:
        """A scale of every place."""
        found = self._constant[name]
        # A scale for all comes from some versions as a list of one.
        found = found.squeeze([dim for dim in found.dims if dim not in self.dims], drop=True)
        return np.asarray((found * self._one).transpose(*self.dims).values, dtype=np.float64).ravel()

    def spend(self) -> Floats:
        """Spend in its own unit, periods × places."""
        data = self._constant["channel_data"].transpose("date", *self.dims)
        return np.asarray(data.values, dtype=np.float64).reshape(data.sizes["date"], -1)


def _check(stored: Mapping[str, Any]) -> None:
    if str(stored.get("link", "identity")) != "identity":
        raise DataError(
            "The model has a log link: what a channel brings depends on all others, and a response table can't hold that.",
            column="link",
        )
    if str(stored.get("adstock_first", "true")).lower() == "false":
        raise DataError(
            "The model saturates spend before it carries over (adstock_first=False); a table holds the other order.",
            column="adstock_first",
        )
    if str(stored.get("cost_per_unit", "null")) not in ("null", "None", "", "{}"):
        raise DataError(
            "Some channels of the model aren't in money (cost_per_unit); a budget needs spend in each.",
            column="cost_per_unit",
        )


def _more_lags(adstock: str, draws: Any) -> int:
    """Before 1.3 a cumulative Weibull adstock had one lag more than its ``l_max``."""
    if adstock != "weibull_cdf":
        return 0
    said = str(draws.attrs.get("pymc_marketing_version", "1.3"))
    version = tuple(int(part) if part.isdigit() else 0 for part in said.split(".")[:2])
    return int(version < (1, 3))


def _form(what: str, stored: Mapping[str, Any], forms: Mapping[str, _Form]) -> tuple[_Form, dict[str, Any]]:
    said = json.loads(stored[what])
    kind = str(said.get("lookup_name") or _CLASSES.get(str(said.get("__type__", "")).rpartition(".")[2], ""))
    if kind not in forms:
        raise DataError(
            f"The model's {what}, {said.get('lookup_name') or said.get('__type__')}, can't be read; {', '.join(forms)} can.",
            column=what,
        )
    if said.get("parametrization", "alpha") != "alpha" or str(said.get("mode", "After")) != "After":
        raise DataError(
            f"The model's {what} is set to {said.get('parametrization', said.get('mode'))!r}; only the usual form is read.",
            column=what,
        )
    return forms[kind], said
