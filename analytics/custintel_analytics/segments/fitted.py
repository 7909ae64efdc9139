"""What a fitted segmentation can say of its segments: names, profile, rules, borders, audiences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments.labelled import NOBODYS, NOBODYS_NAME

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.audiences import Audience
    from custintel_analytics.segments.borders import Why
    from custintel_analytics.segments.features import Features
    from custintel_analytics.segments.methods.placement import Floats, Integers, Placement
    from custintel_analytics.segments.projection import Projection
    from custintel_analytics.segments.recipe import Recipe
    from custintel_analytics.segments.rfm import RfmRules
    from custintel_analytics.segments.settings import SegmentationSettings
    from custintel_analytics.segments.tree import Rules

T = TypeVar("T")


class Fitted:
    """The half of `Segmentation` that describes. All of it needs `fit`; what isn't saved needs the data too."""

    settings: SegmentationSettings
    names: dict[int, str]

    features_: Features | None = None
    columns_: tuple[str, ...]
    outputs_: tuple[str, ...]
    catalogue_: pd.DataFrame
    as_of_: dt.date | None
    pipeline_: Any
    recipe_: Recipe
    placement_: Placement | None
    rfm_: RfmRules | None
    matrix_: Floats
    labels_: Integers
    segments_: Integers
    sizes_: Integers
    nobodys_: int
    centres_: Floats
    inertia_: float
    exact_: bool
    notes_: tuple[str, ...]
    linkage_: Floats | None
    leaf_sizes_: Integers | None
    leaves_: Integers | None
    bic_: float | None

    _kept: dict[Any, Any]

    @property
    def n_segments_(self) -> int:
        """How many segments were found."""
        return len(self._fitted().segments_)

    @property
    def names_(self) -> dict[int, str]:
        """What each segment is called: as people said, else as its rule, else as the profile suggests."""
        return {
            segment: name if segment == NOBODYS else self.names.get(segment, name)
            for segment, name in self.suggested_.items()
        }

    @property
    def suggested_(self) -> dict[int, str]:
        """What the segments would be called if nobody had named them; with −1 where some are in no segment."""
        return dict(self._fitted()._once("suggested", self._suggest))

    def rename(self, names: Mapping[int, str]) -> None:
        """Give segments names; an empty one brings back the suggestion.

        Parameters
        ----------
        names
            Number to name.
        """
        for segment, name in names.items():
            self.names.pop(int(segment), None)
            if str(name).strip():
                self.names[int(segment)] = str(name).strip()

    def number(self, segment: int | str) -> int:
        """The number of a segment, by itself or by its name.

        Raises
        ------
        DataError
            When there is none, or two of that name.
        """
        names = self.names_
        if not isinstance(segment, str) and int(segment) in names:
            return int(segment)
        found = [number for number, name in names.items() if name == segment]
        if len(found) == 1:
            return found[0]
        known = ", ".join(f"{number} ({name})" for number, name in names.items())
        problem = "is the name of several segments" if found else "is no segment"
        raise DataError(f"{segment!r} {problem}. Take one of {known}.", column="segment", example=segment)

    def profile(self) -> pd.DataFrame:
        """Each segment's mean of each feature beside everybody's, see `profile.profile`."""
        return self._named(self._fitted()._once("profile", self._profile))

    def summary(self, rules: bool = True, borders: bool = True) -> pd.DataFrame:
        """Size, value and lapsed share per segment, see `profile.summary`. A loaded model gives what was saved.

        Parameters
        ----------
        rules, borders
            Whether to add each segment's rule, and how many sit near another; both take a while for many customers.
        """
        if self._fitted().features_ is None:
            return self._named(self._kept["summary"])
        return self._named(self._once(("summary", rules, borders), lambda: self._summary(rules, borders)))

    def rules(self, max_depth: int = 4) -> Rules:
        """A shallow tree that retells the segments in conditions and as SQL, see `tree.Rules`."""
        from custintel_analytics.segments.tree import Rules

        if self._fitted().features_ is None and max_depth == 4:
            return self._once("loaded rules", lambda: Rules.from_dict(self._kept["rules"]))
        features, names = self._data(), self.names_

        def grown() -> Rules:
            return Rules.fit(features, self.labels_, names, max_depth, self.settings.random_state)

        return self._once(("rules", max_depth, tuple(names.items())), grown)

    def importance(self) -> pd.DataFrame:
        """How much of each feature the segments explain, see `importance.importance`."""
        from custintel_analytics.segments.importance import importance

        features = self._data()
        return self._once("importance", lambda: importance(features, self.labels_)).copy()

    def why(self, customer: Any) -> Why:
        """Why a customer is in their segment and not in the next one, see `borders.why`."""
        from custintel_analytics.segments import borders

        features = self._data()
        centres = np.full((int(self.segments_.max()) + 1, self.matrix_.shape[1]), np.nan)
        centres[self.segments_] = self.centres_
        sources = [part.column for part in self.recipe_.parts for _ in range(part.width)]
        return borders.why(
            features,
            self.labels_,
            self.names_,
            customer,
            matrix=self.matrix_,
            centres=centres,
            columns=sources,
        )

    def borders(self, within: float = 0.1) -> NDArray[np.bool_]:
        """Who sits near another segment's centre: n flags, see `borders.near`.

        Raises
        ------
        DataError
            For RFM rules, which have cut points and no centres.
        """
        from custintel_analytics.segments import borders

        self._data()
        if self.rfm_ is not None:
            raise DataError(
                "RFM rules have cut points, not centres, so nobody is near one. Borders are for the other methods.",
                column="method",
                example="rfm",
            )
        return self._once(("borders", within), lambda: borders.near(self.distances(), within))

    def distances(self, matrix: Floats | None = None) -> Floats:
        """Distances to the centres in the matrix, n × k in the order of ``segments_``.

        Parameters
        ----------
        matrix
            n × d, made by ``recipe_.transform``; by default that of the fitted customers.
        """
        from custintel_analytics.segments.methods import placement

        if matrix is None:
            self._data()
            matrix = self.matrix_
        return placement.distances(matrix, self._fitted().centres_)

    def projection(self, method: str = "pca") -> Projection:
        """A map of the customers in two dimensions, see `projection.Projection`."""
        from custintel_analytics.segments.projection import Projection

        self._data()

        def drawn() -> Projection:
            labels = dict(zip(self.catalogue_["column"], self.catalogue_["label"], strict=True))
            names = [_called(output, labels) for output in self.outputs_]
            return Projection(
                self.matrix_, method=method, names=names, random_state=self.settings.random_state
            )

        return self._once(("projection", method), drawn)

    def audience(self, segment: int | str) -> Audience:
        """The customers of a segment, by its number or name.

        Raises
        ------
        DataError
            When there is no such segment, or the features were made from a frame.
        """
        features, number = self._data(), self.number(segment)
        return features.audience(self.labels_ == number, self.names_[number])

    def _fitted(self) -> Fitted:
        if not hasattr(self, "segments_"):
            raise DataError("This segmentation has not been fitted. Call .fit(features) first.")
        return self

    def _data(self) -> Features:
        """The features that the segments were learned from."""
        features = self._fitted().features_
        if features is None:
            raise DataError(
                "This model was loaded from a file, which holds no customers. It can predict, and has profile() and "
                "summary(); for the rest fit it again: Segmentation(…).fit(features, previous=model)."
            )
        return features

    def _once(self, key: Any, make: Callable[[], T]) -> T:
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    def _named(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A copy with the names that hold now."""
        return frame.assign(name=frame["segment"].map(self.names_))

    def _suggest(self) -> dict[int, str]:
        from custintel_analytics.segments.naming import suggest

        present = [*self.segments_.tolist(), *([NOBODYS] if self.nobodys_ else [])]
        if self.rfm_ is not None:
            return {segment: self.rfm_.names[segment] for segment in present}
        suggested = suggest(self._once("profile", self._profile), self.catalogue_)
        return {segment: NOBODYS_NAME if segment == NOBODYS else suggested[segment] for segment in present}

    def _profile(self) -> pd.DataFrame:
        from custintel_analytics.segments.profile import profile

        return profile(self._data(), self.labels_)

    def _summary(self, rules: bool, borders: bool) -> pd.DataFrame:
        from custintel_analytics.segments.profile import summary

        tree = self.rules() if rules else None
        near = self.borders() if borders and self.rfm_ is None else None
        return summary(self._data(), self.labels_, self.names_, tree, near)


def _called(output: str, labels: Mapping[str, str]) -> str:
    """A column of the matrix as a sentence calls it: by the label of the feature that it is, or is a level of."""
    if output in labels:
        return labels[output][:1].lower() + labels[output][1:]
    feature = max((name for name in labels if output.startswith(f"{name}_")), key=len, default="")
    return f"{_called(feature, labels)}: {output.removeprefix(f'{feature}_')}" if feature else output
