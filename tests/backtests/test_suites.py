"""Scores of a suite, worked out by hand."""

from math import log

import pytest

from sim.backtests.cases import Division, Issue, Proposal
from sim.backtests.suites import SUITES, law_of_places, name_of_split, splits_of

CASE = Division(
    "n",
    "g",
    ("hat", "ball"),
    (1, 1),
    ((3.0, 7.0), (5.0, 5.0)),
    (0.0, 0.0),
    ((1, 0), None, (1, 1)),
)
COUNTS = {"deal": {"yes": 8, "no": 2}, "split": {"0_0": 0, "0_1": 2, "1_0": 6, "1_1": 0}}


def test_a_place_is_scored_by_crps_and_its_mean_by_how_far_it_is_off():
    issue = Issue("i1", {"de": 0.0, "fr": 100.0}, {}, None, 0.0)
    case = Proposal("d", "t", {}, (issue, Issue("i2", {}, {}, None, None)))
    counts = {"i1": {"at_0": 1, "at_50": 0, "at_100": 3}, "i2": {"at_0": 4}}
    (row,) = SUITES["deu"].scored(case, counts, 0.5)
    assert (row["decision"], row["outcome"], row["mean"]) == ("i1", 0, 75)
    assert row["crps"] == pytest.approx(75 - 0.25 * 0.75 * 100)
    assert row["mae"] == 75
    assert (row["pit_low"], row["pit_high"]) == (0, 0.25)


def test_places_and_chances_of_a_law_are_those_of_the_worlds():
    values, chances = law_of_places({"at_12_5": 1, "at_100": 3})
    assert (values.tolist(), chances.tolist()) == ([12.5, 100], [0.25, 0.75])


def test_a_dialogue_is_scored_by_whether_there_was_a_deal_and_by_which():
    deal, none, other = SUITES["dond"].scored(CASE, COUNTS, 0.5)
    assert [row["chance"] for row in (deal, none, other)] == [0.8] * 3
    assert [row["brier"] for row in (deal, none, other)] == pytest.approx([0.04, 0.64, 0.04])
    # Half a world is added to each of four splits: .5, 2.5, 6.5 and .5 of 10.
    assert deal["split_log_loss"] == pytest.approx(-log(0.65))
    assert other["split_log_loss"] == pytest.approx(-log(0.05))
    assert "split_log_loss" not in none
    # Of whether there is a deal it is half a world each too: 8.5 and 2.5 of 11.
    assert none["log_loss"] == pytest.approx(-log(2.5 / 11))
    assert deal["log_loss"] == pytest.approx(-log(8.5 / 11) - log(0.65))


def test_what_the_first_got_lies_in_the_law_of_its_points():
    deal, _, other = SUITES["casino"].scored(CASE, COUNTS, 0.5)
    # The first gets 0, 7, 3 and 10 points, with chances .05, .25, .65 and .05.
    assert (deal["outcome"], other["outcome"]) == (3, 10)
    assert deal["mean"] == pytest.approx(0.25 * 7 + 0.65 * 3 + 0.05 * 10)
    assert (deal["pit_low"], deal["pit_high"]) == pytest.approx((0.05, 0.7))
    assert (other["pit_low"], other["pit_high"]) == pytest.approx((0.95, 1))


def test_splits_that_give_the_first_as_much_are_one_value_of_the_law():
    even = Division("n", "g", ("a", "b"), (1, 1), ((5.0, 5.0), (5.0, 5.0)), (0, 0), ((1, 0),))
    counts = {"deal": {"yes": 2, "no": 0}, "split": {"0_0": 0, "0_1": 1, "1_0": 1, "1_1": 0}}
    (row,) = SUITES["dond"].scored(even, counts, 0.5)
    assert (row["pit_low"], row["pit_high"]) == pytest.approx((0.125, 0.875))


def test_where_no_world_had_a_deal_all_splits_are_alike_and_no_loss_is_infinite():
    counts = {"deal": {"yes": 0, "no": 10}, "split": dict.fromkeys(COUNTS["split"], 0)}
    deal, *_ = SUITES["dond"].scored(CASE, counts, 0.5)
    assert deal["split_log_loss"] == pytest.approx(log(4))
    assert deal["log_loss"] == pytest.approx(-log(0.5 / 11) + log(4))


def test_every_split_has_a_name():
    assert [name_of_split(each) for each in splits_of(CASE)] == list(COUNTS["split"])
