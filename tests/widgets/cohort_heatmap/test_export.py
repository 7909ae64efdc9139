"""The exported file: complete, escaped, without code and without ids. The browser tests open it."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from custintel_analytics.errors import DataError
from custintel_widgets import CohortHeatmap, Report


@pytest.fixture(scope="module")
def heat() -> Any:
    ids = [f"customer-{i:05d}@example.org" for i in range(300)]
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "customer": rng.choice(ids, 3000),
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 500, 3000), unit="D"),
            "amount": rng.integers(1, 9000, 3000) / 100,
            "channel": rng.choice(["</script><b>", "shop"], 3000),
        }
    )
    widget = CohortHeatmap(frame, channel="channel", grain="month")
    yield widget
    widget.close()


def state_of(document: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="custintel-state">(.*?)</script>', document, re.S)
    assert found is not None
    state: dict[str, Any] = json.loads(found[1])
    return state


def test_one_file_says_its_size(
    heat: CohortHeatmap, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = heat.to_html(tmp_path / "report.html")
    said = capsys.readouterr().out
    assert "report.html" in said
    assert "opens offline, holds no customer ids" in said
    assert path.stat().st_size < 2_000_000


def test_no_ids_no_code_no_addresses(heat: CohortHeatmap) -> None:
    heat.selection = [{"kind": "column", "age": 1}]
    document = Report([heat]).document()
    assert "@example.org" not in document
    state = state_of(document)["models"]["w0"]["state"]
    assert state["_view"]["code"] == ""
    assert state["_selected"]["code"] == ""
    assert state["_view"]["has"]["kernel"] is False
    assert not re.search(r'(?:src|href)="https?://', document)


def test_values_that_look_like_markup_stay_values(heat: CohortHeatmap) -> None:
    heat.by = "channel"
    try:
        document = Report([heat], title="<i>").document()
    finally:
        heat.by = None
    assert "<title>&lt;i&gt;</title>" in document
    assert document.count("</script>") == 2
    assert (
        "</script><b>"
        in state_of(document)["models"]["w0"]["state"]["_frames"]["cells"]["columns"]["cohort"]["dictionary"]
    )


def test_buffers_are_whole(heat: CohortHeatmap) -> None:
    model = state_of(Report([heat]).document())["models"]["w0"]
    rows = model["state"]["_frames"]["cells"]["length"]
    data = {tuple(b["path"]): base64.b64decode(b["data"]) for b in model["buffers"]}
    active = np.frombuffer(data["_frames", "cells", "columns", "active", "values"], dtype="<i2")
    np.testing.assert_array_equal(active, heat.frame["active"].to_numpy())
    assert len(active) == rows


def test_a_report_takes_text_and_several_widgets_and_one_copy_of_the_code(heat: CohortHeatmap) -> None:
    document = Report(["# Who stays", "Two views & one runtime.", heat, heat]).document()
    state = state_of(document)
    assert sorted(state["modules"]) == ["cohort_heatmap", "runtime", "widget"]
    assert state["views"] == ["w0", "w1"]
    assert "<h1>Who stays</h1>" in document
    assert "Two views &amp; one runtime." in document
    with pytest.raises(DataError, match="found DataFrame"):
        Report([heat.frame])  # type: ignore[list-item]
