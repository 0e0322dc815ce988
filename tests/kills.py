"""Runs and sweeps killed at any moment, and begun again: `python -m tests.kills --times 200`.

What must hold: the digest of one that was not killed, no folder that is half written or stands
aside, and nothing left where temporary files are made.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.command import PARLEY, environment, processes_of, small_file

_RUN = ("run", "scenario=well.yaml", "ensemble.draws=60", "hydra.run.dir=out", "--force")
_SWEEP = ("sweep", "scenario=well.yaml", "seed=1,2,3", "ensemble.draws=20", "hydra.sweep.dir=out")
KINDS = {"run": _RUN, "run over another": _RUN, "sweep": _SWEEP}
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)
_LONGEST = 600.0  # seconds until something that must end is given up on


@dataclass(frozen=True)
class Place:
    """A folder to work in, with one of its own for what is temporary."""

    folder: Path

    def started(self, kind: str) -> subprocess.Popen[str]:
        """Start the command in a session of its own."""
        return subprocess.Popen(
            [*PARLEY, *KINDS[kind]],
            cwd=self.folder,
            env=environment(TMPDIR=str(self.folder / "tmp")),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def played(self, kind: str) -> str:
        """Play to the end and return the digest of what came out."""
        process = self.started(kind)
        _, said = process.communicate(timeout=_LONGEST)
        assert process.returncode == 0, said
        return str(json.loads((self.folder / "out" / "manifest.json").read_text())["digest"])

    def killed(self, kind: str, after: float, number: int, alone: bool) -> bool:
        """Kill the command, alone or with all of its processes; return whether it was at work."""
        process = self.started(kind)
        with suppress(subprocess.TimeoutExpired):
            process.wait(after)
        was_at_work = process.poll() is None
        if was_at_work:
            (os.kill if alone else os.killpg)(process.pid, number)
        process.communicate(timeout=_LONGEST)
        limit = time.monotonic() + _LONGEST
        while found := processes_of(process.pid):
            assert time.monotonic() < limit, f"left running: {found}"
            time.sleep(0.01)
        return was_at_work

    def whole_runs(self) -> list[Path]:
        """Return the folders that hold a whole run, under whatever name."""
        found = self.folder.rglob("manifest.json")
        return [file.parent for file in found if ".unfinished" not in file.parts]

    def left(self) -> list[Path]:
        """Return what is half written, stands aside or is temporary."""
        return [*self.folder.rglob(".*"), *(self.folder / "tmp").iterdir()]

    def cleared(self) -> None:
        """Take away what was played."""
        shutil.rmtree(self.folder / "out")


def kills(times: int, seed: int = 0) -> Counter[str]:
    """Kill so many runs and sweeps in turn, and begin each again; return how many were at work.

    Raises:
        AssertionError: when something is lost, differs or is left.
    """
    rng, at_work = random.Random(seed), Counter[str]()
    with TemporaryDirectory(prefix="kills_") as name:
        place = Place(Path(name))
        (place.folder / "tmp").mkdir()
        small_file(place.folder)
        digests, seconds = {}, {}
        for kind in KINDS:
            begun = time.monotonic()
            digests[kind] = place.played(kind)
            seconds[kind] = time.monotonic() - begun
            place.cleared()
        for turn in range(times):
            kind = list(KINDS)[turn % len(KINDS)]
            stood = kind == "run over another" and place.played(kind)
            after, number = rng.uniform(0.0, 1.1 * seconds[kind]), rng.choice(SIGNALS)
            at_work[kind] += place.killed(kind, after, number, alone=rng.random() < 0.5)
            assert not stood or len(place.whole_runs()) == 1, (turn, place.whole_runs())
            assert place.played(kind) == digests[kind], (turn, kind, number)
            assert place.left() == [], (turn, kind, number, place.left())
            place.cleared()
    return at_work


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    found = kills(options.times, options.seed)
    told = ", ".join(f"{count} of {kind}" for kind, count in found.items())
    print(f"{options.times} kills; at work were {told}; same digests, nothing left")
