"""Small files in the form of the public ones, and the command that backtests them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from sim.backtests.reading.deu import COLUMNS

PACKS = ("Food", "Water", "Firewood")
WORDS = {"High": 5, "Medium": 4, "Low": 3}


def deu_file(folder: Path, proposals: int = 4, known: bool = True) -> Path:
    """Write proposals of two issues each, on which two states and the Commission take part."""
    rows = [
        {
            **{"prnr": f"d{k}", "isnr": f"d{k}i{i}", "prname": "mines", "intro": "14-03-00"},
            **{"counvte": "QMV", "pde": "0", "sde": "50", "pfr": "100", "sfr": str(30 + 10 * i)},
            **{
                "pcom": str(20 + 10 * k),
                "scom": "80",
                "rp": "0",
                "out": str((17 * k + 31 * i) % 99) if known else "",
            },
        }
        for k in range(proposals)
        for i in (1, 2)
    ]
    file = folder / "deu.tsv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, delimiter="\t", lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows([row.get(name, "") for name in COLUMNS] for row in rows)
    return file


CONTEXTS = [  # counts, points of the first and of the second, endings
    ((1, 4, 1), (0, 2, 2), (4, 1, 2), ((0, 4, 0), (0, 4, 1), None)),
    ((2, 2, 1), (1, 2, 4), (3, 1, 2), ((0, 2, 1), (0, 1, 1))),
    ((3, 1, 2), (1, 5, 1), (2, 0, 2), ((0, 1, 0), None)),
    ((1, 1, 3), (1, 3, 2), (7, 0, 1), ((0, 1, 3), (0, 1, 2))),
]
SCREENED = ((2, 1, 2), (0, 0, 4), (1, 2, 3), ((0, 0, 2), (0, 0, 1)))  # by the hash of its name


def dond_file(folder: Path, screened: bool = True) -> Path:
    """Write dialogues in some contexts, by both speakers' lines."""
    lines = []
    for counts, first, second, endings in [*CONTEXTS, *([SCREENED] if screened else [])]:
        for ending in endings:
            rest = ending and tuple(n - x for n, x in zip(counts, ending, strict=True))
            lines += [
                _line(counts, first, second, ending, "YOU: the hats ? <eos> THEM: deal <eos> YOU:"),
                _line(counts, second, first, rest, "THEM: the hats ? <eos> YOU: deal <eos> THEM:"),
            ]
    file = folder / "dond.txt"
    file.write_text("\n".join(lines) + "\n")
    return file


def _line(
    counts: tuple[int, ...],
    own: tuple[int, ...],
    other: tuple[int, ...],
    got: tuple[int, ...] | None,
    talk: str,
) -> str:
    sides = [
        " ".join(f"{n} {p}" for n, p in zip(counts, side, strict=True)) for side in (own, other)
    ]
    end = "no agreement <eos> reward=no agreement"
    if got is not None:
        reward = sum(n * p for n, p in zip(got, own, strict=True))
        end = " ".join(f"item{k}={n}" for k, n in enumerate(got)) + f" <eos> reward={reward}"
    return f"{sides[0]} {talk} <selection> {end} agree {sides[1]}"


def casino_file(folder: Path) -> Path:
    """Write dialogues of campers whose wishes differ, all but one with a deal."""
    orders = [PACKS, PACKS[::-1], (PACKS[1], PACKS[0], PACKS[2])]
    pairs = [(a, b) for a in orders for b in orders]
    dialogues = [_camp(k, *pair, (3, 1, 0), deal=k != 4) for k, pair in enumerate(pairs)]
    file = folder / "casino.json"
    file.write_text(json.dumps(dialogues))
    return file


def _camp(
    number: int, a: tuple[str, ...], b: tuple[str, ...], got: tuple[int, ...], deal: bool
) -> dict[str, Any]:
    parts = [dict(zip(PACKS, map(str, g), strict=True)) for g in (got, [3 - n for n in got])]
    acts: list[dict[str, Any]] = [
        {
            "id": "a",
            "text": "Submit-Deal",
            "task_data": {"issue2youget": parts[0], "issue2theyget": parts[1]},
        },
        {"id": "b", "text": "Accept-Deal", "task_data": {}},
    ]
    if not deal:
        acts = [{"id": "b", "text": "Walk-Away", "task_data": {}}]
    people = {}
    for name, order, part in (("a", a, parts[0]), ("b", b, parts[1])):
        worth = dict(zip(order, WORDS.values(), strict=True))
        scored = sum(worth[pack] * int(n) for pack, n in part.items()) if deal else 5
        ranks = dict(zip(WORDS, order, strict=True))
        people[name] = {"value2issue": ranks, "outcomes": {"points_scored": scored}}
    talk = [{"id": "a", "text": "Hello!", "task_data": {}}, *acts]
    return {"dialogue_id": number, "chat_logs": talk, "participant_info": people}


FILES = {"deu": deu_file, "dond": dond_file, "casino": casino_file}
