"""What a folder says of itself in a file of JSON, read whole or told why not.

A file may come from somebody else: its size is bounded, and nesting without end, numbers that are
none or have thousands of digits, and a mapping that says a thing twice are errors like any other.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError, problem, shorten

MANIFEST = "manifest.json"
_LARGEST = 64 * 2**20  # bytes: the plan of a sweep holds each value of its choices


def read_stated(file: Path) -> dict[str, Any]:
    """Return a mapping that a file of JSON holds.

    Raises:
        ScenarioError: when it is a link or no file, cannot be read, or holds no such mapping.
    """
    if file.is_symlink():
        raise problem(str(file), "is a symbolic link, which is not followed")
    try:
        with file.open(encoding="utf-8") as opened:
            text = opened.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            raise ValueError(f"it is larger than {_LARGEST // 2**20} MiB")
        found = json.loads(
            text, parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_once
        )
    except OSError as error:
        raise problem(str(file), f"cannot be read: {error.strerror}") from None
    except RecursionError:
        raise problem(str(file), "cannot be read: it is nested too deeply") from None
    except ValueError as error:
        raise problem(str(file), f"cannot be read: {shorten(str(error))}") from None
    if not isinstance(found, dict):
        raise problem(str(file), "must be a mapping of names to values")
    return found


def kind_in(folder: Path) -> str:
    """Return what a folder with a manifest holds, as far as it can be told."""
    try:
        return "sweep" if "sweep" in read_stated(folder / MANIFEST) else "run"
    except ScenarioError:
        return "run"


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large a number")
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it says the same thing twice")
    return found
