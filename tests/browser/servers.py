"""JupyterLab and Voila as processes of their own, with settings that no user's environment can reach."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

START_SECONDS = 90

# What JupyterLab would otherwise ask the network or the person for; and saved notebooks keep their widgets.
LAB_SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
    "@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True},
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def isolated_environment(home: Path) -> dict[str, str]:
    """The environment of a server whose every user folder lies below `home`."""
    folders = {
        "HOME": home,
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IPYTHONDIR": home / "ipython",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    for name, values in LAB_SETTINGS.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    return {**os.environ, **{name: str(folder) for name, folder in folders.items()}, "OMP_NUM_THREADS": "1"}


class Server:
    """A started process that answers at `url`; `end` ends it and its kernels.

    Parameters
    ----------
    arguments
        What follows ``python -m``; ``{port}`` is replaced.
    folder
        The server's root; its settings and its log lie in ``.home`` below it.
    ready
        The path that answers once the server is up.
    """

    def __init__(self, arguments: list[str], folder: Path, ready: str) -> None:
        self.folder = folder
        home = folder / ".home"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = isolated_environment(home)
        self._log = home / "server.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *(argument.format(port=port) for argument in arguments)],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_up(ready)

    def _wait_until_up(self, ready: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}{ready}", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        log = self._log.read_text(errors="replace")
        self.end()
        raise RuntimeError(f"{self.url} did not come up:\n{log[-3000:]}")

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def rest(self, method: str, path: str) -> Any:
        request = urllib.request.Request(f"{self.url}{path}", method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def end_kernels(self) -> None:
        for kernel in self.rest("GET", "/api/kernels"):
            self.rest("DELETE", f"/api/kernels/{kernel['id']}")

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


OPEN_TO_THIS_MACHINE = [
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port={port}",
    "--ServerApp.port_retries=0",
    "--ServerApp.open_browser=False",
    "--ServerApp.allow_root=True",
    "--ServerApp.disable_check_xsrf=True",
    "--IdentityProvider.token=",
]


def start_lab(folder: Path) -> Server:
    """Start JupyterLab on `folder`, without a token, for this machine only."""
    settings = [
        f"--ServerApp.root_dir={folder}",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
    ]
    return Server(["jupyterlab", *OPEN_TO_THIS_MACHINE, *settings], folder, "/api/status")


def start_voila(folder: Path) -> Server:
    """Start Voila on the notebooks of `folder`."""
    settings = ["--Voila.ip=127.0.0.1", "--port={port}", "--Voila.port_retries=0", "--no-browser", "--token="]
    return Server(["voila", str(folder), *settings], folder, "/voila/tree")
