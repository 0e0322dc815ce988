"""The command `parley` as people run it: in a process of its own, from some folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml

from tests.small import small_tree

PARLEY = [sys.executable, "-m", "sim"]
PATIENCE = 240.0  # seconds until something that must happen is given up on
_STARTED: list[int] = []  # the sessions of processes that a test has started


def parley(
    *arguments: object, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, 80 columns wide, away from any terminal."""
    return subprocess.run(
        [*PARLEY, *map(str, arguments)],
        cwd=cwd,
        env=environment(**(env or {})),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def parley_here(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in this process, which is quicker and shows the same."""
    from sim.cli import main

    out, err = StringIO(), StringIO()
    asked = ["parley", *map(str, arguments)]
    with (
        chdir(cwd),
        patch.dict(os.environ, COLUMNS="80"),
        patch.object(sys, "argv", asked),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return subprocess.CompletedProcess(asked, ended.value.code or 0, out.getvalue(), err.getvalue())


def start(*arguments: object, cwd: Path, **options: Any) -> subprocess.Popen[str]:
    """Start the command in a session of its own, as a terminal does; its test's end ends it."""
    process = subprocess.Popen(
        [*PARLEY, *map(str, arguments)],
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )
    _STARTED.append(process.pid)
    return process


def end_what_was_started() -> None:
    """Kill what is left of the sessions that were started since this was last asked for."""
    while _STARTED:
        for number in processes_of(_STARTED.pop()):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "COLUMNS": "80", "PYTHONWARNINGS": "default", **more}


def small_file(folder: Path, **changes: Any) -> Path:
    """Write the small scenario, with changes, to a file."""
    file = folder / "well.yaml"
    file.write_text(yaml.safe_dump(small_tree(**changes), sort_keys=False))
    return file


def wait_until(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until something has happened while a process runs."""
    limit = time.monotonic() + PATIENCE
    while not happened():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.01)


def wait_until_all_gone(session: int) -> None:
    """Wait until no process of a session is left; kill and name those that stay."""
    limit = time.monotonic() + PATIENCE
    while found := processes_of(session):
        if time.monotonic() > limit:
            for number in found:
                os.kill(number, signal.SIGKILL)
            raise AssertionError(f"left running: {found}")
        time.sleep(0.01)


def processes_of(session: int) -> list[int]:
    """Return the processes of a session that still run."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, belongs = file.read_text().rpartition(")")[2].split()[:4]
            if int(belongs) == session and state != "Z":
                found.append(int(file.parent.name))
    return found
