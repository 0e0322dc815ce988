"""What is told of what drives some odds: numbers above what chance reaches, groups, a box.

Of a number the table has path, label, importance, sign, low_mean, high_mean and basis, as
`Run.drivers` has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from sim.show.cells import Cell, Share, Text
from sim.show.parts import Note, Part, Table, figures, records, tabled, words
from sim.show.report import Report
from sim.show.words import UNTOLD, counted, listed, percent, quoted

if TYPE_CHECKING:
    import pandas as pd

MOST, BELOW = 15, 3  # rows of numbers that chance would let none be, and of the next ones
MOST_GROUPS = 12
_LONGEST_BASIS, _LONGEST_LABEL = 90, 90  # signs in a table; JSON and Python have all
_HOW_TO_READ = (
    "Explains: the part of what the odds differ by between draws that a number accounts for by "
    "itself. Low and high: the odds in the twentieth of the draws in which it is lowest and "
    "highest (of forms: in that in which they are least and greatest). The line: what the best of "
    "as many numbers without effect reaches in one case of 100."
)
_CANNOT = (
    "What drives these odds cannot be told: draws differ by no more than chance makes them. More "
    "replications, or more draws, could tell."
)
_TOTAL = (
    "What would be left of the differences between draws if all but a group were known, its "
    "effects together with others among it (total order; more than it explains: interactions). Of "
    "numbers as they are assumed, before evidence."
)


class Split(Protocol):
    """What is uncertain, as parts of 1."""

    @property
    def chance(self) -> float:
        """Return what only chance decides."""

    @property
    def assumed(self) -> float:
        """Return what is assumed."""

    @property
    def form(self) -> float:
        """Return how bargaining is modelled."""


class Found(Protocol):
    """A box, and what is in it."""

    @property
    def mass(self) -> float:
        """Return its part of all weight."""

    @property
    def density(self) -> float:
        """Return the odds in it."""

    @property
    def overall(self) -> float:
        """Return the odds of all draws."""

    @property
    def coverage(self) -> float:
        """Return which part of all that is sought lies in it."""

    @property
    def times(self) -> float:
        """Return how many times as likely it is there."""


def drivers_report(
    title: str,
    of: str,
    odds: float,
    effective_draws: float,
    table: pd.DataFrame,
    threshold: float,
    groups: pd.DataFrame,
    split: Split | None,
    box: str | None,
    total: pd.DataFrame | None,
) -> Report:
    """Return what is told of what drives the odds of something.

    Args:
        title: what was simulated.
        of: what it is.
        odds: of it.
        effective_draws: how many draws of equal weight tell it.
        table: of numbers, the most important first.
        threshold: what the best of as many numbers without effect reaches.
        groups: by, group, numbers, importance, chance.
        split: what is uncertain; None: it cannot be told.
        box: where it is likeliest, in words; None: it was not asked for.
        total: by, group, total, error; None: it was not asked for.
    """
    head = Note(f"What drives the odds of {quoted(of)}: {percent(odds)}")
    if table["importance"].isna().all():
        return Report(title, (head, Note(_CANNOT)))
    above = table[table["importance"] > threshold]
    parts: list[Part] = [
        head,
        Note(finding(above, len(table), effective_draws)),
        _numbers(table, len(above), threshold),
        Note(_HOW_TO_READ, quiet=True),
        *_groups(groups),
    ]
    if split is not None:
        parts.append(Note(divided(split)))
    if box is not None:
        parts.append(Note(box))
    if total is not None:
        parts += [_totals(total), Note(_TOTAL, quiet=True)]
    return Report(title, tuple(parts))


def finding(above: pd.DataFrame, of: int, effective_draws: float) -> str:
    """Return in a sentence or two which number the odds rest on most, and what that rests on."""
    among = f"Of {counted(of, 'number')} that differ between draws"
    worth = f"as far as {counted(round(effective_draws), 'draw')} of equal weight can tell"
    if not len(above):
        return f"{among} none stands out by itself from what chance makes, {worth}."
    first = records(above.head(1))[0]
    assumed = str(first["basis"]).startswith("assumption")
    rests = "which is assumed" if assumed else f"which rests on {clipped(first['basis'], 60)}"
    most = f"The odds rest most on {quoted(clipped(first['label'], 120))}, {rests}."
    stand = "stands" if len(above) == 1 else "stand"
    return f"{most} {among} {len(above)} {stand} out from what chance makes, {worth}."


def divided(split: Split) -> str:
    """Return how what is uncertain divides.

    >>> from types import SimpleNamespace
    >>> divided(SimpleNamespace(chance=0.7, assumed=0.3, form=0.0))
    'Of what is uncertain about it, 70% is chance and 30% what is assumed.'
    """
    shares = {"chance": split.chance, "what is assumed": split.assumed}
    if split.form > 0:
        shares["how bargaining is modelled"] = split.form
    (first, part), *rest = shares.items()
    said = [f"{percent(part, 0)} is {first}", *(f"{percent(p, 0)} {what}" for what, p in rest)]
    return f"Of what is uncertain about it, {listed(said)}."


def side_in_words(
    label: str, low: float | None, high: float | None, kinds: Sequence[str] = ()
) -> str:
    """Return what a box says of a number.

    >>> side_in_words("us: no deal", None, 0.314), side_in_words("form", None, None, ["offers"])
    ('“us: no deal” is below 0.314', '“form” is offers')
    """
    name = quoted(label)
    if kinds:
        return f"{name} is {' or '.join(kinds)}"
    if low is not None and high is not None:
        return f"{name} is between {low:.3g} and {high:.3g}"
    return f"{name} is above {low:.3g}" if low is not None else f"{name} is below {high:.3g}"


def box_in_words(of: str, box: Found | None, sides: Sequence[str]) -> str:
    """Return where something is likeliest, and how much of it lies there."""
    if box is None:
        return (
            f"No box: no number stands out from chance, so there is nothing to look along for "
            f"where {quoted(of)} is likelier."
        )
    return (
        f"{quoted(of)} is {_times(box.times)} as likely where {listed(sides)}: "
        f"{percent(box.density)} against {percent(box.overall)}. That is {percent(box.mass, 0)} of "
        f"the draws and {percent(box.coverage, 0)} of all worlds with it. (Found in these draws, "
        f"so somewhat too good.)"
    )


def clipped(text: str, longest: int) -> str:
    """Return the beginning of a text that is too long, cut between words where it has any.

    >>> clipped("a promise that its giver prices", 20)
    'a promise that...'
    """
    if len(text) <= longest:
        return text
    start = text[: longest - 3]
    return f"{start.rsplit(' ', 1)[0] if ' ' in start else start}..."


def _times(times: float) -> str:
    """Return how many times as likely something is, in words.

    >>> _times(3.02), _times(1.44), _times(2.0)
    ('3 times', '1.4 times', 'twice')
    """
    number = f"{times:.1f}".removesuffix(".0") if times < 10 else f"{times:.0f}"
    return "twice" if number == "2" else f"{number} times"


def _numbers(table: pd.DataFrame, above: int, threshold: float) -> Table:
    """Return the numbers above what chance reaches, that as a line, and the next ones."""
    shown, next_ones = records(table.head(min(above, MOST))), records(table[above:][:BELOW])
    line: dict[str, Any] = {"line": threshold}
    hidden = above - len(shown)
    found = tabled(
        "",
        [*shown, line, *next_ones],
        (words("number"), lambda row: Text(_label(row))),
        (figures("explains", strong=True), lambda row: explained(row.get("importance", threshold))),
        (figures("odds at\nits low"), lambda row: _odds(row, "low_mean")),
        (figures("odds at\nits high"), lambda row: _odds(row, "high_mean")),
        (words("rests on"), lambda row: Text(clipped(row.get("basis", ""), _LONGEST_BASIS))),
    )
    more = f"And {hidden} more above the line: --json, or drivers() in Python, has all."
    return found if not hidden else Table("", found.columns, found.rows, more)


def _label(row: Any) -> str:
    return (
        "--- chance alone reaches ---" if "line" in row else clipped(row["label"], _LONGEST_LABEL)
    )


def _odds(row: Any, name: str) -> Cell:
    return Text("") if "line" in row else Share(row[name])


def explained(share: float) -> Cell:
    """Return what something explains: none below nothing, and never more than all.

    >>> [str(explained(share)) for share in (0.123, -0.02, 1.01, float("nan"))]
    ['12.3%', '0.0%', '100.0%', '–']
    """  # noqa: RUF002
    if share != share:  # noqa: PLR0124
        return Text(UNTOLD)
    return Share(min(max(share, 0.0), 1.0))


def _groups(groups: pd.DataFrame) -> Iterator[Part]:
    """Yield the groups that stand out from chance, or a line where none does."""
    out = groups[groups["importance"] > groups["chance"]]
    untold = list(groups.loc[groups["importance"].isna(), "group"])
    if len(out):
        yield tabled(
            "Together",
            records(out.head(MOST_GROUPS)),
            (words("by"), lambda row: Text(row["by"])),
            (words("numbers of"), lambda row: Text(clipped(row["group"], _LONGEST_LABEL))),
            (figures("how many"), lambda row: Text(f"{row['numbers']:,}")),
            (figures("explain", strong=True), lambda row: explained(row["importance"])),
            (figures("chance alone\nreaches"), lambda row: explained(row["chance"])),
        )
    lines = [] if len(out) else ["No group of numbers stands out from what chance makes."]
    if untold:
        lines.append(f"Too many to be told together: {listed(untold)}.")
    if lines:
        yield Note(" ".join(lines), quiet=True)


def _totals(total: pd.DataFrame) -> Table:
    return tabled(
        "With all that they do together with others",
        records(total),
        (words("by"), lambda row: Text(row["by"])),
        (words("numbers of"), lambda row: Text(clipped(row["group"], _LONGEST_LABEL))),
        (figures("total", strong=True), lambda row: explained(row["total"])),
        (figures("standard\nerror"), lambda row: explained(row["error"])),
    )
