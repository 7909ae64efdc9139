from __future__ import annotations

import asyncio
import json
import warnings

import nbformat
import pytest
from jupyter_server.utils import JupyterServerAuthWarning, ensure_async
from nbformat.sign import NotebookNotary
from tornado.httpclient import HTTPClientError

TOUR = {"title": "Tour", "description": "Five minutes", "widget": "cohort_heatmap", "order": 0}


@pytest.fixture
def copy(jp_fetch, write_example):
    write_example("00_tour", TOUR)

    async def post(name: str = "00_tour", body: object = None):
        response = await jp_fetch(
            "custintel", "examples", name, "copy", method="POST", body=json.dumps(body or {"folder": ""})
        )
        return response.code, json.loads(response.body)

    return post


async def refused(awaitable) -> tuple[int, str]:
    with pytest.raises(HTTPClientError) as caught:
        await awaitable
    return caught.value.code, json.loads(caught.value.response.body)["message"]


async def test_examples_are_listed_without_paths_of_the_machine(jp_fetch, write_example, examples_folder):
    write_example("01_cohorts", {"title": "Cohorts", "order": 1})
    write_example("00_tour", TOUR)
    response = await jp_fetch("custintel", "examples")
    cohorts = {"name": "01_cohorts", "title": "Cohorts", "description": "", "widget": ""}
    tour = {"name": "00_tour"} | {key: TOUR[key] for key in ("title", "description", "widget")}
    assert json.loads(response.body) == {"examples": [tour, cohorts]}
    assert str(examples_folder) not in response.body.decode()


async def test_a_copy_has_the_content_of_the_example(copy, jp_root_dir, examples_folder):
    assert await copy() == (201, {"path": "00_tour.ipynb"})
    made, original = (
        nbformat.read(folder / "00_tour.ipynb", as_version=4) for folder in (jp_root_dir, examples_folder)
    )
    assert made.cells == original.cells


async def test_nothing_is_overwritten(copy, jp_root_dir):
    (jp_root_dir / "00_tour.ipynb").write_text("mine", encoding="utf-8")
    assert await copy() == (201, {"path": "00_tour-1.ipynb"})
    assert await copy() == (201, {"path": "00_tour-2.ipynb"})
    assert (jp_root_dir / "00_tour.ipynb").read_text(encoding="utf-8") == "mine"


async def test_copies_asked_for_at_once_get_names_of_their_own(copy, jp_serverapp, monkeypatch):
    find_free_name = jp_serverapp.contents_manager.increment_filename

    async def slowly(*args, **kwargs):
        name = await ensure_async(find_free_name(*args, **kwargs))
        await asyncio.sleep(0.05)
        return name

    monkeypatch.setattr(jp_serverapp.contents_manager, "increment_filename", slowly)
    answers = await asyncio.gather(copy(), copy(), copy())
    assert {body["path"] for _, body in answers} == {"00_tour.ipynb", "00_tour-1.ipynb", "00_tour-2.ipynb"}


async def test_a_copy_goes_to_the_folder_asked_for(copy, jp_root_dir):
    (jp_root_dir / "team" / "deep").mkdir(parents=True)
    assert await copy(body={"folder": "/team/deep"}) == (201, {"path": "team/deep/00_tour.ipynb"})
    assert (jp_root_dir / "team" / "deep" / "00_tour.ipynb").exists()


async def test_an_example_in_a_subfolder_is_copied_by_its_last_name(copy, write_example):
    write_example("dashboards/cohorts", {"title": "Dashboard"})
    assert await copy("dashboards/cohorts") == (201, {"path": "cohorts.ipynb"})


async def test_the_saved_outputs_of_a_copy_are_trusted(copy, jp_root_dir, jp_serverapp):
    await copy()
    made = nbformat.read(jp_root_dir / "00_tour.ipynb", as_version=4)
    notary: NotebookNotary = jp_serverapp.contents_manager.notary
    assert notary.check_signature(made)


@pytest.mark.parametrize(
    "name", ["../secret", "..", "00_tour.ipynb", "lessons/../00_tour", "/etc/passwd", "none"]
)
async def test_only_listed_names_are_copied(copy, examples_folder, jp_root_dir, name):
    (examples_folder.parent / "secret.ipynb").write_text("{}", encoding="utf-8")
    code, message = await refused(copy(name))
    assert code == 404
    # A path that the client or the router has already cleaned reaches no handler of ours.
    assert "00_tour" in message or message == "Not Found"
    assert not list(jp_root_dir.rglob("*.ipynb"))


@pytest.mark.parametrize(
    "folder", ["..", "../outside", "work/../..", "work/../../outside", "nowhere", ".hidden"]
)
async def test_only_visible_folders_below_the_root_receive_copies(copy, jp_root_dir, folder):
    (jp_root_dir / "work").mkdir()
    (jp_root_dir / ".hidden").mkdir()
    (jp_root_dir.parent / "outside").mkdir()
    code, message = await refused(copy(body={"folder": folder}))
    assert code == 404
    assert folder in message
    assert not list(jp_root_dir.parent.joinpath("outside").iterdir())
    assert not list(jp_root_dir.rglob("*.ipynb"))


async def test_a_parent_folder_is_refused_whatever_the_contents_manager_says(copy, jp_serverapp, monkeypatch):
    monkeypatch.setattr(jp_serverapp.contents_manager, "dir_exists", lambda path: True)
    code, _ = await refused(copy(body={"folder": "work/.."}))
    assert code == 404


@pytest.mark.parametrize("body", [["work"], {"folder": 3}, {"folder": None}])
async def test_a_body_of_another_shape_is_refused_with_words(copy, body):
    code, message = await refused(copy(body=body))
    assert code == 400
    assert "folder" in message


@pytest.mark.parametrize(
    "parts,request_", [((), {}), (("00_tour", "copy"), {"method": "POST", "body": '{"folder": ""}'})]
)
async def test_strangers_are_refused(jp_fetch, write_example, jp_root_dir, parts, request_):
    write_example("00_tour", TOUR)
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("custintel", "examples", *parts, headers={"Authorization": "token wrong"}, **request_)
    assert caught.value.code == 403
    assert not list(jp_root_dir.rglob("*.ipynb"))


def test_every_request_is_authenticated_by_itself(jp_configurable_serverapp):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", JupyterServerAuthWarning)
        jp_configurable_serverapp(allow_unauthenticated_access=False)
    assert not [each for each in caught if "custintel" in str(each.message)]


async def test_the_server_extension_loads_without_the_widgets(jp_serverapp):
    points = jp_serverapp.extension_manager.extensions["custintel_widgets"].extension_points
    assert set(points) == {"custintel_widgets.server"}
