"""Statements about worlds: what they say, and what is no statement."""

import datetime

import pytest

from sim.errors import ScenarioError
from sim.scenario.statements import Kind, read_statement, read_statements
from tests.small import mediated_scenario

SPEC = mediated_scenario(
    questions={"no_war": {"label": "A text signed", "event": "signed", "by": "2025-03-01"}}
)  # from 6 January to 7 July 2025


@pytest.mark.parametrize(
    ("text", "kind", "name", "negated"),
    [
        ("signed by 2025-02-01", Kind.EVENT, "signed", False),
        ("nothing signed by 2025-02-01", Kind.EVENT, "signed", True),
        ("No  in force BY 2025-02-01", Kind.EVENT, "in_force", True),
        ("not left_his by 2025-02-01", Kind.EVENT, "left_his", True),
        ("no_war by 2025-02-01", Kind.EVENT, "no_war", False),
        ("talking on 2025-02-01", Kind.TALKING, "", False),
        ("not Suspended on 2025-02-01", Kind.SUSPENDED, "", True),
        ("in force on 2025-02-01", Kind.IN_FORCE, "", False),
        ("her away on 2025-02-01", Kind.AWAY, "her", False),
        ("THE ENVOY there on 2025-02-01", Kind.THERE, "envoy", False),
        ("no envoy mediating on 2025-02-01", Kind.MEDIATING, "envoy", True),
    ],
)
def test_a_statement_is_an_event_by_a_day_or_a_state_on_one(text, kind, name, negated):
    said = read_statement(text, SPEC)
    assert (said.kind, said.name, said.negated) == (kind, name, negated)
    assert said.day == datetime.date(2025, 2, 1)
    assert str(said) == " ".join(text.split())


def test_what_is_said_twice_is_said_once():
    twice = ["signed by 2025-02-01", "signed  by 2025-02-01"]
    assert len(read_statements(twice, SPEC)) == 1


ERRORS = [
    ("", "statement: must be `[nothing|no|not] EVENT by DAY` or `[nothing|no|not] STATE on DAY`"),
    ("signed", "such as 'nothing signed by 2025-12-31' or 'US away on 2026-01-31' (got 'signed')"),
    ("signd by 2025-02-01", "statement: no such event; did you mean 'signed'?"),
    ("no war by 2025-02-01", "no such event; did you mean 'no_war'?"),
    ("tolking on 2025-02-01", "no such state; did you mean 'talking'?"),
    ("envoi away on 2025-02-01", "no such actor; did you mean 'envoy'?"),
    ("his mediating on 2025-02-01", "his does not mediate; the mediator is envoy"),
    ("signed on 2025-02-01", "says what happens by a day: say `signed by DAY`"),
    ("her away by 2025-02-01", "says how things stand on a day: say `her away on DAY`"),
    ("signed by Friday", "Friday is no day; a day is written as 2025-12-31"),
    ("signed by 20250201", "20250201 is no day; a day is written as 2025-12-31"),
    ("signed by 2025-02-30", "2025-02-30 is no day of the calendar"),
    ("signed by 2025-01-05", "is known already: the scenario begins on 2025-01-06"),
    ("signed by 2025-07-08", "lies after the last day that is looked at, 2025-07-07"),
]


@pytest.mark.parametrize(("text", "says"), ERRORS)
def test_what_is_no_statement_is_told_so(text, says):
    with pytest.raises(ScenarioError) as told:
        read_statement(text, SPEC)
    assert says in str(told.value)


def test_a_label_of_two_actors_asks_for_a_name():
    twins = mediated_scenario(actors__his__label="Twin", actors__her__label="Twin")
    with pytest.raises(ScenarioError, match="twin is what her and his are called; say which"):
        read_statement("twin away on 2025-02-01", twins)


def test_all_that_is_wrong_with_several_is_told_at_once():
    with pytest.raises(ScenarioError) as told:
        read_statements(["signd by 2025-02-01", "signed by 2025-02-01", "x"], SPEC)
    assert len(told.value.problems) == 2
