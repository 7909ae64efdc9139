"""An experiment's columns as expressions: who was randomised into which variant, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.metrics import Metric
from custintel_analytics.roles import SYNONYMS, bind, exact_column, normal
from custintel_analytics.rows import _identifier, as_day
from custintel_analytics.sources import Source, open_source
from custintel_analytics.zones import carries_zone, checked_zone, wall_clock

if TYPE_CHECKING:
    import ibis.expr.types as ir

_LARGEST = 1.7976931348623157e308
NO_STRATUM = "(missing)"


@dataclass(frozen=True, eq=False)
class Trial:
    """What is asked, over one connection.

    Parameters
    ----------
    source
        Runs the queries.
    metrics
        What is measured, in order.
    assigned
        ``variant`` and, where they were named, ``unit``, ``cluster``, ``stratum`` (text), ``day`` and each
        metric's covariate ``x0``, ``x1``, …; without `outcomes` also ``y0``, … and denominators ``d0``, ….
        Numbers are float64, null where missing or infinite.
    outcomes
        From a table of their own: ``unit``, ``day`` where there is one, ``y0``, …, ``d0``, …; else None.
    labels
        Role to the name that people know the column by.
    notes
        What people should know about how the data were read.
    suspect
        Where no unit was named: a column that looks like one. It is ``suspect`` in `assigned`, to be counted.
    before
        Days before the assignment whose outcomes are the covariate; 0 for none.
    """

    source: Source
    metrics: tuple[Metric, ...]
    assigned: ir.Table
    outcomes: ir.Table | None
    labels: Mapping[str, str]
    notes: tuple[str, ...] = ()
    suspect: str | None = None
    before: int = 0

    @property
    def measured(self) -> ir.Table:
        """The table with the metrics."""
        return self.assigned if self.outcomes is None else self.outcomes

    def has(self, role: str) -> bool:
        """Whether there is a column for a role."""
        return role in self.assigned.columns

    def missing(self, number: int, policy: str) -> str:
        """What a missing value of a metric is."""
        return self.metrics[number].missing or policy

    @property
    def randomised(self) -> str:
        """What was randomised, in a word."""
        return "cluster" if self.has("cluster") else "unit" if self.has("unit") else "row"


@dataclass
class Reader:
    """Columns of one table, as arguments name them.

    Parameters
    ----------
    source
        The table's connection.
    table
        Its rows.
    named
        Name that people use to the column of `table`.
    """

    source: Source
    table: ir.Table
    named: Mapping[str, str]
    labels: dict[str, str] = field(default_factory=dict)

    def column(self, argument: str, binding: Any, role: str | None = None) -> Any:
        """The column or expression that an argument names."""
        if isinstance(binding, str):
            name = exact_column(binding, tuple(self.named), argument)
            if role:
                self.labels[role] = name
            return self.table[self.named[name]]
        value = bind(self.table, argument, binding)
        if role:
            self.labels[role] = str(value.get_name())
        return value

    def key(self, argument: str, binding: Any, role: str) -> Any:
        """An id, a variant or a group: whole numbers, text or true and false; blank text is missing."""
        value = self.column(argument, binding, role)
        kind = value.type()
        if kind.is_nested() or kind.is_json() or kind.is_null() or kind.is_interval():
            raise DataError(
                f"{argument}={self.labels[role]!r} is of type {kind}. Take one value out of it with an expression: "
                f"{argument}=lambda t: …",
                column=argument,
            )
        value = _identifier(value)
        return (value.strip() == "").ifelse(None, value) if kind.is_string() else value

    def number(self, what: str, binding: Any) -> Any:
        """A figure in float64; null where it is missing, NaN or infinite."""
        value = self.column(what, binding)
        kind = value.type()
        if not (kind.is_numeric() or kind.is_boolean()):
            name = binding if isinstance(binding, str) else value.get_name()
            advice = (
                f"Text becomes numbers by an expression: lambda t: t[{name!r}].try_cast('float64')."
                if kind.is_string()
                else "Name a column with numbers, or pass an expression."
            )
            raise DataError(f"{what}: column {name!r} is of type {kind}, not numbers. {advice}", column=name)
        if kind.is_boolean():
            return value.cast("int64").cast("float64")
        value = value if kind.is_float64() else value.cast("float64")
        return value.between(-_LARGEST, _LARGEST).ifelse(value, None) if kind.is_floating() else value

    def day(self, argument: str, binding: Any, role: str, timezone: str | None) -> Any:
        """A calendar day, from a date, a time, or ISO text."""
        value = self.column(argument, binding, role)
        kind = value.type()
        if not (kind.is_date() or kind.is_timestamp() or kind.is_string() or kind.is_integer()):
            raise DataError(
                f"{argument}={self.labels[role]!r} is of type {kind}. Name a column with dates, ISO text or YYYYMMDD numbers.",
                column=argument,
            )
        zone = checked_zone(timezone)
        zoned = carries_zone(value, self.source.backend)
        return as_day(value, wall_clock(zone, self.source.backend.name) if zoned else None)


def reader(data: Any, name: str, opened: Source | None = None) -> Reader:
    """Open anything that holds rows; a `Table` is read as it reads itself, its columns under both names."""
    from custintel_analytics.tables import Table

    if isinstance(data, Table):
        rows = data.rows
        named = {name: name for name in rows.columns}
        named |= {label: role for role, label in data.roles.items() if role in rows.columns}
        return Reader(data._connected, rows, named)
    source = opened or open_source(data, name)
    return Reader(source, source.table, {name: name for name in source.table.columns})


def one_table(
    data: Any,
    metrics: tuple[Metric, ...],
    *,
    variant: Any,
    unit: Any,
    date: Any,
    covariates: Any,
    strata: Any,
    cluster: Any,
    timezone: str | None,
) -> Trial:
    """A trial whose assignments and outcomes stand in the same rows."""
    from custintel_analytics.tables import Table

    read = reader(data, "experiment")
    notes = list(read.source.notes)
    if isinstance(data, Table):
        unit = "customer" if unit is None else unit
        notes.append("The rows are those that the table uses; table.left_out says which it doesn't and why.")
    columns = keys(read, variant, unit, date, strata, cluster, timezone)
    columns |= figures(read, metrics)
    columns |= covariate_columns(read, metrics, covariates)
    suspect = _suspect(read, columns)
    if suspect is not None:
        columns["suspect"] = read.table[read.named[suspect]]
    return Trial(read.source, metrics, read.table.select(**columns), None, read.labels, tuple(notes), suspect)


def keys(
    read: Reader, variant: Any, unit: Any, date: Any, strata: Any, cluster: Any, timezone: str | None
) -> dict[str, Any]:
    """The columns that say who was assigned to what."""
    columns = {"variant": read.key("variant", variant, "variant")}
    if unit is not None:
        columns["unit"] = read.key("unit", unit, "unit")
    if cluster is not None:
        columns["cluster"] = read.key("cluster", cluster, "cluster")
    if strata is not None:
        columns["stratum"] = _stratum(read, strata)
    if date is not None:
        columns["day"] = read.day("date", date, "date", timezone)
    return columns


def figures(read: Reader, metrics: Sequence[Metric]) -> dict[str, Any]:
    """Each metric's value and denominator."""
    found = {}
    for number, metric in enumerate(metrics):
        found[f"y{number}"] = read.number(f"metric {metric.name!r}", metric.value)
        if metric.kind == "ratio":
            found[f"d{number}"] = read.number(f"metric {metric.name!r}", metric.denominator)
    return found


def covariate_columns(read: Reader, metrics: Sequence[Metric], covariates: Any) -> dict[str, Any]:
    """Each metric's covariate: its own, or the one that `covariates` gives to it or to all."""
    names = [metric.name for metric in metrics]
    if isinstance(covariates, Mapping):
        for name in covariates:
            if name not in names:
                raise DataError(
                    f"covariates names {name!r}, which is no metric. Metrics: {', '.join(map(repr, names))}.",
                    column="covariates",
                )
    found = {}
    for number, metric in enumerate(metrics):
        given = covariates.get(metric.name) if isinstance(covariates, Mapping) else covariates
        binding = given if metric.covariate is None else metric.covariate
        if binding is not None and metric.kind != "quantile":
            found[f"x{number}"] = read.number(f"covariate of {metric.name!r}", binding)
    return found


def _stratum(read: Reader, strata: Any) -> Any:
    """One or several columns as one text; a missing value is a stratum of its own."""
    several = list(strata) if isinstance(strata, list | tuple) else [strata]
    texts = [read.key("strata", one, "strata").cast("string").fill_null(NO_STRATUM) for one in several]
    read.labels["strata"] = ", ".join(one if isinstance(one, str) else "an expression" for one in several)
    joined = texts[0]
    for text in texts[1:]:
        joined = joined.concat(" · ", text)
    return joined


def _suspect(read: Reader, columns: dict[str, Any]) -> str | None:
    """Where rows are taken as units: the first column whose name says that it holds ids of people."""
    if "unit" in columns or "cluster" in columns:
        return None
    ids = {name for group in SYNONYMS["customer"] for name in group}
    return next((name for name in read.named if normal(name) in ids), None)
