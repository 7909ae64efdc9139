"""Runs the measurements and writes the table: ``python -m benchmarks [name …]``."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

ROOMS = ("cohorts", "features", "segments", "experiments", "mmm", "mmm_fit", "browser")
RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> None:
    """Run the rooms that are named, all of them by default, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", help=f"any of {', '.join(ROOMS)}; all by default")
    rooms = parser.parse_args().rooms or list(ROOMS)
    if unknown := set(rooms) - set(ROOMS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(ROOMS)}")
    parts = [import_module(f"benchmarks.{room}").report() for room in rooms]
    packages = ("duckdb", "ibis-framework", "pandas", "polars", "jupyterlab", "anywidget", "altair")
    head = [
        "# Benchmarks",
        "",
        f"One run on {dt.date.today():%d %B %Y}: {os.cpu_count()} cores, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in packages)
        + ".",
        "Each figure is the median of three runs in fresh processes, one run at 50 million. Compare within one table; "
        "absolute times depend on the machine.",
        "",
    ]
    text = "\n".join([*head, *parts])
    print(text)
    if set(rooms) == set(ROOMS):
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
