"""Who our customers are, and which of them to talk to."""

from custintel_widgets.segment_explorer.widget import SegmentExplorer

__all__ = ["SegmentExplorer"]
