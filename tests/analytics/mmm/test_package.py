import subprocess
import sys

from custintel_analytics import mmm


def test_names_are_those_of_the_package():
    for name in mmm.__all__:
        assert getattr(mmm, name).__name__ == name
    assert set(mmm.__all__) <= set(dir(mmm))


def test_a_function_is_not_hidden_by_its_module():
    import custintel_analytics.mmm.optimize
    import custintel_analytics.mmm.simulate  # noqa: F401

    assert callable(mmm.optimize)
    assert callable(mmm.simulate)


def test_importing_brings_nothing_heavy():
    code = (
        "import sys; from custintel_analytics import mmm; mmm.MediaMix; mmm.lift_test; "
        "print([name for name in ('pymc', 'pytensor', 'arviz', 'scipy', 'pandas', 'ibis') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
