"""The example notebooks that came with the package, and what each says about itself."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Example", "examples_folder", "find_examples"]

_log = logging.getLogger(__name__)
_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Example:
    """A notebook that can be offered to people.

    Attributes
    ----------
    name
        Path below the folder of examples, with ``/`` and without ``.ipynb``: ``"01_cohorts"``.
    title, description
        A few words for a card; a sentence for its tooltip.
    widget
        The component that the notebook is about (``"cohort_heatmap"``), ``""`` where it is about several.
    order
        Position on the launcher.
    path
        The notebook itself.
    """

    name: str
    title: str
    description: str
    widget: str
    order: float
    path: Path


def examples_folder() -> Path:
    """Give the folder of the example notebooks.

    An installed wheel holds it inside the package; an editable install reads the repository's own.
    """
    installed = _PACKAGE / "examples"
    return installed if installed.is_dir() else _PACKAGE.parent / "example_notebooks"


def find_examples(folder: Path | None = None) -> list[Example]:
    """List the notebooks whose metadata has a ``custintel`` entry with a title, in their own order.

    Parameters
    ----------
    folder
        Where to look, with everything below it. By default the notebooks of this package.
    """
    root = folder or examples_folder()
    found = [example for path in root.rglob("*.ipynb") if (example := _read(path, root)) is not None]
    return sorted(found, key=lambda example: (example.order, example.name))


def _read(path: Path, root: Path) -> Example | None:
    relative = path.relative_to(root)
    if any(part.startswith(".") for part in relative.parts):
        return None
    try:
        about = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("custintel", {})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        _log.warning("The example notebook %s can't be read and is not offered: %s", path, error)
        return None
    if not about.get("title"):
        return None
    return Example(
        name=relative.with_suffix("").as_posix(),
        title=str(about["title"]),
        description=str(about.get("description", "")),
        widget=str(about.get("widget", "")),
        order=float(about.get("order", float("inf"))),
        path=path,
    )
