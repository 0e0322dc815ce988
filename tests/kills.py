"""Runs and sweeps killed at any moment, and begun again: `python -m tests.kills --times 200`.

What must hold: the digest of one that was not killed, no folder that is half written or stands
aside, and nothing left where temporary files are made.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.command import PARLEY, environment, processes_of, small_file

RUN = ("run", "scenario=well.yaml", "ensemble.draws=60", "ensemble.replications=5")
SWEEP = ("sweep", "scenario=well.yaml", "seed=1,2,3", "ensemble.draws=20")
_FINISHED = "finished"


def started(place: Path, asked: Sequence[str]) -> subprocess.Popen[str]:
    """Start the command in a session of its own, with a folder of its own for what is temporary."""
    return subprocess.Popen(
        [*PARLEY, *asked],
        cwd=place,
        env=environment(TMPDIR=str(place / "tmp")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def to_the_end(place: Path, asked: Sequence[str]) -> str:
    """Play to the end and return the digest of what came out."""
    import json

    process = started(place, asked)
    _, said = process.communicate(timeout=600)
    if process.returncode:
        raise AssertionError(said)
    manifest = json.loads((place / _FINISHED / "manifest.json").read_text())
    return str(manifest["digest"])


def killed(place: Path, asked: Sequence[str], after: float, number: signal.Signals) -> bool:
    """Kill it, or all of its processes, after so many seconds; return whether it was at work."""
    process = started(place, asked)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        pass
    was_at_work = process.poll() is None
    send = os.killpg if random.random() < 0.5 else os.kill
    if was_at_work:
        send(process.pid, number)
    process.communicate(timeout=600)
    while processes_of(process.pid):
        time.sleep(0.01)
    return was_at_work


def left_in(place: Path) -> list[str]:
    """Return what stands in a place that should not."""
    found = [str(item.relative_to(place)) for item in place.rglob(".*")]
    return [*found, *(f"tmp/{item.name}" for item in (place / "tmp").iterdir())]


def kills(times: int, seed: int) -> dict[str, int]:
    """Kill so many runs and sweeps, in turn, and begin each again; return how many were at work.

    Raises:
        AssertionError: when something is lost, differs or is left.
    """
    rng = random.Random(seed)
    at_work = dict.fromkeys(("run", "run --force", "sweep"), 0)
    with TemporaryDirectory(prefix="kills_") as name:
        place = Path(name)
        (place / "tmp").mkdir()
        small_file(place)
        usual = f"hydra.run.dir={_FINISHED}", f"hydra.sweep.dir={_FINISHED}"
        asked = {
            "run": [*RUN, usual[0], "--force"],
            "run --force": [*RUN, usual[0], "--force"],
            "sweep": [*SWEEP, usual[1]],
        }
        expected, seconds = {}, {}
        for kind in ("run", "sweep"):
            begun = time.monotonic()
            expected[kind] = to_the_end(place, asked[kind])
            seconds[kind] = time.monotonic() - begun
            subprocess.run(["rm", "-r", _FINISHED], cwd=place, check=True)
        for turn in range(times):
            kind = list(asked)[turn % len(asked)]
            first = kind.split()[0]
            if kind == "run --force":
                to_the_end(place, asked[kind])
            after = rng.uniform(0.0, 1.1 * seconds[first])
            number = rng.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
            at_work[kind] += killed(place, asked[kind], after, number)
            if kind == "run --force":  # the old run or the new one: both have this digest
                stands = [f for f in place.rglob("manifest.json") if ".unfinished" not in f.parts]
                assert len(stands) == 1, (turn, stands)
            digest = to_the_end(place, asked[kind])
            assert digest == expected[first], (turn, kind)
            assert left_in(place) == [], (turn, kind, number, left_in(place))
            subprocess.run(["rm", "-r", _FINISHED], cwd=place, check=True)
    return at_work


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    found = kills(options.times, options.seed)
    told = ", ".join(f"{count} of {kind}" for kind, count in found.items())
    print(f"{options.times} kills, while at work: {told}; same digests, nothing left")
