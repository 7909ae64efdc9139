"""What every widget's page object has: its root element, its controls, and what its charts really drew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

_SCENE = (Path(__file__).parent / "scene.js").read_text(encoding="utf-8")
_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


class View:
    """One view of a widget: its root element and what can be found in it."""

    def __init__(self, root: Locator) -> None:
        self.root = root

    @property
    def page(self) -> Page:
        return self.root.page

    @property
    def headline(self) -> str:
        return self.root.locator(".ci-headline").inner_text()

    @property
    def selected(self) -> Locator:
        return self.root.locator(".ci-selected")

    @property
    def error(self) -> Locator:
        return self.root.locator(".ci-error:visible")

    # Controls, by the names that a screen reader says

    def choice(self, label: str) -> Locator:
        return self.root.get_by_role("combobox", name=label, exact=True)

    def option(self, label: str) -> Locator:
        return self.root.get_by_role("radio", name=label, exact=True)

    def toggle(self, label: str) -> Locator:
        return self.root.get_by_role("checkbox", name=label, exact=True)

    def field(self, label: str) -> Locator:
        return self.root.get_by_label(label, exact=True)

    def button(self, label: str) -> Locator:
        return self.root.get_by_role("button", name=label, exact=True)

    def disclose(self, label: str) -> None:
        """Open what stands behind “More” and its like."""
        details = self.root.locator("details.ci-more:not(.ci-menu)").filter(has_text=label)
        if details.get_attribute("open") is None:
            details.locator("summary").click()

    # Charts

    def _scene(self, call: str, *arguments: Any) -> Any:
        return self.root.evaluate(
            f"(root, given) => {{ const scene = {_SCENE.strip().removesuffix(';')}; return scene.{call}(root, ...given); }}",
            list(arguments),
        )

    def rows(self, name: str, chart: str) -> list[dict[str, Any]]:
        """A named dataset of the living chart."""
        rows: list[dict[str, Any]] = self._scene("rows", chart, name)
        return rows

    def signal(self, name: str, chart: str) -> Any:
        return self._scene("signal", chart, name)

    def texts(self, chart: str) -> list[dict[str, Any]]:
        """Every text in a chart: where it is, and its contrast to what lies behind it."""
        texts: list[dict[str, Any]] = self._scene("texts", chart)
        return texts

    def html_texts(self) -> list[dict[str, Any]]:
        texts: list[dict[str, Any]] = self._scene("htmlTexts")
        return texts

    def background(self) -> list[float]:
        """The colour behind the widget."""
        colour: list[float] = self._scene("behind")
        return colour

    def legible(self, *charts: str) -> None:
        """Texts of the pictures neither overlap nor leave their canvas."""
        for chart in charts:
            texts = self.texts(chart)
            assert not overlapping(texts), (chart, overlapping(texts))
            canvas = self.root.locator(f".ci-{chart} canvas").bounding_box()
            assert canvas
            outside = [
                text["text"]
                for text in texts
                if text["x1"] < -1
                or text["y1"] < -1
                or text["x2"] > canvas["width"] + 1
                or text["y2"] > canvas["height"] + 1
            ]
            assert not outside, (chart, outside)

    def nothing_cut_off(self) -> None:
        """No part of the widget sticks out of it, and no text is wider than the element it stands in."""
        cut = self.root.evaluate(
            """root => {
              const frame = root.getBoundingClientRect();
              // What scrolls in its own box may be wider than that.
              const scrolls = element => element !== root
                && (["auto", "scroll"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
              return [...root.querySelectorAll("*")].filter(element => {
                if (!element.checkVisibility() || element.closest(".ci-hidden, .ci-grid-holder, caption, svg")) return false;
                const box = element.getBoundingClientRect();
                if (box.width === 0) return false;
                const style = getComputedStyle(element);
                const clipped = style.overflowX === "hidden" && element.scrollWidth > element.clientWidth + 1;
                const outside = box.right > frame.right + 2 || box.left < frame.left - 2;
                return clipped || (outside && !scrolls(element.parentElement));
              }).map(element => `${element.tagName} ${element.className}: ${element.textContent.slice(0, 40)}`);
            }"""
        )
        assert not cut, cut

    def axe(self) -> list[str]:
        """Serious and critical violations of accessibility rules inside the widget."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.root.evaluate(
            "async root => (await window.axe.run(root)).violations.map(({ id, impact, nodes }) => "
            "({ id, impact, nodes: nodes.map(node => node.html + ' ' + node.failureSummary) }))"
        )
        return [f"{v['id']}: {v['nodes'][:3]}" for v in found if v["impact"] in ("serious", "critical")]


def overlapping(texts: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of texts that run into each other: values in cells that overlap, labels with no space between."""

    def gap(a: dict[str, Any], b: dict[str, Any]) -> float:
        return 0 if a["role"] == b["role"] == "mark" else 2

    return [
        (a["text"], b["text"])
        for n, a in enumerate(texts)
        for b in texts[n + 1 :]
        if min(a["x2"], b["x2"]) - max(a["x1"], b["x1"]) > -gap(a, b)
        and min(a["y2"], b["y2"]) - max(a["y1"], b["y1"]) > 1
    ]


def counts(text: str) -> list[int]:
    """The whole numbers in a sentence: ``1,157 of 7,846`` gives 1157 and 7846."""
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]
