"""A fit read, put together and saved, as `InferenceData` (ArviZ 0.x) or `DataTree` (ArviZ 1.x): part of `sampling`."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def posterior(idata: Any, name: str) -> NDArray[np.float64]:
    """The draws of a variable: shape (chains × draws, …), chain after chain."""
    import numpy as np

    values = np.asarray(group(idata, "posterior")[name].values, dtype=np.float64)
    return values.reshape(-1, *values.shape[2:])


def save(idata: Any, path: str | PathLike[str]) -> Path:
    """Write a fit to a netCDF file, which both generations read.

    Raises
    ------
    DataError
        When the packages that write netCDF aren't installed.
    """
    place = Path(fspath(path))
    try:
        idata.to_netcdf(str(place), engine="h5netcdf")
    except ImportError as error:
        raise DataError(f"A netCDF file can't be written: {error} (pip install h5netcdf h5py).") from error
    return place


def load(path: str | PathLike[str]) -> Any:
    """Read a fit that `save` wrote, into memory.

    Raises
    ------
    DataError
        When there is no such file.
    """
    place = Path(fspath(path))
    if not place.is_file():
        raise DataError(f"There is no file {str(place)!r}. Save a fit first: sampling.save(idata, path).")
    opened = import_arviz().from_netcdf(str(place), engine="h5netcdf")
    loaded = opened.load()
    opened.close()
    # The older generation loads in place and returns nothing.
    return opened if loaded is None else loaded


def group(idata: Any, name: str) -> Any:
    """A group of a fit as an xarray Dataset, in either generation."""
    found = idata[name]
    return found.to_dataset() if type(found).__name__ == "DataTree" else found


def assembled(groups: Mapping[str, Any], attributes: Mapping[str, Any] | None = None) -> Any:
    """A fit from its groups, as the installed generation has it.

    Parameters
    ----------
    groups
        Name to xarray Dataset; the dimensions of draws are ``chain`` and ``draw``.
    attributes
        Of the whole; text and numbers.
    """
    # The newer generation keeps the name too, and warns when it is asked for it.
    if older := vars(import_arviz()).get("InferenceData"):
        return older(attrs=dict(attributes or {}), **groups)
    import xarray

    return xarray.DataTree.from_dict({"/": xarray.Dataset(attrs=dict(attributes or {})), **groups})


def extended(idata: Any, groups: Mapping[str, Any], attributes: Mapping[str, Any]) -> Any:
    """A fit with more groups and attributes; what it had under the same names is replaced."""
    names = idata.groups() if callable(getattr(idata, "groups", None)) else list(idata.children)
    have = {name: group(idata, name) for name in names}
    return assembled({**have, **groups}, {**dict(idata.attrs), **attributes})


def import_arviz() -> Any:
    """ArviZ, imported without its announcement."""
    with warnings.catch_warnings():
        # The last releases of the older generation announce the newer one with each import.
        warnings.simplefilter("ignore", FutureWarning)
        import arviz
    return arviz
