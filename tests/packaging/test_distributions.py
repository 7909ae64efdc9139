"""What the wheel and the sdist hold, and that neither needs Node to be installed."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections import Counter
from email import message_from_string
from pathlib import Path, PurePosixPath

import pytest

from custintel_widgets.core.generate import COMPONENTS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
VERSION = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["version"]
DATA = f"custintel_widgets-{VERSION}.data/data"
LABEXTENSION = f"{DATA}/share/jupyter/labextensions/custintel-widgets"

PROMISED = {
    "jupyterlab",
    "ipywidgets",
    "anywidget",
    "pandas",
    "altair",
    "scikit-learn",
    "pymc",
    "arviz",
    "lifetimes",
}


def without_node(tmp_path: Path) -> dict[str, str]:
    """Give an environment in which calling Node or npm fails."""
    for name in ("node", "npm", "npx"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\nexit 99\n")
        program.chmod(0o755)
    return os.environ | {"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def build(kind: str, source: Path, folder: Path, environment: dict[str, str]) -> Path:
    options = ["--no-isolation", "--skip-dependency-check", "--outdir", str(folder)]
    command = [sys.executable, "-m", "build", f"--{kind}", *options, str(source)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return without_node(tmp_path_factory.mktemp("no-node"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> zipfile.ZipFile:
    return zipfile.ZipFile(build("wheel", ROOT, tmp_path_factory.mktemp("wheel"), environment))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"), environment)


def tracked(folder: str, pattern: str) -> set[str]:
    """Give the files of the repository below a folder, by their path in it."""
    root = ROOT / folder
    hidden = re.compile(r"(^|/)(\.|__pycache__)")
    found = (path.relative_to(root).as_posix() for path in root.rglob(pattern) if path.is_file())
    return {path for path in found if not hidden.search(path)}


@pytest.mark.parametrize(
    "package,folder",
    [("custintel_widgets", "custintel_widgets"), ("custintel_analytics", "analytics/custintel_analytics")],
)
def test_the_wheel_holds_both_packages_whole_and_typed(wheel: zipfile.ZipFile, package: str, folder: str):
    held = {name.removeprefix(f"{package}/") for name in wheel.namelist() if name.startswith(f"{package}/")}
    assert tracked(folder, "*.py") <= held
    assert "py.typed" in held


def test_the_wheel_holds_the_data_that_the_packages_read(wheel: zipfile.ZipFile):
    specs = {f"custintel_widgets/{path}" for path in tracked("custintel_widgets", "specs.json")}
    assert specs
    assert specs <= set(wheel.namelist())


def test_the_wheel_holds_the_built_front_end(wheel: zipfile.ZipFile):
    built = {f"custintel_widgets/static/{path}" for path in tracked("custintel_widgets/static", "*")}
    held = {name for name in wheel.namelist() if "/static/" in name and not name.startswith(DATA)}
    assert held == built
    components = [f"{name}{end}" for name in COMPONENTS for end in (".js", ".css")]
    for name in ("runtime.js", "widget.js", "export_host.js", *components):
        assert wheel.getinfo(f"custintel_widgets/static/{name}").file_size > 0


def test_a_build_makes_sure_of_every_component():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ensured = project["tool"]["hatch"]["build"]["hooks"]["jupyter-builder"]["ensured-targets"]
    assert {f"custintel_widgets/static/{name}.js" for name in COMPONENTS} <= set(ensured)


def test_the_wheel_installs_the_jupyterlab_extension_once(wheel: zipfile.ZipFile):
    package = json.loads(wheel.read(f"{LABEXTENSION}/package.json"))
    assert (package["name"], package["version"]) == ("custintel-widgets", VERSION)
    assert f"{LABEXTENSION}/{package['jupyterlab']['_build']['load']}" in wheel.namelist()
    assert json.loads(wheel.read(f"{LABEXTENSION}/install.json"))["packageName"] == "custintel-widgets"
    assert not [name for name in wheel.namelist() if name.startswith("custintel_widgets/labextension")]


def test_the_wheel_switches_the_server_extension_on(wheel: zipfile.ZipFile):
    config = json.loads(wheel.read(f"{DATA}/etc/jupyter/jupyter_server_config.d/custintel_widgets.json"))
    assert config == {"ServerApp": {"jpserver_extensions": {"custintel_widgets": True}}}


def test_the_wheel_holds_the_example_notebooks(wheel: zipfile.ZipFile):
    prefix = "custintel_widgets/examples/"
    held = {name.removeprefix(prefix) for name in wheel.namelist() if name.startswith(prefix)}
    assert "00_tour.ipynb" in held
    assert held == tracked("example_notebooks", "*")


def test_the_wheel_holds_nothing_twice_and_nothing_else(wheel: zipfile.ZipFile):
    names = wheel.namelist()
    assert [name for name, count in Counter(names).items() if count > 1] == []
    top = {PurePosixPath(name).parts[0] for name in names}
    info = f"custintel_widgets-{VERSION}.dist-info"
    assert top == {"custintel_widgets", "custintel_analytics", info, DATA.split("/")[0]}
    unwanted = re.compile(
        r"node_modules|(^|/)tests/|\.test\.|\.ts$|\.map$|__pycache__|ipynb_checkpoints|(^|/)\."
    )
    assert [name for name in names if unwanted.search(name)] == []


def test_the_wheel_says_what_it_needs(wheel: zipfile.ZipFile):
    info = f"custintel_widgets-{VERSION}.dist-info"
    about = message_from_string(wheel.read(f"{info}/METADATA").decode())
    assert about["Name"] == "custintel-widgets"
    assert about["Version"] == VERSION
    assert about["License-Expression"] == "BSD-3-Clause"
    needed = {
        re.split(r"[^\w.-]", line)[0] for line in about.get_all("Requires-Dist", []) if "extra" not in line
    }
    assert needed.issuperset(PROMISED)
    assert set(about.get_all("Provides-Extra", [])) == {
        "spark",
        "postgres",
        "voila",
        "export",
        "collector",
        "segments",
    }
    assert f"{info}/licenses/LICENSE" in wheel.namelist()
    tag = configparser.ConfigParser()
    tag.read_string("[wheel]\n" + wheel.read(f"{info}/WHEEL").decode())
    assert tag["wheel"]["Root-Is-Purelib"] == "true"
    assert tag["wheel"]["Tag"] == "py3-none-any"


def test_the_sdist_carries_sources_and_what_was_built(sdist: Path):
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in (
        "LICENSE",
        "package-lock.json",
        "js/build.mjs",
        "js/labextension/index.ts",
        "tools/ship_examples.py",
        "custintel_widgets/static/runtime.js",
        "custintel_widgets/labextension/package.json",
        "example_notebooks/00_tour.ipynb",
    ):
        assert name in names
    unwanted = re.compile(r"node_modules|^\.venv|__pycache__|^build/|^dist/|ipynb_checkpoints|^screenshots/")
    assert [name for name in names if unwanted.search(name)] == []


def test_a_wheel_from_the_sdist_is_the_same_and_needs_no_node(
    sdist: Path, wheel: zipfile.ZipFile, environment: dict[str, str], tmp_path: Path
):
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    again = zipfile.ZipFile(build("wheel", source, tmp_path / "wheel", environment))
    assert {each.filename: each.CRC for each in again.infolist()} == {
        each.filename: each.CRC for each in wheel.infolist()
    }


def test_the_installed_wheel_finds_its_examples(wheel: zipfile.ZipFile, tmp_path: Path):
    site = tmp_path / "site"
    wheel.extractall(site)
    code = (
        "from custintel_widgets.server import examples as e; import custintel_analytics as a; "
        "print(e.__file__, a.__file__, *[each.name for each in e.find_examples()], sep='\\n')"
    )
    # A path entry comes before the finder of the editable install.
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(site)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    first, second, *names = done.stdout.split()
    assert Path(first).is_relative_to(site)
    assert Path(second).is_relative_to(site)
    assert names[0] == "00_tour"


def test_an_editable_install_puts_neither_examples_nor_the_repository_on_the_path(
    environment: dict[str, str], tmp_path: Path
):
    code = (
        "import sys; from hatchling.build import build_editable; "
        "print(build_editable(sys.argv[1]), file=sys.stderr)"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        env=environment | {"SKIP_JUPYTER_BUILDER": "1"},
        capture_output=True,
        check=True,
    )
    (made,) = tmp_path.glob("*.whl")
    editable = zipfile.ZipFile(made)
    assert not [name for name in editable.namelist() if name.startswith("custintel_widgets/")]
    (pth,) = [name for name in editable.namelist() if name.endswith(".pth")]
    assert editable.read(pth).decode().strip().startswith("import ")
