"""CaSiNo: what is read, and what is told."""

import copy
import json

import pytest

from sim.backtests.reading.casino import read_casino
from sim.errors import ScenarioError


def person(high, medium, low, points):
    ranks = {"Low": low, "High": high, "Medium": medium}
    return {"value2issue": ranks, "outcomes": {"points_scored": points}}


def message(who, text, **data):
    return {"id": who, "text": text, "task_data": data}


def submit(who, own, other):
    names = ("Food", "Water", "Firewood")
    gets = [dict(zip(names, map(str, packs), strict=True)) for packs in (own, other)]
    return message(who, "Submit-Deal", issue2youget=gets[0], issue2theyget=gets[1])


def dialogue(*acts, points=(5, 5), number=938):
    people = {
        "a": person("Food", "Water", "Firewood", points[0]),
        "b": person("Firewood", "Food", "Water", points[1]),
    }
    talk = [message("b", "Hello!"), message("a", "Hi"), *acts]
    return {"dialogue_id": number, "chat_logs": talk, "participant_info": people}


DEAL = dialogue(
    submit("a", (3, 3, 3), (0, 0, 0)),
    message("b", "Reject-Deal", data="reject_deal"),
    submit("a", (3, 1, 0), (0, 2, 3)),
    message("b", "Accept-Deal", data="accept_deal"),
    points=(19, 21),
)


def read(tmp_path, raw):
    file = tmp_path / "casino.json"
    file.write_text(raw if isinstance(raw, str) else json.dumps(raw), encoding="utf-8")
    return read_casino(file)


def test_the_first_is_who_wrote_first_and_the_last_deal_that_was_accepted_counts(tmp_path):
    found = read(tmp_path, [DEAL])
    (case,) = found.cases
    assert (case.items, case.counts) == (("food", "water", "firewood"), (3, 3, 3))
    assert (case.name, case.group) == ("3_3_3__4_3_5__5_4_3", "3_3_3__4_3_5__5_4_3")
    assert case.points == ((4, 3, 5), (5, 4, 3))
    assert (case.no_deal, case.endings) == ((5, 5), ((0, 2, 3),))
    assert found.left_out == ()


def test_a_deal_that_the_first_submits_gives_the_first_its_own_part(tmp_path):
    acts = submit("b", (0, 2, 3), (3, 1, 0)), message("a", "Accept-Deal")
    assert read(tmp_path, [dialogue(*acts, points=(19, 21))]).cases[0].endings == ((0, 2, 3),)


def test_walking_away_is_no_deal_even_after_one_was_submitted(tmp_path):
    away = message("b", "Walk-Away", data="walk_away")
    acts = submit("a", (3, 1, 0), (0, 2, 3)), away
    found = read(tmp_path, [dialogue(away), dialogue(*acts), DEAL])
    assert [case.endings for case in found.cases] == [(None, None, (0, 2, 3))]


def changed(path, value):
    """Return the dialogue with another value at a path of keys."""
    raw = copy.deepcopy(DEAL)
    here = raw
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return raw


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (7, "dialogue in place 2: must have chat_logs and participant_info"),
        ({"dialogue_id": 5}, "dialogue 5: must have chat_logs and participant_info"),
        (dialogue(), "dialogue 938: ends neither with a deal that the other accepts"),
        (dialogue(message("a", "Accept-Deal")), "dialogue 938: ends neither"),
        (changed(["chat_logs", 5, "id"], "a"), "dialogue 938: ends neither"),
        (changed(["chat_logs", 0, "id"], []), "dialogue 938: each message must have a text"),
        (changed(["chat_logs", 0, "id"], "c"), "dialogue 938: each message must have a text"),
        (changed(["chat_logs"], []), "dialogue 938: chat_logs must be a list of messages"),
        (changed(["participant_info"], {"a": {}}), "dialogue 938: participant_info must name two"),
        (
            changed(["participant_info", "a", "value2issue", "Low"], "Food"),
            "dialogue 938: value2issue of a must rank food, water and firewood",
        ),
        (
            changed(["participant_info", "b", "value2issue"], {"High": "Food"}),
            "dialogue 938: value2issue of b must rank High, Medium and Low",
        ),
        (
            changed(["chat_logs", 4, "task_data", "issue2youget", "Food"], "2"),
            "dialogue 938: the deal must give away three packs of each kind",
        ),
        (
            changed(["chat_logs", 4, "task_data", "issue2youget", "Food"], "-1"),
            "dialogue 938: issue2youget must give 0 to 3 packs",
        ),
        (
            changed(["participant_info", "b", "outcomes", "points_scored"], 20),
            "dialogue 938: points_scored of b must be 21, by the deal (got 20)",
        ),
    ],
)
def test_a_broken_dialogue_is_left_out_and_told(tmp_path, raw, told):
    found = read(tmp_path, [DEAL, raw])
    assert [case.endings for case in found.cases] == [((0, 2, 3),)]
    assert [line[: len(told)] for line in found.left_out] == [told]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[1,\n2", "line 2: is no valid JSON"),
        ("{}", "must be a JSON list of dialogues"),
        ("[1]", "must be a JSON list of dialogues"),
        ("[" * 100_000, "is nested too deep"),
        ("[" + "1" * 10_000 + "]", "holds a number too long"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path, text, told):
    with pytest.raises(ScenarioError, match=told):
        read(tmp_path, text)
