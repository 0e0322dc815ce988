"""What all commands of `parley` share: the application, exit codes, and how errors are told."""

from __future__ import annotations

import gc
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.errors import MissingSignsWarning, ScenarioError
from sim.outside.text import (
    printable,
    printable_lines,
    say,
    take_every_text,
    while_it_is_read,
)
from sim.play.interrupts import ended_as_interrupted

if TYPE_CHECKING:
    import pandas as pd

FAILED, BAD_INPUT, DIFFERENT, INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    help="Odds of negotiation outcomes, from simulated bargaining under stated assumptions.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Overrides = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH=VALUE]...",
        help="scenario=NAME or FILE.yaml, seed=7, ensemble.draws=500, protocol=offers, "
        "tactic=time_based, hydra.run.dir=DIR, or any number by its path.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout, notes to stderr.")]
ScenarioName = Annotated[str, typer.Argument(help="A scenario's name, or a path ending in .yaml.")]


class StoppedError(Exception):
    """Work that ended early: why, what is left of it in a line or more, and the exit code."""

    def __init__(self, why: str, code: int, left: str) -> None:
        super().__init__(f"{printable(why)}; {left}")
        self.code = code


def main() -> None:
    """Run the command; turn errors into messages and exit codes."""
    gc.set_threshold(50_000)  # what is imported stays: to look it through for waste takes longer
    take_every_text()
    try:
        with ended_as_interrupted(), _missing_signs_in_one_line():
            code = app(prog_name="parley", standalone_mode=False)
        with while_it_is_read():
            sys.stdout.flush()
        if code == INTERRUPTED:
            complain("interrupted")
    except (Exception, KeyboardInterrupt) as error:
        code = _told(error)
    sys.exit(code)


def _told(error: BaseException) -> int:
    """Say what an error means and return its exit code; raise one that is nobody's fault but ours.

    Typer brings its own copy of click or uses click itself, by version: so errors in how the
    command was called are known by what they can do.
    """
    if isinstance(error, StoppedError):
        first, *more = str(error).split("\n")
        complain(first)
        say("\n".join(more), file=sys.stderr, end="\n" if more else "")
        return error.code
    if was_interrupted(error):
        complain("interrupted")
        return INTERRUPTED
    if isinstance(error, ScenarioError):
        complain(*map(str, error.problems))
        return BAD_INPUT
    if isinstance(error, OSError):
        complain(what_failed(error))
        return FAILED
    if hasattr(error, "show") and hasattr(error, "exit_code"):
        error.show(file=(said := StringIO()))
        say(said.getvalue(), end="", file=sys.stderr)
        return int(error.exit_code)
    raise error


@contextmanager
def _missing_signs_in_one_line() -> Iterator[None]:
    """Tell at the end, in one line, which signs of figures no font has; other warnings as ever."""
    show, missing = warnings.showwarning, dict[str, None]()

    def collect(message: Warning | str, *where: Any, **more: Any) -> None:
        if isinstance(message, MissingSignsWarning):
            missing.update(dict.fromkeys(message.signs))
        else:
            show(message, *where, **more)

    with warnings.catch_warnings():
        warnings.showwarning = collect
        yield
    if missing:
        complain(str(MissingSignsWarning("".join(missing))))


@contextmanager
def stopped_cleanly(
    left: Callable[[], str] = lambda: "nothing unfinished was kept",
) -> Iterator[None]:
    """Tell of worlds that stop being played half-way, and what of them is left.

    Raises:
        StoppedError: when the user interrupts, or the system does not let it end.
    """
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        if was_interrupted(error):
            raise StoppedError("interrupted", INTERRUPTED, _left(error, left)) from None
        if isinstance(error, MemoryError):
            why = "out of memory (try ensemble.workers=1)"
            raise StoppedError(why, FAILED, _left(error, left)) from None
        if isinstance(error, OSError):
            raise StoppedError(what_failed(error), FAILED, _left(error, left)) from None
        raise


def _left(error: BaseException, left: Callable[[], str]) -> str:
    """Return what is left of work, as the notes of an error say it, if there are any."""
    return "; ".join(getattr(error, "__notes__", ())) or left()


def was_interrupted(error: BaseException | None) -> bool:
    """Return whether an error is an interrupt, or came up on the way out of one.

    >>> try:
    ...     try:
    ...         raise KeyboardInterrupt
    ...     finally:
    ...         {}["lost"]
    ... except KeyError as error:
    ...     print(was_interrupted(error))
    True
    """
    while error is not None:
        if isinstance(error, KeyboardInterrupt) or type(error).__name__ == "Abort":
            return True
        error = error.__cause__ or error.__context__
    return False


def what_failed(error: OSError) -> str:
    """Return what the system says went wrong, and with which file."""
    if error.strerror is None:
        return str(error)
    return f"{error.filename}: {error.strerror}" if error.filename else error.strerror


@app.callback(invoke_without_command=True)
def parley(
    version: Annotated[bool, typer.Option("--version", help="Show Parley's version.")] = False,
) -> None:
    """Odds of negotiation outcomes, from simulated bargaining under stated assumptions."""
    if version:
        from importlib.metadata import version as version_of

        say(f"parley {version_of('parley-sim')}")
        raise typer.Exit


def print_json(data: Any) -> None:
    """Print data as JSON to stdout, signs beyond ASCII as they are where all of them may be."""
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
    if printable_lines(text) != text or not _can_say(text):
        text = json.dumps(data, indent=2, allow_nan=False)
    say(text)


def _can_say(text: str) -> bool:
    """Return whether stdout has all signs of a text."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def as_records(table: pd.DataFrame) -> Any:
    """Return the rows of a table as plain data, null where a number is not there."""
    return json.loads(table.to_json(orient="records", double_precision=15))


def questions_as_data(questions: pd.DataFrame) -> Any:
    """Return the questions of a run as plain data, days as ISO has them."""
    return as_records(questions.assign(by=questions["by"].dt.strftime("%Y-%m-%d")))


def complain(*lines: str) -> None:
    """Print lines to stderr, in the name of the command; each stays one line."""
    for line in lines:
        say(f"parley: {printable(line)}", file=sys.stderr)
