"""What is told of what drives some odds."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.show.reports.drivers import BELOW, MOST, box_in_words, drivers_report
from tests.show.figures.tables import DRIVEN
from tests.show.reading import read

GROUPS = pd.DataFrame(
    [
        ("actor", "us", 40, 0.3, 0.1),
        ("kind", "values", 60, 0.02, 0.1),
        ("kind", "misreadings", 300, np.nan, np.nan),
    ],
    columns=["by", "group", "numbers", "importance", "chance"],
)
SPLIT = SimpleNamespace(chance=0.7, assumed=0.2, form=0.1)
BOX = SimpleNamespace(mass=0.1, density=0.3, overall=0.1, coverage=0.3, times=3.0)
TOTAL = pd.DataFrame(
    [("actor", "us", 0.6, 0.05)], columns=["by", "group", "total", "error"]
)  # fmt: skip


def report(table=DRIVEN, threshold=0.06, groups=GROUPS, box=None, total=None):
    return drivers_report(
        "The well", "A text signed", 0.1, 320.4, table, threshold, groups, SPLIT, box, total
    )


def told(**changes):
    lines = str(report(**changes)).splitlines()
    assert all(len(line) <= 80 for line in lines)
    return " ".join(" ".join(lines).split())


def test_the_number_that_matters_most_and_what_it_rests_on_is_one_glance():
    said = told()
    assert said.startswith("The well What drives the odds of “A text signed”: 10.0% The odds rest")
    assert "rest most on “How it is modelled”, which is assumed." in said
    assert "Of 3 numbers that differ between draws 2 stand out from what chance makes" in said
    facts = told(table=DRIVEN.iloc[1:])
    assert "rest most on “us: no deal”, which rests on art-1, art-2." in facts


def test_what_chance_reaches_is_a_line_between_numbers():
    said = told()
    line = said.index("chance alone")
    assert said.index("us: no deal 8.0%") < line < said.index("us: patience 0.0%")


def test_where_nothing_stands_out_that_is_said_and_the_next_ones_are_told():
    said = told(threshold=0.5)
    assert "none stands out by itself from what chance makes, as far as 320 draws" in said
    assert "How it is modelled" in said


def test_of_many_the_first_are_told_and_the_rest_counted():
    many = pd.concat([DRIVEN.iloc[:1]] * (MOST + 4), ignore_index=True)
    said = told(table=many)
    assert said.count("a guess") == MOST
    assert "And 4 more above the line" in said
    low = pd.concat([DRIVEN.iloc[2:]] * 9, ignore_index=True)
    assert told(table=pd.concat([DRIVEN, low])).count("us: patience") == BELOW


def test_groups_above_chance_are_told_and_those_that_cannot_be():
    said = told()
    assert "actor us 40 30.0% 10.0%" in said
    assert "kind values" not in said
    assert "Too many to be told together: misreadings." in said
    none = told(groups=GROUPS.iloc[1:2])
    assert "No group of numbers stands out from what chance makes." in none


def test_the_split_the_box_and_totals_follow():
    words = box_in_words("A text signed", BOX, ["“us: no deal” is below 0.31"])
    said = told(box=words, total=TOTAL)
    assert "70% is chance, 20% what is assumed and 10% how bargaining is modelled." in said
    assert (
        "“A text signed” is 3 times as likely where “us: no deal” is below 0.31: 30.0% against "
        "10.0%. That is 10% of the draws and 30% of all worlds with it."
    ) in said
    assert "actor us 60.0% 5.0%" in said
    assert "No box" in box_in_words("A text signed", None, ())


def test_where_nothing_can_be_told_from_chance_only_that_is_said():
    said = told(table=DRIVEN.assign(importance=np.nan), threshold=np.nan)
    assert said.endswith("More replications, or more draws, could tell.")


@pytest.mark.parametrize("writer", ["text", "html", "markdown"])
def test_every_writer_tells_all_of_it(writer):
    said = read(report(total=TOTAL), writer)
    for part in ("How it is modelled", "12.0%", "art-1, art-2", "chance alone", "60.0%"):
        assert part in said
