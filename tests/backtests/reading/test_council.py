"""What member states weigh: the treaties' votes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.backtests.reading.council import ACTORS, FIFTEEN, LISBON, NICE, capability

OLD, NEW, NEWEST = date(2000, 1, 1), date(2006, 1, 1), date(2016, 1, 1)


def test_the_votes_are_those_of_the_treaties():
    assert (len(FIFTEEN), sum(FIFTEEN.values())) == (15, 87)
    assert (len(NICE), sum(NICE.values())) == (28, 345 + 7)
    assert NICE.keys() == LISBON.keys() > FIFTEEN.keys()
    assert sum(LISBON.values()) == pytest.approx(508, abs=1)


def test_institutions_weigh_as_much_as_the_largest_state_even_where_it_takes_no_part():
    assert capability(["com", "nl", "ie"], OLD, False) == pytest.approx(
        {"com": 10 / 18, "nl": 5 / 18, "ie": 3 / 18}
    )


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (None, 10 / 12),
        (date(2004, 10, 31), 10 / 12),
        (date(2004, 11, 1), 29 / 33),
        (date(2014, 10, 31), 29 / 33),
        (date(2014, 11, 1), 81.2 / (81.2 + 0.56)),
    ],
)
def test_the_votes_in_force_on_the_day_count(day, share):
    assert capability(["de", "lu"], day, False)["de"] == pytest.approx(share)


def test_a_state_that_joined_before_the_decision_brings_the_next_votes():
    assert capability(["de", "pl"], OLD, False)["pl"] == pytest.approx(27 / 56)
    assert capability(["de", "pl"], NEWEST, False)["pl"] == pytest.approx(38 / (38 + 81.2))


def test_where_all_must_agree_all_weigh_the_same():
    assert capability(["com", "de", "mt", "ep"], NEW, True) == dict.fromkeys(
        ("com", "de", "mt", "ep"), 0.25
    )


@given(
    st.sets(st.sampled_from(ACTORS), min_size=1), st.sampled_from([OLD, NEW, NEWEST]), st.booleans()
)
def test_shares_are_positive_and_sum_to_one(actors, day, unanimous):
    shares = capability(actors, day, unanimous)
    assert shares.keys() == actors
    assert min(shares.values()) > 0
    assert sum(shares.values()) == pytest.approx(1)
