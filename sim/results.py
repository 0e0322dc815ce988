"""The run folder: a run played into its files, written once and read back whole.

A run is what one ensemble gave: the worlds table and its digest, the odds, the timeline, the
clauses, the figures, and a manifest that says what made them.
"""

from __future__ import annotations

import datetime
import json
import platform
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sim import provenance
from sim.ensemble import Ensemble, play
from sim.errors import problem
from sim.folder import MANIFEST, published_at_the_end
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.tables import Tally

CONFIG = "config.yaml"
WORLDS = "worlds.parquet"
PARTS = (CONFIG, "odds.csv", "timeline.csv", "clauses.csv", WORLDS, "figures", MANIFEST)


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, its manifest and its small tables."""

    folder: Path
    manifest: Mapping[str, Any]
    odds: pd.DataFrame
    timeline: pd.DataFrame
    clauses: pd.DataFrame
    base_rates: pd.DataFrame


def simulate_into(
    folder: Path | None,
    ensemble: Ensemble,
    about: Mapping[str, Any],
    config: str,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
    force: bool = False,
) -> Run:
    """Play an ensemble and write its run folder.

    Args:
        folder: where to; None: a new one of its own, outputs/<scenario>/<date>_<time>.
        ensemble: the worlds to play.
        about: what the manifest says of the run beside what is measured here; its `scenario`
            names the default folder.
        config: the resolved configuration, as YAML.
        workers: processes.
        progress: told the number of worlds done.
        force: whether to replace a run that the folder holds.

    Raises:
        ScenarioError: when the folder is taken or cannot be made, or an actor's utilities have
            no scale in some draw.
        OSError: when the folder cannot be written, as on a full disk.
        ChildProcessError: when a process died.
    """
    started = time.perf_counter()
    stamp = f"{datetime.datetime.now():%Y-%m-%d_%H-%M-%S}"
    default = Path("outputs", str(about.get("scenario", "scenario")), stamp)
    with published_at_the_end(folder, default, PARTS, force) as draft:
        tally, digest = write_worlds(draft.path / WORLDS, ensemble, workers, progress)
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
            "digest": digest,
            "versions": provenance.versions(),
            "git_commit": provenance.commit(),
            "code_sha256": provenance.code_sha256(),
            "processor": provenance.processor(),
            "platform": platform.platform(),
            "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        }
        run = Run(
            draft.folder,
            manifest,
            tally.odds(),
            tally.timeline(),
            tally.clauses(),
            tally.base_rates(),
        )
        _write(draft.path, run, config, ensemble.scenario)
    return run


def write_worlds(
    file: Path | None,
    ensemble: Ensemble,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> tuple[Tally, str]:
    """Play an ensemble into a worlds table, batch by batch; return its counts and its digest.

    Without a file the worlds are counted and digested all the same.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
        OSError: when the file cannot be written.
        ChildProcessError: when a process died.
    """
    import pyarrow.parquet as pq

    from sim.tables import Digest, Tally, worlds_schema, worlds_table

    digest = Digest()
    tally = Tally(ensemble.scenario, ensemble.draws, ensemble.replications)
    schema = worlds_schema(ensemble.scenario)
    with pq.ParquetWriter(file, schema) if file else nullcontext() as writer:
        for record in play(ensemble, workers, progress):
            table = worlds_table(ensemble.scenario, ensemble.replications, record)
            if writer:
                writer.write_table(table)
            digest.update(table)
            tally.update(record)
    return tally, digest.hexdigest()


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


def read_world(folder: Path, world: int) -> dict[str, Any] | None:
    """Return one row of a finished run's worlds table, or None where it holds no such table.

    Raises:
        ScenarioError: when the table cannot be read, or lacks the row.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = folder / WORLDS
    if not file.is_file():
        return None
    try:
        rows = pq.read_table(file, filters=[("world", "=", world)]).to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise problem(str(file), f"cannot be read: {str(error).splitlines()[0]}") from None
    if not rows:
        raise problem(str(file), f"lacks the row of world {world}")
    return dict(rows[0])


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
        marks["deadline"] = calendar.deadline.date
    labels = dict(zip(run.odds["outcome"], run.odds["label"], strict=True))
    months, terms = scenario.aftermath.months.mean, _terms(scenario)
    axes = {
        "odds": plots.odds(run.odds, run.base_rates, about),
        "timeline": plots.timeline(run.timeline, labels, marks, about, months),
        "clauses": plots.clauses(run.clauses, terms, run.manifest["signed"], about),
    }
    for name, ax in axes.items():
        cast("Figure", ax.figure).savefig(folder / f"{name}.png", dpi=150)


def _terms(scenario: Scenario) -> dict[str, str]:
    """Return what clauses ("nato") and options ("nato.barred") are called."""
    clauses = {name: clause.label for name, clause in scenario.clauses.items()}
    options = {
        f"{name}.{option}": stated.label
        for name, clause in scenario.clauses.items()
        for option, stated in clause.options.items()
    }
    return clauses | options
