"""Executes the tour without a browser or a server, and prints the figures it found.

The notebook runs in ``build/``, where its export lands. Its last cell leaves a dict ``figures`` of texts by label.
"""

import os
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

TOUR = Path("example_notebooks/00_tour.ipynb")
FOLDER = Path("build")
REPORT = FOLDER / "tour.html"
FIGURES = "application/vnd.custintel.figures+json"
ASK = f"""from IPython.display import display as _display
_display({{"{FIGURES}": {{str(k): str(v) for k, v in figures.items()}}, "text/plain": ""}}, raw=True)"""


def figures_of(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Run the notebook, with a cell added that hands over its figures."""
    notebook.cells.append(nbformat.v4.new_code_cell(ASK))
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(FOLDER)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise SystemExit(f"The tour stopped at a cell:\n{error}") from None
    outputs = notebook.cells[-1].outputs
    return {k: v for output in outputs for k, v in output.get("data", {}).get(FIGURES, {}).items()}


def main() -> None:
    """Write the report and print what it found."""
    if not TOUR.exists():
        raise SystemExit(f"The tour, {TOUR}, is missing.")
    FOLDER.mkdir(exist_ok=True)
    REPORT.unlink(missing_ok=True)
    began = time.perf_counter()
    figures = figures_of(nbformat.read(TOUR, as_version=4))
    if not REPORT.exists():
        raise SystemExit(f"The tour ran, but wrote no {REPORT.name} into {FOLDER}/.")
    width = max(map(len, figures), default=0)
    for label, value in figures.items():
        print(f"{label:<{width}}  {value}")
    size = REPORT.stat().st_size / 1e6
    print(f"\n{os.path.relpath(REPORT)}: {size:.1f} MB, opens offline; {time.perf_counter() - began:.0f} s.")


if __name__ == "__main__":
    main()
