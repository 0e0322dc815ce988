"""Shares of draws that agree with a stance, where they can be worked out by hand."""

import pytest

from sim.talks.stances import stance_shares
from tests.small import WHY, small_scenario

SURE = {
    f"actors__her__{field}": value
    for field, value in {
        "weight_concentration": None,
        "values__water__spread": 0,
        "values__upkeep__spread": 0,
        "loadings": {},
    }.items()
}


def share_of(stance, text="halves", no_deal=0.5, aspiration=0.5, **changes):
    """Her share of agreement; halves are worth .56 to her in every draw."""
    no_deal = no_deal if isinstance(no_deal, dict) else {"value": no_deal}
    scenario = small_scenario(
        **{
            **SURE,
            "actors__her__no_deal": {**WHY, **no_deal},
            "actors__her__bargaining__aspiration": aspiration,
            "actors__her__stances": [{"text": text, "stance": stance, **WHY, **changes}],
        }
    )
    return stance_shares(scenario)[0].share


@pytest.mark.parametrize(
    ("stance", "no_deal", "expected"),
    [
        ("rejects", 0.57, 1),
        ("rejects", 0.55, 0),
        ("open", 0.57, 0),
        ("open", 0.55, 1),
        ("accepts", 0.1, 1),  # she demands .1 + .5 x .9 = .55 at the start
        ("accepts", 0.2, 0),  # .6
    ],
)
def test_a_stance_is_compared_with_no_deal_or_with_what_is_demanded_at_the_start(
    stance, no_deal, expected
):
    assert share_of(stance, no_deal=no_deal) == expected


def test_a_share_is_that_of_the_draws():
    assert share_of("rejects", no_deal={"uniform": [0, 1]}) == pytest.approx(0.44, abs=0.05)


def test_one_text_is_preferred_to_another_where_it_is_worth_more():
    assert share_of("prefers", text="halves", other="his_wish") == 1
    assert share_of("prefers", text="halves", other="her_wish") == 0


def test_drivers_at_their_start_count_in_no_deal():
    changes = {**SURE, "actors__her__loadings": {**WHY, "drought": 0.1}}
    scenario = small_scenario(
        **{
            **changes,
            "drivers__drought__start": 2,
            "actors__her__no_deal": {"value": 0.4, **WHY},
            "actors__her__stances": [{"text": "halves", "stance": "rejects", **WHY}],
        }
    )
    assert stance_shares(scenario)[0].share == 1
