"""Deal or No Deal (Lewis et al. 2017): two people talk, then each states privately who gets what.

A line tells a dialogue as one of the two saw it: three counts, each with the speaker's own value;
the talk; the selection; the reward; whether the selections agree; the counts with the other's
values. The talk itself is left out but for who opened it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.backtests.cases import Division, Reading
from sim.backtests.reading.files import text_of
from sim.backtests.reading.talks import Points, Talk, divisions, worth
from sim.errors import problem

ITEMS = ("book", "hat", "ball")
NO_DEAL = (0.0, 0.0)
OWN, OTHER = "YOU:", "THEM:"
_NUMBERS = r"(?P<{}>\d{{1,3}}(?: \d{{1,3}}){{5}})"
_LINE = re.compile(
    _NUMBERS.format("own")
    + r" (?P<talk>(?:YOU|THEM): .*?)(?:YOU|THEM): <selection> "
    + r"(?:item0=(?P<n0>\d{1,3}) item1=(?P<n1>\d{1,3}) item2=(?P<n2>\d{1,3})|"
    + r"(?P<word>no agreement|disconnect)) <eos> "
    + r"reward=(?P<reward>\d{1,4}|no agreement|disconnect) (?P<flag>agree|disagree) "
    + _NUMBERS.format("other")
)
FORM = "counts and values, YOU: or THEM:, the talk, <selection>, reward=, agree or disagree, values"


@dataclass(frozen=True)
class _Half:
    """A dialogue as one speaker saw it.

    Attributes:
        talk: the turns, each opening with whose it is.
        got: how many of each item the speaker selected; None: no agreement, or a disconnect.
    """

    line: int
    counts: tuple[int, ...]
    own: Points
    other: Points
    talk: tuple[str, ...]
    got: tuple[int, ...] | None
    is_cut_off: bool
    agrees: bool

    @property
    def opens(self) -> bool:
        """Return whether this speaker spoke first."""
        return self.talk[0] == OWN

    def tells_the_talk_of(self, other: _Half) -> bool:
        """Return whether the talks are one, seen from the two sides."""
        return self.talk == tuple(_MIRRORED.get(word, word) for word in other.talk)


_MIRRORED = {OWN: OTHER, OTHER: OWN}


def read_dond(file: Path) -> Reading[Division]:
    """Return the contexts in a file of the data, as it is published.

    Two lines that follow each other make a dialogue, one a speaker. Where the second is missing,
    the flag tells whether there was a deal, and the selection of the one which: such dialogues
    are used.

    Raises:
        ScenarioError: when the file is none of this form.
    """
    told: list[str] = []
    halves = list(_halves(file, told))
    talks, cut_off, alone = [], 0, 0
    for pair in _pairs(halves):
        wrong = _wrong(pair)
        if any(half.is_cut_off for half in pair):
            cut_off += 1
        elif wrong:
            told.append(f"line {pair[-1].line}: {wrong}")
        else:
            alone += len(pair) == 1
            talks.append(_talk(pair))
    if cut_off:
        told.append(f"{cut_off} dialogues in which somebody disconnected")
    if alone:
        told.append(f"{alone} dialogues have one speaker's line only: read from that")
    return Reading(divisions(talks, ITEMS, NO_DEAL), tuple(told))


def _halves(file: Path, told: list[str]) -> Iterator[_Half]:
    """Yield the lines of a file that can be read; tell of the others.

    Raises:
        ScenarioError: when none can be.
    """
    found = False
    for number, line in enumerate(text_of(file).split("\n"), 1):
        half = _half(number, line.strip()) if line.strip() else None
        if isinstance(half, _Half):
            found = True
            yield half
        elif half is not None:
            told.append(f"line {number}: {half}")
    if not found:
        raise problem(str(file), f"holds no line of the form: {FORM}")


def _half(number: int, line: str) -> _Half | str:
    """Return a line as a half of a dialogue; a text that says why where it is none."""
    match = _LINE.fullmatch(line)
    if match is None:
        return f"is not of the form: {FORM}"
    own, other = ([int(n) for n in match[side].split()] for side in ("own", "other"))
    word = match["word"]
    half = _Half(
        line=number,
        counts=tuple(own[::2]),
        own=tuple(map(float, own[1::2])),
        other=tuple(map(float, other[1::2])),
        talk=tuple(match["talk"].split()),
        got=None if word else tuple(int(match[f"n{item}"]) for item in range(len(ITEMS))),
        is_cut_off=word == "disconnect",
        agrees=match["flag"] == "agree",
    )
    return _wrong_half(half, tuple(other[::2]), match["reward"]) or half


def _wrong_half(half: _Half, counts: tuple[int, ...], reward: str) -> str | None:
    """Return what does not fit within a line, of which the end states counts and reward."""
    if counts != half.counts:
        return f"states the counts {half.counts}, and {counts} at its end"
    if half.got is None:
        return None
    if any(n > count for n, count in zip(half.got, half.counts, strict=True)):
        return f"selects {half.got}, more than there are: {half.counts}"
    if reward != f"{worth(half.own, half.got):g}":
        return f"reward {reward} is not what was selected is worth, {worth(half.own, half.got):g}"
    return None


def _pairs(halves: list[_Half]) -> Iterator[tuple[_Half, ...]]:
    """Yield the dialogues: two lines that tell one talk, or one alone."""
    place = 0
    while place < len(halves):
        pair = tuple(halves[place : place + 2])
        is_one = len(pair) == 2 and pair[0].tells_the_talk_of(pair[1])
        yield pair if is_one else pair[:1]
        place += 1 + is_one


def _wrong(pair: tuple[_Half, ...]) -> str | None:
    """Return what does not fit between the lines of a dialogue."""
    first, last = pair[0], pair[-1]
    if first is last:
        return None
    if (first.counts, first.own, first.other) != (last.counts, last.other, last.own):
        return f"tells the talk of line {first.line} with other counts or values"
    agreed = _adds_up(first, last)
    if not first.agrees == last.agrees == agreed:
        found = "agree" if agreed else "disagree"
        return f"the flag here or in line {first.line} is not what the selections say: {found}"
    return None


def _adds_up(first: _Half, last: _Half) -> bool:
    """Return whether two selections are one division, or both are none."""
    if first.got is None or last.got is None:
        return first.got is last.got
    return tuple(a + b for a, b in zip(first.got, last.got, strict=True)) == first.counts


def _talk(pair: tuple[_Half, ...]) -> Talk:
    half = pair[0]
    got = half.got if half.agrees else None
    if half.opens:
        return Talk(half.counts, half.own, half.other, got)
    return Talk(half.counts, half.other, half.own, got and _rest(half.counts, got))


def _rest(counts: tuple[int, ...], got: tuple[int, ...]) -> tuple[int, ...]:
    """Return what is left of the items.

    >>> _rest((1, 4, 1), (1, 0, 0))
    (0, 4, 1)
    """
    return tuple(count - n for count, n in zip(counts, got, strict=True))
