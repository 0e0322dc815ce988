"""Small files in the form of the public ones, with numbers of our own, and their backtests."""

from __future__ import annotations

import csv
from pathlib import Path

from sim.backtests.backtest import Backtest
from sim.backtests.reading.deu import COLUMNS
from sim.backtests.results import backtest

ACTORS = ("de", "fr", "nl", "it")
FEW = 40  # worlds of a case
CONTEXTS = (  # how many there are of each item, and what one is worth to the two
    ((1, 4, 1), (0, 2, 2), (4, 1, 2)),
    ((2, 2, 1), (1, 3, 2), (4, 0, 2)),
    ((1, 1, 3), (6, 1, 1), (0, 4, 2)),
    ((3, 1, 1), (2, 2, 2), (1, 5, 2)),
    ((2, 1, 2), (3, 4, 0), (2, 2, 2)),
    ((1, 2, 2), (2, 2, 2), (4, 3, 0)),
)


def deu_file(folder: Path, proposals: int = 12) -> Path:
    """Write proposals with two issues each; one has no outcome."""
    file = folder / "deu.tsv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, delimiter="\t", lineterminator="\n")
        table.writerow(COLUMNS)
        for number in range(2 * proposals):
            row = _issue(number)
            table.writerow([row.get(name, "") for name in COLUMNS])
    return file


def _issue(number: int) -> dict[str, str]:
    proposal, positions = f"d{number // 2}", [0, 100, 10 * (number % 9), 20 * (number % 5)]
    row = {"prnr": proposal, "isnr": f"{proposal}i{number % 2}", "prname": "wells"}
    row |= {"intro": "14-03-00", "counvte": "QMV", "rp": "0"}
    row["out"] = str((37 * number) % 101) if number else ""
    for actor, position in zip(ACTORS, positions, strict=True):
        row |= {f"p{actor}": str(position), f"s{actor}": str(40 + 5 * (number % 8))}
    return row


def dond_file(folder: Path) -> Path:
    """Write four dialogues in each context, one of them without a deal."""
    file = folder / "dond.txt"
    lines = [
        line
        for counts, first, second in CONTEXTS
        for talk in range(4)
        for line in _lines(counts, first, second, None if talk == 0 else talk)
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _lines(
    counts: tuple[int, ...], first: tuple[int, ...], second: tuple[int, ...], talk: int | None
) -> list[str]:
    own = (
        None
        if talk is None
        else [count if place < talk else 0 for place, count in enumerate(counts)]
    )
    rest = None if own is None else [count - got for count, got in zip(counts, own, strict=True)]
    goals = [
        " ".join(f"{n} {v}" for n, v in zip(counts, values, strict=True))
        for values in (first, second)
    ]
    said = (
        "YOU: mine ? <eos> THEM: deal <eos> YOU: <selection>",
        "THEM: mine ? <eos> YOU: deal <eos> THEM: <selection>",
    )
    return [
        f"{goals[0]} {said[0]} {_end(own, first)} {goals[1]}",
        f"{goals[1]} {said[1]} {_end(rest, second)} {goals[0]}",
    ]


def _end(got: list[int] | None, values: tuple[int, ...]) -> str:
    if got is None:
        return "no agreement <eos> reward=no agreement agree"
    items = " ".join(f"item{place}={count}" for place, count in enumerate(got))
    reward = sum(count * value for count, value in zip(got, values, strict=True))
    return f"{items} <eos> reward={reward} agree"


FILES = {"deu": deu_file, "dond": dond_file}


def small_backtest(suite: str, folder: Path) -> Backtest:
    """Return a backtest of a small file, both kept in a folder."""
    return backtest(suite, FILES[suite](folder), worlds=FEW, folder=folder / "out")
