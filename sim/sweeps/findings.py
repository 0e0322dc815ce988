"""What a sweep found: its figure, and the part of a study's README that is written by machine.

The words of a finding are a person's. Between two marks of the README stand the figure, the odds,
and the command, date and digest of the run that they come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sim.errors import problem
from sim.runs.pages import page
from sim.show.parts import Note, Part, Picture, Row, records
from sim.show.report import Report
from sim.show.reports.odds import odds_table, untold
from sim.show.reports.sweep import name_of_point, points_table, widest
from sim.show.words import counted, setting
from sim.sweeps.studies import Differences, HeatMap, Study
from sim.sweeps.sweep import DONE, Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FIGURE = "figure.png"
BEGIN = "<!-- Written by `parley sweep experiment=... --write`; words belong outside. -->"
MOST_ROWS = 24  # of a table in a README
_MOST_DIFFERENCES = 12  # in a figure that no study chose


def draw(study: Study, sweep: Sweep) -> Axes:
    """Draw a study's figure of a sweep.

    Raises:
        ScenarioError: when the sweep does not hold what the figure shows.
    """
    figure, labels = study.file.figure, study.file.labels
    if isinstance(figure, HeatMap):
        return sweep.plot.heat_map(figure.x, figure.y, figure.outcome, labels)
    if isinstance(figure, Differences):
        names = _names(sweep, lambda row: name_of_point(row, labels, sweep.parameters))
        return _differences(sweep, figure.outcomes or list(sweep.outcomes), names)
    if len(sweep.index) > 1:
        rule = "of kind odds shows one point, and there are more: use differences or heat_map"
        raise problem("figure", rule, len(sweep.index))
    return sweep.plot.odds(0)


def draw_what_varies(sweep: Sweep) -> Axes:
    """Draw the figure that suits a sweep of which no study says what to show.

    The odds of a single point; over two paths a heat map of the outcome whose odds vary most; else
    how other points differ from the first, in the outcomes whose odds vary most.

    Raises:
        ScenarioError: when none suits: two paths that make no grid, many points that are no such
            grid, points that do not share their draws.
    """
    index, outcomes = sweep.index, widest(sweep.index, sweep.outcomes)
    if not outcomes:
        raise problem("figure", "needs a point that is done")
    if len(index) == 1:
        return sweep.plot.odds(0)
    if not sweep.manifest["paired"]:
        raise problem("figure", "cannot tell chance from what varies: the points share no draws")
    varied = [path for path in sweep.parameters if index[path].nunique(dropna=False) > 1]
    if len(varied) == 2 and index[varied].notna().all(axis=None):
        up, across = varied
        return sweep.plot.heat_map(across, up, outcomes[0])
    others = len(index) - 1
    if others > _MOST_DIFFERENCES:
        rule = f"a heat map needs two paths, and {others + 1:,} points are too many to set side"
        raise problem("figure", f"{rule} by side")
    return _differences(sweep, outcomes[: _MOST_DIFFERENCES // others], _told_apart(sweep, varied))


def _told_apart(sweep: Sweep, varied: Sequence[str]) -> dict[int, str]:
    """Return what to call points without labels: numbers of one path stand for themselves."""
    from pandas.api.types import is_numeric_dtype

    if len(varied) != 1 or not is_numeric_dtype(sweep.index[varied[0]]):
        return _names(sweep, lambda row: name_of_point(row, {}, varied))
    (path,) = varied
    names = _names(sweep, lambda row: f"at {setting(row[path])}")
    return names | {0: f"{path} {names[0]}"} if 0 in names else names


def _names(sweep: Sweep, name: Callable[[Row], str]) -> dict[int, str]:
    """Return what to call each point that is done."""
    rows = records(sweep.index)
    return {int(row["point"]): name(row) for row in rows if row["status"] == DONE}


def figure_of(study: Study | None) -> Callable[[Sweep, Path], None]:
    """Return what draws the figure of a sweep into a folder, as its study asks if it has one."""

    def write(sweep: Sweep, folder: Path) -> None:
        ax = draw(study, sweep) if study else draw_what_varies(sweep)
        cast("Figure", ax.figure).savefig(folder / FIGURE, dpi=150)

    return write


def write_findings(study: Study, sweep: Sweep, command: str) -> Path:
    """Write a sweep's figure, odds, date and digest into its study's README; return the file.

    The figure is drawn as the study asks for it now, also of a sweep that was played before.

    Raises:
        ScenarioError: when the README has lost its marks, or the sweep does not hold what the
            figure shows.
        OSError: when it cannot be written.
    """
    title = study.name.replace("_", " ").capitalize()
    readme = page(study.folder, BEGIN, f"# {title}\n\n{study.file.question}")
    figure_of(study)(sweep, study.folder)
    return readme.write(_part(study, sweep, command))


def _differences(sweep: Sweep, outcomes: Sequence[str], names: Mapping[int, str]) -> Axes:
    """Draw how each other point differs from the first, one block of rows for each outcome."""
    import pandas as pd

    from sim.show import figures

    others = [point for point in names if point != 0]
    if not others or 0 not in names:
        raise problem("figure", "needs two points that are done, the first among them")
    tables = {point: sweep.differences(0, point).set_index("outcome") for point in others}
    rows = pd.DataFrame(
        [
            {"outcome": outcome, **tables[point].loc[outcome], "case": names[point]}
            for outcome in outcomes
            for point in others
            if outcome in tables[point].index
        ]
    )
    what = f"{names[others[0]]} against" if len(others) == 1 else "Each against"
    subtitle = f"{what[:1].upper()}{what[1:]} {names[0]}. {sweep.manifest['title']}. {sweep.size}"
    return figures.differences(rows if len(others) > 1 else rows.drop(columns="case"), subtitle)


def _part(study: Study, sweep: Sweep, command: str) -> str:
    about = sweep.manifest
    worlds = about["draws"] * about["replications"]
    played = (
        f"Run on {about['written'][:10]} with Parley {about['versions']['parley-sim']}: "
        f"{counted(about['points'], 'point')} of {worlds:,} worlds "
        f"({about['draws']:,} draws x {about['replications']:,}), seed {about['seed']}, "
        f"digest `{about['digest'][:16]}`."
    )
    return f"{_report(study, sweep).written('markdown')}\n{played}\n\n    {command}\n"


def _report(study: Study, sweep: Sweep) -> Report:
    """Return the figure, and the odds of the points if they are few enough to be read."""
    parts: list[Part] = [Picture(study.file.question, Path(FIGURE))]
    rows = records(sweep.index)
    if len(rows) == 1:
        parts.append(odds_table("", sweep.odds))
        parts += [Note(said) for said in [untold(sweep.odds)] if said]
    elif len(rows) <= MOST_ROWS:
        labels = {path: path for path in sweep.parameters} | study.file.labels
        known = sweep.outcomes
        asked = {name: known[name] for name in study.file.outcomes if name in known}
        parts.append(points_table("", sweep.parameters, asked | known, rows, labels))
    return Report("", tuple(parts))
