"""What the optimizer is given: a response table, or the model that makes one."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_widgets.core.traits import InputError

if TYPE_CHECKING:
    from custintel_analytics.mmm import MediaMix, ResponseTable
    from custintel_analytics.mmm.checks import Checks
    from custintel_widgets.core.work import Progress


@dataclass(frozen=True, eq=False)
class Given:
    """The source, told apart.

    Parameters
    ----------
    model
        A fitted model; None where only its curves are there.
    table
        A response table; None where the model makes one for any horizon.
    """

    model: MediaMix | None
    table: ResponseTable | None

    @property
    def has_horizon(self) -> bool:
        """Whether the horizon can be chosen."""
        return self.table is None

    @property
    def period(self) -> str:
        """What a period is called."""
        step = "period" if self.model is None else self.model.data_.step
        return step if step in ("day", "week", "month") else "period"

    @property
    def provisional(self) -> bool:
        """Whether the model is a quick estimate."""
        return self.model is not None and self.model.provisional_

    @cached_property
    def checks(self) -> Checks | None:
        """Whether the model can be believed; None without one."""
        return None if self.model is None else self.model.diagnostics()

    def curves(self, periods: int, carry_out: int, currency: str, progress: Progress) -> ResponseTable:
        """The response table for a horizon.

        Raises
        ------
        InputError
            For another horizon than that of a table that was given.
        """
        if self.table is not None:
            if (periods, carry_out) != (self.table.periods, self.table.carry_out):
                raise InputError(
                    f"This response table is for {self.table.periods} periods and {self.table.carry_out} after them, "
                    f"not {periods} and {carry_out}. Pass the model instead to choose the horizon: BudgetOptimizer(model)."
                )
            return replace(self.table, currency=currency)
        assert self.model is not None
        return self.model.response_table(periods, carry_out, currency=currency, progress=progress)

    def refined(self, progress: Progress) -> Given:
        """The same with the full posterior in place of the quick estimate."""
        assert self.model is not None
        full = copy.copy(self.model).fit(self.model.data_, progress=progress)
        return Given(full, None)


def take(source: Any, model: Any) -> Given:
    """Tell apart what the optimizer was given.

    Raises
    ------
    DataError
        If it is neither a response table nor a fitted model.
    """
    from custintel_analytics.mmm import MediaMix, ResponseTable

    if model is not None and not isinstance(model, MediaMix):
        raise DataError(f"model= is {_kind(model)}: pass the fitted MediaMix that the curves are of.")
    if isinstance(source, MediaMix):
        if model is not None:
            raise DataError("Pass the model once: BudgetOptimizer(model).")
        if not source.fitted:
            raise DataError(
                "This model isn't fitted yet: model.fit(frame), or model.fit(frame, quick=True) for a first picture."
            )
        return Given(source, None)
    if isinstance(source, ResponseTable):
        return Given(model, source)
    raise DataError(
        f"BudgetOptimizer takes a response table or a fitted MediaMix; found {_kind(source)}. "
        "From data: mmm.MediaMix(date=…, target=…, channels=[…]).fit(frame). From other libraries: "
        "mmm.read_pymc_marketing, read_meridian or read_robyn."
    )


def _kind(value: Any) -> str:
    return f"a {type(value).__name__}"
