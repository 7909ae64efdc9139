"""Jupyter server extension: the example notebooks, for the JupyterLab launcher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custintel_widgets.server.handlers import routes

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _load_jupyter_server_extension(server_app: ServerApp) -> None:
    """Add the handlers below ``/custintel/`` to a starting Jupyter server."""
    web_app = server_app.web_app
    web_app.add_handlers(".*$", routes(web_app.settings["base_url"]))
