"""CaSiNo (Chawla et al. 2021): two campers divide food, water and firewood, three packs of each.

Each ranks the three kinds: a pack of the first is worth 5 points, of the second 4, of the third 3;
who walks away has 5. Read are the ranks, who wrote first, and how the talk ended; what was said,
and who the people are, is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.backtests.cases import Division, Reading
from sim.backtests.reading.files import text_of
from sim.backtests.reading.talks import Points, Talk, divisions, worth
from sim.errors import ScenarioError, problem

ITEMS = ("food", "water", "firewood")
COUNTS = (3, 3, 3)
PRIORITIES = {"High": 5.0, "Medium": 4.0, "Low": 3.0}
WALK_AWAY = 5.0
SUBMIT, ACCEPT, REJECT, WALK = "Submit-Deal", "Accept-Deal", "Reject-Deal", "Walk-Away"
_FORM = "must be a JSON list of dialogues with chat_logs and participant_info"


def read_casino(file: Path) -> Reading[Division]:
    """Return the contexts in a file of the data, as it is published.

    The first of the two is who wrote the first message. A deal is the last one submitted, where
    the other's acceptance closed the talk.

    Raises:
        ScenarioError: when the file is none of this form.
    """
    talks, told = [], []
    for number, raw in enumerate(_dialogues(file), 1):
        try:
            talks.append(_talk(raw, _place(number, raw)))
        except ScenarioError as error:
            told.append(str(error))
    return Reading(divisions(talks, ITEMS, (WALK_AWAY, WALK_AWAY)), tuple(told))


def _dialogues(file: Path) -> list[Any]:
    try:
        raw = json.loads(text_of(file))
    except json.JSONDecodeError as error:
        raise problem(f"{file}, line {error.lineno}", f"is no valid JSON: {error.msg}") from None
    except (RecursionError, ValueError):
        raise problem(
            str(file), f"is nested too deep or holds a number too long; it {_FORM}"
        ) from None
    if not isinstance(raw, list) or not any(_is_dialogue(one) for one in raw):
        raise problem(str(file), _FORM)
    return raw


def _is_dialogue(raw: Any) -> bool:
    return isinstance(raw, dict) and raw.keys() >= {"chat_logs", "participant_info"}


def _place(number: int, raw: Any) -> str:
    """Return where a dialogue stands: by its number in the data, or in the file."""
    stated = raw.get("dialogue_id") if isinstance(raw, dict) else None
    return f"dialogue {stated}" if isinstance(stated, int) else f"dialogue in place {number}"


def _talk(raw: Any, place: str) -> Talk:
    """Return a dialogue.

    Raises:
        ScenarioError: when it is broken or has no end.
    """
    if not _is_dialogue(raw):
        raise problem(place, "must have chat_logs and participant_info")
    people = raw["participant_info"]
    points = {name: _points(place, name, person) for name, person in _people(place, people)}
    messages = _messages(place, raw["chat_logs"], points)
    first = messages[0]["id"]
    second = next(name for name in points if name != first)
    got = _ending(place, messages, first)
    _check_points(place, people, _scores(points, first, second, got))
    return Talk(COUNTS, points[first], points[second], got)


def _people(place: str, raw: Any) -> list[tuple[str, Mapping[str, Any]]]:
    if not (
        isinstance(raw, dict) and len(raw) == 2 and all(isinstance(p, dict) for p in raw.values())
    ):
        raise problem(place, "participant_info must name two people")
    return list(raw.items())


def _points(place: str, name: str, person: Mapping[str, Any]) -> Points:
    """Return what a pack of each kind is worth to somebody."""
    ranks = person.get("value2issue")
    if not (isinstance(ranks, dict) and ranks.keys() == PRIORITIES.keys()):
        raise problem(place, f"value2issue of {name} must rank High, Medium and Low")
    ranked = {str(item).lower(): PRIORITIES[rank] for rank, item in ranks.items()}
    if ranked.keys() != set(ITEMS):
        raise problem(place, f"value2issue of {name} must rank food, water and firewood")
    return tuple(ranked[item] for item in ITEMS)


def _messages(place: str, raw: Any, points: Mapping[str, Points]) -> list[Mapping[str, Any]]:
    """Return the messages, each with a text and one of the two as its writer."""
    fits = isinstance(raw, list) and bool(raw)
    if not (fits and all(isinstance(message, dict) for message in raw)):
        raise problem(place, "chat_logs must be a list of messages")
    for message in raw:
        who, text = message.get("id"), message.get("text")
        if not (isinstance(who, str) and who in points and isinstance(text, str)):
            raise problem(place, "each message must have a text and the id of one of the two")
    return raw


def _ending(place: str, messages: list[Mapping[str, Any]], first: str) -> tuple[int, ...] | None:
    """Return what the first gets of each kind; None where somebody walked away."""
    acts = [message for message in messages if message["text"] in {SUBMIT, ACCEPT, REJECT, WALK}]
    if acts and acts[-1]["text"] == WALK:
        return None
    if [act["text"] for act in acts[-2:]] != [SUBMIT, ACCEPT] or acts[-2]["id"] == acts[-1]["id"]:
        raise problem(place, "ends neither with a deal that the other accepts nor by walking away")
    own, other = (_packs(place, acts[-2], side) for side in ("issue2youget", "issue2theyget"))
    if tuple(a + b for a, b in zip(own, other, strict=True)) != COUNTS:
        raise problem(place, "the deal must give away three packs of each kind", (own, other))
    return own if acts[-2]["id"] == first else other


def _packs(place: str, deal: Mapping[str, Any], side: str) -> tuple[int, ...]:
    """Return how many packs of each kind a side of a deal gets."""
    data = deal.get("task_data")
    stated = data.get(side) if isinstance(data, dict) else None
    packs = {str(k).lower(): str(n) for k, n in stated.items()} if isinstance(stated, dict) else {}
    if packs.keys() != set(ITEMS) or not all(n in {"0", "1", "2", "3"} for n in packs.values()):
        raise problem(place, f"{side} must give 0 to 3 packs of food, water and firewood", stated)
    return tuple(int(packs[item]) for item in ITEMS)


def _scores(
    points: Mapping[str, Points], first: str, second: str, got: tuple[int, ...] | None
) -> dict[str, float]:
    """Return the points of both."""
    if got is None:
        return {first: WALK_AWAY, second: WALK_AWAY}
    rest = tuple(count - n for count, n in zip(COUNTS, got, strict=True))
    return {first: worth(points[first], got), second: worth(points[second], rest)}


def _check_points(place: str, people: Mapping[str, Any], scores: Mapping[str, float]) -> None:
    """Refuse a dialogue whose stated points are not those of its ending."""
    for name, score in scores.items():
        outcomes = people[name].get("outcomes")
        stated = outcomes.get("points_scored") if isinstance(outcomes, dict) else None
        if stated != score:
            raise problem(place, f"points_scored of {name} must be {score:g}, by the deal", stated)
