"""One whole folder in the place of another, by renames, so that a kill at any moment leaves one.

The new one lies finished within the old. The old steps aside, under a hidden name beside its own;
the new takes its place, then what the old held that is no part of it, and the rest is deleted.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from sim.errors import problem, shorten
from sim.play.interrupts import interrupts_held
from sim.runs.stated import MANIFEST

__all__ = ["MANIFEST"]

DRAFT = ".unfinished"
_LONGEST = 255  # bytes of a name


def aside(folder: Path) -> Path:
    """Return where a folder stands while another takes its place.

    >>> aside(Path("/outputs/resolute"))
    PosixPath('/outputs/.resolute.replaced')
    """
    place = folder.resolve()
    return place.with_name(f".{place.name}.replaced")


def refuse_if_fixed(folder: Path, setting: str) -> None:
    """Refuse a folder that cannot be renamed, as replacing it takes.

    Raises:
        ScenarioError: saying why, and what to do.
    """
    place, here = folder.resolve(), Path.cwd()
    if here.is_relative_to(place):
        rule = "is the current folder, or above it, and cannot be replaced; go to another folder"
    elif os.path.ismount(place):
        rule = "is a file system of its own and cannot be replaced; choose another folder"
    elif not os.access(place.parent, os.W_OK | os.X_OK):
        rule = "cannot be replaced, as nothing can be written beside it; choose another folder"
    elif (longest := _LONGEST - len(os.fsencode(aside(folder).name))) < 0:
        rule = f"has a name that is {-longest} bytes too long to be replaced; choose another folder"
    else:
        return
    raise problem(setting, rule, shorten(str(folder)))


@interrupts_held()
def replace(folder: Path, draft: Path, parts: Collection[str]) -> None:
    """Put what lies finished in a draft within a folder in the folder's place.

    What stood there is aside then; what of it is none of these parts has moved over.

    Raises:
        OSError: when it cannot be; the folder is as it was then, else the error says where it is.
    """
    place, old = folder.resolve(), aside(folder)
    os.rename(place, old)
    try:
        os.rename(old / draft.name, place)
    except BaseException:
        os.rename(old, place)
        raise
    with suppress(OSError):  # then it is tried again, and told, when the rest is deleted
        _bring_along(place, parts)


@interrupts_held()
def forget(folder: Path, parts: Collection[str]) -> None:
    """Delete what stands aside of a folder that is complete; a warning says what cannot be."""
    old, waste = aside(folder), folder / DRAFT
    if not old.is_dir():
        return
    try:
        _bring_along(folder, parts)
        shutil.rmtree(waste, ignore_errors=True)
        os.rename(old, waste)  # what is half deleted must not look like a run to be put back
        shutil.rmtree(waste)
    except OSError as error:
        left = waste if waste.exists() else old
        logging.getLogger("sim").warning(
            "parley: what %s held before is left in %s (%s)", folder, left, error.strerror
        )


def put_back(folder: Path, parts: Collection[str]) -> None:
    """End what a kill left half-way: put back what stands aside, unless the new one is complete.

    What a new one has begun and will go on with is left, and what stands aside of it too.
    """
    old = aside(folder)
    if (folder / MANIFEST).exists():
        forget(folder, parts)
        return
    with suppress(OSError):  # where something is in the folder, or another process was quicker
        if folder.exists():
            folder.resolve().rmdir()
        os.rename(old, folder.resolve())


def _bring_along(folder: Path, parts: Collection[str]) -> None:
    """Move what is none of these parts from what stands aside into the folder."""
    for item in aside(folder).iterdir():
        if item.name in parts or item.name.startswith(DRAFT) or os.path.lexists(folder / item.name):
            continue
        os.rename(item, folder / item.name)
