"""What is told of a posterior: which numbers evidence moved, and by what; which it left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.show.parts import Listing, Note, Part, records
from sim.show.report import Report
from sim.show.reports.odds import FEW_DRAWS, FEW_ROOM
from sim.show.words import counted, listed

if TYPE_CHECKING:
    import pandas as pd

MOST = 20  # numbers that are told one by one
_TITLES = {
    "conflict": "Against what was stated: now outside the 90% that was thought likely",
    "moved": "Moved",
    "narrowed": "Narrowed: about as high as before, but better known",
    "widened": "Widened: about as high as before, but less well known",
}


def posterior_report(
    title: str, manifest: Mapping[str, Any], known: Sequence[str], table: pd.DataFrame
) -> Report:
    """Return what is told of a run's numbers, prior beside posterior.

    Args:
        title: of the run.
        manifest: of the run, with its evidence.
        known: what evidence there is.
        table: every number that is not known for sure, the most moved first, with its verdict.
    """
    changed = table[table["verdict"].isin(list(_TITLES))]
    parts: list[Part] = [
        Note(f"What is known weighs the draws: {listed(known)}."),
        *_listings(changed.head(MOST)),
        *(Note(line) for line in _lines(table, len(changed))),
        Note(_draws(manifest), quiet=True),
    ]
    if len(changed):
        parts.insert(1, Note(_HOW_TO_READ, quiet=True))
    return Report(title, tuple(parts))


_DONE = {  # verdict: what evidence did to so many
    "conflict": "moved against what was stated",
    "moved": "moved",
    "narrowed": "narrowed",
    "widened": "widened",
    "little": "changed too little to be told of",
}
_HOW_TO_READ = (
    "Of each number: its mean before and after the evidence, its standard deviation (sd) likewise, "
    "how many sds of before the mean went, and which piece of evidence did most of it."
)


def _listings(changed: pd.DataFrame) -> Iterator[Listing]:
    for verdict, title in _TITLES.items():
        rows = records(changed[changed["verdict"] == verdict])
        if rows:
            yield Listing(title, tuple((str(row["path"]), change_in_words(row)) for row in rows))


def change_in_words(row: Mapping[str, Any]) -> str:
    """Return in words what became of a number.

    >>> change_in_words({"prior_mean": 0.434, "mean": 0.3054, "prior_sd": 0.202, "sd": 0.113,
    ...     "shift": -0.637, "moved_by": "polls of us"})
    '0.434 to 0.305, sd 0.202 to 0.113; 0.6 sds down; mostly polls of us'
    """
    means, sds = (
        f"{row[before]:.3g} to {row[after]:.3g}"
        for before, after in (("prior_mean", "mean"), ("prior_sd", "sd"))
    )
    by = f"; mostly {row['moved_by']}" if row["moved_by"] else ""
    return f"{means}, sd {sds}; {_way(row['shift'])}{by}"


def _way(shift: float) -> str:
    """Return how far a mean went.

    >>> _way(-0.637), _way(0.02)
    ('0.6 sds down', 'its mean stayed')
    """
    far = f"{abs(shift):.1f}"
    return "its mean stayed" if far == "0.0" else f"{far} sds {'up' if shift > 0 else 'down'}"


def _lines(table: pd.DataFrame, changed: int) -> Iterator[str]:
    counts = table["verdict"].value_counts()
    conflicts = int(counts.get("conflict", 0))
    if changed > MOST:
        yield f"And {changed - MOST} more: --json, or posterior() in Python, has all."
    if conflicts:
        one = "It is" if conflicts == 1 else f"{conflicts} are"
        yield f"{one} against what was stated: look again at the statement, or at the evidence."
    done = [f"{_DONE[name]} {counts[name]}" for name in _DONE if counts.get(name, 0)]
    of = f"Of {counted(len(table), 'number')} that nobody knows for sure"
    yield f"{of}, evidence {listed(done) or 'changed none'}."
    yield from _untouched(table)


def _untouched(table: pd.DataFrame) -> Iterator[str]:
    """Say which numbers evidence cannot identify, kind by kind."""
    kinds = table["path"].map(kind_of)
    every = kinds.value_counts()
    left = kinds[table["verdict"] == "nothing"].value_counts()
    if not len(left):
        yield "Evidence says something of each of them."
        return
    names = sorted(left.index, key=lambda kind: (-left[kind], kind))
    told = [f"{kind} {left[kind]} of {every[kind]}" for kind in names]
    yield (
        f"Evidence cannot identify {int(left.sum())} of them, as far as these draws can tell: "
        "their posterior is their prior, so what follows from them rests on assumption alone. By "
        f"kind: {', '.join(told)}."
    )


def kind_of(path: str) -> str:
    """Return what kind of number stands at a path: of an actor what it is, else the part.

    >>> kind_of("actors.us.loadings.strikes"), kind_of("actors.us.no_deal")
    ('loadings', 'no deal')
    >>> kind_of("actors.us.walkout.rate"), kind_of("drivers.strikes.volatility")
    ('walkout', 'drivers')
    """
    steps = path.split(".")
    return (steps[2] if steps[0] == "actors" else steps[0]).replace("_", " ")


def _draws(manifest: Mapping[str, Any]) -> str:
    """Say what the draws are worth, and whether that is enough."""
    evidence = manifest["evidence"]
    worth, room = evidence["effective_draws"], evidence["khat"]
    line = f"The {counted(manifest['draws'], 'draw')} are worth {round(worth):,} of equal weight"
    if worth < FEW_DRAWS:
        line += f", under {FEW_DRAWS}: small changes cannot be told from chance, so play more"
    if room is None:
        return f"{line}."
    if room > FEW_ROOM:
        return f"{line}. A few of them say most of it (k-hat {room:.2f}, above 0.7): play more."
    return f"{line}; no few of them say most of it (k-hat {room:.2f}, not above 0.7)."
