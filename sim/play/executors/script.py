"""The script that is being run, which every other process imports before it works for this one.

One that starts work outside of `if __name__ == "__main__":` would start it there again, and one
from standard input cannot be imported: then this process works alone, and a line says so. See
https://docs.python.org/3/library/multiprocessing.html, "Safe importing of main module".
"""

from __future__ import annotations

import ast
import logging
import sys
import threading
from functools import cache
from multiprocessing import current_process
from pathlib import Path
from types import FrameType, ModuleType

from sim.errors import ScenarioError
from sim.outside.files import read_bytes
from sim.outside.text import printable

GUARD = 'if __name__ == "__main__":'
ALONE = "played by one process; to use more"


def can_have_workers() -> bool:
    """Return whether other processes can work for this one; say in a line why they cannot."""
    if getattr(current_process(), "_inheriting", False):
        return False  # this one is importing the script itself; the first one says so
    why = _why_not(sys.modules["__main__"])
    if why is not None:
        tell(why)
    return why is None


def _why_not(main: ModuleType) -> str | None:
    """Return what keeps other processes from importing a main module, if anything does."""
    file = _imported_again(main)
    if file is None:
        return None
    if not file.is_file():
        return f"{file.name}: {ALONE}, save the script to a file, guarded by {GUARD}"
    line = _line_at_work(main, file)
    if line is None or _is_guarded(file, line):
        return None
    return f"{file.name}, line {line}: {ALONE}, guard the script: {GUARD}"


def _imported_again(main: ModuleType) -> Path | None:
    """Return the file of the main module that other processes will import, if they will."""
    spec, file = getattr(main, "__spec__", None), getattr(main, "__file__", None)
    is_package = spec is not None and spec.name.rpartition(".")[2] == "__main__"
    return Path(file) if file and not is_package else None


def _line_at_work(main: ModuleType, file: Path) -> int | None:
    """Return the line of the main module's file that is at work now, if one is."""
    frame: FrameType | None = sys._current_frames().get(threading.main_thread().ident or 0)
    while frame is not None:
        code = frame.f_code
        is_of_the_file = code.co_name == "<module>" and Path(code.co_filename).name == file.name
        if is_of_the_file and frame.f_globals is main.__dict__:
            return frame.f_lineno
        frame = frame.f_back
    return None


def _is_guarded(file: Path, line: int) -> bool:
    """Return whether a line stands under a test of `__name__`; true where nothing can be told."""
    try:
        tree = ast.parse(read_bytes(file))
    except (ScenarioError, SyntaxError, ValueError):
        return True
    return any(
        isinstance(node, ast.If)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
        and "__name__" in {each.id for each in ast.walk(node.test) if isinstance(each, ast.Name)}
        for node in ast.walk(tree)
    )


@cache
def tell(why: str) -> None:
    """Say it, once."""
    logging.getLogger("sim").warning("parley: %s", printable(why))
