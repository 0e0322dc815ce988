"""Names that files give, which may become names of folders and files: they lead nowhere else."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 60
NAME_RULE = f"must be a name of small letters, digits and underscores, {LONGEST_NAME} at most"
_LONGEST_STEM = 200  # in bytes: file systems take 255, with what is put around it
_NAME = re.compile(rf"[a-z0-9_]{{1,{LONGEST_NAME}}}")


def is_name(text: str) -> bool:
    """Return whether a text is a name of small letters, digits and underscores, and not too long.

    >>> is_name("geneva_2025"), is_name("../../x"), is_name("")
    (True, False, False)
    """
    return _NAME.fullmatch(text) is not None


def name_of(text: str, otherwise: str) -> str:
    """Return the name that a text makes, such as a title or a file's name; else another.

    >>> name_of("Two neighbours & a well", "scenario"), name_of("..", "scenario")
    ('two_neighbours_a_well', 'scenario')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9_]+", "_", plain).strip("_")
    return words[:LONGEST_NAME].strip("_") or otherwise


def is_stem(text: str) -> bool:
    """Return whether a file can be called so, with an ending after it, in a folder that is chosen.

    >>> is_stem("CNS 1996/0085"), is_stem("cns-1996.85"), is_stem(".hidden")
    (False, True, False)
    """
    fits = 0 < len(text.encode("utf-8", "replace")) <= _LONGEST_STEM
    return fits and not text.startswith(".") and not {"/", "\0"} & set(text)


def stays_inside(path: str) -> bool:
    """Return whether a path that a file states leads to the file's own folder or beneath it.

    >>> stays_inside("well.yaml"), stays_inside("../well.yaml"), stays_inside("/etc/well.yaml")
    (True, False, False)
    """
    steps = PurePosixPath(path)
    return not steps.is_absolute() and ".." not in steps.parts and "\0" not in path
