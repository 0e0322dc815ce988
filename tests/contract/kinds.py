"""The kinds of a family that are written, whether registered or not."""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

Family = TypeVar("Family")


def every_kind(family: type[Family], package: str) -> set[type[Family]]:
    """Return the classes of a family that the files of a package define and that can be made."""
    modules = [
        import_module(f"{package}.{found.name}")
        for found in iter_modules(import_module(package).__path__)
    ]
    defined = {
        each
        for module in modules
        for _, each in inspect.getmembers(module, inspect.isclass)
        if each.__module__ == module.__name__
    }
    return {each for each in defined if issubclass(each, family) and not inspect.isabstract(each)}
