"""A run's folder read back: one door to its manifest, configuration, tables and worlds.

A folder of an earlier version may lack a file, a column or an entry of the manifest: whoever asks
for it is told what, which version wrote the run, and what to do.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from sim.errors import ScenarioError, problem, shorten
from sim.outside.files import read_bytes
from sim.outside.tables import read_table
from sim.runs import cells, provenance
from sim.runs.folder import MANIFEST
from sim.runs.manifests import refuse_if_impossible
from sim.runs.stated import read_stated
from sim.settings.configuration import Configuration, configure

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sim.draws.streams import Floats

CONFIG = "config.yaml"
WORLDS, DRAWS = "worlds.parquet", "draws.parquet"
# Of the folder: 4 did not keep who refused the last text, in 3 every world counted and draws
# weighed alike, 2 had no questions, 1 neither draws nor events nor totals.
FORMAT = 5
TABLES = {
    "odds": {
        "outcome": "str",
        "label": "str",
        "probability": "float64",
        "low": "float64",
        "high": "float64",
        "assumption_low": "float64",
        "assumption_high": "float64",
        "worlds": "int64",
    },
    "totals": {
        "total": "str",
        "label": "str",
        "probability": "float64",
        "low": "float64",
        "high": "float64",
        "assumption_low": "float64",
        "assumption_high": "float64",
    },
    "questions": {
        "id": "str",
        "label": "str",
        "by": "datetime64[s]",
        "probability": "float64",
        "low": "float64",
        "high": "float64",
        "assumption_low": "float64",
        "assumption_high": "float64",
    },
    "events": {
        "event": "str",
        "date": "datetime64[s]",
        "probability": "float64",
        "low": "float64",
        "high": "float64",
    },
    "timeline": {"date": "datetime64[s]", "outcome": "str", "probability": "float64"},
    "clauses": {
        "clause": "str",
        "option": "str",
        "signed_share": "float64",
        "first_text_share": "float64",
        "clause_label": "str",
        "option_label": "str",
    },
    "forms": {
        "form": "str",
        "outcome": "str",
        "probability": "float64",
        "low": "float64",
        "high": "float64",
    },
    "base_rates": {
        "label": "str",
        "model": "float64",
        "base": "float64",
        "base_low": "float64",
        "base_high": "float64",
    },
}
PARTS = (CONFIG, *(f"{table}.csv" for table in TABLES), WORLDS, DRAWS, "figures", MANIFEST)
_ADDED = {"clause_label": "clause", "option_label": "option"}  # what earlier folders have instead
_STATED = {
    "scenario": str,
    "seed": int,
    "draws": int,
    "replications": int,
    "worlds": int,
    "signed": int,
    "protocol": str,
    "config_sha256": str,
    "digest": str,
    "versions": dict,
}
_WEIGHED = 4  # the first format in which worlds may contradict what is known, and draws weigh
REFUSALS = 5  # the first in which worlds keep who refused the last text
_KINDS = {str: "text", int: "whole number", dict: "mapping"}


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a finished run's manifest.

    Raises:
        ScenarioError: when there is none, it is no JSON mapping, or it lacks what a run states.
    """
    file = folder / MANIFEST
    if not os.path.isfile(file):  # nor is anything under a name that is too long
        rule = f"holds no finished run: there is no {MANIFEST} in it"
        raise problem(shorten(str(folder)), rule)
    manifest = read_stated(file)
    if "sweep" in manifest:
        rule = f"holds a sweep, not a run; name one of its runs, such as {folder / 'runs' / '0000'}"
        raise problem(str(folder), rule)
    if missing := [name for name in _STATED if name not in manifest]:
        raise problem(str(file), _lacks(missing, folder, manifest))
    for name, kind in _STATED.items():
        if not isinstance(manifest[name], kind) or isinstance(manifest[name], bool):
            raise problem(str(file), f"{name} must be a {_KINDS[kind]}", manifest[name])
    refuse_if_impossible(file, manifest)
    return manifest


def read_config(folder: Path) -> str:
    """Return the path of a finished run's configuration.

    Raises:
        ScenarioError: when the folder holds no finished run.
    """
    return str(_part(folder, CONFIG, read_manifest(folder)))


def read_world(folder: Path, world: int) -> dict[str, Any] | None:
    """Return one row of a finished run's worlds table, or None where it holds no such table.

    Raises:
        ScenarioError: when the table cannot be read, or lacks the row.
    """
    file = folder / WORLDS
    if not file.is_file():
        return None
    manifest = read_manifest(folder)
    rows = _read_parquet(file, manifest["worlds"], filters=[("world", "=", world)]).to_pylist()
    if len(rows) != 1:
        raise problem(str(file), f"lacks the row of world {world}")
    return dict(rows[0]) if _is_weighed(manifest) else {"counts": True, **rows[0]}


def typed(table: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return some columns of a table in these types, whether it was computed or read as text."""
    import numpy as np
    import pandas as pd

    def read(values: Any, kind: str) -> Any:
        if kind.startswith("datetime"):
            return np.array(values.to_list(), dtype=kind)
        if kind == "float64":
            values = values.replace("", "nan")  # as CSV has it
        return values.astype(kind)

    return pd.DataFrame({name: read(table[name], kind) for name, kind in columns.items()})


def untold_emptied(odds: pd.DataFrame) -> pd.DataFrame:
    """Return odds without the assumption ranges that cannot be told.

    The first format had the odds themselves in their place, twice, as if they were certain.
    """
    ends = odds[["assumption_low", "assumption_high"]]
    untold = ends.eq(odds["probability"], axis=0).all(axis=1)
    return odds.assign(**ends.mask(untold))


@dataclass(frozen=True)
class RunFolder:
    """A run's parts in its folder."""

    folder: Path

    def configuration(self) -> Configuration:
        """Return what was run, as `config.yaml` holds it.

        Raises:
            ScenarioError: when it is not there, is not what was run, or this version cannot use it.
        """
        file = _part(self.folder, CONFIG, self._manifest())
        refuse_if_edited(file, self._manifest())
        try:
            return configure(config=str(file))
        except ScenarioError as error:
            then, now = _version(self._manifest()), provenance.versions()["parley-sim"]
            if then == now:
                raise
            rule = f"was written by Parley {then}; this is {now}, which cannot use it as it is"
            raise ScenarioError(*problem(str(file), rule).problems, *error.problems) from None

    def table(self, name: str) -> pd.DataFrame:
        """Return one of `TABLES`.

        Raises:
            ScenarioError: when it is not there, cannot be read, or lacks a column.
        """
        file = _part(self.folder, f"{name}.csv", self._manifest())
        table = read_table(file, dtype=str, keep_default_na=False)
        for column, instead in _ADDED.items():
            if column not in table and instead in table:
                table[column] = table[instead]
        self._refuse_if_lacking(file, TABLES[name], list(table.columns))
        try:
            read = typed(table, TABLES[name])
            cells.refuse_impossible(name, read)
        except (ValueError, OverflowError) as error:
            raise problem(str(file), f"cannot be read: {_first_line(error)}") from None
        return untold_emptied(read) if name == "odds" else read

    @property
    def keeps_draws(self) -> bool:
        """Return whether the worlds table is there."""
        return (self.folder / WORLDS).is_file()

    def worlds(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the worlds table, or some of its columns.

        Raises:
            ScenarioError: when it is not there, cannot be read, lacks one of them, or is not whole.
        """
        return self._worlds(None if columns is None else list(columns))

    def holds(self, name: str) -> bool:
        """Return whether one of `TABLES` is there: a folder of an earlier format has not all."""
        return (self.folder / f"{name}.csv").is_file()

    def draws(self) -> pa.Table:
        """Return the draws, one a row.

        Raises:
            ScenarioError: when the table is not there or cannot be read.
        """
        manifest = self._manifest()
        file = _part(self.folder, DRAWS, manifest)
        found = _read_parquet(file, manifest["draws"])
        cells.refuse_if_no_draws(file, found, manifest["draws"], _again(self.folder))
        return found

    def counts(self) -> pd.DataFrame:
        """Return how many of each draw's worlds ended in each outcome that came up: (D, O).

        Worlds that contradict what is known do not count.

        Raises:
            ScenarioError: when the worlds table is not there, cannot be read, or is not whole.
        """
        import pandas as pd

        ended = self._worlds(["draw", "counts", "outcome"]).to_pandas()
        ended = ended[ended["counts"]]
        counts = pd.crosstab(ended["draw"], ended["outcome"])
        return counts.reindex(range(self._manifest()["draws"]), fill_value=0)

    def log_weight(self) -> Floats:
        """Return the logarithm of each draw's weight: (D,).

        Raises:
            ScenarioError: when the table of draws is not there, cannot be read, or is not whole.
        """
        import numpy as np

        manifest = self._manifest()
        if not _is_weighed(manifest):
            return np.zeros(manifest["draws"])
        return self._of_draws("log_weight").to_numpy()

    def forms(self) -> list[str]:
        """Return the form in which each draw was modelled, "" where there is one: D.

        Raises:
            ScenarioError: when the table of draws is not there, cannot be read, lacks the forms or
                is not whole.
        """
        return list(self._of_draws("form").to_pylist())

    def kept_digest(self) -> str | None:
        """Return the digest of the worlds table, read piece by piece; None: there is none.

        Raises:
            ScenarioError: when it cannot be read.
        """
        return self.digest() if self.keeps_draws else None

    def digest(self) -> str:
        """Return the digest of the worlds table, read piece by piece.

        Raises:
            ScenarioError: when it is not there or cannot be read.
        """
        from sim.play.tables import digest_of
        from sim.runs.parquet import pieces

        manifest = self._manifest()
        return digest_of(pieces(_part(self.folder, WORLDS, manifest), manifest["worlds"]))

    def _of_draws(self, column: str) -> pa.ChunkedArray:
        manifest = self._manifest()
        file = _part(self.folder, DRAWS, manifest)
        most = manifest["draws"]
        self._refuse_if_lacking(file, [column], _read_schema(file, most).names)
        found = _read_parquet(file, most, columns=["draw", column])
        cells.refuse_if_no_draws(file, found, most, _again(self.folder))
        return found[column]

    def _worlds(self, columns: list[str] | None) -> pa.Table:
        manifest = self._manifest()
        file = _part(self.folder, WORLDS, manifest)
        needed = columns or ["world", "draw", "replication", "counts", "outcome"]
        if not _is_weighed(manifest):
            needed = [name for name in needed if name != "counts"]
        most = manifest["worlds"]
        self._refuse_if_lacking(file, needed, _read_schema(file, most).names)
        table = _read_parquet(file, most, columns=columns and needed)
        if table.num_rows != most:
            rule = f"holds {table.num_rows:,} worlds where the run has {most:,}"
            raise problem(str(file), f"{rule}; {_again(self.folder)}")
        cells.refuse_if_no_worlds(file, table, manifest["replications"])
        return table if _is_weighed(manifest) else _with_all_counting(table)

    def _manifest(self) -> dict[str, Any]:
        return read_manifest(self.folder)

    def _refuse_if_lacking(self, file: Path, needed: Iterable[str], has: list[str]) -> None:
        if missing := [name for name in needed if name not in has]:
            raise problem(str(file), _lacks(missing, self.folder, self._manifest()))


def _is_weighed(manifest: Mapping[str, Any]) -> bool:
    """Return whether a folder says which worlds count and what draws weigh; else all alike."""
    return manifest.get("format", 1) >= _WEIGHED


def _with_all_counting(worlds: pa.Table) -> pa.Table:
    """Return a worlds table of an earlier format with the column that it lacks."""
    import pyarrow as pa

    names = worlds.column_names
    place = names.index("replication") + 1 if "replication" in names else len(names)
    return worlds.add_column(place, "counts", pa.array([True] * worlds.num_rows, pa.bool_()))


def _part(folder: Path, name: str, manifest: Mapping[str, Any]) -> Path:
    """Return a file of a run's folder.

    Raises:
        ScenarioError: when it is not there: which version wrote the run, and what to do.
    """
    if (folder / name).is_symlink():
        raise problem(str(folder / name), "is a symbolic link, which is not followed")
    if not (folder / name).is_file():
        raise problem(str(folder), _lacks([name], folder, manifest))
    return folder / name


def refuse_if_edited(config: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a configuration that is not the one that was run.

    Raises:
        ScenarioError: when its digest is not the manifest's.
    """
    if sha256(read_bytes(config)).hexdigest() != manifest["config_sha256"]:
        rule = (
            f"was changed after the run: its SHA-256 is not the one in the manifest. What it says "
            f"now is another run: parley run --config {quote(str(config))}, then parley compare"
        )
        raise problem(str(config), rule)


def _lacks(missing: Sequence[str], folder: Path, manifest: Mapping[str, Any]) -> str:
    """Say what a run's folder lacks, which version wrote it, and what to do."""
    by, now = _version(manifest), provenance.versions()["parley-sim"]
    wrote = f"it was written by Parley {by}" if by else "it does not say which Parley wrote it"
    return f"lacks {', '.join(missing)}; {wrote}, this is {now}; {_again(folder)}"


def _again(folder: Path) -> str:
    if not (folder / CONFIG).is_file():
        return "the run cannot be repeated without its config.yaml: run its scenario again"
    return f"run it again: parley run --config {quote(str(folder / CONFIG))}"


def _version(manifest: Mapping[str, Any]) -> str | None:
    """Return the version of Parley that a manifest names, if it names one."""
    versions = manifest.get("versions")
    return versions.get("parley-sim") if isinstance(versions, dict) else None


def _read_schema(file: Path, most: int) -> pa.Schema:
    from sim.runs.parquet import measured

    return measured(file, most)


def _read_parquet(file: Path, most: int, **chosen: Any) -> pa.Table:
    from sim.runs.parquet import read_parquet

    return read_parquet(file, most, **chosen)


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
