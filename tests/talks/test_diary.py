"""The diary: the first day on which something happens, to which text and to whom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.events import Happening, events_of
from sim.talks.diary import Diary, weeks_of
from sim.talks.space import space_of
from tests.small import small_scenario

BY = "2025-03-01"
QUESTIONS = {
    "any_text": {"event": "signed"},
    "hers": {"event": "signed", "all": {"water": "hers"}},
    "hers_and_both_pay": {"event": "signed", "all": {"water": "hers", "upkeep": "both_pay"}},
    "not_his": {"event": "signed", "all": {"water": ["hers", "shared"]}},
    "half_of_something": {"event": "signed", "any": {"water": "shared", "upkeep": "both_pay"}},
    "hers_and_half": {"event": "signed", "all": {"water": "hers"}, "any": {"upkeep": "both_pay"}},
    "truce": {"event": "in_effect", "all": {"water": "hers"}},
    "truce_and_pay": {"event": "in_effect", "all": {"water": "hers", "upkeep": "he_pays"}},
    "pay_or_truce": {"event": "in_effect", "any": {"upkeep": "he_pays", "water": "hers"}},
    "pay": {"event": "in_effect", "any": {"upkeep": "he_pays"}},
    "she_left": {"event": "left", "who": ["her"]},
    "anybody_left": {"event": "left"},
    "he_refused": {"event": "refused", "who": ["his"], "all": {"water": "his"}},
}
SCENARIO = small_scenario(
    questions={name: {"label": name, "by": BY, **rule} for name, rule in QUESTIONS.items()}
)
SPACE = space_of(SCENARIO)
HERS, SHARED, HIS = 0, 1, 2
HE_PAYS, BOTH_PAY, SHE_PAYS = 3, 4, 5


def fitting(kind, texts, names=QUESTIONS, **more):
    """Which of some questions take note of something that happens to texts, one world each."""
    diary = Diary(SCENARIO, SPACE, len(texts))
    diary.note(kind, np.arange(len(texts)), 1.0, np.array(texts), **more)
    columns = weeks_of(SCENARIO, diary.weeks)
    return {name: (~np.isnan(columns[name])).tolist() for name in names}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("any_text", [True, True, True, True]),
        ("hers", [True, True, False, False]),
        ("hers_and_both_pay", [False, True, False, False]),
        ("not_his", [True, True, True, False]),
        ("half_of_something", [False, True, True, False]),
        ("hers_and_half", [False, True, False, False]),
        ("truce", [False] * 4),  # of another kind
    ],
)
def test_an_event_takes_texts_that_have_all_and_any_of_its_terms(name, expected):
    texts = [[HERS, HE_PAYS], [HERS, BOTH_PAY], [SHARED, SHE_PAYS], [HIS, SHE_PAYS]]
    assert fitting(Happening.SIGNED, texts)[name] == expected


def test_of_what_takes_effect_early_only_the_options_count_that_do():
    early = np.arange(SPACE.cells) == HERS
    names = ("truce", "truce_and_pay", "pay_or_truce", "pay")
    at_signature = fitting(Happening.IN_EFFECT, [[HERS, HE_PAYS]], names, counts=early)
    assert at_signature == {
        "truce": [True],
        "truce_and_pay": [False],
        "pay_or_truce": [True],
        "pay": [False],
    }
    in_force = fitting(Happening.IN_EFFECT, [[HERS, HE_PAYS]], names)
    assert all(found == [True] for found in in_force.values())


def test_an_event_of_some_actors_takes_what_happens_to_one_of_them():
    diary = Diary(SCENARIO, SPACE, 3)
    who = np.array([[True, False], [False, True], [True, True]])
    diary.note(Happening.LEFT, np.arange(3), np.array([1.0, 2.0, 3.0]), who=who)
    columns = weeks_of(SCENARIO, diary.weeks)
    np.testing.assert_array_equal(columns["she_left"], [1, np.nan, 3])
    np.testing.assert_array_equal(columns["anybody_left"], [1, 2, 3])
    np.testing.assert_array_equal(columns["left_his"], [np.nan, 2, 3])


def test_a_text_and_somebody_must_fit_at_once():
    diary = Diary(SCENARIO, SPACE, 4)
    texts = np.array([[HIS, HE_PAYS], [HIS, HE_PAYS], [HERS, HE_PAYS], [HERS, HE_PAYS]])
    who = np.array([[False, True], [True, False], [False, True], [True, False]])
    diary.note(Happening.REFUSED, np.arange(4), 2.0, texts, who=who)
    columns = weeks_of(SCENARIO, diary.weeks)
    np.testing.assert_array_equal(columns["he_refused"], [2, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(columns["refused"], [2, 2, 2, 2])


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 50)), max_size=20))
def test_only_the_first_day_of_an_event_is_noted_in_whatever_order_days_come(happenings):
    diary = Diary(SCENARIO, SPACE, 4)
    for world, week in happenings:
        diary.note(Happening.LEFT, np.array([world]), week, who=np.array([[True, False]]))
    noted = weeks_of(SCENARIO, diary.weeks)["she_left"]
    for world in range(4):
        weeks = [week for each, week in happenings if each == world]
        assert noted[world] == min(weeks) if weeks else np.isnan(noted[world])


def test_nothing_is_noted_of_worlds_in_which_nothing_happens():
    diary = Diary(SCENARIO, SPACE, 5)
    diary.note(Happening.LEFT, np.array([1, 3]), 4.0, who=np.ones((2, 2), dtype=bool))
    noted = weeks_of(SCENARIO, diary.weeks)["anybody_left"]
    np.testing.assert_array_equal(noted, [np.nan, 4, np.nan, 4, np.nan])


def test_a_diary_waits_only_for_what_somebody_asks_about():
    diary = Diary(SCENARIO, SPACE, 1)
    assert diary.waits_for(Happening.SIGNED)
    assert not diary.waits_for(Happening.TABLED)


def test_there_is_a_column_for_each_event_in_their_order():
    diary = Diary(SCENARIO, SPACE, 2)
    assert diary.weeks.shape == (2, len(events_of(SCENARIO)))
    assert list(weeks_of(SCENARIO, diary.weeks)) == list(events_of(SCENARIO))
