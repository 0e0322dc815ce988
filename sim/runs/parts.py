"""What is made of a run once its worlds are played: its figures.

They are made side by side where other processes can be had at once.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sim.errors import MissingSignsWarning, ScenarioError
from sim.play.executors import SERIAL, Executor
from sim.runs.posterior import known_of
from sim.runs.run import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = ("odds", "timeline", "clauses")
POSTERIOR = "posterior"  # where something is known


def make_figures(folder: Path, run: Run, executor: Executor) -> None:
    """Write a run's figures into its folder.

    Raises:
        OSError: when they cannot be written.
        ChildProcessError: when a process died.

    Warns:
        MissingSignsWarning: when no font on this machine has some sign.
    """
    (folder / "figures").mkdir()
    files = {name: folder / "figures" / f"{name}.png" for name in (*FIGURES, POSTERIOR)}
    parts = [partial(_draw, files[name], run, name) for name in FIGURES]
    if known_of(run.scenario):
        parts.append(partial(_draw_posterior, files[POSTERIOR], run))
    place = executor if executor.starts_at_once else SERIAL
    for missing in place.map(_made, parts):
        for warning in missing:
            warnings.warn(warning, stacklevel=2)


def _made(make: Callable[[], object]) -> list[MissingSignsWarning]:
    """Make a part; return its warnings, which else would stay in the process they arise in."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", MissingSignsWarning)
        make()
    return [each.message for each in caught if isinstance(each.message, MissingSignsWarning)]


def _draw_posterior(file: Path, run: Run) -> None:
    """Draw what evidence says of numbers, if there is any that differs between draws."""
    with suppress(ScenarioError):
        _draw(file, run, POSTERIOR)


def _draw(file: Path, run: Run, name: str) -> None:
    from matplotlib import rc_context

    # Letters as designed rather than fitted to the pixels, and stored with little effort: at this
    # resolution nobody sees it, and it saves a fifth of the time.
    with rc_context({"text.hinting": "none"}):
        figure = cast("Figure", getattr(run.plot, name)().figure)
        figure.savefig(file, dpi=150, pil_kwargs={"compress_level": 1})
