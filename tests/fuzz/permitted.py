"""The one property: hostile input is taken, or refused in clear lines with exit code 2."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeVar

from sim.errors import MissingSignsWarning, ScenarioError
from tests.command import parley_here
from tests.outside.hostile import is_only_seen

LONGEST = 1000  # signs of what is said of one thing that is wrong
_BEGINS = ("parley: ", "Usage: ", "Try ", "Error: ", "Note: ")  # of what stands on stderr

Found = TypeVar("Found")
Listing = dict[str, tuple[int, int, int]]


def taken_or_refused(read: Callable[[], Found]) -> Found | None:
    """Return what reading gives; None where it is refused, each problem in one clear line."""
    try:
        with no_warning():
            return read()
    except ScenarioError as error:
        refused = error
    assert refused.problems
    for said in map(str, refused.problems):
        assert is_clear(said), said
    return None


def told(*asked: object, cwd: Path) -> CompletedProcess[str]:
    """Return what the command says, which must be permitted."""
    with no_warning():
        done = parley_here(*asked, cwd=cwd)
    assert done.returncode in (0, 2), (done.returncode, done.stderr)
    assert is_only_seen(done.stdout), done.stdout
    assert is_only_seen(done.stderr), done.stderr
    if done.returncode == 2:
        assert done.stdout == ""
        assert done.stderr.startswith(("parley: ", "Usage: ")), done.stderr
    assert "Traceback" not in done.stderr
    return done


def is_clear(said: str) -> bool:
    """Return whether what is said of a problem is one line of a bounded length, safe to print."""
    return 0 < len(said) <= LONGEST and "\n" not in said and is_only_seen(said)


@contextmanager
def no_warning() -> Iterator[None]:
    """Make every warning an error, but for fonts of this machine that lack a sign."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", MissingSignsWarning)
        yield


@contextmanager
def nothing_written(place: Path, but: str = "") -> Iterator[None]:
    """Assert that no file beneath a folder came, went or changed, but for those in one of them."""
    before = listing(place, but)
    yield
    assert listing(place, but) == before


def listing(place: Path, but: str = "") -> Listing:
    """Return what lies beneath a folder: name, size, time and number."""
    found = {str(file.relative_to(place)): file.lstat() for file in place.rglob("*")}
    return {
        name: (stat.st_size, stat.st_mtime_ns, stat.st_ino)
        for name, stat in found.items()
        if not (but and name.startswith(but)) and not (place / name).is_dir()
    }
