"""pymc-marketing in an environment of its own: it needs Python 3.12 and pins what this project doesn't."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

VARIABLE = "PYMC_MARKETING_PYTHON"
ABSENT = f"pymc-marketing is not in this table: {VARIABLE} names no Python that has it, and it could not be installed here."
_MADE = Path("build/bench/pymc_marketing")
_WANTED = ("pymc-marketing>=1.3", "nutpie>=0.16")


def python() -> str | None:
    """Python that has pymc-marketing: the one that PYMC_MARKETING_PYTHON names, else one made on first use.

    None where it can't be installed.
    """
    if named := os.environ.get(VARIABLE):
        return named if _has(named) else None
    made = _MADE / "bin" / "python"
    if not made.exists():
        base = next(filter(None, map(_interpreter, ("python3.13", "python3.12"))), None)
        if base is None or subprocess.run([base, "-m", "venv", str(_MADE)], check=False).returncode:
            return None
    # Not resolved: the link's target is the interpreter without the environment.
    program = str(made.absolute())
    if not _has(program):
        command = [program, "-m", "pip", "install", "--quiet", *_WANTED]
        subprocess.run(command, check=False, capture_output=True)
    return program if _has(program) else None


def versions(program: str, *packages: str) -> dict[str, str]:
    """Versions of the packages that an interpreter has."""
    code = (
        "import json, sys; from importlib import metadata as m; have = {}\n"
        "for name in sys.argv[1:]:\n"
        "    try: have[name] = m.version(name)\n"
        "    except m.PackageNotFoundError: pass\n"
        "print(json.dumps(have))"
    )
    done = subprocess.run([program, "-c", code, *packages], check=True, capture_output=True, text=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _has(program: str) -> bool:
    try:
        return "pymc-marketing" in versions(program, "pymc-marketing")
    except (OSError, subprocess.CalledProcessError):
        return False


def _interpreter(name: str) -> str | None:
    done = subprocess.run(
        [sys.executable, "tools/need.py", name], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or None
