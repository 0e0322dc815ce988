"""The run folder: written once, whole or not at all, and read back whole.

Everything is written to a hidden folder inside the run folder and moved into place at the end,
the manifest last: a folder that holds a manifest is complete.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ensemble import Ensemble, play
from sim.errors import problem
from sim.randomness import draws_per_batch
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
CONFIG = "config.yaml"
WORLDS = "worlds.parquet"
DEPENDENCIES = [
    "mesa",
    "networkx",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "matplotlib",
    "hydra-core",
    "pydantic",
    "typer",
    "rich",
]


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, its manifest and its small tables."""

    folder: Path
    manifest: Mapping[str, Any]
    odds: pd.DataFrame
    timeline: pd.DataFrame
    clauses: pd.DataFrame
    base_rates: pd.DataFrame


def run_folder(scenario: str, now: datetime.datetime) -> Path:
    """Return a new default folder of its own: outputs/<scenario>/<date>_<time>."""
    parent = Path("outputs", scenario)
    parent.mkdir(parents=True, exist_ok=True)
    stamp = f"{now:%Y-%m-%d_%H-%M-%S}"
    for count in range(1, 10_000):
        folder = parent / (stamp if count == 1 else f"{stamp}_{count}")
        with suppress(FileExistsError):
            folder.mkdir()
            return folder
    raise problem("hydra.run.dir", "has no free name left", str(parent / stamp))


def refuse_if_taken(folder: Path, force: bool) -> None:
    """Refuse a folder that holds a run, unless it is to be replaced.

    Raises:
        ScenarioError: when it does, or when it is no folder.
    """
    if folder.exists() and not folder.is_dir():
        raise problem("hydra.run.dir", "is a file, not a folder", str(folder))
    if (folder / MANIFEST).exists() and not force:
        rule = "already holds a run; choose another folder, or --force to replace it"
        raise problem("hydra.run.dir", rule, str(folder))


def refuse_if_too_large(ensemble: Ensemble, workers: int, folder: Path) -> None:
    """Refuse a run that memory or disk cannot hold.

    Raises:
        ScenarioError: naming what is needed and what there is.
    """
    memory, disk = footprint(ensemble, workers)
    nearest = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    free_disk, free_memory = shutil.disk_usage(nearest).free, _free_memory()
    size = f"{ensemble.draws} draws x {ensemble.replications} replications"
    if memory > free_memory:
        rule = f"needs about {_gib(memory)} of memory; {_gib(free_memory)} is free: ask for fewer"
        raise problem("ensemble", rule, size)
    if disk > free_disk:
        rule = f"needs about {_gib(disk)} of disk; {_gib(free_disk)} is free: ask for fewer"
        raise problem("ensemble", rule, size)


def footprint(ensemble: Ensemble, workers: int) -> tuple[int, int]:
    """Return about how much memory and disk a run needs, in bytes."""
    spec = ensemble.scenario
    options = [len(clause.options) for clause in spec.clauses.values()]
    columns = 10 + len(options) + 2 * len(spec.actors)
    batch = draws_per_batch(ensemble.replications) * ensemble.replications
    linked = max((_cells(spec, when) for when in _linked(spec)), default=0)
    cells = sum(options) + linked
    table = 8 * batch * len(spec.actors) * (len(spec.actors) + 4) * cells
    counts = 8 * ensemble.draws * (len(spec.outcomes) + 4)
    memory = 400 * 2**20 + workers * (150 * 2**20 + 3 * table) + 3 * counts
    return memory, 2 * 2**20 + 12 * columns * ensemble.worlds


def _linked(spec: Scenario) -> list[list[str]]:
    from sim.scenario.clauses import blocks

    joined = blocks(spec.clauses, [linkage.when for linkage in spec.linkages.values()])
    return [list(block) for block in joined if len(block) > 1]


def _cells(spec: Scenario, block: list[str]) -> int:
    size = 1
    for clause in block:
        size *= len(spec.clauses[clause].options)
    return size


def _free_memory() -> int:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if "MemAvailable" in line)
    except (OSError, StopIteration, ValueError):
        with suppress(ValueError, OSError, AttributeError):
            return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return 2**63


def _gib(size: int) -> str:
    return f"{size / 2**30:.1f} GiB"


def simulate_into(
    folder: Path,
    ensemble: Ensemble,
    about: Mapping[str, Any],
    config: str,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Run:
    """Play an ensemble and write its run folder.

    Args:
        folder: where to; a run that it holds is replaced at the end.
        ensemble: the worlds to play.
        about: what the manifest says of the run beside what is measured here.
        config: the resolved configuration, as YAML.
        workers: processes.
        progress: told the number of worlds done.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
    """
    import pyarrow.parquet as pq

    from sim.tables import Digest, Tally, worlds_schema, worlds_table

    started = time.perf_counter()
    with _published_at_the_end(folder) as draft:
        digest = Digest()
        tally = Tally(ensemble.scenario, ensemble.draws, ensemble.replications)
        with pq.ParquetWriter(draft / WORLDS, worlds_schema(ensemble.scenario)) as writer:
            for record in play(ensemble, workers, progress):
                table = worlds_table(ensemble.scenario, ensemble.replications, record)
                writer.write_table(table)
                digest.update(table)
                tally.update(record)
        seconds = time.perf_counter() - started
        manifest = {
            **about,
            "seed": ensemble.seed,
            "draws": ensemble.draws,
            "replications": ensemble.replications,
            "worlds": ensemble.worlds,
            "signed": int(tally.signed.sum()),
            "protocol": ensemble.scenario.protocol.value,
            "seconds": round(seconds, 3),
            "worlds_per_second": round(ensemble.worlds / seconds, 1),
            "config_sha256": sha256(config.encode()).hexdigest(),
            "digest": digest.hexdigest(),
            "versions": _versions(),
            "git_commit": _commit(),
            "platform": platform.platform(),
            "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        }
        run = Run(
            folder, manifest, tally.odds(), tally.timeline(), tally.clauses(), tally.base_rates()
        )
        _write(draft, run, config, ensemble.scenario)
    return run


def read_config(folder: Path) -> str:
    """Return the path of a finished run's configuration.

    Raises:
        ScenarioError: when the folder holds no finished run.
    """
    if not (folder / MANIFEST).is_file():
        raise problem(str(folder), f"holds no finished run: there is no {MANIFEST} in it")
    if not (folder / CONFIG).is_file():
        raise problem(str(folder), f"lacks {CONFIG}, which a run of this version needs")
    return str(folder / CONFIG)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a finished run's manifest.

    Raises:
        ScenarioError: when there is none, or it is no JSON mapping.
    """
    read_config(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise problem(str(folder / MANIFEST), f"cannot be read: {error}") from None
    if not isinstance(manifest, dict):
        raise problem(str(folder / MANIFEST), "must be a mapping of names to values")
    return manifest


@contextmanager
def _published_at_the_end(folder: Path) -> Iterator[Path]:
    """Yield a hidden draft folder; move what it holds into place if nothing went wrong."""
    ours = not folder.exists() or not any(folder.iterdir())
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
    try:
        yield draft
        _publish(draft, folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        if ours and not (folder / MANIFEST).exists():
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _publish(draft: Path, folder: Path) -> None:
    """Move a finished draft into its folder: the old manifest goes first, the new comes last."""
    (folder / MANIFEST).unlink(missing_ok=True)
    for item in sorted(draft.iterdir(), key=lambda item: item.name == MANIFEST):
        target = folder / item.name
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(item, target)
    draft.rmdir()


def _write(draft: Path, run: Run, config: str, scenario: Scenario) -> None:
    """Write everything but the worlds table."""
    (draft / CONFIG).write_text(config)
    run.odds.to_csv(draft / "odds.csv", index=False)
    run.timeline.to_csv(draft / "timeline.csv", index=False)
    run.clauses.to_csv(draft / "clauses.csv", index=False)
    _draw(draft / "figures", run, scenario)
    (draft / MANIFEST).write_text(json.dumps(run.manifest, indent=2) + "\n")


def _draw(folder: Path, run: Run, scenario: Scenario) -> None:
    from sim import plots

    folder.mkdir()
    about = (
        f"{scenario.title}. {run.manifest['worlds']:,} simulated worlds, "
        f"protocol {run.manifest['protocol']}, seed {run.manifest['seed']}"
    )
    calendar = scenario.calendar
    marks = {"horizon of the talks": calendar.last_day}
    if calendar.deadline:
        marks = {"deadline": calendar.deadline.date, **marks}
    labels = dict(zip(run.odds["outcome"], run.odds["label"], strict=True))
    axes = {
        "odds": plots.odds(run.odds, base_rates=run.base_rates, subtitle=about),
        "timeline": plots.timeline(run.timeline, labels, marks=marks, subtitle=about),
        "clauses": plots.clauses(run.clauses, subtitle=about, signed=run.manifest["signed"]),
    }
    for name, ax in axes.items():
        ax.figure.savefig(folder / f"{name}.png", dpi=150)


def _versions() -> dict[str, str]:
    """Return the versions of Parley, Python and every runtime dependency."""
    return {
        "parley-sim": metadata.version("parley-sim"),
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in DEPENDENCIES},
    }


def _commit() -> str | None:
    """Return the commit of the checkout that this code runs from, if it is one."""
    here = Path(__file__).parent.parent
    if not (here / ".git").exists():
        return None
    try:
        asked = ["git", "-C", str(here), "rev-parse", "HEAD"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
