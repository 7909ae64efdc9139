"""Sampling a PyMC model: what differs between PyMC 5 and 6, and ArviZ 0.x and 1.x, is kept in here.

A fit is whatever the installed generation gives: an ``InferenceData`` or a ``DataTree``. The rest of the package
takes it from `sample` and reads it through `diagnostics` and the functions of `sampling_fit`, which are also found here.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.sampling_fit import assembled, extended, group, import_arviz, load, posterior, save

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Diagnostics",
    "assembled",
    "diagnostics",
    "extended",
    "generation",
    "group",
    "load",
    "posterior",
    "sample",
    "save",
]

Progress = Callable[[int, int, str], None]
MOST_RHAT = 1.01
LEAST_ESS = 100  # per chain
MOST_DIVERGENCES = 0.001  # share of the draws
_PAUSE = 0.1  # seconds between two reports of progress


@dataclass(frozen=True)
class Diagnostics:
    """Whether the chains of a fit can be believed. Made by `diagnostics`.

    Parameters
    ----------
    frame
        One row per scalar parameter: ``parameter``, ``rhat``, ``ess_bulk``, ``ess_tail``; NaN for a constant.
    divergences
        Draws at which the sampler lost its way.
    draws, chains
        Draws kept per chain, and chains.

    References
    ----------
    Vehtari, A., Gelman, A., Simpson, D., Carpenter, B., Bürkner, P.-C. (2021). Rank-normalization, folding, and
    localization: an improved R-hat for assessing convergence of MCMC. Bayesian Analysis 16, 667–718.
    """

    frame: pd.DataFrame
    divergences: int
    draws: int
    chains: int

    @property
    def rhat(self) -> float:
        """The worst R-hat."""
        return float(self.frame["rhat"].max())

    @property
    def ess(self) -> float:
        """The least effective sample size, of bulk and tails."""
        return float(self.frame[["ess_bulk", "ess_tail"]].min().min())

    @property
    def converged(self) -> bool:
        """R-hat at most 1.01, at least 100 effective draws per chain, at most one divergence in a thousand draws."""
        return self.rhat <= MOST_RHAT and self.ess >= LEAST_ESS * self.chains and not self._diverges

    @property
    def _diverges(self) -> bool:
        return self.divergences > MOST_DIVERGENCES * self.draws * self.chains

    @property
    def sentence(self) -> str:
        """The diagnostics in words, with what to do where they are bad."""
        if self.converged:
            return (
                f"The chains agree: R-hat at most {self.rhat:.3f}, at least {self.ess:,.0f} effective draws of "
                f"{self.draws * self.chains:,}, {_counted(self.divergences)}."
            )
        said = []
        apart = self.frame[self.frame["rhat"] > MOST_RHAT].sort_values("rhat", ascending=False)
        if len(apart):
            said.append(
                f"the chains disagree about {_listed(apart['parameter'])} (R-hat {apart['rhat'].iloc[0]:.3f})"
            )
        few = self.frame[self.frame[["ess_bulk", "ess_tail"]].min(axis=1) < LEAST_ESS * self.chains]
        if len(few) and not len(apart):
            said.append(
                f"there are only {self.ess:,.0f} effective draws of {_listed(few['parameter'])}; "
                f"{LEAST_ESS * self.chains:,} are needed"
            )
        if self._diverges:
            said.append(f"{self.divergences:,} of {self.draws * self.chains:,} draws diverged")
        remedy = "target_accept=0.99" if self._diverges else "more draws and tuning (draws=4000, tune=4000)"
        return f"Don't use these estimates: {' and '.join(said)}. Try: {remedy}, or fewer groups."


def sample(
    model: Any,
    draws: int = 1000,
    tune: int = 1000,
    chains: int = 4,
    progress: Progress | None = None,
    random_state: int | None = None,
    cores: int = 1,
    target_accept: float = 0.9,
    sampler: str | None = None,
) -> Any:
    """Draw from the posterior of a model by the no-U-turn sampler.

    Parameters
    ----------
    model
        A PyMC model.
    draws, tune
        Draws to keep, and to adapt before, per chain.
    chains
        Independent chains; convergence is judged by their agreement.
    progress
        Called with (done, total, message) about ten times a second; what it raises, such as `Cancelled`, stops
        the sampler.
    random_state
        The same seed gives the same draws with the same versions.
    cores
        Chains that run at a time.
    target_accept
        Higher takes smaller steps: slower, and fewer divergences.
    sampler
        ``"nutpie"`` or ``"pymc"``; by default nutpie where it is installed.

    Returns
    -------
    arviz.InferenceData or xarray.DataTree
        As the installed ArviZ has it, with the groups ``posterior`` and ``sample_stats``.

    Raises
    ------
    DataError
        For a number that isn't possible, or a sampler that isn't installed.
    """
    for name, value, least in (
        ("draws", draws, 4),
        ("tune", tune, 0),
        ("chains", chains, 1),
        ("cores", cores, 1),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise DataError(
                f"{name}={value!r}: write a whole number, at least {least}.", column=name, example=value
            )
    told = _Throttled(progress, chains * (draws + tune))
    if _chosen(sampler) == "nutpie":
        return _with_nutpie(model, draws, tune, chains, told, random_state, cores, target_accept)
    return _with_pymc(model, draws, tune, chains, told, random_state, cores, target_accept)


def diagnostics(idata: Any, names: Sequence[str] | None = None) -> Diagnostics:
    """R-hat, effective sample sizes and divergences of a fit.

    Parameters
    ----------
    idata
        What `sample` returned.
    names
        Variables to look at; all of the posterior by default.
    """
    import numpy as np
    import pandas as pd

    az = import_arviz()
    data = group(idata, "posterior")
    data = data[list(names)] if names is not None else data
    found = {
        "rhat": az.rhat(data),
        "ess_bulk": az.ess(data, method="bulk"),
        "ess_tail": az.ess(data, method="tail"),
    }
    columns = {
        key: np.concatenate([np.ravel(values[name].values) for name in data.data_vars])
        for key, values in found.items()
    }
    labels = [label for name in data.data_vars for label in _labels(data[name])]
    stats = group(idata, "sample_stats")
    diverging = int(np.asarray(stats["diverging"].values).sum()) if "diverging" in stats else 0
    return Diagnostics(
        pd.DataFrame({"parameter": labels, **columns}), diverging, data.sizes["draw"], data.sizes["chain"]
    )


def generation() -> str:
    """What is installed, for reports: ``"PyMC 5.28.0, ArviZ 0.23.0"``."""
    return f"PyMC {_pymc().__version__}, ArviZ {import_arviz().__version__}"


class _Throttled:
    """Progress that is told a few times a second."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress = progress
        self.total = total
        self._next = 0.0

    def __call__(self, done: int, message: str = "Sampling") -> None:
        now = time.monotonic()
        if self.progress is not None and (now >= self._next or done >= self.total):
            self._next = now + _PAUSE
            self.progress(done, self.total, f"{message}, draw {done:,} of {self.total:,}…")


def _with_pymc(
    model: Any,
    draws: int,
    tune: int,
    chains: int,
    told: _Throttled,
    seed: int | None,
    cores: int,
    target: float,
) -> Any:
    pymc = _pymc()
    done = 0

    def drawn(trace: Any, draw: Any) -> None:
        nonlocal done
        done += 1
        told(done)

    with model, _silent():
        return pymc.sample(
            draws=draws, tune=tune, chains=chains, cores=cores, random_seed=seed, progressbar=False,
            nuts_sampler="pymc", compute_convergence_checks=False, target_accept=target, callback=drawn,
        )  # fmt: skip


def _with_nutpie(
    model: Any,
    draws: int,
    tune: int,
    chains: int,
    told: _Throttled,
    seed: int | None,
    cores: int,
    target: float,
) -> Any:
    import nutpie

    told(0, "Compiling the model")
    with _silent():
        compiled = nutpie.compile_pymc_model(model)
        running = nutpie.sample(
            compiled, draws=draws, tune=tune, chains=chains, cores=cores, seed=seed, target_accept=target,
            progress_bar=False, save_warmup=False, blocking=False, progress_rate=100,
            progress_callback=(seen := _Seen()),
        )  # fmt: skip
    try:
        while not _finished(running):
            told(seen.done)
            time.sleep(_PAUSE / 2)
    except BaseException:
        running.cancel()
        raise
    told(told.total)
    return running.wait()


def _finished(running: Any) -> bool:
    try:
        return bool(running.is_finished)
    except TimeoutError:
        # How nutpie 0.16 says that a chain is still busy.
        return False


class _Seen:
    """How many draws nutpie's own thread has reported."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self, chains: Any) -> None:
        self.done = sum(int(chain.finished_draws) for chain in chains)


def _chosen(sampler: str | None) -> str:
    from importlib.util import find_spec

    installed = find_spec("nutpie") is not None
    if sampler not in (None, "nutpie", "pymc"):
        raise DataError(f"sampler={sampler!r} is not known. Choose 'nutpie' or 'pymc'.", column="sampler")
    if sampler == "nutpie" and not installed:
        raise DataError("nutpie is not installed. Install it (pip install nutpie), or use sampler='pymc'.")
    return sampler or ("nutpie" if installed else "pymc")


def _labels(variable: Any) -> Iterator[str]:
    """``effect[north]`` for each element of a variable."""
    import itertools

    dims = [dim for dim in variable.dims if dim not in ("chain", "draw")]
    for place in itertools.product(*(variable[dim].values.tolist() for dim in dims)):
        yield f"{variable.name}[{', '.join(map(str, place))}]" if place else str(variable.name)


def _counted(divergences: int) -> str:
    return f"{divergences or 'no'} divergence{'' if divergences == 1 else 's'}"


def _listed(names: Any, most: int = 3) -> str:
    shown = list(names)
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")


@contextmanager
def _silent() -> Iterator[None]:
    """The samplers report to the log and by warnings; here `diagnostics` does."""
    logger = logging.getLogger("pymc")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _pymc() -> Any:
    import_arviz()
    import pymc

    return pymc
