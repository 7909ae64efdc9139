"""What the calculator is given: nothing, samples, an analysis, or a table with an experiment in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    from custintel_analytics.experiments import Analysis, Monitor
    from custintel_analytics.experiments.hierarchical import SegmentLift
    from custintel_widgets.core.work import Progress

# Arguments of `experiments.analyse` that say where things are; how they are compared is the inputs' business.
COLUMNS = (
    *("variant", "unit", "metrics", "date", "covariates", "strata", "cluster"),
    *("outcomes", "outcome_unit", "outcome_date", "before", "missing", "expected", "timezone", "segments"),
)
_LIFTED = ("unit", "date", "outcomes", "outcome_unit", "outcome_date", "missing", "timezone")
_WATCHED = ("unit", "covariates", "strata", "cluster", "outcomes", "outcome_unit", "outcome_date", "before")


@dataclass(frozen=True, eq=False)
class Given:
    """The source, told apart.

    Parameters
    ----------
    data
        Whatever `experiments.analyse` takes; None where counts are typed.
    columns
        Where things are in it.
    analysis
        The analysis that was given, which answers other settings from its own sums.
    segments
        Columns by whose values the lift can be told apart.
    """

    data: Any = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    analysis: Analysis | None = None
    segments: tuple[str, ...] = ()

    @property
    def is_source(self) -> bool:
        """Whether there is more than typed counts."""
        return self.data is not None or self.analysis is not None

    @property
    def has_dates(self) -> bool:
        """Whether the experiment can be followed over time."""
        return self.data is not None and self.columns.get("date") is not None

    def analysed(self, control: Any, progress: Progress, **settings: Any) -> Analysis:
        """The analysis with these settings; what was added up once is not added up again."""
        from custintel_analytics import experiments as ex

        if self.analysis is not None:
            return self.analysis.again(**settings)
        return ex.analyse(self.data, control=control, progress=progress, **self.columns, **settings)

    def monitored(self, control: Any, metric: Any, progress: Progress, **settings: Any) -> Monitor:
        """The effect look by look."""
        from custintel_analytics import experiments as ex

        known = {name: self.columns[name] for name in ("variant", "date", *_WATCHED) if name in self.columns}
        return ex.monitor(self.data, control=control, metric=metric, progress=progress, **known, **settings)

    def lifted(
        self, control: Any, treatment: Any, metric: Any, segment: str, progress: Progress, **settings: Any
    ) -> SegmentLift:
        """The lift in each segment."""
        from custintel_analytics import experiments as ex

        known = {name: self.columns[name] for name in (*_LIFTED, "variant") if name in self.columns}
        return ex.lift_by_segment(
            self.data,
            control=control,
            treatment=treatment,
            metric=metric,
            segment=segment,
            progress=progress,
            **known,
            **settings,
        )


def take(source: Any, columns: Mapping[str, Any]) -> Given:
    """Tell apart what the calculator was given.

    Raises
    ------
    DataError
        If columns are named without a table, or a table without its variant or metrics.
    """
    from custintel_analytics import experiments as ex

    tabular = source is not None and not isinstance(source, ex.Analysis | Mapping)
    if columns and not tabular:
        what = "typed counts" if source is None else type(source).__name__
        raise DataError(
            f"{', '.join(columns)} name columns, but {what} have none. Pass the table first: "
            'ABCalculator(table, variant="group", control="A", metrics=[…]).'
        )
    if source is None:
        return Given()
    if isinstance(source, ex.Analysis):
        return Given(analysis=source)
    if isinstance(source, Mapping):
        return Given(data=dict(source))
    missing = [name for name in ("variant", "metrics") if name not in columns]
    if missing:
        raise DataError(
            f"A table needs {' and '.join(f'{name}=' for name in missing)}: the column that says which variant, and "
            'what is measured, such as metrics=[experiments.proportion("visit")].'
        )
    named = dict(columns)
    segments = named.pop("segments", ())
    return Given(source, named, segments=(segments,) if isinstance(segments, str) else tuple(segments))
