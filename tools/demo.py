"""Starts JupyterLab on a copy of the tour, prints its address, and stays until Ctrl-C."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from nbformat import NO_CONVERT, read
from nbformat.sign import NotebookNotary

TOUR = Path("example_notebooks/00_tour.ipynb")
FOLDER = Path("build/demo").resolve()
LOG = FOLDER / ".jupyter.log"
START_SECONDS = 90
# A notebook keeps its widgets when it is saved, and nobody is asked about news.
DEFAULTS = {
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
}


def lay_out_copy() -> Path:
    """Copy the tour, and keep what was made of an earlier copy under another name."""
    copy = FOLDER / TOUR.name
    FOLDER.mkdir(parents=True, exist_ok=True)
    if copy.exists() and copy.read_bytes() != TOUR.read_bytes():
        kept = next(
            name
            for number in range(1, 10_000)
            if not (name := copy.with_stem(f"{TOUR.stem}-{number}")).exists()
        )
        copy.rename(kept)
        print(f"Your earlier copy is kept as {os.path.relpath(kept)}.")
    shutil.copyfile(TOUR, copy)
    # The saved widgets show at once only in a notebook that is trusted.
    NotebookNotary().sign(read(copy, as_version=NO_CONVERT))
    return copy


def write_defaults() -> Path:
    """Write the defaults of the demo's JupyterLab; what people set for themselves comes before them."""
    folder = FOLDER / ".defaults"
    folder.mkdir(exist_ok=True)
    (folder / "overrides.json").write_text(json.dumps(DEFAULTS), encoding="utf-8")
    return folder


def free_port(preferred: int = 8888) -> int:
    """Give the usual port where it is free, else any free one."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SystemExit("No local port is free.")


def start(port: int, token: str) -> subprocess.Popen[bytes]:
    """Start the server; the token goes through the environment so that no process list shows it."""
    settings = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": FOLDER,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "LabApp.workspaces_dir": FOLDER / ".workspaces",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.app_settings_dir": write_defaults(),
    }
    command = [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in settings.items())]
    with LOG.open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | {"JUPYTER_TOKEN": token},
            # Ctrl-C is for this program, which then ends the server in order.
            start_new_session=True,
        )


def wait_until_up(server: subprocess.Popen[bytes], port: int, token: str) -> None:
    """Return when the server answers; stop with the end of its log when it doesn't."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/status", headers={"Authorization": f"token {token}"}
    )
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                json.load(answer)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    end(server)
    raise SystemExit("JupyterLab did not start:\n" + LOG.read_text(errors="replace")[-3000:])


def end(server: subprocess.Popen[bytes]) -> None:
    """End the server and its kernels."""
    server.terminate()
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()


def main() -> None:
    """Run the demo until it is ended."""
    if not TOUR.exists():
        raise SystemExit(f"The tour, {TOUR}, is missing.")
    copy = lay_out_copy()
    port, token = free_port(), os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print("Starting JupyterLab …", flush=True)
    server = start(port, token)
    try:
        wait_until_up(server, port, token)
        print(f"\nOpen  http://127.0.0.1:{port}/lab/tree/{copy.name}?token={token}\n")
        print("Look first: hover March 1998.")
        print("It is the fourth diagonal from the right in section 3: one calendar month across all cohorts.")
        print("Ctrl-C ends the demo.", flush=True)
        server.wait()
        raise SystemExit("JupyterLab has ended:\n" + LOG.read_text(errors="replace")[-3000:])
    except KeyboardInterrupt:
        end(server)
        print("\nThe demo has ended.")


if __name__ == "__main__":
    main()
