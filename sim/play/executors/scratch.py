"""The temporary folder of a process, which the next one takes away if this one is killed.

Its owner holds a lock on it, which the system drops when the owner dies, however that comes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

_PREFIX = ".parley-tmp-"
_SOCKET = "pymp-12345678/listener-12345678"  # what Python puts into it, as long as this
_LONGEST = 103  # bytes of a socket's path: 107 on Linux, 103 on macOS


@cache
def scratch() -> Path:
    """Return the temporary folder of this process; it goes when the process ends.

    Raises:
        OSError: when it cannot be made.
    """
    from multiprocessing.util import Finalize

    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        handle = os.open(folder, os.O_RDONLY)  # open, and so locked, until this process ends
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if folder.is_dir():  # nobody took it for what was left before it was locked
            break
        os.close(handle)
    # After what multiprocessing itself takes away, which is in it.
    Finalize(None, shutil.rmtree, args=(folder, True), exitpriority=-200)
    return folder


@contextmanager
def temporaries_in(folder: Path) -> Iterator[None]:
    """Let what is temporary be made in a folder."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def too_long_for_sockets() -> int:
    """Return by how many bytes the path of temporary folders is too long for sockets; else 0."""
    path = Path(tempfile.gettempdir(), f"{_PREFIX}12345678", _SOCKET)
    return max(0, len(os.fsencode(path)) - _LONGEST)


def clear_what_was_left() -> None:
    """Take away the temporary folders of this user whose processes are gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
            try:
                if os.fstat(handle).st_uid == os.getuid():
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)
