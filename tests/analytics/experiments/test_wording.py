"""Numbers in sentences."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel_analytics.experiments import wording


@pytest.mark.parametrize(
    "value, digits, text",
    [
        (1234.5, 0, "1,235"),
        (-1234.5, 0, "−1,235"),
        (0.125, 2, "0.13"),
        (-0.004, 2, "0.00"),
        (1e22, 0, "10,000,000,000,000,000,000,000"),
        (math.inf, 1, "∞"),
        (-math.inf, 1, "−∞"),
        (math.nan, 1, "–"),
    ],
)
def test_fixed(value, digits, text):
    assert wording.fixed(value, digits) == text


@given(st.floats(1e-3, 1e9))
def test_three_significant_digits(value):
    read = float(wording.significant(value).replace(",", ""))
    assert read == pytest.approx(value, rel=0.0051)


def test_changes():
    assert wording.change(0.05, "pp") == "+5 pp"
    assert wording.change(-0.0425, "%") == "−4.25 %"
    assert wording.change(0.0, "pp") == "0 pp"
    assert wording.change(-3.0, "") == "−3"
    assert wording.change(math.inf, "%") == "+∞ %"
    assert wording.both_scales(0.05, 0.2, share=True) == "+5 pp = +25 %"
    assert wording.both_scales(-1.5, 6.0, share=False, unit="ms") == "−1.5 ms = −25 %"
    assert wording.both_scales(-1.5, -6.0, share=False) == "−1.5"
    assert wording.both_scales(-1.5, None, share=False) == "−1.5"


def test_intervals():
    assert wording.span(0.0389, 0.0516, "pp") == "+3.89 to +5.16 pp"
    assert wording.span(-0.009, 0.122, "pp") == "−0.9 to +12.2 pp"
    assert wording.span(0.0389, math.inf, "pp") == "at least +3.89 pp"
    assert wording.span(-math.inf, -0.2, "ms") == "at most −0.200 ms"
    assert wording.span(-math.inf, math.inf, "%") == "of any size"


def test_money():
    assert wording.money(-4321.5, "EUR") == "EUR −4,322"
    assert wording.money(12.5) == "12.50"
    assert wording.p_value(0.0004) == "p < 0.001"
    assert wording.p_value(0.0201) == "p = 0.020"
    assert wording.plural(1, "day") == "1 day"
    assert wording.plural(14, "day") == "14 days"


@pytest.mark.parametrize(
    "probability, text",
    [
        (1.0, "> 99.9 %"),
        (0.9991, "> 99.9 %"),
        (0.9989, "99.9 %"),
        (0.5, "50 %"),
        (0.0011, "0.11 %"),
        (0.0, "< 0.1 %"),
    ],
)
def test_a_chance_is_never_all_or_nothing(probability, text):
    assert wording.chance(probability) == text
