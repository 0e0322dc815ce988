"""What is told of a posterior: what moved, by what, and what rests on assumption alone."""

import pandas as pd
import pytest

from sim.show.reports.posterior import MOST, posterior_report
from tests.show.figures.tables import LEARNT
from tests.show.reading import read

KNOWN = ("2 stances", "1 poll")


def manifest(draws=500, worth=320.4, khat=0.2):
    return {"draws": draws, "evidence": {"effective_draws": worth, "khat": khat}}


def told(table=LEARNT, **evidence):
    lines = str(posterior_report("The well", manifest(**evidence), KNOWN, table)).splitlines()
    assert all(len(line) <= 80 for line in lines)
    return " ".join(" ".join(lines).split())


def test_a_number_stands_under_its_path_and_what_became_of_it():
    said = told()
    assert said.startswith("The well What is known weighs the draws: 2 stances and 1 poll.")
    assert (
        "Moved actors.us.no_deal 1 to 1.5, sd 0.5 to 0.4; 1.0 sds up; mostly us is open to "
        "their_plan Narrowed: about as high as before, but better known drivers.war.level 0 to "
        "0.04, sd 1 to 0.5; its mean stayed; mostly the record of the talks"
    ) in said


def test_a_number_against_what_was_stated_is_told_first_and_asks_to_be_looked_at():
    said = told()
    assert said.index("Against what was stated: now outside") < said.index("Moved actors")
    assert "It is against what was stated: look again" in said
    assert "look again" not in told(LEARNT.iloc[1:])


def test_what_evidence_cannot_identify_is_counted_kind_by_kind():
    said = told()
    assert (
        "Of 5 numbers that nobody knows for sure, evidence moved against what was stated 1, moved "
        "1, narrowed 1 and changed too little to be told of 1."
    ) in said
    assert "Evidence cannot identify 1 of them" in said
    assert "rests on assumption alone. By kind: walkout 1 of 2." in said
    assert "Evidence says something of each of them." in told(LEARNT.iloc[:3])


def test_where_nothing_changed_no_number_is_told():
    said = told(LEARNT.iloc[3:4])
    assert "evidence changed none." in said
    assert "its mean before" not in said


def test_of_many_numbers_the_first_are_told_and_the_rest_counted():
    many = pd.concat([LEARNT.iloc[1:2]] * (MOST + 3))
    said = told(many)
    assert said.count("actors.us.no_deal") == MOST
    assert "And 3 more: --json, or posterior() in Python, has all." in said


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        ({}, "The 500 draws are worth 320 of equal weight; no few of them say most of it (k-hat"),
        ({"khat": 0.71}, "A few of them say most of it (k-hat 0.71, above 0.7): play more."),
        ({"khat": None}, "The 500 draws are worth 320 of equal weight."),
        ({"worth": 99.9, "khat": None}, "worth 100 of equal weight, under 100: small changes"),
    ],
)
def test_what_the_draws_are_worth_is_said(evidence, said):
    assert said in told(**evidence)


@pytest.mark.parametrize("writer", ["text", "html", "markdown"])
def test_every_writer_tells_all_of_it(writer):
    said = read(posterior_report("The well", manifest(), KNOWN, LEARNT), writer)
    for part in ("2 stances and 1 poll", "actors.us.no_deal", "1.0 sds up", "walkout 1 of 2"):
        assert part in said
