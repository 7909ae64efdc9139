"""Writes what the page takes from Python: specifications of the charts and interfaces of the state.

``python -m custintel_widgets.core.generate`` writes, for every component, ``specs.json`` beside its ``chart.py`` and
``state.ts`` beside its page code. Both are committed; a test compares them with what this module would write.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import traitlets

from custintel_widgets.core.base import CustintelWidget
from custintel_widgets.core.traits import Amounts, Items, Labels, Names, Numbers, Pattern, Rows

ROOT = Path(__file__).parents[2]
COMPONENTS = {
    "ab_calculator": "ABCalculator",
    "budget_optimizer": "BudgetOptimizer",
    "cohort_heatmap": "CohortHeatmap",
    "segment_explorer": "SegmentExplorer",
}


def specifications(component: str) -> str:
    """Return the text of the component's ``specs.json``."""
    from custintel_widgets.core.charts import specification

    chart = import_module(f"custintel_widgets.{component}.chart")
    specs = {name: specification(drawn) for name, drawn in chart.specifications().items()}
    return json.dumps(specs, separators=(",", ":"), ensure_ascii=False) + "\n"


def interface(component: str) -> str:
    """Return the text of the component's ``state.ts``."""
    name = COMPONENTS[component]
    widget: type[CustintelWidget] = getattr(import_module(f"custintel_widgets.{component}"), name)
    synced = {n: t for n, t in widget.class_traits(sync=True).items() if t.metadata.get("kind")}
    lines = [
        "/** The widget's synced traits. Generated from the Python class; edit that. */",
        f"export interface {name}State {{",
    ]
    for trait_name, trait in sorted(synced.items(), key=lambda item: (item[0].startswith("_"), item[0])):
        lines.append(f"  /** {trait.help} */")
        lines.append(f"  {trait_name}: {_type(trait)};")
    return "\n".join(
        [*lines, "  /** reference to the shared chart runtime */", "  _runtime: string;", "}", ""]
    )


def _type(trait: Any) -> str:
    if isinstance(trait, traitlets.Enum):
        return " | ".join(f'"{value}"' for value in trait.values or ())
    if isinstance(trait, traitlets.Bool):
        return "boolean"
    if isinstance(trait, traitlets.Int | traitlets.Float):
        return "number"
    if isinstance(trait, Pattern):
        return "string"
    if isinstance(trait, traitlets.Unicode):
        return "string | null" if trait.allow_none else "string"
    if isinstance(trait, Names):
        return "string[]"
    if isinstance(trait, Numbers):
        return "number[]"
    if isinstance(trait, Amounts):
        return "Record<string, number>"
    if isinstance(trait, Labels):
        return "Record<string, string>"
    if isinstance(trait, Items | Rows):
        return "Record<string, unknown>[]"
    return "Record<string, unknown>"


def targets(component: str) -> dict[Path, str]:
    """Return each generated file's path and text."""
    return {
        ROOT / "custintel_widgets" / component / "specs.json": specifications(component),
        ROOT / "js" / "widgets" / component / "state.ts": interface(component),
    }


def main() -> None:
    """Write every generated file and print its path."""
    for component in COMPONENTS:
        for path, text in targets(component).items():
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
