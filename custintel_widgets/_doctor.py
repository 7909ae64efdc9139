"""Looks at an installation, says what is wrong in words, and mends the mismatch that people really meet.

The page's half of anywidget is found by JupyterLab on a path of folders, where an old copy in one (a user's
own, left by an earlier ``pip install --user``) hides the right one in another. Widgets then stay blank.
"""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from custintel_widgets.diagnosis import Check, Diagnosis

__all__ = ["doctor"]

PACKAGE = "custintel-widgets"
KEY_PACKAGES = (
    PACKAGE,
    "jupyterlab",
    "jupyter-server",
    "ipywidgets",
    "anywidget",
    "altair",
    "pandas",
    "ibis-framework",
    "duckdb",
    "pyarrow",
    "scikit-learn",
    "pymc",
    "arviz",
    "lifetimes",
)
OPTIONAL_PACKAGES = {
    "voila": ("voila", "dashboards with Voila"),
    "vl-convert-python": ("export", "PNG and SVG from Python"),
    "pyspark": ("spark", "tables on Spark"),
    "fastcluster": ("segments", "exact trees of segments from 15,000 to 50,000 customers"),
    "umap-learn": ("segments", "UMAP maps of customers"),
}
MANAGER = "@jupyter-widgets/jupyterlab-manager"
_HERE = Path(__file__).resolve().parent


def doctor(*, fix: bool = False) -> Diagnosis:
    """Check the installation of the widgets in this environment.

    Parameters
    ----------
    fix
        Mend a front end of anywidget that doesn't match Python's anywidget: a stale copy is moved aside
        (nothing is deleted), a missing one is copied from the installed package.

    Returns
    -------
    Diagnosis
        Versions and checks. A notebook displays it as a table; elsewhere it is printed as well.
    """
    mended = tuple(_mend_anywidget()) if fix else ()
    diagnosis = Diagnosis(
        versions={"python": sys.version.split()[0]}
        | {name: _version(name) for name in (*KEY_PACKAGES, *OPTIONAL_PACKAGES)},
        checks=tuple(_checks()),
        mended=mended,
    )
    if not _in_notebook():
        print(diagnosis)
    return diagnosis


def _checks() -> Iterator[Check]:
    yield from _check_requirements()
    yield _check_static()
    yield _check_labextension()
    yield _check_server_extension()
    yield _check_anywidget()
    yield _check_manager()
    yield from _check_optional()
    yield from _check_lite()


# packages -----------------------------------------------------------------------------------------------


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _pip(*arguments: str) -> str:
    return shlex.join([sys.executable, "-m", "pip", "install", *arguments])


def _check_requirements() -> Iterator[Check]:
    from packaging.requirements import Requirement

    try:
        declared = [Requirement(line) for line in metadata.requires(PACKAGE) or []]
    except metadata.PackageNotFoundError:
        found = "the package is imported from a folder, it is not installed"
        yield Check("packages", "problem", found, _pip("--editable", str(_HERE.parent)))
        return
    wrong = False
    for needed in declared:
        if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
            continue
        version = _version(needed.name)
        if version is None or not needed.specifier.contains(version, prereleases=True):
            wrong = True
            found = "is not installed" if version is None else f"{version} is installed"
            remedy = _pip(f"{needed.name}{needed.specifier}")
            found += f"; {needed.specifier or 'any version'} is needed"
            yield Check(needed.name, "problem", found, remedy)
    if not wrong:
        yield Check("packages", "ok", "all that are needed are there, in versions that work together")


def _check_optional() -> Iterator[Check]:
    for name, (extra, purpose) in OPTIONAL_PACKAGES.items():
        if version := _version(name):
            yield Check(name, "ok", f"{version}, for {purpose}")
        else:
            remedy = _pip(f"{PACKAGE}[{extra}]")
            yield Check(name, "note", f"not installed; only needed for {purpose}", remedy)


def _check_lite() -> Iterator[Check]:
    if version := _version("jupyterlite-core"):
        found = f"{version} shares this environment, which breaks JupyterLab and Voila"
        remedy = shlex.join([sys.executable, "-m", "pip", "uninstall", "jupyterlite-core"])
        yield Check("jupyterlite", "problem", found, remedy)


# our own files ------------------------------------------------------------------------------------------


def _rebuild(folder: Path) -> str:
    if (folder.parent / "package.json").is_file():
        return f"make -C {shlex.quote(str(folder.parent))} install"
    return _pip("--force-reinstall", "--no-deps", PACKAGE)


def _check_static(package: Path = _HERE) -> Check:
    components = sorted(path.parent.name for path in package.glob("*/widget.py"))
    needed = ["runtime.js", "widget.js", "export_host.js"]
    needed += [f"{name}{end}" for name in components for end in (".js", ".css")]
    missing = [name for name in needed if not (package / "static" / name).is_file()]
    if missing:
        return Check("front end", "problem", f"not built: {', '.join(missing)}", _rebuild(package))
    return Check("front end", "ok", f"{len(needed)} files")


def _labextension_folders() -> list[Path]:
    from jupyter_core.paths import jupyter_path

    return [Path(folder) for folder in jupyter_path("labextensions")]


def _places(name: str) -> list[tuple[Path, str]]:
    """Give where JupyterLab finds an extension, and its version there; the first place hides the others."""
    return [
        (folder / name, str(_read_json(folder / name / "package.json").get("version", "unknown")))
        for folder in _labextension_folders()
        if (folder / name / "package.json").is_file()
    ]


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _check_labextension() -> Check:
    from jupyterlab_server.config import get_static_page_config

    places = _places(PACKAGE)
    if not places:
        folders = ", ".join(map(str, _labextension_folders()))
        found = f"not found in {folders}: no launcher cards, no commands; widgets work"
        return Check("JupyterLab extension", "problem", found, _rebuild(_HERE))
    place, version = places[0]
    if version != _version(PACKAGE):
        found = f"{version} in {place}, but Python's is {_version(PACKAGE)}"
        return Check("JupyterLab extension", "problem", found, _rebuild(_HERE))
    if get_static_page_config(level="all").get("disabledExtensions", {}).get(PACKAGE):
        remedy = f"jupyter labextension enable {PACKAGE}"
        return Check("JupyterLab extension", "problem", f"{version} in {place}, but switched off", remedy)
    return Check("JupyterLab extension", "ok", f"{version} in {place}")


def _check_server_extension() -> Check:
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.extension.config import ExtensionConfigManager

    config = ExtensionConfigManager(read_config_path=jupyter_config_path())
    enabled = config.get_jpserver_extensions().get("custintel_widgets")
    if enabled:
        return Check("server extension", "ok", "enabled")
    found = "switched off" if enabled is False else "not configured"
    remedy = "jupyter server extension enable custintel_widgets"
    return Check("server extension", "problem", f"{found}: the launcher can't copy examples", remedy)


def _check_manager() -> Check:
    places = _places(MANAGER)
    if places:
        place, version = places[0]
        return Check("widget manager", "ok", f"{version} in {place}")
    found = f"{MANAGER} is not on JupyterLab's path: every widget shows as text"
    remedy = _pip("--force-reinstall", "--no-deps", "jupyterlab-widgets")
    return Check("widget manager", "problem", found, remedy)


# anywidget's two halves ---------------------------------------------------------------------------------


def _check_anywidget() -> Check:
    name, wanted, places = "front end of anywidget", _version("anywidget"), _places("anywidget")
    remedy = "from custintel_widgets import doctor; doctor(fix=True)"
    if wanted is None:
        return Check(name, "problem", "anywidget is not installed", _pip("anywidget>=0.11,<0.12"))
    if not places:
        return Check(name, "problem", "not on JupyterLab's path: widgets stay blank", remedy)
    place, version = places[0]
    if version == wanted:
        return Check(name, "ok", f"{version} in {place}, as Python's")
    found = f"JupyterLab loads {version} from {place}, but Python's is {wanted}: widgets stay blank or deaf"
    if place == _installed_front_end():
        return Check(name, "problem", found, _pip("--force-reinstall", "--no-deps", f"anywidget=={wanted}"))
    return Check(name, "problem", found, remedy)


def _installed_front_end() -> Path | None:
    """Give the folder in which the installed anywidget put its own front end."""
    for file in metadata.files("anywidget") or []:
        if file.parts[-3:] == ("labextensions", "anywidget", "package.json"):
            return Path(str(file.locate())).resolve().parent
    return None


def _mend_anywidget() -> Iterator[str]:
    wanted, own = _version("anywidget"), _installed_front_end()
    for place, version in _places("anywidget"):
        if version == wanted or place.resolve() == own:
            return
        moved, sentence = _move_aside(place, version)
        yield sentence
        if not moved:
            return
    # Nothing is left on the path; what pip installed may lie outside of it.
    if own is not None and _read_json(own / "package.json").get("version") == wanted:
        yield _copy_front_end(own, _labextension_folders())


def _move_aside(place: Path, version: str) -> tuple[bool, str]:
    # Not beside it: JupyterLab goes by the name inside each folder's package.json, not by the folder's.
    shelf = place.parent.parent / "labextensions-backup"
    backup = shelf / f"anywidget-{version}-{time.strftime('%Y%m%d-%H%M%S')}"
    try:
        shelf.mkdir(exist_ok=True)
        shutil.move(place, backup)
    except OSError as error:
        command = shlex.join(["mv", str(place), str(backup)])
        return False, f"Not mended: {place} can't be moved ({error.strerror}). As somebody who may: {command}"
    return True, f"Moved anywidget's front end {version} from {place} to {backup}. Reload JupyterLab's page."


def _copy_front_end(own: Path, folders: list[Path]) -> str:
    target = next((each for each in folders if each.is_relative_to(sys.prefix)), folders[0]) / "anywidget"
    try:
        shutil.copytree(own, target)
    except OSError as error:
        command = shlex.join(["cp", "-r", str(own), str(target)])
        return f"Not mended: {target} can't be written ({error.strerror}). As somebody who may: {command}"
    return f"Copied anywidget's front end from {own} to {target}. Reload JupyterLab's page."


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
