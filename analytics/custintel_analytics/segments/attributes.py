"""Descriptions of customers beside their purchases: tables with one row per customer, joined by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.roles import SYNONYMS, normal
from custintel_analytics.rows import _LARGEST, _identifier, _is_present
from custintel_analytics.segments import identify
from custintel_analytics.segments.catalogue import BASES, Column, few, label_of
from custintel_analytics.segments.identify import Profile
from custintel_analytics.sources import Source, open_source

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_ORDINAL_SPAN = 10


@dataclass(frozen=True)
class Side:
    """A table that describes customers, and the columns of it that can be used.

    Parameters
    ----------
    name
        What it is called in messages and in SQL.
    source
        Its rows and their connection.
    customer
        Its column with the ids.
    columns
        What each usable column is, by its name among the features.
    origin
        Name among the features to name in the source.
    levels
        Ordered levels of what was an ordered category, by name among the features.
    refused
        Column that can't be used to why not.
    profiles
        What is known of the columns' values.
    rows, without_id
        Rows with an id, and without.
    """

    name: str
    source: Source
    customer: str
    columns: Mapping[str, Column]
    origin: Mapping[str, str]
    refused: Mapping[str, str]
    profiles: Mapping[str, Profile]
    rows: int
    without_id: int
    notes: tuple[str, ...] = ()
    base: str | None = None
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def table(self, wanted: list[str], unbound: bool = False) -> ir.Table:
        """The wanted columns with ``customer``, as features: float64, boolean or text; blanks are missing."""
        source = self.source.table
        if unbound:
            from custintel_analytics.tables import _unbound_nodes

            source = source.op().replace(_unbound_nodes(source, self.source.name or self.name)).to_expr()
        ids = source[self.customer]
        shown = {name: _shown(source[self.origin[name]], self.columns[name].kind) for name in wanted}
        return source.filter(_is_present(ids)).select(customer=_identifier(ids), **shown)

    @property
    def backend(self) -> Any:
        """The connection that the table lives on."""
        return self.source.backend

    def run(self, wanted: list[str]) -> pd.DataFrame:
        """`table` as a frame."""
        return self.source.run(self.table(wanted))

    def rename(self, taken: set[str]) -> Side:
        """The same with new names for columns whose names are `taken`, whatever their case."""
        clashes = {name: f"{name}_{self.name}" for name in self.columns if name.lower() in taken}
        if not clashes:
            return self
        said = ", ".join(f"{old!r} of {self.name} is called {new!r}" for old, new in clashes.items())
        return replace(
            self,
            columns={
                clashes.get(n, n): replace(c, column=clashes.get(n, n)) for n, c in self.columns.items()
            },
            origin={clashes.get(n, n): source for n, source in self.origin.items()},
            levels={clashes.get(n, n): levels for n, levels in self.levels.items()},
            profiles={clashes.get(n, n): profile for n, profile in self.profiles.items()},
            notes=(*self.notes, f"The name is taken: {said}."),
        )


def read_sides(customers: Any) -> list[Side]:
    """The tables of `customers`: one, or one for each base of a mapping.

    Raises
    ------
    DataError
        When a base isn't known, no column holds the ids, or a customer has several rows.
    """
    if customers is None:
        return []
    if not isinstance(customers, Mapping):
        return [read_side(customers, "customers")]
    for base in customers:
        if base not in BASES:
            raise DataError(
                f"customers= names the base {base!r}. Name each frame by one of {', '.join(map(repr, BASES))}.",
                column="customers",
                example=base,
            )
    return [read_side(frame, str(base), base) for base, frame in customers.items()]


def read_side(data: Any, name: str, base: str | None = None) -> Side:
    """Open a table that describes customers and look at its columns.

    Parameters
    ----------
    data
        Anything that `custintel_analytics.tables.as_table` takes, with a row per customer.
    name
        What to call it.
    base
        The base of all its columns; by default each one's is found by its name.

    Raises
    ------
    DataError
        When no column holds the ids, or a customer has several rows.
    """
    data, ordered = _without_order(data)
    source = open_source(data, name)
    table = source.table
    customer = id_column((c for c in table.columns if not table[c].type().is_boolean()), name)
    profiles, rows, without = _look(source, customer, name)
    columns: dict[str, Column] = {}
    refused: dict[str, str] = {}
    guessed = []
    for column, profile in profiles.items():
        why = identify.why_not(column, profile)
        if why and why != identify.WHY_LEVELS:
            refused[column] = why
            continue
        found = base or identify.base_of(column)
        if found is None and not identify.is_sensitive(column):
            guessed.append(column)
        columns[column] = _column(column, profile, found or "demographic", ordered.get(column))
    notes = list(source.notes)
    if guessed:
        verb = "is" if len(guessed) == 1 else "are"
        notes.append(f"{few(guessed)} {verb} not recognised by the name; taken as demographic.")
    return Side(
        name, source, customer, columns, {column: column for column in columns}, refused, profiles,
        rows, without, tuple(notes), base, ordered,
    )  # fmt: skip


def _column(name: str, profile: Profile, base: str, levels: tuple[str, ...] | None) -> Column:
    kind, description = "number", ""
    if levels is not None:
        kind = "ordinal"
        description = "; ".join(f"{code} = {level}" for code, level in enumerate(levels))
    elif profile.kind == "flag" or (profile.kind == "number" and _zero_one(profile)):
        kind = "flag"
    elif profile.kind == "text":
        kind = "category"
    elif base == "psychographic" and profile.whole and profile.high - profile.low <= _ORDINAL_SPAN:
        kind = "ordinal"
    return Column(name, label_of(name), base, kind, "", False, description, identify.is_sensitive(name))


def _zero_one(profile: Profile) -> bool:
    return profile.whole and profile.distinct == 2 and (profile.low, profile.high) == (0.0, 1.0)


def id_column(columns: Iterable[str], name: str) -> str:
    """The column that holds the customers' ids: by names that can mean nothing else, then by looser ones.

    Raises
    ------
    DataError
        When there is none, or several could be it.
    """
    names = list(columns)
    for group in ID_NAMES:
        hits = [column for column in names if normal(column) in group]
        if len(hits) > 1:
            raise DataError(
                f"Several columns of {name} could be the customer: {', '.join(map(repr, hits))}. Rename the one that "
                "holds the ids to 'customer'.",
                column=hits[0],
            )
        if hits:
            return hits[0]
    raise DataError(
        f"No column of {name} is recognised as the customer. Columns: {', '.join(names)}. Rename the one that holds "
        "the ids to 'customer'.",
        column="customer",
    )


def _id_names() -> tuple[frozenset[str], ...]:
    first, *others = SYNONYMS["customer"]
    ends = ("id", "no", "nr", "key", "code", "number")
    strict = [frozenset(word for word in group if word.endswith(ends)) for group in others]
    loose = [group - sure for group, sure in zip(others, strict, strict=True)]
    return first, *strict, frozenset(("id",)), *loose


ID_NAMES = _id_names()
"""Names of the column with the ids, the surest group first; the last two may also be flags, such as ``member``."""


def _without_order(data: Any) -> tuple[Any, dict[str, tuple[str, ...]]]:
    """Ordered categories of a pandas frame as their codes, and the levels; engines don't know their order."""
    if type(data).__module__.partition(".")[0] != "pandas" or not hasattr(data, "columns"):
        return data, {}
    ordered = {
        str(column): tuple(map(str, data[column].cat.categories))
        for column in data.columns
        if getattr(data[column].dtype, "ordered", False)
    }
    if not ordered:
        return data, {}
    codes = {c: data[c].cat.codes.astype("float64").where(data[c].notna()) for c in data if str(c) in ordered}
    return data.assign(**codes), ordered


def _look(source: Source, customer: str, name: str) -> tuple[dict[str, Profile], int, int]:
    """Each column's profile, and the number of rows with and without an id; one query."""
    table = source.table
    ids = table[customer]
    kept = table.filter(_is_present(ids))
    others = [column for column in table.columns if column != customer]
    known = _identifier(kept[customer])
    floats = table[customer].type().is_floating()
    metrics: dict[str, Any] = {
        "rows": kept.count(),
        "ids": known.nunique(),
        "fractions": known.isnull().sum(),
        "fraction": kept[customer].cast("string").min(where=known.isnull()),
    }
    if floats:
        metrics["beyond"] = (kept[customer].abs() > _LARGEST).sum()
    for position, column in enumerate(others):
        metrics |= {f"{key}_{position}": value for key, value in _metrics(kept[column]).items()}
    found = source.run(kept.aggregate(**metrics)).iloc[0]
    rows, distinct = int(found["rows"]), int(found["ids"])
    if not rows:
        raise DataError(f"No row of {name} has a customer in {customer!r}.", column=customer, count=0)
    if floats and int(found["beyond"]):
        raise DataError(
            f"{int(found['beyond']):,} ids of {name} in {customer!r} are decimal numbers above {_LARGEST:,}, where not "
            f"every whole number can be told from the next: the ids may have changed already. Read them as text or "
            f"whole numbers from the start: pandas.read_csv(path, dtype={{{customer!r}: 'str'}}).",
            column=customer,
            count=int(found["beyond"]),
        )
    if int(found["fractions"]):
        raise DataError(
            f"{int(found['fractions']):,} ids of {name} in {customer!r} have fractions, for example {found['fraction']}. "
            "An id is text or a whole number; rename the column that holds them to 'customer'.",
            column=customer,
            count=int(found["fractions"]),
        )
    if distinct < rows:
        _refuse_repeated(source, kept, customer, name, rows - distinct)
    total = int(source.run(table.aggregate(rows=table.count()))["rows"].iloc[0])
    profiles = {
        column: _profile(_kind(table[column].type()), found, position)
        for position, column in enumerate(others)
    }
    return profiles, rows, total - rows


def _refuse_repeated(source: Source, kept: Any, customer: str, name: str, extra: int) -> None:
    several = kept.group_by(customer=_identifier(kept[customer])).aggregate(times=kept.count())
    several = several.filter(several.times > 1)
    worst = source.run(several.order_by([several.times.desc(), several.customer]).limit(1)).iloc[0]
    raise DataError(
        f"{name} has several rows for some customers: {extra:,} too many, for example {worst['times']} of customer "
        f"{worst['customer']}. Keep one row per customer, such as the latest.",
        column=customer,
        count=extra,
        example=worst["customer"],
    )


def _kind(kind: Any) -> str:
    if kind.is_boolean():
        return "flag"
    if kind.is_numeric():
        return "number"
    if kind.is_string() or kind.is_uuid():
        return "text"
    return "date" if kind.is_temporal() else "nested"


def _clean(value: Any) -> Any:
    """The values with what stands for a missing one made missing."""
    import ibis

    kind = value.type()
    if kind.is_floating():
        return value.isnan().ifelse(ibis.null(kind), value)
    if kind.is_string() or kind.is_uuid():
        text = (value.cast("string") if kind.is_uuid() else value).strip()
        return (text == "").ifelse(ibis.null("string"), text)
    return value


def _shown(value: Any, kind: str) -> Any:
    clean = _clean(value)
    if kind == "category":
        return clean
    if kind == "flag":
        return clean if value.type().is_boolean() else clean.cast("int64").cast("boolean")
    return clean.cast("float64")


def _metrics(value: Any) -> dict[str, Any]:
    kind = _kind(value.type())
    if kind in ("date", "nested"):
        return {"present": value.count()}
    clean = _clean(value)
    metrics = {"present": clean.count(), "distinct": clean.nunique()}
    if kind == "text":
        people = [clean.re_search(look) for look in (identify.EMAIL, identify.ADDRESS, identify.PHONE)]
        return metrics | {
            "length": clean.length().mean(),
            "patterned": (people[0] | people[1] | people[2]).sum(),
            "dated": clean.re_search(identify.DATE).sum(),
            "decimal": clean.re_search(identify.DECIMAL).sum(),
        }
    if kind == "number":
        number = clean.cast("float64")
        finite = number.between(-1.7e308, 1.7e308)
        usual = finite.ifelse(number, None)
        metrics |= {
            "low": usual.min(),
            "high": usual.max(),
            "finite": finite.sum(),
            "whole": (usual == usual.floor()).sum(),
        }
    return metrics


def _profile(kind: str, found: pd.Series, position: int) -> Profile:
    def of(name: str) -> float:
        value = found.get(f"{name}_{position}")
        return 0.0 if value is None or value != value else float(value)

    present = int(of("present"))
    finite = int(of("finite"))
    return Profile(
        kind=kind,
        present=present,
        distinct=int(of("distinct")),
        whole=kind == "number" and 0 < finite == int(of("whole")),
        low=of("low"),
        high=of("high"),
        infinite=present - finite if kind == "number" else 0,
        length=of("length"),
        patterned=int(of("patterned")),
        dated=int(of("dated")),
        decimal=int(of("decimal")),
    )
