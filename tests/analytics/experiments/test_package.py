"""The package's face: every name resolves, functions aren't hidden by modules, nothing heavy is imported."""

import subprocess
import sys
from types import ModuleType

import pytest

from custintel_analytics import experiments as ex


@pytest.mark.parametrize("name", ex.__all__)
def test_every_name_resolves(name):
    found = getattr(ex, name)
    assert not isinstance(found, ModuleType)
    assert callable(found)
    assert name in dir(ex)


def test_unknown_names():
    with pytest.raises(AttributeError, match="no attribute 'compar'"):
        _ = ex.compar


def test_a_function_is_not_hidden_by_its_module():
    code = (
        "import custintel_analytics.experiments.compare\n"
        "from custintel_analytics.experiments.comparison import Comparison\n"
        "from custintel_analytics import experiments as ex\n"
        "sample = ex.Sample.proportion(1, 2)\n"
        "assert isinstance(ex.compare(sample, sample), Comparison)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_imports_nothing_heavy():
    code = (
        "import sys\n"
        "from custintel_analytics import experiments as ex\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'ibis', 'duckdb', 'pymc', 'sklearn', 'altair'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "sample = ex.Sample.proportion(10, 20)\n"
        "ex.compare(sample, sample)\n"
        "rest = heavy - {'numpy', 'scipy'}\n"
        "assert not rest & set(sys.modules), rest & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
