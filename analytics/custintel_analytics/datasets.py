"""Real data to learn and to test with, as plain frames."""

from __future__ import annotations

import os
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

DATA_VARIABLE = "CUSTINTEL_DATA"
_ONLINE_RETAIL = Path("customers") / "online_retail.parquet"
_YEAR_BEFORE = Path("customers") / "online_retail_ii_2009_2010.parquet"
_WHERE_BEFORE = "The data are dataset 502 of the UCI Machine Learning Repository, sheet “Year 2009-2010”."
_WHERE = "The data are dataset 352 of the UCI Machine Learning Repository."
_AS_PARQUET = " Write it as Parquet."
_HILLSTROM = Path("causal") / "uplift" / "hillstrom.csv"
_WHERE_HILLSTROM = (
    "The data are the MineThatData E-Mail Analytics and Data Mining Challenge of 2008, published on "
    "minethatdata.com as a CSV file."
)


def cdnow() -> pd.DataFrame:
    """The CDNOW purchases: everyone who first bought in the first quarter of 1997, followed to June 1998.

    Returns
    -------
    pandas.DataFrame
        69,659 purchases of 23,570 customers, one a row: ``customer`` (int64), ``date`` (datetime64),
        ``quantity`` (CDs, int64) and ``amount`` (US dollars, float64). Sum of amounts 2,500,315.63.
        As published: 80 rows have the amount 0, and 255 rows repeat an earlier row.

    References
    ----------
    Fader, P. S. and Hardie, B. G. S. (2001). Forecasting Repeat Sales at CDNOW: A Case Study.
    Interfaces 31(3), S94–S107. The file is the one that the ``lifetimes`` package ships.
    """
    import pandas as pd

    # Importing lifetimes to find its file would take seconds.
    spec = find_spec("lifetimes")
    if spec is None or spec.origin is None:
        raise DataError(
            "CDNOW comes with the package lifetimes, which is not installed: pip install lifetimes."
        )
    frame = pd.read_csv(
        Path(spec.origin).parent / "datasets" / "CDNOW_master.txt",
        sep=r"\s+",
        skiprows=1,
        header=None,
        names=["customer", "date", "quantity", "amount"],
    )
    frame["date"] = pd.to_datetime(frame["date"].astype(str), format="%Y%m%d")
    return frame


def online_retail(path: str | PathLike[str] | None = None) -> pd.DataFrame:
    """The Online Retail lines: a British gift shop that sells mostly to resellers, a year to December 2011.

    Parameters
    ----------
    path
        The Parquet file. By default ``customers/online_retail.parquet`` in the folder that the environment
        variable ``CUSTINTEL_DATA`` names.

    Returns
    -------
    pandas.DataFrame
        541,909 invoice lines: ``InvoiceNo``, ``StockCode``, ``Description``, ``Quantity``, ``InvoiceDate``,
        ``UnitPrice`` (pounds), ``CustomerID``, ``Country``. As published: 135,080 lines have no customer, and
        9,288 belong to cancelled invoices, whose number begins with C.

    Raises
    ------
    DataError
        When the file is not there; says where to get it.

    References
    ----------
    Chen, D., Sain, S. L. and Guo, K. (2012). Data mining for the online retail industry. Journal of Database
    Marketing & Customer Strategy Management 19(3), 197–208. UCI Machine Learning Repository, CC BY 4.0.
    """
    import pandas as pd

    file = _located(path, _ONLINE_RETAIL, "online_retail({!r})", _WHERE + _AS_PARQUET, "Online Retail")
    return pd.read_parquet(file)


def online_retail_ii(
    path: str | PathLike[str] | None = None, before: str | PathLike[str] | None = None
) -> pd.DataFrame:
    """The same shop over two years, December 2009 to December 2011: the panel in which customers' pasts are seen.

    The files of the two years overlap by nine days; their 22,523 lines are taken once.

    Parameters
    ----------
    path, before
        The Parquet files of the second and of the first year. By default ``customers/online_retail.parquet`` and
        ``customers/online_retail_ii_2009_2010.parquet`` in the folder that ``CUSTINTEL_DATA`` names.

    Returns
    -------
    pandas.DataFrame
        1,044,847 invoice lines with the columns of `online_retail`, by time.

    Raises
    ------
    DataError
        When a file is not there; says where to get it.

    References
    ----------
    Chen, D. (2019). Online Retail II. UCI Machine Learning Repository, CC BY 4.0.
    """
    import pandas as pd

    second = online_retail(path)
    call, where = "online_retail_ii(before={!r})", _WHERE_BEFORE + _AS_PARQUET
    first = pd.read_parquet(_located(before, _YEAR_BEFORE, call, where, "Online Retail"))
    first = first.rename(columns={"Invoice": "InvoiceNo", "Price": "UnitPrice"})
    first = first[first["InvoiceDate"] < second["InvoiceDate"].min()]
    both: pd.DataFrame = pd.concat([first[list(second.columns)], second], ignore_index=True)
    return both


def hillstrom(path: str | PathLike[str] | None = None) -> pd.DataFrame:
    """The Hillstrom e-mail test: 64,000 customers of a mail-order shop, written to or not, and what they did then.

    A third of them, at random, got an e-mail about men's goods, a third one about women's, a third none. What they
    did was watched for two weeks.

    Parameters
    ----------
    path
        The CSV file. By default ``causal/uplift/hillstrom.csv`` in the folder that the environment variable
        ``CUSTINTEL_DATA`` names.

    Returns
    -------
    pandas.DataFrame
        A row per customer. From before the test: ``recency`` (months since the last purchase),
        ``history_segment`` and ``history`` (US dollars spent in the past year), ``mens`` and ``womens`` (0 or 1: bought
        such goods), ``zip_code`` (``"Surburban"`` as published), ``newbie``, ``channel``. The arm: ``segment``
        (``"Mens E-Mail"``, ``"Womens E-Mail"``, ``"No E-Mail"``). After it: ``visit``, ``conversion`` (0 or 1) and
        ``spend`` (US dollars).

    Raises
    ------
    DataError
        When the file is not there; says where to get it.

    References
    ----------
    MineThatData E-Mail Analytics and Data Mining Challenge (2008), minethatdata.com.
    """
    import pandas as pd

    file = _located(path, _HILLSTROM, "hillstrom({!r})", _WHERE_HILLSTROM, title="The Hillstrom e-mail test")
    frame: pd.DataFrame = pd.read_csv(file)
    return frame


def _located(path: str | PathLike[str] | None, name: Path, call: str, where: str, title: str) -> Path:
    """The file that was named, or that of the folder of data.

    Raises
    ------
    DataError
        When there is none; says where to get it.
    """
    folder = os.environ.get(DATA_VARIABLE)
    if path is None and folder is None:
        raise DataError(
            f"{title} is not part of this package. Name its file, {call.format(name.name)}, or "
            f"let the environment variable {DATA_VARIABLE} name the folder that holds {name.as_posix()}. {where}"
        )
    file = Path(path) if path is not None else Path(str(folder)) / name
    if not file.is_file():
        origin = "" if path is not None else f" ({DATA_VARIABLE}={folder})"
        raise DataError(
            f"There is no file {str(file)!r}{origin}. {where} Then name the file: {call.format(name.name)}."
        )
    return file
