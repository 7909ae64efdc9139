"""Cohort heatmap: who stays, by the period in which they came."""

from custintel_widgets.cohort_heatmap.widget import CohortHeatmap

__all__ = ["CohortHeatmap"]
