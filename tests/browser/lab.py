"""JupyterLab as a person at the browser has it: a notebook opened, its cells run, its kernel asked."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page

from .servers import Server

READY_MS = 60_000
ANSWER_SECONDS = 15.0

_EXECUTE = """async ([code]) => {
  const panel = window.jupyterapp.shell.currentWidget;
  const kernel = panel.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, silent: true, stop_on_error: false });
  let printed = "";
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === "stream" && content.name === "stdout") printed += content.text;
  };
  const { content } = await future.done;
  if (content.status === "ok") return { printed };
  return { error: (content.traceback ?? []).join("\\n").replace(/\\x1b\\[[0-9;]*m/g, "") || content.evalue };
}"""


class KernelError(AssertionError):
    """Code that a test ran in the kernel raised."""


def write_notebook(folder: Path, name: str, cells: Sequence[str]) -> Path:
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


def until(question: Callable[[], Any], expected: Any, seconds: float = ANSWER_SECONDS) -> Any:
    """Ask until the answer is as expected; fail with the last answer."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer == expected:
            return answer
        assert time.monotonic() < deadline, f"expected {expected!r}, still {answer!r} after {seconds} s"
        time.sleep(0.05)


class Notebook:
    """An open notebook with a living kernel."""

    def __init__(self, page: Page, server: Server, path: Path) -> None:
        self.page = page
        self.server = server
        self.path = path

    @classmethod
    def open(cls, page: Page, server: Server, path: Path) -> Notebook:
        """Open `path` in a fresh workspace and wait until its kernel is idle."""
        page.goto(f"{server.url}/lab/tree/{path.relative_to(server.folder)}?reset")
        notebook = cls(page, server, path)
        notebook.wait_until_idle()
        return notebook

    def wait_until_idle(self) -> None:
        self.page.wait_for_function(
            """name => {
              const panel = window.jupyterapp?.shell.currentWidget;
              const kernel = panel?.sessionContext?.session?.kernel;
              return panel?.context?.path?.endsWith(name) && panel.content.widgets.length > 0
                && kernel?.connectionStatus === "connected" && kernel.status === "idle";
            }""",
            arg=self.path.name,
            timeout=READY_MS,
        )

    def command(self, name: str, arguments: dict[str, Any] | None = None) -> None:
        """Execute a command of JupyterLab and wait for its end."""
        self.page.evaluate(
            "async ([name, args]) => { await window.jupyterapp.commands.execute(name, args ?? {}); }",
            [name, arguments],
        )

    def run_all(self) -> None:
        self.command("notebook:run-all-cells")
        self.assert_no_error()

    def run_cell(self, index: int) -> None:
        """Run one cell as Shift+Enter would, and wait for its end."""
        self.page.evaluate(
            """async index => {
              const panel = window.jupyterapp.shell.currentWidget;
              panel.content.activeCellIndex = index;
              panel.content.deselectAll();
              await window.jupyterapp.commands.execute("notebook:run-cell");
            }""",
            index,
        )
        self.assert_no_error()

    def set_source(self, index: int, source: str) -> None:
        self.page.evaluate(
            """([index, source]) => {
              const { content } = window.jupyterapp.shell.currentWidget;
              content.widgets[index].model.sharedModel.setSource(source);
            }""",
            [index, source],
        )

    def assert_no_error(self) -> None:
        errors = self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells
              .flatMap(cell => cell.outputs ?? [])
              .filter(output => output.output_type === "error")
              .map(output => `${output.ename}: ${output.evalue}`)"""
        )
        assert not errors, f"{errors}\n{self.outputs()}"

    def outputs(self) -> list[dict[str, Any]]:
        """All outputs as the notebook's model holds them."""
        outputs: list[dict[str, Any]] = self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
            ".flatMap(cell => cell.outputs ?? [])"
        )
        return outputs

    def cell_sources(self) -> list[str]:
        sources: list[str] = self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map(c => c.source)"
        )
        return sources

    def execute(self, code: str) -> str:
        """Run code in the kernel, beside the notebook's cells, and return what it printed."""
        answer = self.page.evaluate(_EXECUTE, [code])
        if "error" in answer:
            raise KernelError(answer["error"])
        printed: str = answer["printed"]
        return printed

    def ask(self, expression: str) -> Any:
        """The value of a Python expression, through JSON."""
        return json.loads(self.execute(f"import json\nprint(json.dumps({expression}, default=str))"))

    def expect(self, expression: str, value: Any, seconds: float = ANSWER_SECONDS) -> None:
        """Wait until Python says `value`."""
        until(lambda: self.ask(expression), value, seconds)

    def widget(self, index: int = 0) -> Locator:
        """The root of the notebook's widget number `index`, in the order of the page."""
        return self.page.locator(".jp-Notebook .ci-root").nth(index)

    def close(self) -> None:
        """Close the page and end the kernel."""
        self.page.close()
        self.server.end_kernels()
