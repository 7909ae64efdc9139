"""Cohorts: who began together, who comes back, and what they are worth."""

from custintel_analytics.cohorts.grain import suggest_grain
from custintel_analytics.cohorts.result import Retention
from custintel_analytics.cohorts.retention import retention
from custintel_analytics.cohorts.settings import RetentionSettings
from custintel_analytics.cohorts.truncation import Truncation

__all__ = ["Retention", "RetentionSettings", "Truncation", "retention", "suggest_grain"]
