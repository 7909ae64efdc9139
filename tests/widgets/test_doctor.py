from __future__ import annotations

import json
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from custintel_widgets import _doctor, doctor
from custintel_widgets.diagnosis import Check, Diagnosis

FRONT_END = "front end of anywidget"
OURS = metadata.version("anywidget")


def named(diagnosis: Diagnosis, name: str) -> Check:
    return next(check for check in diagnosis.checks if check.name == name)


def put_front_end(share: Path, version: str, name: str = "anywidget") -> Path:
    folder = share / "labextensions" / name
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": name, "version": version}), encoding="utf-8")
    return folder


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that Jupyter searches before any other, as a user's own may be."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    return tmp_path / "share"


@pytest.fixture
def two_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The only two folders of a machine that Jupyter searches."""
    first, second = tmp_path / "first", tmp_path / "second"
    folders = [first / "labextensions", second / "labextensions"]
    monkeypatch.setattr(_doctor, "_labextension_folders", lambda: folders)
    return first, second


def test_a_right_front_end_is_left_alone(two_folders: tuple[Path, Path]):
    place = put_front_end(two_folders[0], OURS)
    hidden = put_front_end(two_folders[1], "0.9.0")
    diagnosis = doctor(fix=True)
    assert named(diagnosis, FRONT_END).verdict == "ok"
    assert diagnosis.mended == ()
    assert place.exists()
    assert hidden.exists()


def test_a_stale_front_end_is_named_with_both_versions_and_the_command(share: Path):
    place = put_front_end(share, "0.9.0")
    check = named(doctor(), FRONT_END)
    assert check.verdict == "problem"
    for part in ("0.9.0", str(place), OURS):
        assert part in check.found
    assert check.remedy == "from custintel_widgets import doctor; doctor(fix=True)"
    assert place.exists(), "nothing is changed unless asked for"


def test_a_stale_front_end_is_moved_out_of_the_way_and_kept(share: Path):
    place = put_front_end(share, "0.9.0")
    diagnosis = doctor(fix=True)
    assert not place.exists()
    (kept,) = (share / "labextensions-backup").glob("anywidget-0.9.0-*/package.json")
    assert json.loads(kept.read_text(encoding="utf-8"))["version"] == "0.9.0"
    assert str(kept.parent) in diagnosis.mended[0]
    check = named(diagnosis, FRONT_END)
    assert check.verdict == "ok"
    assert OURS in check.found


def test_every_stale_copy_before_the_right_one_is_moved(
    two_folders: tuple[Path, Path], tmp_path, monkeypatch
):
    stale = [put_front_end(folder, "0.10.0") for folder in two_folders]
    own = put_front_end(tmp_path / "elsewhere", OURS)
    monkeypatch.setattr(_doctor, "_installed_front_end", lambda: own)
    diagnosis = doctor(fix=True)
    assert len(diagnosis.mended) == 3
    assert not stale[1].exists()
    # Nothing right was left on the path, so the installed package's own files were copied there.
    copied = two_folders[0] / "labextensions" / "anywidget" / "package.json"
    assert json.loads(copied.read_text(encoding="utf-8"))["version"] == OURS
    assert named(diagnosis, FRONT_END).verdict == "ok"


def test_a_missing_front_end_is_copied_from_the_installed_package(two_folders: tuple[Path, Path]):
    assert named(doctor(), FRONT_END).verdict == "problem"
    diagnosis = doctor(fix=True)
    assert named(diagnosis, FRONT_END).verdict == "ok"
    assert (two_folders[0] / "labextensions" / "anywidget" / "static").is_dir()


def test_files_that_the_package_itself_brought_wrong_are_for_pip_to_mend(two_folders, monkeypatch):
    own = put_front_end(two_folders[0], "0.9.0")
    monkeypatch.setattr(_doctor, "_installed_front_end", own.resolve)
    diagnosis = doctor(fix=True)
    assert diagnosis.mended == ()
    assert own.exists()
    remedy = named(diagnosis, FRONT_END).remedy
    assert remedy.endswith(f"-m pip install --force-reinstall --no-deps anywidget=={OURS}")


def test_a_folder_that_may_not_be_changed_gets_the_command_instead(two_folders, monkeypatch):
    place = put_front_end(two_folders[0], "0.9.0")
    other = put_front_end(two_folders[1], "0.9.1")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(_doctor.shutil, "move", refuse)
    diagnosis = doctor(fix=True)
    (sentence,) = diagnosis.mended
    assert sentence.startswith("Not mended")
    assert f"mv {place}" in sentence
    assert named(diagnosis, FRONT_END).verdict == "problem"
    assert other.exists()


def test_an_unreadable_description_counts_as_a_wrong_version(share: Path):
    place = put_front_end(share, "0.9.0")
    (place / "package.json").write_text("{", encoding="utf-8")
    assert "unknown" in named(doctor(), FRONT_END).found


def test_the_widget_manager_is_looked_for(two_folders: tuple[Path, Path]):
    assert named(doctor(), "widget manager").verdict == "problem"
    put_front_end(two_folders[1], "5.0.0", "@jupyter-widgets/jupyterlab-manager")
    assert named(doctor(), "widget manager").verdict == "ok"


def test_our_extension_of_another_version_is_a_problem(share: Path):
    put_front_end(share, "0.0.1", "custintel-widgets")
    check = named(doctor(), "JupyterLab extension")
    assert check.verdict == "problem"
    assert "0.0.1" in check.found


def test_our_extension_switched_off_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert named(doctor(), "JupyterLab extension").verdict == "ok"
    config = tmp_path / "labconfig" / "page_config.json"
    config.parent.mkdir()
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path))
    config.write_text('{"disabledExtensions": {"custintel-widgets": true}}', encoding="utf-8")
    assert named(doctor(), "JupyterLab extension").remedy == "jupyter labextension enable custintel-widgets"


def test_a_missing_front_end_file_is_named(tmp_path: Path):
    (tmp_path / "static").mkdir()
    (tmp_path / "some_widget").mkdir()
    (tmp_path / "some_widget" / "widget.py").touch()
    for name in ("runtime.js", "widget.js", "export_host.js", "some_widget.js"):
        (tmp_path / "static" / name).touch()
    check = _doctor._check_static(tmp_path)
    assert (check.verdict, check.found) == ("problem", "not built: some_widget.css")
    (tmp_path / "static" / "some_widget.css").touch()
    assert _doctor._check_static(tmp_path).verdict == "ok"


def test_the_server_extension_switched_off_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "jupyter_server_config.d"
    folder.mkdir()
    config = {"ServerApp": {"jpserver_extensions": {"custintel_widgets": False}}}
    (folder / "user.json").write_text(json.dumps(config), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path))
    check = named(doctor(), "server extension")
    assert check.verdict == "problem"
    assert check.remedy == "jupyter server extension enable custintel_widgets"


def test_versions_that_do_not_fit_come_with_the_command_that_mends_them(monkeypatch: pytest.MonkeyPatch):
    versions = {"anywidget": "0.9.18", "duckdb": None}
    real = _doctor._version
    monkeypatch.setattr(_doctor, "_version", lambda name: versions[name] if name in versions else real(name))
    diagnosis = doctor()
    wrong, missing = named(diagnosis, "anywidget"), named(diagnosis, "duckdb")
    assert "0.9.18 is installed" in wrong.found
    assert "pip install 'anywidget<0.12,>=0.11'" in wrong.remedy
    assert missing.found.startswith("is not installed")
    assert diagnosis.versions["duckdb"] is None


def test_jupyterlite_in_the_same_environment_is_a_problem(monkeypatch: pytest.MonkeyPatch):
    real = _doctor._version
    monkeypatch.setattr(_doctor, "_version", lambda name: "0.7" if name == "jupyterlite-core" else real(name))
    assert "uninstall jupyterlite-core" in named(doctor(), "jupyterlite").remedy


@pytest.mark.parametrize("name", ["fastcluster", "umap-learn"])
def test_an_extra_that_is_not_there_is_a_note_with_its_command(name: str, monkeypatch: pytest.MonkeyPatch):
    real = _doctor._version
    monkeypatch.setattr(_doctor, "_version", lambda asked: None if asked == name else real(asked))
    check = named(doctor(), name)
    assert check.verdict == "note"
    assert check.remedy.endswith("-m pip install 'custintel-widgets[segments]'")


def test_the_extras_that_are_named_exist():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    offered = project["project"]["optional-dependencies"]
    assert {extra for extra, _ in _doctor.OPTIONAL_PACKAGES.values()} <= set(offered)


def test_this_installation_is_healthy_and_says_so(capsys: pytest.CaptureFixture[str]):
    diagnosis = doctor()
    assert diagnosis.problems == ()
    printed = capsys.readouterr().out
    assert printed.startswith("Everything is in place.")
    assert f"anywidget {OURS}" in printed


def test_what_is_wrong_is_shown_as_text_and_as_safe_html():
    check = Check("a <b>", "problem", "x & y", "pip install 'z'")
    diagnosis = Diagnosis(
        {"python": "3.11", "duckdb": None}, (check, Check("c", "ok", "fine")), ("Moved it.",)
    )
    text = str(diagnosis)
    assert text.splitlines()[0] == "1 thing to mend: a <b>."
    assert "Moved it." in text
    assert "    → pip install 'z'" in text
    assert "duckdb missing" in text
    html = diagnosis._repr_html_()
    assert "a &lt;b&gt;" in html
    assert "<b>" not in html
    assert "x &amp; y" in html


def test_in_a_notebook_it_is_displayed_and_not_printed_too(monkeypatch, capsys):
    monkeypatch.setattr(_doctor, "_in_notebook", lambda: True)
    doctor()
    assert capsys.readouterr().out == ""


def test_the_name_stays_a_function_however_often_it_is_imported():
    import custintel_widgets

    assert callable(custintel_widgets.doctor)
    assert custintel_widgets.doctor is doctor
