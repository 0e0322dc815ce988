"""A folder that is written once, whole or not at all.

Everything goes to a hidden draft inside the folder and is moved into place at the end, the
manifest last: a folder that holds a manifest is complete. The writer holds a lock on the folder,
which the system drops when the writer dies, so a draft found there by the next one is stale.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sim.errors import ScenarioError, problem, shorten
from sim.play.interrupts import interrupts_held
from sim.runs.replacing import DRAFT, MANIFEST, aside, forget, put_back, refuse_if_fixed, replace
from sim.runs.stated import kind_in

__all__ = ["DRAFT", "MANIFEST"]

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

    Where something was to be replaced, the error's notes say which of the two stands.

    Args:
        folder: where to; None: the default, under the first name of its kind that is free.
        default: a path to use when none is given.
        parts: names of all that may be published; the manifest is one.
        force: whether to replace what stands there under these names.
        others: names under which something of another kind may stand, to be taken away with it.

    Raises:
        ScenarioError: when the folder is taken, cannot be made or cannot be replaced.
    """
    all_parts = (*parts, *others)
    with own_folder(folder, default, RUN_FOLDER, all_parts) as own, ExitStack() as stack:
        refuse_if_taken(own, parts, force)
        replaces = force and gives_way(own, all_parts, RUN_FOLDER)
        draft, before = own / DRAFT, own.stat()
        try:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            stack.enter_context(locked(draft, RUN_FOLDER))  # it may become the folder
            yield Draft(draft, own)
            if replaces:
                _reach_the_disk(draft)
                replace(own, draft, all_parts)
            else:
                publish(draft, own)
            forget(own, all_parts)
        except BaseException as error:
            if replaces or aside(own).exists():
                error.add_note(_which_stands(own, before if replaces else None))
            raise
        finally:
            drop(draft)


def gives_way(folder: Path, parts: Collection[str], setting: str) -> bool:
    """Return whether a folder holds what is to be replaced as a whole.

    Where a whole one stands aside already, what was begun in its place is taken away at once.

    Raises:
        ScenarioError: when it cannot be replaced.
    """
    if not any((folder / name).exists() for name in parts):
        return False
    if aside(folder).exists():
        clear(folder, parts)
        return False
    refuse_if_fixed(folder, setting)
    return True


def _which_stands(folder: Path, before: os.stat_result | None) -> str:
    """Return in words where a whole run is after replacing it failed.

    `before` is the folder as it was, where it was to be replaced as a whole.
    """
    if not (folder / MANIFEST).exists() and aside(folder).exists():
        return f"the run that stood in {folder} lies whole in {aside(folder)}"
    which = "old" if before and os.path.samestat(before, folder.stat()) else "new"
    return f"the run in {folder} is the {which} one, whole"


@contextmanager
def own_folder(
    folder: Path | None, default: Path, setting: str, parts: Collection[str]
) -> Iterator[Path]:
    """Yield a folder that is nobody else's; if something goes wrong, leave none that is empty.

    Args:
        folder: where; None: the default, under the first name of its kind that nobody else made.
        default: a path to use when none is given.
        setting: what chooses the folder.
        parts: names of what may be written there.

    Raises:
        ScenarioError: when the folder cannot be made, another process is at work in it, or a part
            is a symbolic link.
    """
    made: list[Path] = []
    try:
        with interrupts_held():
            if folder is not None:
                _end_what_a_kill_left(folder, setting, parts)
            folder, made = _make(folder, default, setting)
        with locked(folder, setting):
            _refuse_links(folder, (*parts, DRAFT), setting)
            yield folder
    except BaseException:
        _unmake(made)
        raise


def _end_what_a_kill_left(folder: Path, setting: str, parts: Collection[str]) -> None:
    """End what a kill left half-way when this folder was replaced.

    Raises:
        ScenarioError: when it is being replaced now, by another process.
    """
    if os.path.isdir(old := aside(folder)):  # a name that is too long is no folder either
        with locked(old, setting):
            put_back(folder, parts)


def _refuse_links(folder: Path, names: Collection[str], setting: str) -> None:
    if found := [name for name in names if (folder / name).is_symlink()]:
        rule = f"holds a symbolic link, {found[0]}, which is not followed; take it away"
        raise problem(setting, rule, shorten(str(folder)))


def refuse_if_taken(folder: Path, parts: Collection[str], force: bool) -> None:
    """Refuse a folder that holds a run, or what a run would overwrite, unless told to replace it.

    Raises:
        ScenarioError: when it does.
    """
    if force:
        return
    advice = "choose another folder, or --force to replace"
    if (folder / MANIFEST).exists():
        raise problem(RUN_FOLDER, f"already holds a {kind_in(folder)}; {advice} it", str(folder))
    found = sorted(name for name in parts if (folder / name).exists())
    if found:
        rule = f"holds {', '.join(found)}, which a run would overwrite; {advice}"
        raise problem(RUN_FOLDER, rule, str(folder))


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
    except ScenarioError:
        _unmake(made)
        raise
    except (OSError, ValueError) as error:
        _unmake(made)
        why = getattr(error, "strerror", None) or error
        raise problem(setting, f"cannot be made: {why}", str(folder)) from None
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
        if not _is_still_there(handle, folder):
            rule = f"was replaced by another {_KINDS[setting]} just now; choose another folder"
            raise problem(setting, rule, str(folder))
        yield
    finally:
        os.close(handle)


def _is_still_there(handle: int, folder: Path) -> bool:
    """Return whether an open folder is the one under its name, which a rename may have changed."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(folder))
    except OSError:
        return False


@interrupts_held()
def publish(draft: Path, folder: Path) -> None:
    """Move a finished draft into its folder: the old manifest goes first, the new comes last.

    Raises:
        OSError: when it cannot be moved; then what was moved is gone, and nothing else.
    """
    _reach_the_disk(draft)
    clear(folder, [MANIFEST])
    moved: list[str] = []
    try:
        for item in sorted(draft.iterdir(), key=lambda item: item.name == MANIFEST):
            if (folder / item.name).is_dir():
                clear(folder, [item.name])
            os.replace(item, folder / item.name)
            moved.append(item.name)
    except BaseException:
        clear(folder, moved)
        raise
    draft.rmdir()


def clear(folder: Path, names: Collection[str]) -> None:
    """Take parts out of a folder, in this order; a link is taken away, not what it leads to."""
    for part in (folder / name for name in names):
        if part.is_dir() and not part.is_symlink():
            shutil.rmtree(part)
        else:
            part.unlink(missing_ok=True)


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
        _flush(draft)
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def _reach_the_disk(folder: Path) -> None:
    """Wait until all of a folder is on the disk: no power cut may leave a manifest of nothing."""
    for file in folder.rglob("*"):
        _flush(file)


def _flush(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
