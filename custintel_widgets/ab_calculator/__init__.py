"""Plan, analyse and monitor experiments."""

from custintel_widgets.ab_calculator.widget import ABCalculator

__all__ = ["ABCalculator"]
