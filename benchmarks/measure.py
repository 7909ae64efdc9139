"""Time and peak memory of a piece of Python in a process of its own."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

# The case's own code is timed between two marks, so that imports are seen apart.
_HARNESS = """
import json, sys, time
began = time.perf_counter()
{setup}
ready = time.perf_counter()
{code}
done = time.perf_counter()
# Not ru_maxrss: a child begins with the peak of the process that made it.
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
json.dump({{"setup": ready - began, "seconds": done - ready, "peak": peak, "check": {check}}}, open(sys.argv[1], "w"))
"""


@dataclass(frozen=True)
class Case:
    """One way to do a job.

    Parameters
    ----------
    name
        What it is called in the table.
    setup
        Code that is not timed: imports, and what was there before.
    code
        The timed code.
    check
        An expression whose value every way of doing the job must share.
    python
        The interpreter, for libraries that live in an environment of their own.
    """

    name: str
    setup: str
    code: str
    check: str
    python: str = sys.executable


@dataclass(frozen=True)
class Measured:
    """Median of some runs: seconds of the timed code, seconds of its set-up, peak memory of the process in MB."""

    name: str
    seconds: float
    setup: float
    peak: float
    check: object


def run(case: Case, runs: int = 3) -> Measured:
    """Run `case` in fresh processes and return the medians.

    Raises
    ------
    RuntimeError
        If the code fails; the message holds what it printed.
    """
    found = [_once(case) for _ in range(runs)]
    middle = {key: statistics.median(run[key] for run in found) for key in ("seconds", "setup", "peak")}
    return Measured(case.name, check=found[0]["check"], **middle)


def _once(case: Case) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        script = _HARNESS.format(setup=case.setup, code=case.code, check=case.check)
        done = subprocess.run(
            [case.python, "-c", script, str(answer)],
            capture_output=True,
            text=True,
            env={**os.environ},
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{case.name} failed:\n{done.stderr[-2000:]}")
        result: dict[str, float] = json.loads(answer.read_text())
        return result


def table(title: str, results: list[Measured], note: str = "") -> str:
    """Return a Markdown table; every case must have found the same.

    Raises
    ------
    RuntimeError
        If two cases disagree: a comparison of different answers means nothing.
    """
    answers = {json.dumps(r.check) for r in results}
    if len(answers) > 1:
        raise RuntimeError(f"{title}: the cases disagree: {answers}")
    lines = [
        f"### {title}",
        "",
        "| way | seconds | peak MB | before (imports, set-up) s |",
        "|---|---:|---:|---:|",
    ]
    lines += [f"| {r.name} | {r.seconds:.2f} | {r.peak:,.0f} | {r.setup:.2f} |" for r in results]
    return "\n".join([*lines, "", *([note, ""] if note else [])])
