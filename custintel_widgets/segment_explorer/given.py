"""What the explorer is given: purchases, features or a fitted segmentation, and the inputs these imply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    from custintel_analytics.segments import Features, Segmentation
    from custintel_analytics.tables import Table

ROLES = ("customer", "date", "amount", "order", "product", "channel", "variant", "metric")
# Arguments of `segments.features` that the widget passes on.
FEATURES = (
    *("customers", "events", "bases", "include", "audience"),
    *("category", "discount", "consent", "purpose"),
)
_MOST_KEPT = 4
RFM = ("recency", "frequency", "monetary")


@dataclass(frozen=True, eq=False)
class Given:
    """The source, told apart.

    Parameters
    ----------
    table
        The purchases; None where features were made from a frame.
    features
        The features as they were given; None where the explorer asks the table for them.
    asked
        How to ask the table.
    model
        The fitted segmentation as it was given.
    inputs
        Inputs that the source implies.
    """

    table: Table | None
    features: Features | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)
    model: Segmentation | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    _kept: dict[tuple[Any, ...], Features] = field(default_factory=dict)

    def features_at(self, as_of: str, columns: list[str]) -> Features:
        """The features at a day; kept, so that going back and forth asks the engine once.

        Parameters
        ----------
        as_of
            The day as YYYY-MM-DD; empty for the data's last.
        columns
            Which; the ones offered by default when none are named.
        """
        key = (as_of, *columns)
        if key not in self._kept:
            self._kept[key] = self._read(as_of, columns)
            for old in list(self._kept)[:-_MOST_KEPT]:
                del self._kept[old]
        return self._kept[key]

    def segmentation(self, **settings: Any) -> Segmentation:
        """A segmentation with these settings; what they don't say is as in the model that was given."""
        from custintel_analytics.segments import Segmentation

        return Segmentation(**{**({} if self.model is None else self.model.settings.to_dict()), **settings})

    def _read(self, as_of: str, columns: list[str]) -> Features:
        from custintel_analytics import segments

        if self.features is None:
            return segments.features(self.table, as_of=as_of or None, columns=columns or None, **self.asked)
        own = self.features if as_of == _day(self.features) else self.features.at(as_of)
        return own.select(columns) if columns and list(own.frame) != columns else own


def take(source: Any, roles: Mapping[str, Any], asked: Mapping[str, Any]) -> Given:
    """Tell apart what the explorer was given.

    Raises
    ------
    DataError
        If columns are named for a source that has its own, or the data can't be read.
    """
    from custintel_analytics import segments, tables

    ready = isinstance(source, segments.Features | segments.Segmentation)
    named = [*roles, *asked] if ready else list(roles) if isinstance(source, tables.Table) else []
    if named:
        raise DataError(
            f"{type(source).__name__} has its columns already; {', '.join(named)} can't be named again. "
            "Name them where it is made, or hand the raw data to the widget."
        )
    if isinstance(source, segments.Segmentation):
        features = source._data()
        return Given(features.table, features, model=source, inputs=_inputs_of(source, features))
    if isinstance(source, segments.Features):
        method = "rfm" if set(RFM) <= set(source.frame) else "kmeans"
        return Given(source.table, source, inputs={"method": method, "as_of": _day(source)})
    table = source if isinstance(source, tables.Table) else tables.as_table(source, **roles)
    method = "rfm" if "amount" in table.roles else "kmeans"
    return Given(table, asked=dict(asked), inputs={"method": method})


def _inputs_of(model: Segmentation, features: Features) -> dict[str, Any]:
    return {
        "method": model.method,
        "n_segments": max(2, model.n_segments_),
        "log": model.settings.log,
        "scaling": model.settings.scaling,
        "clip": model.settings.clip or 0.0,
        "names": {str(key): name for key, name in model.names.items()},
        "as_of": _day(features),
    }


def _day(features: Features) -> str:
    return "" if features.as_of is None else features.as_of.isoformat()
