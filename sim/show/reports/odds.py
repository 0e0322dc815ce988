"""Odds as they stand in every report: the chance, both doubts, and how to read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.show.cells import Assumed, Bar, Share, Span, Text
from sim.show.parts import Column, ColumnOfRows, Table, figures, records, tabled, words
from sim.show.words import UNTOLD_MEANS, any_untold, counted, percent

if TYPE_CHECKING:
    import pandas as pd

CHANCE: ColumnOfRows = (figures("odds", strong=True), lambda row: Share(row["probability"]))
DOUBTS: tuple[ColumnOfRows, ...] = (
    (figures("Monte Carlo\n95%"), lambda row: Span(row["low"], row["high"])),
    (
        figures("assumptions\n5% to 95%"),
        lambda row: Assumed(row["assumption_low"], row["assumption_high"]),
    ),
)


def odds_table(
    title: str, odds: pd.DataFrame, longest: float | None = None, of: str = "outcome"
) -> Table:
    """Return the odds of each outcome, or of each of some totals, with both doubts.

    The longest bar is that of the likeliest, if no other share is named.
    """
    most = longest or odds["probability"].max() or 1.0
    return tabled(
        title,
        records(odds),
        (words(of), lambda row: Text(row["label"])),
        CHANCE,
        *DOUBTS,
        (Column(Text(""), whole=True), lambda row: Bar(row["probability"] / most)),
    )


def untold(odds: pd.DataFrame) -> str:
    """Return what a dash in the table of odds means, if there is one."""
    return f"{UNTOLD_MEANS}." if any_untold(odds) else ""


def agreeing(manifest: Mapping[str, Any]) -> str:
    """Return how many worlds agree with what is known, and what the draws are worth.

    Nothing where all worlds count and no draw weighs more than another.

    >>> evidence = {"effective_draws": 640.2, "worlds_counted": 8210, "worlds_played": 10_000}
    >>> first, second = agreeing({"draws": 1000, "evidence": evidence}).split("; ")
    >>> first
    '8,210 of 10,000 worlds agree with what is known'
    >>> second
    'draws are weighted: worth 640 draws of equal weight.'
    """
    known = manifest.get("evidence")  # runs of earlier versions have none
    if known is None:
        return ""
    counted_worlds, played = known["worlds_counted"], known["worlds_played"]
    draws, said = known["effective_draws"], []
    if counted_worlds < played:
        said.append(f"{counted_worlds:,} of {played:,} worlds agree with what is known")
    if draws < manifest["draws"]:
        said.append(f"draws are weighted: worth {counted(round(draws), 'draw')} of equal weight")
    line = "; ".join(said)
    return f"{line[:1].upper()}{line[1:]}." if line else ""


FEW_DRAWS, FEW_ROOM = 100, 0.7  # effective draws, and k-hat, that call for a warning


def doubt(manifest: Mapping[str, Any]) -> str:
    """Return how what is uncertain about a signature divides, and a warning where draws are few.

    >>> doubt({"doubt": {"chance": 0.62, "assumed": 0.38, "form": 0.0}})
    'Of what is uncertain about a signature, 62% is chance, 38% what is assumed.'
    """
    parts, said = manifest.get("doubt"), []
    if parts:
        chance, assumed, form = (percent(parts[k], 0) for k in ("chance", "assumed", "form"))
        modelled = f", {form} how bargaining is modelled" if parts["form"] > 0 else ""
        said.append(
            f"Of what is uncertain about a signature, {chance} is chance, {assumed} what is "
            f"assumed{modelled}."
        )
    evidence = manifest.get("evidence", {})
    draws, room = evidence.get("effective_draws", FEW_DRAWS), evidence.get("khat")
    if draws < min(FEW_DRAWS, manifest.get("draws", FEW_DRAWS)):
        said.append(
            "Few draws say most of it: take the figures as indicative, or ask for more "
            "(ensemble.draws)."
        )
    elif room is not None and room > FEW_ROOM:
        said.append(f"Weights are uneven (k-hat {room:.2f}, above 0.7): more draws would be surer.")
    return " ".join(said)


def how_to_read(manifest: Mapping[str, Any], odds: pd.DataFrame) -> str:
    """Return what the draws are and what each doubt means, of a table with both."""
    draws, replications = manifest["draws"], manifest["replications"]
    times = "once" if replications == 1 else f"{replications:,} times"
    lines = [
        f"{counted(draws, 'draw')} of what nobody knows, each played {times}.",
        "Monte Carlo: what more worlds could still change.",
    ]
    lines += ["Assumptions: the odds, if we knew what is assumed.", untold(odds)]
    if "forms" in manifest:
        lines[-2] = "Assumptions: the odds, if we knew what is assumed and how they bargain."
        lines.append("Other doubt about the model is in neither.")
    else:
        lines.append("Doubt about the model itself is in neither.")
    return " ".join(filter(None, lines))
