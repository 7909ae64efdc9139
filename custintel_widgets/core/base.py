"""The base of every widget: state, work, errors, display, saving and export."""

from __future__ import annotations

import json
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import traitlets

from custintel_analytics.errors import Cancelled, DataError
from custintel_widgets.core import assets, traits
from custintel_widgets.core.focus import Focusing
from custintel_widgets.core.lifetime import forget_output, nursery
from custintel_widgets.core.requests import Handler, Requests
from custintel_widgets.core.runtime import shared_module, shared_runtime
from custintel_widgets.core.work import Progress, Work

if TYPE_CHECKING:
    from custintel_widgets.core.charts import AnyChart

IDLE: dict[str, Any] = {"busy": False, "message": "", "fraction": None, "error": "", "cancellable": False}


class CustintelWidget(Focusing, anywidget.AnyWidget):
    """State and wiring that all widgets share.

    A subclass names its `component` (folder, built files and page code have that name), declares its traits with
    `core.traits`, names in `computed_from` the inputs that need Python, and implements `_compute`, `_show`,
    `chart`, `_source_code` and `_twin`.
    """

    component: ClassVar[str]
    computed_from: ClassVar[tuple[str, ...]] = ()

    _requests: Requests | None = None

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    _runtime = anywidget.WidgetTrait().tag(sync=True)
    _module = anywidget.WidgetTrait().tag(sync=True)
    _status = traits.wire("what the widget is doing: busy, message, fraction, error, cancellable")

    currency = traits.pattern(
        "[A-Z]{3}", "EUR", "ISO code put before money, such as EUR; empty shows plain numbers"
    )
    number_format = traits.pattern(
        r"(.?[<>=^])?[+\-( ]?[$#]?0?\d*,?(\.\d+)?~?[a-zA-Z%]?",
        ".1% or ,.0f",
        "d3 number format for the chart's values; empty chooses by measure",
    )
    locale = traits.text("en-GB", "locale of dates and numbers outside the chart")
    height = traits.count(0, 0, 4000, "height of the chart in pixels; 0 fits it to the rows")
    audience_mode = traits.choice(
        ("analyst", "viewer"), "analyst", "viewer hides code and method menus, for dashboards"
    )

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return assets.text("widget.js")

    @traitlets.default("_css")
    def _default_css(self) -> str:
        return assets.text(f"{self.component}.css")

    def __init__(self, **inputs: Any) -> None:
        self._refuse_unknown(inputs)
        self._replaced = False
        self._views_in_page = 0
        self._from_page = False
        self._ready = False
        self._shown_with: dict[str, Any] = {}
        self._work = Work(self._interrupt_when_alive(), self._report_progress)
        super().__init__(**self._shared_code(), _status=dict(IDLE), **inputs)
        quick = {"ping": _pong, "stop": self._stop, "clear_focus": self._clear_focus}
        self._requests = Requests(self.send, quick, self._request_handlers())
        self.on_msg(_receive)
        self.observe(_input_changed, names=list(self.computed_from))
        nursery.add(self)

    @classmethod
    def _shared_code(cls) -> dict[str, anywidget.AnyWidget]:
        return {"_runtime": shared_runtime(), "_module": shared_module(cls.component)}

    # What a component implements

    def _compute(self, progress: Progress) -> Any:
        """Return the analytics' result for the present inputs. Runs on a thread when the page asks."""
        raise NotImplementedError

    def _show(self, result: Any) -> None:
        """Put a new result on the wire."""
        raise NotImplementedError

    def _request_handlers(self) -> Mapping[str, Handler]:
        """Return the component's own requests by name; each takes a progress callback, then the page's arguments."""
        return {}

    def _interrupt(self, thread: int) -> None:
        """Stop the query that `thread` runs, where the engine can."""

    @property
    def chart(self) -> AnyChart:
        """The chart as an Altair object, to take away and restyle."""
        raise NotImplementedError

    def _source_code(self) -> str:
        """The name of the first argument, for `to_code`."""
        raise NotImplementedError

    def _twin(self) -> str:
        """The table twin as HTML, for repositories' previews and closed kernels."""
        raise NotImplementedError

    def _summary(self) -> str:
        """The finding in words, for consoles."""
        raise NotImplementedError

    # Inputs

    @classmethod
    def input_names(cls) -> list[str]:
        """Names of the public inputs."""
        return sorted(
            name for name, trait in cls.class_traits().items() if trait.metadata.get("kind") == "input"
        )

    @classmethod
    def _refuse_unknown(cls, inputs: Mapping[str, Any]) -> None:
        known = [*cls.input_names(), *cls.class_trait_names(kind="selection")]
        for name in inputs:
            if name not in known and not name.startswith("_"):
                hint = traits.nearest(name, known)
                raise TypeError(
                    f"{cls.__name__} has no argument {name!r}.{hint} It takes: {', '.join(known)}."
                )

    def _recompute(self) -> None:
        if not self._ready:
            return
        if self._from_page:
            self._set_status(busy=True, cancellable=True)
            self._work.later(self._work_out, self._done, self._failed)
            return
        self._set_status(busy=True)
        try:
            self._take_up(self._work.now(self._work_out))
        except BaseException as error:  # an interrupted cell, too, must leave the widget at rest
            self._failed(error)
            raise

    def _work_out(self, progress: Progress) -> Any:
        self._settle_focus()
        return self._compute(progress)

    def _start(self) -> None:
        """Compute for the first time; called at the end of the component's ``__init__``."""
        self._ready = True
        try:
            self._recompute()
        except BaseException:
            self.close()
            raise

    def _done(self, result: Any) -> None:
        self._from_page = True  # what follows from it, here and in linked widgets, mustn't hold up the kernel
        try:
            self._take_up(result)
        except Exception as error:  # on the event loop nobody else would hear of it
            self._failed(error)
        finally:
            self._from_page = False

    def _take_up(self, result: Any) -> None:
        with self.hold_sync():
            self._show(result)
            self._shown_with = {name: getattr(self, name) for name in self.computed_from}
            self._focus_is_shown()
            self._set_status()

    def _failed(self, error: BaseException) -> None:
        self._take_back()
        if isinstance(error, Cancelled | KeyboardInterrupt):
            self._set_status(message="Stopped. The picture shows the last finished result.")
        elif isinstance(error, DataError | traitlets.TraitError):
            self._set_status(error=str(error))
        else:
            self._set_status(error=f"{type(error).__name__}: {error}")

    def _take_back(self) -> None:
        """Set the inputs to those of the result on show, so that controls and picture agree."""
        self._focus_taken_back()
        self._ready = False
        try:
            for name, value in self._shown_with.items():
                setattr(self, name, value)
        finally:
            self._ready = True

    def _set_status(self, **changes: Any) -> None:
        self._status = {**IDLE, **changes}

    def _report_progress(self, done: int, total: int, message: str) -> None:
        share = done / total if total else None
        self._set_status(busy=True, message=message, fraction=share, cancellable=self._work.busy)

    def _stop(self) -> bool:
        self._work.stop()
        self._failed(Cancelled("stopped"))
        return True

    def _interrupt_when_alive(self) -> Any:
        ref = weakref.ref(self)

        def interrupt(thread: int) -> None:
            widget = ref()
            if widget is not None:
                widget._interrupt(thread)

        return interrupt

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take up state from the page; what it can't be is said in the widget, and the page is put right."""
        self._from_page = True
        try:
            super().set_state(sync_data)
        except (traitlets.TraitError, DataError) as error:
            self._set_status(error=str(error))
            self.send_state([key for key in sync_data if key in self.keys])
        finally:
            self._from_page = False

    def _page_shows(self, views: int) -> None:
        self._views_in_page = views
        if views == 0 and self._replaced:
            self.close()

    # Life

    def close(self) -> None:
        """Free the widget in Python and in the page. Displaying it again opens it again."""
        if self._requests is None:  # construction failed half-way; there is nothing to free
            return
        self._work.stop()
        super().close()
        self.layout.close()  # made with each widget, and otherwise kept by ipywidgets and by the page
        # ipywidgets blanks the display of a closed widget; ours opens again when displayed.
        self.__dict__.pop("_repr_mimebundle_", None)
        forget_output(self)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if self.comm is None:
            for name, carrier in self._shared_code().items():
                setattr(self, name, carrier)
            self.layout.open()
            self.open()
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/plain": self._summary(), "text/html": self._twin()}, metadata

    def __repr__(self) -> str:
        return self._summary()

    # Taking it away

    def to_code(self) -> str:
        """Return Python that builds the widget in its present state."""
        names = [*self.input_names(), *self.class_trait_names(kind="selection")]
        first = [self._source_code()] if self._source_code() else []
        changed = [f"{n}={getattr(self, n)!r}" for n in names if n in self._code_inputs() or self._differs(n)]
        return f"{type(self).__name__}({', '.join(first + changed)})"

    def _without_kernel(self, state: dict[str, Any]) -> dict[str, Any]:
        """Return `state` as an exported file holds it, where no kernel answers."""
        focus = state["_focus"] and {**state["_focus"], "clearable": False}
        return {**state, "_focus": focus, "_status": dict(IDLE)}

    def _code_inputs(self) -> tuple[str, ...]:
        """Inputs that `to_code` always writes, because their default depends on the data."""
        return ()

    def _differs(self, name: str) -> bool:
        return bool(getattr(self, name) != self.traits()[name].default())

    def save_state(self, path: str | Path) -> Path:
        """Write inputs and selection as JSON, without any data and without the focus."""
        names = [*self.input_names(), *self.class_trait_names(kind="selection")]
        state = {"component": self.component, "state": {name: getattr(self, name) for name in names}}
        target = Path(path)
        target.write_text(json.dumps(state, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return target

    def load_state(self, path: str | Path) -> None:
        """Take up what `save_state` wrote.

        Raises
        ------
        DataError
            If the file was written by another kind of widget.
        """
        saved = json.loads(Path(path).read_text(encoding="utf-8"))
        if saved.get("component") != self.component:
            raise DataError(
                f"{path} holds the state of {saved.get('component')!r}, this is {self.component!r}. "
                "Load it into the widget that wrote it."
            )
        self._refuse_unknown(saved["state"])
        state = dict(saved["state"])
        chosen = {name: state.pop(name) for name in self.class_trait_names(kind="selection") if name in state}
        changed = {name: value for name, value in state.items() if getattr(self, name) != value}
        self._ready = False
        try:
            with self.hold_sync():
                for name, value in changed.items():
                    setattr(self, name, value)
        finally:
            self._ready = True
        if any(name in self.computed_from for name in changed):
            self._recompute()
        for name, items in chosen.items():  # what is selected must exist in the new result
            setattr(self, name, items)

    def to_html(self, path: str | Path, *, title: str | None = None) -> Path:
        """Write one self-contained file that works offline, without a kernel and without customer ids.

        Prints the file's size. See `custintel_widgets.Report` for several widgets in one file.
        """
        from custintel_widgets.core.export import Report

        return Report([self], title=title or self._summary().splitlines()[0]).to_html(path)


def _pong() -> str:
    return "pong"


def _input_changed(change: Any) -> None:
    change["owner"]._recompute()


def _receive(widget: CustintelWidget, content: Any, buffers: Any) -> None:
    if isinstance(content, dict) and content.get("kind") == "views":
        widget._page_shows(int(content.get("count", 0)))
    elif widget._requests is not None:
        widget._requests.receive(content)
