"""The terminal itself: what is shown on it, and a bar while worlds are played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from sim.outside.text import while_it_is_read
from sim.show.report import Report
from sim.show.writers import terminal


class _Screen(Console):
    """A console that leaves it to its caller what to do where nobody reads it any more."""

    def on_broken_pipe(self) -> None:
        """Say so; rich itself would end the process."""
        raise BrokenPipeError


def show(report: Report) -> None:
    """Print a report, as wide as the terminal is."""
    with while_it_is_read():
        terminal.put(_Screen(), report.title, report.parts)


class Rate(ProgressColumn):
    """How many things are done in a second, as of late."""

    def get_table_column(self) -> Column:
        """Return a column that is never broken into two lines."""
        return Column(no_wrap=True)

    def render(self, task: Task) -> Text:
        """Return it in words; nothing where it is not known yet.

        >>> Rate().words(9751.2, "worlds"), Rate().words(0.1234, "points")
        ('9,751 worlds/s', '0.12 points/s')
        """
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else self.words(speed, task.description))

    def words(self, speed: float, things: str) -> str:
        """Return a rate in words."""
        number = f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}"
        return f"{number} {things}/s"


@contextmanager
def progress_bar(total: int, things: str = "worlds") -> Iterator[Callable[[float], None]]:
    """Yield what to tell the number of things done; shown on stderr if a terminal.

    Beside the bar stand how fast it goes and how long it will take if it goes on so.
    """
    out = Console(stderr=True)
    columns = (
        TextColumn(f"playing {things}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
    )
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        task = progress.add_task(things, total=total)
        yield lambda done: progress.update(task, completed=done)
