"""A run as one page to hand on: its chapters in their order, written into a file that is whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import problem
from sim.runs import chapters
from sim.runs.folder import whole
from sim.show.page import Page, Section
from sim.show.words import day_in_words

if TYPE_CHECKING:
    from sim.runs.run import Run

# Name, heading, what tells it. A chapter that has nothing to say of a run is left out.
CHAPTERS: tuple[tuple[str, str, Callable[[Run], chapters.Told]], ...] = (
    ("question", "The question", chapters.question),
    ("answer", "The answer in short", chapters.answer),
    ("sureness", "How sure this is", chapters.sureness),
    ("endings", "How it may end", chapters.endings),
    ("questions", "What people ask of the talks", chapters.questions),
    ("forms", "Each way to model how they bargain", chapters.forms),
    ("dates", "What happens by when", chapters.dates),
    ("why", "Why there is no deal", chapters.in_the_way),
    ("drivers", "What matters most", chapters.matters),
    ("levers", "What would change it", chapters.levers),
    ("best", "Which texts have the best chance", chapters.best),
    ("terms", "What signed texts say", chapters.terms),
    ("home", "Polls and stances beside the model", chapters.home),
    ("record", "Beside the record of comparable cases", chapters.record),
    ("basis", "What the numbers rest on", chapters.basis),
    ("again", "How to get the same again", chapters.again),
    ("bounds", "What this is not", chapters.bounds),
)


def page(run: Run) -> Page:
    """Return the page of a run.

    Raises:
        ScenarioError: when the run lacks a part that the page tells of.
    """
    told = (Section(name, heading, tuple(tell(run))) for name, heading, tell in CHAPTERS)
    day, worlds = day_in_words(run.scenario.calendar.start), run.manifest["worlds"]
    about = (
        f"Odds as of {day}, from {worlds:,} simulated courses of the talks. What they rest on, and "
        "what they are not, stands at the end."
    )
    return Page(run.scenario.title, about, tuple(told))


def write_page(run: Run, file: Path, force: bool = False) -> Path:
    """Write the page of a run into a file, whole or not at all; return the file.

    Args:
        run: the run.
        file: where to.
        force: whether to replace the file if it is there.

    Raises:
        ScenarioError: when the file is there, cannot be there, or the run lacks a part.
        OSError: when it cannot be written.
    """
    refuse_if_there(file, force)
    text = page(run).written()
    with whole(file) as draft:
        draft.write_text(text, encoding="utf-8")
    return file


def refuse_if_there(file: Path, force: bool) -> None:
    """Refuse a file that is there, unless told to replace it, and one that cannot be.

    Raises:
        ScenarioError: when it is refused.
    """
    if file.is_dir():
        raise problem("output", "is a folder; name a file in it, such as report.html", str(file))
    if not file.parent.is_dir():
        raise problem("output", f"there is no folder {file.parent}; make it first", str(file))
    if file.exists() and not force:
        raise problem("output", "exists; choose another name, or --force to replace", str(file))
