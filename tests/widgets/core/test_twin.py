"""The plain table: escaped, bounded, and honest about what it leaves out."""

from __future__ import annotations

import pandas as pd

from custintel_widgets.core.twin import table


def test_escapes_and_counts_what_is_hidden() -> None:
    frame = pd.DataFrame([["<b>", "2", "3"]] * 4, columns=["x", "y", "z"])
    frame.index.name = "Cohort"
    html = table(frame, caption="A & B", note="So far.", limit=(2, 2))
    assert "A &amp; B" in html
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert html.count("<tr>") == 3
    assert "2 more rows, 1 more columns not shown here. So far." in html


def test_no_note_where_all_is_shown() -> None:
    assert "<p" not in table(pd.DataFrame({"a": [1]}), caption="All")
