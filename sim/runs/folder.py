"""A folder that is written once, whole or not at all.

Everything goes to a hidden draft inside the folder and is moved into place at the end, the
manifest last: a folder that holds a manifest is complete. The writer holds a lock on the folder,
which the system drops when the writer dies, so a draft found there by the next one is stale.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sim.errors import ScenarioError, problem
from sim.outside.files import read_json
from sim.play.interrupts import interrupts_held

MANIFEST = "manifest.json"
DRAFT = ".unfinished"
RUN_FOLDER = "hydra.run.dir"  # the settings that choose the folders: named in messages
SWEEP_FOLDER = "hydra.sweep.dir"
BACKTEST_FOLDER = "--output"
_KINDS = {RUN_FOLDER: "run", SWEEP_FOLDER: "sweep", BACKTEST_FOLDER: "backtest"}


@dataclass(frozen=True)
class Draft:
    """Where to write, and the folder that it will be published in."""

    path: Path
    folder: Path


@contextmanager
def published_at_the_end(
    folder: Path | None,
    default: Path,
    parts: Collection[str],
    force: bool = False,
    others: Collection[str] = (),
) -> Iterator[Draft]:
    """Yield a draft; publish it if nothing goes wrong, else leave everything as it was.

    Args:
        folder: where to; None: the default, under the first name of its kind that is free.
        default: a path to use when none is given.
        parts: names of all that may be published; the manifest is one.
        force: whether to replace what stands there under these names.
        others: names under which something of another kind may stand, to be taken away with it.

    Raises:
        ScenarioError: when the folder is taken or cannot be made.
    """
    with own_folder(folder, default, RUN_FOLDER) as own:
        refuse_if_taken(own, parts, force)
        draft = own / DRAFT
        try:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            yield Draft(draft, own)
            publish(draft, own, others if force else ())
        finally:
            drop(draft)


@contextmanager
def own_folder(folder: Path | None, default: Path, setting: str) -> Iterator[Path]:
    """Yield a folder that is nobody else's; if something goes wrong, leave none that is empty.

    Args:
        folder: where; None: the default, under the first name of its kind that nobody else made.
        default: a path to use when none is given.
        setting: what chooses the folder.

    Raises:
        ScenarioError: when the folder cannot be made, or another process is at work in it.
    """
    made: list[Path] = []
    try:
        with interrupts_held():
            folder, made = _make(folder, default, setting)
        with locked(folder, setting):
            yield folder
    except BaseException:
        _unmake(made)
        raise


def refuse_if_taken(folder: Path, parts: Collection[str], force: bool) -> None:
    """Refuse a folder that holds a run, or what a run would overwrite, unless told to replace it.

    Raises:
        ScenarioError: when it does.
    """
    if force:
        return
    advice = "choose another folder, or --force to replace"
    if (folder / MANIFEST).exists():
        raise problem(RUN_FOLDER, f"already holds a {_kind_in(folder)}; {advice} it", str(folder))
    found = sorted(name for name in parts if (folder / name).exists())
    if found:
        rule = f"holds {', '.join(found)}, which a run would overwrite; {advice}"
        raise problem(RUN_FOLDER, rule, str(folder))


def _kind_in(folder: Path) -> str:
    """Return what a folder with a manifest holds."""
    try:
        manifest = read_json(folder / MANIFEST)
    except ScenarioError:
        return "run"
    return "sweep" if isinstance(manifest, dict) and "sweep" in manifest else "run"


def _make(folder: Path | None, default: Path, setting: str) -> tuple[Path, list[Path]]:
    """Make a folder and its parents; return it, and which of them were not there."""
    if folder is not None:
        return folder, _made(folder, setting)
    for number in count(1):
        folder = default if number == 1 else default.with_name(f"{default.name}_{number}")
        made = _made(folder, setting)
        if folder in made:
            return folder, made
    raise AssertionError("there are always more numbers")


@interrupts_held()
def _unmake(made: Sequence[Path]) -> None:
    """Take away those of the folders made that are empty."""
    for new in reversed(made):
        with suppress(OSError):
            new.rmdir()


def _made(folder: Path, setting: str) -> list[Path]:
    made = []
    try:
        for path in (*reversed(folder.parents), folder):
            with suppress(FileExistsError):
                path.mkdir()
                made.append(path)
            if not path.is_dir():
                raise problem(setting, f"{path} is a file, not a folder", str(folder))
    except (OSError, ScenarioError) as error:
        _unmake(made)
        if isinstance(error, ScenarioError):
            raise
        raise problem(setting, f"cannot be made: {error.strerror}", str(folder)) from None
    return made


@contextmanager
def locked(folder: Path, setting: str) -> Iterator[None]:
    """Hold the lock of a folder.

    Raises:
        ScenarioError: when another process holds it.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            rule = f"is being written to by another {_KINDS[setting]}; choose another folder"
            raise problem(setting, rule, str(folder)) from None
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(handle)


@interrupts_held()
def publish(draft: Path, folder: Path, others: Iterable[str] = ()) -> None:
    """Move a finished draft into its folder: the old manifest goes first, the new comes last.

    `others` are names of what else goes.
    """
    for file in draft.rglob("*"):
        _reach_the_disk(file)
    for name in (MANIFEST, *others):
        _clear(folder / name)
    moved: list[Path] = []
    try:
        for item in sorted(draft.iterdir(), key=lambda item: item.name == MANIFEST):
            target = folder / item.name
            if target.is_dir():
                _clear(target)
            moved.append(target)
            os.replace(item, target)
    except BaseException:
        for target in moved:
            _clear(target)
        raise
    draft.rmdir()


def _clear(part: Path) -> None:
    """Take away a file or a folder, if it is there."""
    shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)


@interrupts_held()
def drop(draft: Path) -> None:
    """Take away what is left of a draft."""
    shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Yield where to write a file that appears under its name when it is whole and on the disk."""
    draft = file.with_name(f"{DRAFT}.{os.getpid()}.{file.name}")
    try:
        yield draft
        _reach_the_disk(draft)
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def _reach_the_disk(file: Path) -> None:
    """Wait until a file is on the disk, so that a power cut cannot leave a manifest of nothing."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
