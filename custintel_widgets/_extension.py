"""Where Jupyter finds the JupyterLab and the server extension of this package."""

__all__ = ["_jupyter_labextension_paths", "_jupyter_server_extension_points"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "custintel-widgets"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "custintel_widgets.server"}]
