"""The terminal itself: what is shown on it, and a bar while worlds are played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from sim.show.report import Report
from sim.show.writers import terminal


def show(report: Report) -> None:
    """Print a report, as wide as the terminal is."""
    terminal.put(Console(), report.title, report.parts)


@contextmanager
def progress_bar(total: int, things: str = "worlds") -> Iterator[Callable[[int], None]]:
    """Yield what to tell the number of things done; shown on stderr if a terminal."""
    out = Console(stderr=True)
    columns = (TextColumn(f"playing {things}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        task = progress.add_task(things, total=total)
        yield lambda done: progress.update(task, completed=done)
