"""The programs behind the README's commands."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

TOOLS = Path(__file__).parents[2] / "tools"


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tools_{name}", TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the PATH, empty at first."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for name in ("CHROMIUM", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody who may install packages."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def put_program(folder: Path, name: str, says: str = "") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_a_browser_is_found_under_its_usual_names(programs: Path, name: str):
    program = put_program(programs, name)
    assert tool("need").chromium() == str(program)


def test_a_named_browser_comes_first(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    put_program(programs, "chromium")
    mine = put_program(tmp_path, "mine")
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert tool("need").chromium() == str(mine)


def test_a_named_browser_that_is_none_is_an_error(programs: Path, monkeypatch: pytest.MonkeyPatch):
    put_program(programs, "chromium")
    monkeypatch.setenv("CHROMIUM", "/no/browser")
    with pytest.raises(SystemExit, match="/no/browser"):
        tool("need").chromium()


@pytest.mark.usefixtures("programs", "person")
@pytest.mark.parametrize("program,package", [("chromium", "chromium"), ("java", "default-jre-headless")])
def test_a_person_is_told_what_to_install(program: str, package: str):
    with pytest.raises(SystemExit, match=f"apt-get install {package}"):
        tool("need").FINDERS[program]()


def test_root_gets_the_package_installed(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    record = tmp_path / "record"
    apt = put_program(programs, "apt-get")
    apt.write_text(
        f'#!/bin/sh\necho "$@" >> {record}\n'
        f'if [ "$1" = install ]; then : > {programs}/chromium; /bin/chmod +x {programs}/chromium; fi\n'
    )
    assert tool("need").chromium() == str(programs / "chromium")
    update, install = record.read_text().splitlines()
    assert update.startswith("update")
    assert install.endswith(" chromium")


def test_an_old_java_does_not_do(programs: Path, person: None):
    put_program(programs, "java", 'openjdk version "11.0.2"')
    with pytest.raises(SystemExit, match="Java 17"):
        tool("need").java()
    put_program(programs, "java", 'openjdk version "21.0.1"')
    assert tool("need").java() == str(programs / "java")


def test_a_python_is_found_where_it_runs(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    find = tool("need").FINDERS["python3.13"]
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.delenv("PYTHON313", raising=False)
    with pytest.raises(
        SystemExit, match=r"neither on the PATH nor with pyenv.*pyenv install 3\.13.*PYTHON313"
    ):
        find()
    # A shim that refuses.
    put_program(programs, "python3.13").write_text("#!/bin/sh\nexit 127\n")
    installed = tmp_path / "pyenv" / "versions" / "3.13.0" / "bin"
    installed.mkdir(parents=True)
    program = put_program(installed, "python3.13", "Python 3.13.0")
    assert find() == str(program)
    monkeypatch.setenv("PYTHON313", str(put_program(tmp_path, "other", "Python 3.12.1")))
    with pytest.raises(SystemExit, match=r"not a python3\.13"):
        find()
    mine = put_program(tmp_path, "mine", "Python 3.13.2")
    monkeypatch.setenv("PYTHON313", str(mine))
    assert find() == str(mine)


@pytest.mark.parametrize("version,installs", [("v20.19.0", False), ("v24.1.0", False), ("v20.18.3", True)])
def test_node_comes_from_its_wheel_where_it_is_too_old(
    programs: Path, monkeypatch: pytest.MonkeyPatch, version: str, installs: bool
):
    need = tool("need")
    commands: list[tuple[str, ...]] = []
    monkeypatch.setattr(need, "run", lambda *command: commands.append(command))
    monkeypatch.setattr(need.sys, "executable", str(programs / "python"))
    put_program(programs, "node", version)
    put_program(programs, "npm")
    assert need.node() == str(programs / "node")
    assert [command[-1] for command in commands] == ([need.NODE_WHEEL] if installs else [])


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "example_notebooks").mkdir()
    module = tool("demo")
    nbformat.write(nbformat.v4.new_notebook(), module.TOUR)
    return module


def test_the_demo_keeps_what_was_made_of_an_earlier_copy(demo: ModuleType):
    copy = demo.lay_out_copy()
    assert demo.lay_out_copy() == copy
    assert [path.name for path in copy.parent.glob("*.ipynb")] == ["00_tour.ipynb"]
    for number in (1, 2):
        copy.write_text(json.dumps({"mine": number}), encoding="utf-8")
        demo.lay_out_copy()
        kept = copy.with_name(f"00_tour-{number}.ipynb")
        assert json.loads(kept.read_text(encoding="utf-8")) == {"mine": number}
        assert copy.read_bytes() == demo.TOUR.read_bytes()


def test_the_demo_trusts_its_copy(demo: ModuleType):
    notebook = nbformat.read(demo.lay_out_copy(), as_version=nbformat.NO_CONVERT)
    assert demo.NotebookNotary().check_signature(notebook)


def test_the_demo_takes_another_port_where_the_usual_is_taken(demo: ModuleType):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert demo.free_port(port) != port


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "example_notebooks").mkdir()
    return tool("report")


def write_tour(module: ModuleType, *cells: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(notebook, module.TOUR)


def test_the_report_prints_the_figures_and_the_file(report: ModuleType, capsys: pytest.CaptureFixture[str]):
    write_tour(
        report, "open('tour.html', 'w').write('x' * 2_000_000)", "figures = {'Customers': '23,570', 'n': 3}"
    )
    report.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["Customers  23,570", "n          3"]
    assert lines[-1].startswith(f"{Path('build', 'tour.html')}: 2.0 MB")


def test_the_report_of_an_earlier_run_does_not_count(report: ModuleType):
    write_tour(report, "figures = {}")
    report.FOLDER.mkdir()
    report.REPORT.write_text("old", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"wrote no tour\.html"):
        report.main()


def test_the_report_says_which_cell_failed(report: ModuleType):
    write_tour(report, "figures = {}", "1 / 0")
    with pytest.raises(SystemExit, match="ZeroDivisionError"):
        report.main()
