"""A finished sweep: its index, its odds, and each point's draws, read back whole.

The index has a row for each point, with its parameters under their dotted paths, what became of
it and its odds; `odds.parquet` holds the whole odds tables one under the other. Both stand beside
it as CSV too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, Field, StrictBool, StrictInt, StrictStr, ValidationError

from sim.errors import ScenarioError, problem, shorten
from sim.outside.files import opened
from sim.outside.tables import write_table
from sim.runs.folder import MANIFEST
from sim.runs.parquet import read_parquet
from sim.runs.stated import read_stated
from sim.scenario.reading.schema import problems_of
from sim.sweeps.plots import SweepPlots
from sim.sweeps.points import GOES_ON, Point, read_point

if TYPE_CHECKING:
    import pandas as pd

    from sim.show.report import Report

INDEX, ODDS, POINTS, RUNS = "index.parquet", "odds.parquet", "points", "runs"
DONE, FAILED = "done", "failed"
_END = b"PAR1"
_INDEX_COLUMNS = ("point", "status", "error", "digest", "seconds", "path")
_ODDS_COLUMNS = (
    "point",
    "outcome",
    "label",
    "probability",
    "low",
    "high",
    "assumption_low",
    "assumption_high",
    "worlds",
)
_MANIFEST_FIELDS = (
    *("sweep", "title", "parameters", "points", "failed", "paired", "digest"),
    *("seed", "draws", "replications"),
)
_TEXTS = ("status", "error", "digest", "path", "outcome", "label")
_ALWAYS = ("point", "status", "outcome", "label", "probability", "worlds")
_CHANCES = ("probability", "low", "high", "assumption_low", "assumption_high")
MOST_ROWS = 10_000_000  # of its tables: the points, times the outcomes of a scenario


class SweepManifest(BaseModel):
    """What a sweep says of itself."""

    sweep: StrictStr
    title: StrictStr
    parameters: list[StrictStr]
    points: Annotated[StrictInt, Field(ge=1)]
    failed: Annotated[StrictInt, Field(ge=0)]
    paired: StrictBool
    digest: StrictStr
    seed: Annotated[StrictInt, Field(ge=0)]
    draws: Annotated[StrictInt, Field(ge=1)]
    replications: Annotated[StrictInt, Field(ge=1)]
    outcomes: list[StrictStr] = []
    written: StrictStr = ""
    versions: dict[str, StrictStr] = {}
    figure_error: StrictStr = ""


@dataclass(frozen=True, eq=False, repr=False)
class Sweep:
    """A finished sweep.

    Attributes:
        folder: where it is.
        manifest: what was swept, by what, and when.
        index: a row for each point: `point`, its parameters, `status` (done or failed), `error`,
            `digest`, `seconds`, `path`, and `odds_<outcome>` (probabilities).
        odds: for each point that is done its parameters and its odds table.
    """

    folder: Path
    manifest: Mapping[str, Any]
    index: pd.DataFrame
    odds: pd.DataFrame

    def __repr__(self) -> str:
        """Return what it is, in a line."""
        return (
            f"<Sweep of {self.manifest['sweep']}: {self.size}, over {', '.join(self.parameters)}>"
        )

    def _repr_html_(self) -> str:
        return self.report().written("html")

    @property
    def parameters(self) -> list[str]:
        """Return the paths that vary."""
        return list(self.manifest["parameters"])

    @property
    def outcomes(self) -> dict[str, str]:
        """Return the outcomes that some point has, and the label of each."""
        return dict(zip(self.odds["outcome"], self.odds["label"], strict=True))

    @property
    def size(self) -> str:
        """Return in words how many points it has, of how many worlds."""
        worlds = set(self.odds.groupby("point")["worlds"].sum())
        count = self.manifest["points"]
        points = f"{count:,} point{'s' * (count != 1)}"
        return f"{points} of {worlds.pop():,} simulated worlds" if len(worlds) == 1 else points

    @property
    def plot(self) -> SweepPlots:
        """Return the figures of this sweep: `sweep.plot.heat_map(x, y, outcome)` and friends."""
        return SweepPlots(self)

    def report(self, played: int | None = None, note: str | None = None) -> Report:
        """Return what is told of it; `played` points just now, with a note on its design."""
        from sim.show.reports.sweep import sweep_report

        return sweep_report(self.manifest, self.index, self.outcomes, self.folder, played, note)

    def draws(self, point: int) -> pd.DataFrame:
        """Return the share of each draw's worlds that ended in each outcome, a row for each draw.

        Of those that contradict nothing that is known; NaN where a draw has none.

        Raises:
            ScenarioError: when there is no such point, or it failed.
        """
        return _shares(self.point(point))

    def differences(self, a: int, b: int) -> pd.DataFrame:
        """Return how the odds of point b differ from those of point a, draw by draw.

        Returns:
            outcome, label, difference, low, high (95%, t over draws).

        Raises:
            ScenarioError: when a point is missing or failed, the sweep's points do not share
                their draws, or one draw of a point has nearly all the weight.
        """
        import pandas as pd

        from sim.analysis.odds import paired_difference

        if not self.manifest["paired"]:
            rule = "cannot be compared draw by draw: the seed or the size of the ensemble is swept"
            raise problem(str(self.folder), rule)
        points = self.point(b), self.point(a)
        if len(points[0].counts) < 2:
            raise problem(str(self.folder), "has one draw a point; a difference needs two")
        if min(point.weights.effective_draws for point in points) < 2:
            raise problem(str(self.folder), "has a point in which one draw has nearly all weight")
        after, before = map(_shares, points)
        labels, rows = dict([*points[0].outcomes, *points[1].outcomes]), []
        for name in dict.fromkeys([*before, *after]):
            ends = [side.get(name, pd.Series(0.0, side.index)) for side in (after, before)]
            found = paired_difference(
                ends[0].to_numpy(), points[0].weights, ends[1].to_numpy(), points[1].weights
            )
            rows.append((name, labels[name], found.mean, found.low, found.high))
        return pd.DataFrame(rows, columns=["outcome", "label", "difference", "low", "high"])

    def point(self, number: int) -> Point:
        """Return what is kept of a point.

        Raises:
            ScenarioError: when there is no such point, or it failed, or its file is another's.
        """
        rows = self.index[self.index["point"] == number]
        if rows.empty:
            raise problem("point", f"must be between 0 and {len(self.index) - 1}", number)
        row = rows.iloc[0]
        if row["status"] != DONE:
            raise problem("point", f"failed: {row['error']}", number)
        found = read_point(point_file(self.folder, name_of(row["path"])))
        if found.digest != row["digest"]:
            rule = f"keeps another point than the one it tells of as point {number}"
            raise problem(str(self.folder), f"{rule} ({GOES_ON})")
        draws, said = len(found.counts), self.manifest["draws"]
        if self.manifest["paired"] and draws != said:
            rule = f"keeps {draws:,} draws of point {number}, and says that there are {said:,}"
            raise problem(str(self.folder), f"{rule} ({GOES_ON})")
        return found


def name_of(path: str) -> str:
    """Return the name of a point's files, from where the index says that they are."""
    return Path(path).stem


def _shares(point: Point) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(point.shares, columns=[name for name, _ in point.outcomes])


def load_sweep(folder: Path | str) -> Sweep:
    """Return the finished sweep in a folder.

    Raises:
        ScenarioError: when there is none, it lacks what a sweep of this version has, or a part
            of it is damaged.
    """
    folder = Path(folder)
    sweep = Sweep(folder, _manifest(folder), *read_tables(folder))
    _refuse_if_incomplete(sweep)
    _refuse_if_untrue(sweep)
    paths = sweep.index.loc[sweep.index["status"] == DONE, "path"]
    files = [point_file(folder, name_of(path)) for path in paths]
    if damaged := [str(file.relative_to(folder)) for file in files if not ends_whole(file)]:
        named = f"{damaged[0]}{f' and {len(damaged) - 1:,} more' if damaged[1:] else ''}"
        raise problem(str(folder), f"lacks points, or they are cut short: {named} ({GOES_ON})")
    return sweep


def _refuse_if_incomplete(sweep: Sweep) -> None:
    """Refuse an index that lacks the odds of an outcome, or says not where a point is that is done.

    Raises:
        ScenarioError: naming the column.
    """
    file, index = sweep.folder / INDEX, sweep.index
    if lacking := [name for name in sweep.outcomes if f"odds_{name}" not in index]:
        raise problem(str(file), f"lacks the odds of {lacking[0]}, which {ODDS} has ({GOES_ON})")
    done = index[index["status"] == DONE]
    if left_out := sorted(set(done["point"]) - set(sweep.odds["point"])):
        rule = f"lacks the odds of point {left_out[0]}, which {INDEX} says is done ({GOES_ON})"
        raise problem(str(sweep.folder / ODDS), rule)
    for name in ("digest", "path"):
        if done[name].isna().any():
            raise problem(str(file), f"holds no {name} of a point that is done ({GOES_ON})")


def _refuse_if_untrue(sweep: Sweep) -> None:
    """Refuse a manifest that the tables contradict.

    Raises:
        ScenarioError: naming what differs.
    """
    index, said = sweep.index, sweep.manifest
    found = {
        "points": len(index),
        "failed": int((index["status"] == FAILED).sum()),
        "digest": _digest(records_of(index)),
    }
    for name, value in found.items():
        if said[name] != value:
            rule = f"{name} is {said[name]!r} here and {value!r} in {INDEX}"
            raise problem(str(sweep.folder / MANIFEST), f"does not describe this sweep: {rule}")
    if lacking := [path for path in said["parameters"] if path not in index]:
        rule = f"lacks the parameter {lacking[0]}, which {MANIFEST} tells of"
        raise problem(str(sweep.folder / INDEX), rule)


def records_of(index: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the number and the digest of each point, less the digest where it failed."""
    rows = zip(index["point"], index["status"], index["digest"], strict=True)
    return [
        {"point": point, **({"digest": digest} if status == DONE else {})}
        for point, status, digest in rows
    ]


def ends_whole(file: Path) -> bool:
    """Return whether a Parquet file has its end, without which nothing of it can be read."""
    try:
        with opened(file) as stream:
            stream.seek(-len(_END), os.SEEK_END)
            return stream.read(len(_END)) == _END
    except (OSError, ScenarioError):
        return False


def read_tables(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the index and the odds of a sweep.

    Raises:
        ScenarioError: when one is missing, cannot be read or lacks a column.
    """
    return _table(folder / INDEX, _INDEX_COLUMNS), _table(folder / ODDS, _ODDS_COLUMNS)


def point_file(folder: Path, name: str) -> Path:
    """Return where a sweep keeps a point."""
    return folder / POINTS / f"{name}.parquet"


def run_folder(folder: Path, name: str) -> Path:
    """Return where a sweep of few points keeps the whole run of one."""
    return folder / RUNS / name


def write_tables(
    into: Path,
    folder: Path,
    rows: Sequence[Mapping[str, Any]],
    names: Mapping[int, str],
    failures: Mapping[int, str],
) -> str:
    """Write the index and the odds of all points, also as CSV; return the digest over all of them.

    Args:
        into: the folder to write to.
        folder: the sweep's, which holds the points.
        rows: the parameters of each point, path: value.
        names: of the files of each point.
        failures: the error of each point that failed.

    Raises:
        ScenarioError: when a point cannot be read.
        OSError: when a table cannot be written.
    """
    parameters = list(dict.fromkeys(path for row in rows for path in row))
    index: list[dict[str, Any]] = []
    odds: list[dict[str, Any]] = []
    for number, values in enumerate(rows):
        if number in failures:
            row: dict[str, Any] = {"status": FAILED, "error": failures[number]}
        else:
            file, run = point_file(folder, names[number]), run_folder(folder, names[number])
            point = read_point(file)
            table: Any = point.odds().to_dict("records")
            path = run if (run / MANIFEST).is_file() else file
            row = {
                "status": DONE,
                "digest": point.digest,
                "seconds": point.seconds,
                "path": str(path.relative_to(folder)),
                **{f"odds_{each['outcome']}": each["probability"] for each in table},
            }
            odds += [{"point": number, **values, **each} for each in table]
        index.append({"point": number, **values, **row})
    shares = list(dict.fromkeys(key for row in index for key in row if key.startswith("odds_")))
    _write(into / INDEX, index, ["point", *parameters, *_INDEX_COLUMNS[1:], *shares])
    _write(into / ODDS, odds, ["point", *parameters, *_ODDS_COLUMNS[1:]])
    return _digest(index)


def _digest(index: Iterable[Mapping[str, Any]]) -> str:
    lines = [f"{row['point']} {row.get('digest', FAILED)}\n" for row in index]
    return sha256("".join(lines).encode()).hexdigest()


def _write(file: Path, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    table = {name: _column(name, [row.get(name) for row in rows]) for name in columns}
    typed = pa.table(table)
    pq.write_table(typed, file, write_page_checksum=True)
    write_table(typed.to_pandas(), file.with_suffix(".csv"))


_TYPES = {
    "point": pa.int64(),
    "worlds": pa.int64(),
    **dict.fromkeys(("status", "error", "digest", "path", "outcome", "label"), pa.string()),
    **dict.fromkeys(
        ("seconds", "probability", "low", "high", "assumption_low", "assumption_high"),
        pa.float64(),
    ),
}


def _column(name: str, values: Sequence[Any]) -> pa.Array:
    """Return a column of one type; values of several kinds, and parts with parts, become JSON."""
    if name in _TYPES:
        return pa.array(values, type=_TYPES[name])
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} and kinds:
        return pa.array(values, type=pa.int64() if kinds == {int} else pa.float64())
    if kinds in ({str}, {bool}):
        return pa.array(values)
    return pa.array(
        [None if value is None else json.dumps(value, ensure_ascii=False) for value in values],
        type=pa.string(),
    )


def _manifest(folder: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    if not os.path.isfile(file):  # nor is anything under a name that is too long
        hint = f" ({GOES_ON})" if os.path.isdir(folder / POINTS) else ""
        raise problem(
            shorten(str(folder)), f"holds no finished sweep: there is no {MANIFEST} in it{hint}"
        )
    manifest = read_stated(file)
    if "sweep" not in manifest and "worlds" in manifest:
        raise problem(str(folder), "holds a run, not a sweep")
    _refuse_lacks(file, "field", _MANIFEST_FIELDS, manifest)
    try:
        SweepManifest.model_validate(manifest)
    except ValidationError as error:
        first = problems_of(error, SweepManifest)[0]
        raise problem(str(file), f"{first.field} {first.rule}") from None
    return manifest


def _table(file: Path, columns: Sequence[str]) -> pd.DataFrame:
    if not file.is_file():
        raise problem(str(file.parent), f"lacks {file.name}, which a sweep of this version has")
    try:
        table: pd.DataFrame = read_parquet(
            file, MOST_ROWS, page_checksum_verification=True
        ).to_pandas()
    except ScenarioError as error:
        first = error.problems[0]
        raise problem(first.field, f"{first.rule} ({GOES_ON})") from None
    _refuse_lacks(file, "column", columns, table)
    _refuse_impossible(file, table)
    return table


def _refuse_impossible(file: Path, table: pd.DataFrame) -> None:
    """Refuse values that no table of a sweep holds.

    Raises:
        ScenarioError: naming the column.
    """
    from pandas.api.types import is_float_dtype, is_integer_dtype

    shares = [name for name in table.columns if name.startswith("odds_")]
    for name in table.columns.intersection([*_INDEX_COLUMNS, *_ODDS_COLUMNS, *shares]):
        column = table[name]
        if name in ("point", "worlds"):
            fits = is_integer_dtype(column) and bool((column >= 0).all())
        elif name in _TEXTS:
            fits = all(isinstance(each, str) for each in column.dropna())
        else:
            fits = is_float_dtype(column)
        if not fits or (name in _ALWAYS and column.isna().any()):
            raise problem(str(file), f"holds values of another kind under {name} ({GOES_ON})")
        if name in (*_CHANCES, *shares) and not column.dropna().between(-1e-9, 1 + 1e-9).all():
            raise problem(str(file), f"holds a share that is none under {name} ({GOES_ON})")


def _refuse_lacks(file: Path, kind: str, wanted: Iterable[str], found: Iterable[Any]) -> None:
    lacking = sorted(set(wanted) - set(found))
    if lacking:
        names = f"{kind} {lacking[0]}" if len(lacking) == 1 else f"{kind}s {', '.join(lacking)}"
        raise problem(str(file), f"lacks the {names}, which a sweep of this version has")
