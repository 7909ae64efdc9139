"""Prints what an environment for working on the project must hold, for ``pip install -r``.

pip before 25.1 knows no dependency groups, and the environment has to be complete before the project itself can be
built into it (its JupyterLab extension is built with a package of that environment).
"""

import tomllib
from pathlib import Path

EXTRAS = ("spark", "voila", "export")

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
wanted = list(project["project"]["dependencies"])
for extra in EXTRAS:
    wanted += project["project"]["optional-dependencies"][extra]
wanted += project["dependency-groups"]["dev"]
print("\n".join(wanted))
