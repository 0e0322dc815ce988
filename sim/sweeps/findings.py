"""What a study found: its figure, and the part of its README that is written by machine.

The words of a finding are a person's. Between two marks of the README stand the figure, the odds,
and the command, date and digest of the run that they come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sim.errors import problem
from sim.runs.folder import whole
from sim.show.words import UNTOLD_MEANS, any_untold, assumed, percent, span
from sim.sweeps.studies import Differences, HeatMap, Study
from sim.sweeps.sweep import DONE, Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

README, FIGURE = "README.md", "figure.png"
BEGIN = "<!-- Written by `parley sweep experiment=... --write`; words belong outside. -->"
END = "<!-- End of what is written by machine. -->"
MOST_ROWS = 24  # of a table in a README


def draw(study: Study, sweep: Sweep) -> Axes:
    """Draw a study's figure of a sweep.

    Raises:
        ScenarioError: when the sweep does not hold what the figure shows.
    """
    figure, labels = study.file.figure, study.file.labels
    if isinstance(figure, HeatMap):
        return sweep.plot.heat_map(figure.x, figure.y, figure.outcome, labels)
    if isinstance(figure, Differences):
        return _differences(sweep, figure.outcomes, labels)
    return sweep.plot.odds(0)


def figure_of(study: Study) -> Callable[[Sweep, Path], None]:
    """Return what draws a study's figure of a sweep into a folder."""

    def write(sweep: Sweep, folder: Path) -> None:
        cast("Figure", draw(study, sweep).figure).savefig(folder / FIGURE, dpi=150)

    return write


def write_findings(study: Study, sweep: Sweep, command: str) -> Path:
    """Write a sweep's figure, odds, date and digest into its study's README; return the file.

    The figure is drawn as the study asks for it now, also of a sweep that was played before.

    Raises:
        ScenarioError: when the README has lost its marks, or the sweep does not hold what the
            figure shows.
        OSError: when it cannot be written.
    """
    readme = study.folder / README
    title = study.name.replace("_", " ").capitalize()
    new = f"# {title}\n\n{study.file.question}\n\n{BEGIN}\n{END}\n"
    text = readme.read_text(encoding="utf-8") if readme.exists() else new
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        rule = f"needs two lines, {BEGIN} and {END}, between which the run is written"
        raise problem(str(readme), rule)
    figure_of(study)(sweep, study.folder)
    with whole(readme) as draft:
        part = _part(study, sweep, command)
        draft.write_text(f"{before}{BEGIN}\n{part}\n{END}{after}", encoding="utf-8")
    return readme


def name_of_point(values: Mapping[str, Any], labels: Mapping[str, str], paths: list[str]) -> str:
    """Return what to call a point: its values by their paths, or its case alone.

    >>> name_of_point({"seed": 1, "protocol": "offers"}, {"protocol": "rules"}, ["protocol"])
    'rules = offers'
    >>> name_of_point({"case": "scandal"}, {"scandal": "a scandal"}, ["case"])
    'a scandal'
    """
    if paths == ["case"]:
        return labels.get(str(values["case"]), str(values["case"]))
    return ", ".join(f"{labels.get(path, path)} = {_value(values[path], labels)}" for path in paths)


def _differences(sweep: Sweep, outcomes: list[str], labels: Mapping[str, str]) -> Axes:
    """Draw how each other point differs from the first, one block of rows for each outcome."""
    import pandas as pd

    from sim.show import figures

    names = {
        int(row["point"]): name_of_point(row, labels, sweep.parameters)
        for row in _rows(sweep)
        if row["status"] == DONE
    }
    others = [point for point in names if point != 0]
    if not others or 0 not in names:
        raise problem("figure", "needs two points that are done, the first among them")
    wanted = outcomes or list(sweep.outcomes)
    tables = {point: sweep.differences(0, point).set_index("outcome") for point in others}
    rows = pd.DataFrame(
        [
            {"outcome": outcome, **tables[point].loc[outcome], "case": names[point]}
            for outcome in wanted
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
    lines = [
        f"![{study.file.question}]({FIGURE})",
        "",
        *_markdown(study, sweep),
        f"Run on {about['written'][:10]} with Parley {about['versions']['parley-sim']}: "
        f"{about['points']:,} point{'s' * (about['points'] != 1)} of {worlds:,} worlds "
        f"({about['draws']:,} draws x {about['replications']:,}), seed {about['seed']}, "
        f"digest `{about['digest'][:16]}`.",
        "",
        f"    {command}",
        "",
    ]
    return "\n".join(lines)


def _markdown(study: Study, sweep: Sweep) -> list[str]:
    """Return the odds of the points as a table, if they are few enough to be read."""
    rows, labels = _rows(sweep), study.file.labels
    if len(rows) > MOST_ROWS:
        return []
    if len(rows) == 1:
        return [*_odds_of_one_point(sweep), ""]
    outcomes = sweep.outcomes
    heads = [*(labels.get(path, path) for path in sweep.parameters), *outcomes.values()]
    table = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for row in rows:
        cells = [_value(row[path], labels) for path in sweep.parameters]
        cells += [percent(row[f"odds_{name}"]) for name in outcomes]
        table.append(f"| {' | '.join(cells)} |")
    return [*table, ""]


def _odds_of_one_point(sweep: Sweep) -> list[str]:
    odds: Any = sweep.odds.to_dict("records")
    return [
        "| outcome | odds | Monte Carlo, 95% | assumptions, 5% to 95% |",
        "|---|---|---|---|",
        *(
            f"| {row['label']} | {percent(row['probability'])} | "
            f"{span(row['low'], row['high'])} | "
            f"{assumed(row['assumption_low'], row['assumption_high'])} |"
            for row in odds
        ),
        *(["", f"{UNTOLD_MEANS}."] if any_untold(sweep.odds) else []),
    ]


def _rows(sweep: Sweep) -> list[dict[str, Any]]:
    rows: Any = sweep.index.to_dict("records")
    return list(rows)


def _value(value: Any, labels: Mapping[str, str]) -> str:
    shown = f"{value:.4g}" if isinstance(value, float) else str(value)
    return labels.get(shown, shown)
