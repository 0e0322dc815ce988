"""What is told of worlds without a signature: who refused what, who was gone, who said no at home.

Tables have shares under `probability`, `low` and `high`; other shares under a name, with its ends
under NAME_low and NAME_high.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.show.cells import Share, Span, Text
from sim.show.parts import (
    ColumnOfRows,
    Listing,
    Note,
    Part,
    Table,
    figures,
    records,
    tabled,
    words,
)
from sim.show.report import Report
from sim.show.reports.odds import agreeing
from sim.show.words import listed, percent, span

if TYPE_CHECKING:
    import pandas as pd

ALL_SIGN = "A text is signed in every world that counts."
MOST_CLAUSES, MOST_TOGETHER = 3, 3  # told of each actor, and of all
LEAST = 0.005  # of a share that is told


@dataclass(frozen=True)
class Labels:
    """How things are called: labels by name; of bodies, those of the actors that have one."""

    actors: Mapping[str, str]
    bodies: Mapping[str, str]
    clauses: Mapping[str, str]


def why_report(
    title: str,
    manifest: Mapping[str, Any],
    told: Labels,
    unsigned: pd.DataFrame,
    refused: pd.DataFrame,
    together: pd.DataFrame,
    obstacles: pd.DataFrame,
    doubts: pd.DataFrame,
    bodies: pd.DataFrame,
    exits: pd.DataFrame,
    typical: pd.DataFrame,
) -> Report:
    """Return what is told of a run's worlds without a signature, and of refusals at home.

    Args:
        title: what the run is called.
        manifest: what the run says of itself.
        told: how things are called.
        unsigned: how many worlds sign nothing: one row.
        refused: who refused the last text; `alone`, and for a `vote` at home alone.
        together: which actors did so together, names joined by + under `refused_by`.
        obstacles: which clause cost each most, of its refusals.
        doubts: whose vote at home alone made each refuse, of its refusals.
        bodies: whose body refused a signed text, of the worlds in which one did.
        exits: who left at some time; who is `away` in the end.
        typical: a world of each of the likeliest endings.
    """
    parts: list[Part] = [Note(_how_many(unsigned)), *_notes(finding(told, refused, obstacles))]
    if unsigned["probability"].item() > 0:
        parts += [
            _refused(told, refused),
            *_notes(_together(told, together)),
            *_doubts(told, doubts),
            _obstacles(told, obstacles),
            *_exits(told, exits),
        ]
    parts += [*_bodies(told, bodies)]
    if len(typical):
        parts += [_typical(told, typical), Note(_TYPICAL, quiet=True)]
    quiet = [Note(line, quiet=True) for line in (_HOW_TO_READ, agreeing(manifest)) if line]
    return Report(f"{title}: why there is no signature", (*parts, *quiet))


_HOW_TO_READ = (
    "Refused: was there in the last session, had to sign its text, and would not. A clause cost an "
    "actor most if settling it otherwise, and nothing else, would have been worth most to it. Only "
    "for a vote at home: it would have signed, had all bodies been sure to ratify; what a clause "
    "cost is then by what that body's people want. 95%: what more worlds could still change; what "
    "is assumed may change more."
)

_TYPICAL = (
    "Typical: nearest on average to all that ended so, by when they ended, the clauses of the last "
    "text, who refused it and who had left. A world's whole story: parley transcript RUN --world N."
)


def finding(told: Labels, refused: pd.DataFrame, obstacles: pd.DataFrame) -> str:
    """Return in a sentence who refused the last text most often, and over which clause.

    Nothing where nobody did.
    """
    most = refused["probability"].max()
    if not most > 0:
        return ""
    row = records(refused[refused["probability"] == most])[0]
    share, ends = percent(row["probability"]), span(row["low"], row["high"])
    said = f"{told.actors[row['actor']]} refused the last text most often, in {share} ({ends})"
    costs = records(
        obstacles[(obstacles["actor"] == row["actor"]) & (obstacles["probability"] > 0)]
    )
    if not costs:
        return f"{said}."
    clause, part = told.clauses[costs[0]["clause"]], percent(costs[0]["probability"])
    return f"{said}; what cost it most, in {part} of its refusals: {clause}."


def _notes(line: str) -> Iterator[Note]:
    if line:
        yield Note(line)


def _how_many(unsigned: pd.DataFrame) -> str:
    row = records(unsigned)[0]
    if row["probability"] == 0:
        return ALL_SIGN
    share, ends = percent(row["probability"]), span(row["low"], row["high"])
    return f"No text is signed in {share} of worlds (95%: {ends}). What follows is of these."


def _chance(head: str, name: str = "") -> tuple[ColumnOfRows, ColumnOfRows]:
    """Return the columns of a share and of its interval."""
    ends = (f"{name}_low", f"{name}_high") if name else ("low", "high")
    return (
        (figures(head, strong=not name), lambda row: Share(row[name or "probability"])),
        (figures("95%"), lambda row: Span(row[ends[0]], row[ends[1]])),
    )


def _refused(told: Labels, refused: pd.DataFrame) -> Table:
    vote: list[ColumnOfRows] = [(figures("only for a\nvote at home"), lambda r: Share(r["vote"]))]
    return tabled(
        "Who refused the last text, of these worlds",
        records(refused.sort_values("probability", ascending=False, kind="stable")),
        (words("actor"), lambda row: Text(told.actors[row["actor"]])),
        *_chance("refused"),
        *_chance("alone", "alone"),
        *(vote if told.bodies else []),
    )


def _together(told: Labels, together: pd.DataFrame) -> str:
    """Tell which actors refused it together most often, and how often nobody did."""
    rows = records(together[together["probability"] >= LEAST])
    several = [row for row in rows if "+" in row["refused_by"]][:MOST_TOGETHER]
    said = [f"{_who(told, r['refused_by'])} {percent(r['probability'])}" for r in several]
    lines = [f"Most often together: {'; '.join(said)}."] if said else []
    nobody = [row for row in rows if not row["refused_by"]]
    lines += [f"Nobody refused it in {percent(row['probability'])}." for row in nobody]
    return " ".join(lines)


def _doubts(told: Labels, doubts: pd.DataFrame) -> Iterator[Listing]:
    """Tell whose vote at home alone made each refuse."""
    known = doubts[(doubts["probability"] >= LEAST) & doubts["body"].isin(list(told.bodies))]
    entries = []
    for actor, rows in known.groupby("actor", sort=False):
        said = [f"{told.actors[r['body']]} {percent(r['probability'], 0)}" for r in records(rows)]
        entries.append((told.actors[str(actor)], "; ".join(said)))
    if entries:
        title = "Whose vote at home alone stood in the way, of all refusals by each"
        yield Listing(title, tuple(entries))


def _obstacles(told: Labels, obstacles: pd.DataFrame) -> Table:
    shown = obstacles[obstacles["probability"] >= LEAST].groupby("actor", sort=False)
    rows = shown.head(MOST_CLAUSES)
    first = ~rows["actor"].duplicated()
    return tabled(
        "Which clause of it cost each most, of its refusals",
        records(rows.assign(first=first)),
        (words("actor"), lambda row: Text(told.actors[row["actor"]] if row["first"] else "")),
        (words("clause"), lambda row: Text(told.clauses[row["clause"]])),
        *_chance("share"),
    )


def _exits(told: Labels, exits: pd.DataFrame) -> Iterator[Part]:
    some = exits[exits["probability"] > 0].sort_values(
        "probability", ascending=False, kind="stable"
    )
    if not len(some):
        yield Note("Nobody left the talks in these worlds.")
        return
    yield tabled(
        "Who left the talks, of these worlds",
        records(some),
        (words("actor"), lambda row: Text(told.actors[row["actor"]])),
        *_chance("left at\nsome time"),
        *_chance("suspends them\nin the end", "away"),
    )


def _bodies(told: Labels, bodies: pd.DataFrame) -> Iterator[Part]:
    """Tell whose body refused a signed text, where one ever did."""
    if not bodies["probability"].gt(0).any():
        if len(bodies):
            yield Note("No signed text is refused at home.")
        return
    yield tabled(
        "Who refused a signed text at home, of the worlds in which one was refused",
        records(bodies.sort_values("probability", ascending=False, kind="stable")),
        (words("body"), lambda row: Text(_body(told, row["actor"]))),
        *_chance("refused"),
    )


def _typical(told: Labels, typical: pd.DataFrame) -> Table:
    return tabled(
        "A typical world of each of the likeliest endings without a signature",
        records(typical),
        (words("ending"), lambda row: Text(row["label"])),
        (figures("of these\nworlds"), lambda row: Share(row["probability"])),
        (figures("world"), lambda row: Text(str(row["world"]))),
        (words("refused the last text"), lambda row: Text(_who(told, row["refused_by"]))),
        (words("had left"), lambda row: Text(_who(told, row["left"]))),
    )


def _who(told: Labels, names: str) -> str:
    """Return actors in words, from names joined by +."""
    return listed([told.actors[name] for name in names.split("+") if name]) or "nobody"


def _body(told: Labels, actor: str) -> str:
    """Return a body at home, with whose it is."""
    return f"{told.actors[actor]}: {told.bodies[actor]}"
