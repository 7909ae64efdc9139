"""Build hook: the example notebooks become part of the wheel's package.

An editable install must not get them: files below ``site-packages/custintel_widgets`` would be found as a
package of that name before the editable one.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipExamples(BuildHookInterface):
    """Adds ``example_notebooks/`` to a standard wheel as ``custintel_widgets/examples/``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folder to include, unless the install is editable."""
        if version == "standard":
            build_data["force_include"]["example_notebooks"] = "custintel_widgets/examples"
