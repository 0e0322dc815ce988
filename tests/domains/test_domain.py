"""Additive utilities, and numbers and names as files have them."""

import pytest

from sim.domains.domain import (
    Domain,
    Profile,
    number_of,
    refuse_misfits,
    reservation_of,
    text_of,
    utility,
)
from sim.errors import ScenarioError

DOMAIN = Domain("d.xml", {"Place": ("Sea", "Hills"), "Food": ("Fish", "Cake")})


def profile(weights=None, evaluations=None):
    return Profile(
        "p.xml",
        "p",
        weights or {"Place": 0.75, "Food": 0.5},
        evaluations or {"Place": {"Sea": 1.0, "Hills": 0.25}, "Food": {"Fish": 0.9, "Cake": 0.6}},
        0.0,
    )


def test_a_bid_is_worth_its_weights_times_its_evaluations_whatever_the_weights_sum_to():
    bid = {"Place": "Hills", "Food": "Cake"}
    assert utility(profile(), bid) == pytest.approx(0.75 * 0.25 + 0.5 * 0.6)


def test_an_item_that_a_profile_lacks_and_an_issue_that_a_bid_leaves_open_are_worth_nothing():
    lacking = profile(evaluations={"Place": {"Sea": 4.0}, "Food": {"Fish": 3.0, "Cake": 2.0}})
    assert utility(lacking, {"Place": "Hills"}) == 0
    refuse_misfits(DOMAIN, [lacking])


MISFITS = [
    ({"Place": {"Sea": 1.0}}, None, "p.xml: lacks the issue 'Food' of d.xml"),
    (None, {"Place": 1.0}, "p.xml: has no weight for the issue 'Food'"),
    (None, {"Place": 0.0, "Food": 0.0}, "p.xml: weights are all zero; at least one must count"),
    (
        {"Place": {"See": 1.0}, "Food": {}},
        None,
        "p.xml: issue 'Place', item 'See': no such item; did you mean 'Sea'?",
    ),
    (
        {"Place": {}, "Food": {}, "Foot": {}},
        None,
        "p.xml: issue 'Foot' is not in d.xml: no such issue; did you mean 'Food'?",
    ),
    (
        None,
        {"Place": 1.0, "Food": 1.0, "Car": 1.0},
        "p.xml: issue 'Car' is not in d.xml: no such issue; known: Food, Place",
    ),
]


@pytest.mark.parametrize(("evaluations", "weights", "message"), MISFITS)
def test_a_profile_of_another_domain_is_refused(evaluations, weights, message):
    with pytest.raises(ScenarioError) as error:
        refuse_misfits(DOMAIN, [profile(weights, evaluations)])
    assert str(error.value) == message


def test_all_that_does_not_fit_is_said_at_once():
    with pytest.raises(ScenarioError) as error:
        refuse_misfits(DOMAIN, [profile({"Place": 1.0}), profile(None, {"Place": {"Seaa": 1.0}})])
    assert len(error.value.problems) == 3


def test_a_profile_of_quite_another_domain_does_not_fill_the_screen():
    other = {str(number): {} for number in range(1000)}
    with pytest.raises(ScenarioError) as error:
        refuse_misfits(DOMAIN, [profile(dict.fromkeys(other, 1.0), other)])
    assert len(error.value.problems) == 8


@pytest.mark.parametrize("count", [0, 1, 4097])
def test_an_issue_needs_a_choice_that_can_be_weighed(count):
    items = tuple(map(str, range(count)))
    message = rf"^d\.xml: issue 'Place' must have from 2 to 4,096 items \(got {count}\)$"
    with pytest.raises(ScenarioError, match=message):
        refuse_misfits(Domain("d.xml", {"Place": items}), [profile()])


NUMBERS = [("3", 3.0), (" 0.25 ", 0.25), ("1e-3", 0.001), (".5", 0.5), ("2.", 2.0), (7, 7.0)]


@pytest.mark.parametrize(("raw", "number"), NUMBERS)
def test_numbers_are_read_as_written(raw, number):
    assert number_of(raw, "here") == number


NO_NUMBERS = [
    "",
    "nan",
    "inf",
    "1e999",
    "1_000",
    "0,5",
    "٣",
    "0x10",
    True,
    None,
    [],
    10**400,
    "1 2",
]


@pytest.mark.parametrize("raw", NO_NUMBERS)
def test_what_is_no_finite_number_is_refused(raw):
    for read in (number_of, reservation_of):
        with pytest.raises(ScenarioError, match=r"^here: must be a number such as 0\.25"):
            read(raw, "here")


def test_weights_and_evaluations_are_not_negative_but_reservation_values_may_be():
    with pytest.raises(ScenarioError, match=r"^here: must not be negative \(got '-1'\)"):
        number_of("-1", "here")
    assert reservation_of("-0.05", "here") == -0.05


def test_a_text_is_on_one_line_with_single_blanks():
    assert text_of(" 20''\n\t LCD ", "here") == "20'' LCD"


NO_TEXTS = [
    ("", "is empty"),
    (" \n", "is empty"),
    (3, "must be text"),
    ("a\0b", "control character"),
    ("\ud800", "half a sign"),
    ("${oc.env:HOME}", r"holds '\$\{'"),
]


@pytest.mark.parametrize(("raw", "message"), NO_TEXTS)
def test_what_can_be_no_label_is_refused(raw, message):
    with pytest.raises(ScenarioError, match=f"^here: .*{message}"):
        text_of(raw, "here")
