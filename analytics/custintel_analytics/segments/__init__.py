"""Segments: who our customers are, how stable the groups, and which of them to talk to.

`features` describes customers, `Segmentation` divides them, `choose` says into how many, `migration` and `drift`
follow them over time.
"""

from custintel_analytics.segments.choosing import Choice, choose
from custintel_analytics.segments.drift import drift
from custintel_analytics.segments.features import Features, features
from custintel_analytics.segments.migration import Migration, migration
from custintel_analytics.segments.projection import Projection
from custintel_analytics.segments.segmentation import Segmentation
from custintel_analytics.segments.tree import Rules

__all__ = [
    "Choice",
    "Features",
    "Migration",
    "Projection",
    "Rules",
    "Segmentation",
    "choose",
    "drift",
    "features",
    "migration",
]
