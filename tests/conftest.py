"""What all tests share: the real data, and a local Spark."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from custintel_analytics import datasets

ROOT = Path(__file__).parents[1]
DEFAULT_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def data_file():
    """The full path of a file of the real data: ``data_file("customers/online_retail.parquet")``.

    ``CUSTINTEL_DATA`` names the folder. When it is set a missing file is a failure; when it isn't, a skip.
    """
    named = os.environ.get(datasets.DATA_VARIABLE)
    folder = Path(named) if named else DEFAULT_DATA

    def find(name: str) -> Path:
        path = folder / name
        if not path.is_file():
            message = f"there is no {path}"
            if named:
                pytest.fail(f"{datasets.DATA_VARIABLE} is set, but {message}")
            pytest.skip(f"{datasets.DATA_VARIABLE} is not set, and {message}")
        return path

    return find


@pytest.fixture(scope="session")
def online_retail_path(data_file) -> Path:
    return data_file("customers/online_retail.parquet")


@pytest.fixture(scope="session")
def _cdnow() -> pd.DataFrame:
    return datasets.cdnow()


@pytest.fixture
def cdnow(_cdnow) -> pd.DataFrame:
    """A copy of the CDNOW purchases that a test may change."""
    return _cdnow.copy()


@pytest.fixture(scope="module")
def spark() -> Iterator[object]:
    """A local Spark session in UTC."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("PySpark needs a Java runtime")
    sql = pytest.importorskip("pyspark.sql")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        sql.SparkSession.builder.master("local[1]")
        .appName("custintel-tests")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
