"""The fate of announced deadlines, whatever the calendar of the sessions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.talks.endings import deadlines_passed
from sim.talks.model import NegotiationModel
from tests.small import WHY, small_scenario

WORLDS = np.arange(400)


def talks(weeks_between: float = 1, **deadline: Any) -> NegotiationModel:
    """Return talks in which nobody signs or walks out, under a deadline of her setting."""
    sworn = {f"actors__{name}__no_deal": {"value": 3, **WHY} for name in ("her", "his")}
    calm = {f"actors__{name}__walkout": None for name in ("her", "his")}
    scenario = small_scenario(
        mediator="her",
        calendar__weeks_between_sessions={"value": weeks_between, **WHY},
        calendar__deadline={
            **WHY,
            "date": "2025-01-09",
            "extension": 0.9,
            "next_extension": 0.95,
            "weeks": 1,
            "times": 40,
            **deadline,
        },
        **sworn,
        **calm,
    )
    return NegotiationModel(scenario, 5, 4, WORLDS)


@pytest.mark.parametrize("weeks_between", [0.5, 2, 3, 7, 26])
def test_the_mediator_leaves_in_the_same_worlds_and_weeks_whatever_the_calendar(
    weeks_between: float,
) -> None:
    weekly, other = talks().run(), talks(weeks_between).run()
    left = weekly.by[:, 0]
    assert 0.5 < left.mean() < 0.95
    assert (other.by[:, 0] == left).all()
    np.testing.assert_allclose(other.week, weekly.week, rtol=0, atol=1e-12)


def test_the_first_deadline_lapses_with_the_stated_chance() -> None:
    at_once = talks(extension=0.7, next_extension=1).run().by[:, 0].mean()
    assert abs(at_once - 0.3) < 4 * np.sqrt(0.3 * 0.7 / len(WORLDS))


def test_extensions_granted_one_after_the_other_are_geometric() -> None:
    weeks = talks(extension=0.6, next_extension=0.6).run().week
    extensions = np.round(weeks - 3 / 7)
    share_of_none, share_of_two = (extensions == 0).mean(), (extensions == 2).mean()
    assert abs(share_of_none - 0.4) < 4 * np.sqrt(0.24 / len(WORLDS))
    assert abs(share_of_two - 0.36 * 0.4) < 4 * np.sqrt(0.144 * 0.856 / len(WORLDS))


def test_more_extensions_allowed_change_nothing_before_they_are_used() -> None:
    few, many = talks(next_extension=0.6, times=2).run(), talks(next_extension=0.6).run()
    soon = many.week < 3 / 7 + 2
    assert 0.2 < soon.mean() < 0.9
    assert (few.week[soon] == many.week[soon]).all()


def test_no_deadline_is_extended_more_often_than_allowed() -> None:
    model = talks(extension=1, next_extension=1, times=3)
    record = model.run()
    assert record.by[:, 0].all()
    np.testing.assert_allclose(record.week, 3 + 3 / 7)


def test_a_deadline_on_the_day_of_a_session_passes_only_after_it() -> None:
    deadline, none = np.array([2.0]), np.array([0])
    never = np.array([[False]])
    _, _, lapsed = deadlines_passed(deadline, none, never, np.ones(1), until=2.0)
    assert np.isinf(lapsed).all()
    after, _, lapsed = deadlines_passed(deadline, none, never, np.ones(1), until=2.5)
    assert lapsed == 2.0
    assert np.isinf(after).all()


def test_several_deadlines_pass_in_one_interval() -> None:
    granted = np.array([[True, True, True, False], [True, False, True, False]])
    week, extensions, lapsed = deadlines_passed(
        np.array([1.0, 1.0]), np.array([0, 0]), granted, np.array([2.0, 2.0]), until=6.0
    )
    assert week.tolist() == [7.0, np.inf]
    assert extensions.tolist() == [3, 1]
    assert lapsed.tolist() == [np.inf, 3.0]
