"""Audiences: named sets of customers that queries, exports and other analyses take up."""

from custintel_analytics.audiences.audience import Audience

__all__ = ["Audience"]
