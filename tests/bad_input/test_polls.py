"""What polls, floors and ceilings of support at home cannot be."""

from __future__ import annotations

import pytest

from sim.settings.configuration import configuration_of
from tests.bad_input.refusing import DROP, SURE, Row, changed, each_of, shipped

BODY = "actors.ukraine.domestic"
POLLS = f"{BODY}.polls"
ROWS: list[Row] = [
    (
        "floor and ceiling that meet over their ranges",
        {
            f"{BODY}.floor": {"triangular": [0.1, 0.2, 0.5], **SURE},
            f"{BODY}.ceiling": {"uniform": [0.2, 0.6], **SURE},
        },
        f"{BODY}.ceiling: must leave people who weigh the text: floor and ceiling stay "
        "below 1 together (got 1.1)",
    ),
    (
        "floor of everybody",
        {f"{BODY}.floor": {"value": 1, **SURE}, f"{BODY}.ceiling": DROP},
        f"{BODY}.floor: must leave people who weigh the text: floor and ceiling stay ",
    ),
    (
        "poll of an unknown text",
        {f"{POLLS}.us_plan_august.texts": {"us_plan_of_july": 1}},
        f"{POLLS}.us_plan_august.texts.us_plan_of_july: no such text; did you mean "
        "'us_plan_of_august'?",
    ),
    (
        "poll of a misspelt text",
        {f"{POLLS}.european_plan_august.text": "european_txt"},
        f"{POLLS}.european_plan_august.text: no such text; did you mean 'european_text'?",
    ),
    (
        "poll of a mix that is no whole",
        {f"{POLLS}.us_plan_august.texts": {"us_plan": 0.5, "european_text": 0.4}},
        f"{POLLS}.us_plan_august.texts: must have shares that sum to 1 (got 0.9)",
    ),
    (
        "poll about nothing",
        {f"{POLLS}.us_plan_august.texts": DROP},
        f"{POLLS}.us_plan_august.text: must be there, or else `texts` with shares",
    ),
    (
        "poll about two things",
        {f"{POLLS}.us_plan_august.text": "us_plan"},
        f"{POLLS}.us_plan_august.text: must be there, or else `texts` with shares",
    ),
    (
        "poll of more than everybody",
        {f"{POLLS}.us_plan_august.unacceptable": 0.7},
        f"{POLLS}.us_plan_august.unacceptable: must not exceed what `acceptable` leaves",
    ),
    (
        "poll that all accept",
        {f"{POLLS}.us_plan_august.acceptable": 1},
        f"{POLLS}.us_plan_august.acceptable: must be less than 1",
    ),
    (
        "poll after the start",
        {f"{POLLS}.us_plan_august.date": "2025-11-25"},
        f"{POLLS}.us_plan_august.date: lies after the start (2025-11-24); nothing later",
    ),
    (
        "poll on a fact that is none",
        {f"{POLLS}.us_plan_august.basis": ["kiis-aug-usa"]},
        f"{POLLS}.us_plan_august.basis: no such evidence id; did you mean 'kiis-aug-us'?",
    ),
    (
        "poll of 120%",
        {f"{POLLS}.us_plan_august.acceptable": 1.2},
        f"{POLLS}.us_plan_august.acceptable: must be less than 1",
    ),
    (
        "poll that is evidence and the source of a number",
        {f"{BODY}.threshold": {"uniform": [0, 1], "basis": ["kiis-76", "kiis-aug-us"]}},
        f"{BODY}.threshold.basis: rests on kiis-aug-us, as the poll us_plan_august does, which is "
        "evidence: a poll is evidence or the source of threshold, never both; state what was "
        "thought before it, or let polls not count (evidence=stances) (got 'kiis-aug-us')",
    ),
    (
        "poll that is evidence and the source of plain numbers beside it",
        {
            f"{BODY}.basis": ["kiis-sep-eu"],
            f"{BODY}.floor": 0.1,
        },
        f"{BODY}.basis: rests on kiis-sep-eu, as the poll ",
    ),
    (
        "polls without their errors",
        {f"{BODY}.poll_errors": DROP},
        f"{BODY}.poll_errors: is missing; where there are polls it says how far they may be",
    ),
]


def scenario_of(tree):
    return configuration_of(tree, {}).scenario


@each_of(ROWS)
def test_it_is_refused_with_where_and_why(changes, says, shipped_is_refused):
    shipped_is_refused(changes, says)


@pytest.mark.parametrize("counts", ["stances", "none"])
def test_a_poll_that_does_not_count_may_be_the_source_of_a_number(counts):
    tree = changed(
        shipped(),
        {
            f"{BODY}.threshold": {"uniform": [0, 1], "basis": ["kiis-aug-us"]},
            "evidence": counts,
        },
    )
    assert scenario_of(tree).evidence == counts


@pytest.mark.parametrize("field", ["quota", "vote_noise", "lag"])
def test_numbers_that_polls_do_not_tell_of_may_rest_on_one(field):
    number = {"value": 0.4, "basis": ["kiis-aug-us"]}
    tree = changed(shipped(), {f"{BODY}.{field}": number})
    assert scenario_of(tree).numbers[f"{BODY}.{field}"].mean == 0.4
