"""The steps of the preprocessing that scikit-learn doesn't have, as transformers of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Winsoriser(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Moves values beyond two quantiles onto them.

    Parameters
    ----------
    quantile
        The share of values that is moved at either end, such as 0.01.

    Attributes
    ----------
    low_, high_
        The two quantiles of every column.
    """

    def __init__(self, quantile: float = 0.01) -> None:
        self.quantile = quantile

    def fit(self, X: ArrayLike, y: Any = None) -> Winsoriser:
        """Learn the quantiles."""
        values = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        self.low_, self.high_ = np.nanquantile(values, [self.quantile, 1 - self.quantile], axis=0)
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """Move what is beyond."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return np.asarray(np.clip(values, self.low_, self.high_))


def signed_log(values: ArrayLike) -> NDArray[np.float64]:
    """log(1 + x), and −log(1 − x) below zero, so that a customer who returned more than they bought has one too."""
    array = np.asarray(values, dtype=np.float64)
    return np.asarray(np.sign(array) * np.log1p(np.abs(array)))


def as_float(values: Any) -> NDArray[np.float64]:
    """Flags and numbers as float64, whatever says that one is missing as NaN."""
    import pandas as pd

    return pd.DataFrame(values).to_numpy(dtype=np.float64, na_value=np.nan)
