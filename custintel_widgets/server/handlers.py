"""The two requests of the launcher: which examples are there, and give me a copy of one."""

from __future__ import annotations

import asyncio
from typing import Any

import nbformat
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ensure_async, url_path_join
from tornado import web

from custintel_widgets.server.examples import Example, find_examples

__all__ = ["routes"]


class _ContentsHandler(APIHandler):
    # Examples become files of the user, so the server's rules for its files apply.
    auth_resource = "contents"


class ExamplesHandler(_ContentsHandler):
    """``GET /custintel/examples``: the example notebooks, in the order of the launcher."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with name, title, description and widget of each."""
        examples = await asyncio.to_thread(find_examples)
        fields = ("name", "title", "description", "widget")
        self.finish({"examples": [{field: getattr(each, field) for field in fields} for each in examples]})


class CopyHandler(_ContentsHandler):
    """``POST /custintel/examples/<name>/copy``: a copy that its user may edit."""

    @web.authenticated
    @authorized
    async def post(self, name: str) -> None:
        """Copy the example ``name`` to the body's ``folder`` and answer with the copy's path."""
        folder = await self._checked_folder()
        example = await self._checked_example(name)
        notebook = await asyncio.to_thread(nbformat.read, example.path, as_version=nbformat.NO_CONVERT)
        # The saved widgets of a notebook show only where it is trusted; this one is as trusted as our code.
        self.contents_manager.notary.mark_cells(notebook, True)
        # Two clicks in quick succession must not be given the same free file name.
        async with self.settings.setdefault("custintel_copy_lock", asyncio.Lock()):
            path = await self._free_path(f"{example.path.stem}.ipynb", folder)
            model = {"type": "notebook", "format": "json", "content": notebook}
            await ensure_async(self.contents_manager.save(model, path))
        self.set_status(201)
        self.finish({"path": path})

    async def _checked_folder(self) -> str:
        body: Any = self.get_json_body() or {}
        folder = body.get("folder", "") if isinstance(body, dict) else None
        if not isinstance(folder, str):
            raise web.HTTPError(400, 'The request\'s body must be {"folder": "path of a folder"}.')
        folder = folder.strip("/")
        manager = self.contents_manager
        # `..` is refused here for every contents manager, whatever each makes of it.
        known = ".." not in folder.split("/") and await ensure_async(manager.dir_exists(folder))
        if not known or (not manager.allow_hidden and await ensure_async(manager.is_hidden(folder))):
            raise web.HTTPError(404, f"There is no folder {folder!r} here to copy the notebook to.")
        return folder

    async def _checked_example(self, name: str) -> Example:
        examples = await asyncio.to_thread(find_examples)
        for example in examples:
            if example.name == name:
                return example
        names = ", ".join(example.name for example in examples) or "none"
        raise web.HTTPError(404, f"There is no example notebook {name!r}. There are: {names}.")

    async def _free_path(self, filename: str, folder: str) -> str:
        free = await ensure_async(self.contents_manager.increment_filename(filename, folder, insert="-"))
        return f"{folder}/{free}".lstrip("/")


def routes(base_url: str) -> list[tuple[str, type[APIHandler]]]:
    """Give the routes of the extension below the server's base URL."""
    return [
        (url_path_join(base_url, "custintel", "examples"), ExamplesHandler),
        (url_path_join(base_url, "custintel", "examples", "(.+)", "copy"), CopyHandler),
    ]
