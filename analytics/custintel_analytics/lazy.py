"""Packages whose names are imported when they are first used."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any, ClassVar


def install(package: str, modules: Mapping[str, Sequence[str]]) -> None:
    """Let the package find its names by itself.

    Importing a module of it doesn't hide the function of the same name: ``package.compare`` stays the function.

    Parameters
    ----------
    package
        The package's ``__name__``.
    modules
        Module of the package to the names that it holds.
    """
    known = {name: home for home, names in modules.items() for name in names}

    class Lazy(ModuleType):
        _homes: ClassVar[Mapping[str, str]] = known

        def __setattr__(self, name: str, value: Any) -> None:
            if not (isinstance(value, ModuleType) and name in self._homes):
                super().__setattr__(name, value)

        def __getattr__(self, name: str) -> Any:
            if name not in self._homes:
                raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
            found = getattr(import_module(f"{self.__name__}.{self._homes[name]}"), name)
            setattr(self, name, found)
            return found

        def __dir__(self) -> list[str]:
            return sorted({*self.__dict__, *self._homes})

    sys.modules[package].__class__ = Lazy
