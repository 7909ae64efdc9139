"""Executes the example notebooks and saves them with their outputs.

``python tools/execute_notebooks.py`` does all of them, or those that are named. A notebook whose new outputs differ
only in times and dates of the day is left as it is, so that a run without a change changes no file.

A notebook with ``"live": true`` in its ``custintel`` metadata keeps its widgets, each as it was when its cell had
run. In all others the table twin of a widget is what shows until the cell is run.
"""

import copy
import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "example_notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
REFERENCE = re.compile(r"^(anywidget:|IPY_MODEL_)(\w+)$")
RUNTIME = "ChartRuntime"
# Of a cell's metadata: its tags, and whether its source is folded.
KEPT = ("tags", "jupyter")

# What differs from run to run although nothing has changed: times taken or foretold, and the day that ends the future.
PASSING = re.compile(r"\bin [\d.e-]+ s\b|\bDATE(_FROM_PARTS)?\([\d, ]+\)|\babout \d+ (seconds|minutes)\b")


def notebooks() -> list[Path]:
    """Give all example notebooks, in order."""
    return sorted(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


def environment() -> dict[str, str]:
    """Give the kernel's environment: with the full data sets, where they lie beside the repository."""
    beside = ROOT.parent / "shared" / "data"
    known = {"CUSTINTEL_DATA": str(beside)} if beside.is_dir() else {}
    return known | os.environ


def execute(path: Path) -> NotebookNode:
    """Run a notebook in an empty folder and return it with its outputs, cleaned for saving.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    live = bool(notebook.metadata.get("custintel", {}).get("live"))
    kept: dict[str, Any] = {}
    with TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": folder}},
        )
        with client.setup_kernel(env=environment()):
            for number, cell in enumerate(notebook.cells):
                client.execute_cell(cell, number)
                if live:
                    keep_widgets(cell, client, kept)
                elif "outputs" in cell:
                    cell.outputs = [output for output in cell.outputs if take_out_widget(output)]
    clean(notebook)
    if kept:
        state = {"state": kept, "version_major": 2, "version_minor": 0}
        notebook.metadata["widgets"] = {WIDGET_STATE: state}
    return notebook


def take_out_widget(output: Any) -> bool:
    """Leave the table twin where a widget was; whether anything is left to show."""
    data = output.get("data", {})
    return data.pop(WIDGET_VIEW, None) is None or "text/html" in data


def keep_widgets(cell: Any, client: Any, kept: dict[str, Any]) -> None:
    """Make the outputs show copies of their widgets, as they are now: later cells change the widgets themselves."""
    for output in cell.get("outputs", []):
        view = output.get("data", {}).get(WIDGET_VIEW)
        if view is not None:
            view["model_id"] = _keep(view["model_id"], cell.id, client, kept)


def _keep(model: str, cell: str, client: Any, kept: dict[str, Any]) -> str:
    state = copy.deepcopy(client.widget_state[model])
    shared = RUNTIME in str(state.get("_anywidget_id"))
    name = "runtime" if shared else f"{cell}-{len(kept)}"
    if name in kept:
        return name
    entry = kept[name] = {
        "model_name": state["_model_name"],
        "model_module": state["_model_module"],
        "model_module_version": state["_model_module_version"],
        "state": state,
    }
    buffers = [buffer for path, buffer in client.widget_buffers.get(model, {}).items() if _leads(state, path)]
    if buffers:
        entry["buffers"] = buffers
    if "_view" in state:
        # No kernel answers a saved widget; what the page can do alone stays usable, as in an exported file.
        state["_view"]["has"]["kernel"] = False
    for key, value in state.items():
        found = REFERENCE.match(value) if isinstance(value, str) else None
        if found:
            state[key] = found[1] + _keep(found[2], cell, client, kept)
    return name


def _leads(state: Any, path: tuple[Any, ...]) -> bool:
    """Whether a buffer still has a place: an earlier state's may have gone."""
    for step in path[:-1]:
        if not isinstance(state, dict | list) or (isinstance(state, dict) and step not in state):
            return False
        state = state[step]
    return True


def clean(notebook: NotebookNode) -> None:
    """Take out what says something about this machine or this run only."""
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell["metadata"] = {key: value for key, value in cell["metadata"].items() if key in KEPT}


def settled(text: str) -> str:
    """The text without what passes: two runs of the same code give the same."""
    return PASSING.sub("…", text)


def main(names: list[str]) -> None:
    """Execute and save what was named, or everything."""
    for path in [Path(name).resolve() for name in names] or notebooks():
        old, new = nbformat.read(path, as_version=4), execute(path)
        same = settled(nbformat.writes(old)) == settled(nbformat.writes(new))
        if not same:
            nbformat.write(new, path)
        size = path.stat().st_size / 1000
        print(f"{path.relative_to(ROOT)}: {size:,.0f} kB{', unchanged' if same else ''}")


if __name__ == "__main__":
    main(sys.argv[1:])
