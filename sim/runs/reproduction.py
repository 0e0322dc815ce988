"""A run played again from its folder alone: the same worlds, or what differs and by how much.

The configuration and the seed settle a world; the code, the libraries and the processor's
arithmetic are all that can change it. The digest, over nine significant digits, does not see the
last bits in which processors differ.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, cast

from sim.play.ensemble import Ensemble, refuse_if_too_large
from sim.play.executors import Executor
from sim.runs import provenance
from sim.runs.archive import RunFolder
from sim.runs.comparison import Comparison, in_short
from sim.runs.duration import told_if_long
from sim.runs.results import Progress, ensemble_of, run_in_memory
from sim.runs.run import Run, load_run
from sim.settings.differences import Difference

if TYPE_CHECKING:
    from sim.show.report import Report

_DIGEST = 12  # hexadecimal figures that tell digests apart


@dataclass(frozen=True, eq=False)
class Reproduction:
    """What came of playing a run again.

    Attributes:
        then: the run.
        now: the same, played again.
        since: which versions, code, processor ... differ between them.
        kept: the digest of the worlds table that the run's folder holds; None: it holds none.
        comparison: how the odds moved; None where the worlds are the same.
    """

    then: Run
    now: Run
    since: tuple[Difference, ...]
    kept: str | None
    comparison: Comparison | None

    @property
    def identical(self) -> bool:
        """Return whether the worlds are those of the run, whose folder holds no others."""
        return self.comparison is None and not self.is_altered

    @property
    def is_altered(self) -> bool:
        """Return whether the folder's worlds table is not the one that its manifest describes."""
        return self.kept is not None and self.kept != self.then.manifest["digest"]

    def report(self) -> Report:
        """Return what is told of it: whether it is the same, what differs, how the odds moved."""
        from sim.show.reports.comparison import reproduction_report

        said, now = self.then.manifest["digest"], self.now.manifest
        moved = self.comparison
        return reproduction_report(
            self.then.name,
            self.identical,
            now["worlds"],
            (said[:_DIGEST], now["digest"][:_DIGEST]),
            str(self.kept)[:_DIGEST] if self.is_altered else None,
            [_since(found) for found in self.since],
            (moved.odds, moved.how) if moved else None,
        )


def reproduce(folder: Path, executor: Executor, progress: Progress | None = None) -> Reproduction:
    """Play a run again from its folder alone, in memory.

    Args:
        folder: of the run.
        executor: where to play; where the run was played does not matter.
        progress: told the number of worlds done.

    Raises:
        ScenarioError: when the folder holds no run that this version can play, or not the
            configuration that was run, or a table that cannot be read.
        ChildProcessError: when a process died.
    """
    then, parts = load_run(folder), RunFolder(folder)
    configuration = parts.configuration()
    kept = then.kept_digest
    ensemble = ensemble_of(configuration)
    refuse_if_too_large(ensemble, executor, Path(gettempdir()))
    now = run_in_memory(configuration, executor, _told_if_long(ensemble, executor, progress))
    same = now.manifest["digest"] == then.manifest["digest"]
    since = provenance.changed_since(then.manifest)
    return Reproduction(then, now, since, kept, None if same else then.compare(now))


def _told_if_long(ensemble: Ensemble, executor: Executor, progress: Progress | None) -> Progress:
    """Return what to tell the worlds done; only what changes no world shortens it."""
    cores = os.cpu_count() or 1
    more = [f"--workers {cores}"] if executor.workers < cores else ["a faster machine"]
    told = cast("Callable[[float], None] | None", progress)
    return told_if_long(ensemble.worlds, executor.workers, lambda _: more, told)


def _since(found: Difference) -> tuple[str, str, str]:
    """Return in words what differs since a run: what, then and now."""
    path = found.path.removeprefix("versions.")
    longest = _DIGEST if path in ("git_commit", "code_sha256") else None
    return path, in_short(found.before)[:longest], in_short(found.after)[:longest]
