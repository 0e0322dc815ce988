"""GeniusWeb files: what is read, against a domain worked out by hand, and what is refused."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from sim.domains.domain import Kind, Source, refuse_misfits, utility
from sim.domains.geniusweb import kind_of, read_geniusweb
from sim.errors import ScenarioError
from tests.domains.writing import OTHERS, domain_json, json_files, profile_json

FILES = Path(__file__).parent / "files" / "holiday_geniusweb"
SPACE = "LinearAdditiveUtilitySpace"


def source(name, data):
    return Source(
        name, Path(name).stem, data if isinstance(data, bytes) else json.dumps(data).encode()
    )


def read_files(files, domain):
    """Read GeniusWeb files, of which one may be the domain."""
    sources = {name: source(name, data) for name, data in sorted(files.items())}
    first = sources.pop(domain, None)
    return read_geniusweb(first, list(sources.values()))


def read(**changes):
    return read_files(json_files(**changes), "places.json")


def read_and_fit(**changes):
    refuse_misfits(*read(**changes))


@pytest.fixture(scope="module")
def holiday():
    return read_files({file.name: file.read_bytes() for file in FILES.iterdir()}, "holiday.json")


def test_files_are_told_apart_by_what_they_hold():
    for data, kind in (
        (domain_json(), Kind.DOMAIN),
        (profile_json(), Kind.PROFILE),
        ({"SumOfGroupsAdditive": {}}, Kind.OTHER),
        ([1], Kind.OTHER),
    ):
        assert kind_of(source("x.json", data)) is kind


def test_both_spellings_of_a_discrete_issue_are_read(holiday):
    ann, bob = holiday[1]
    assert ann.evaluations["Destination"] == {"Sea": 1.0, "Hills": 0.5, "City": 0.0}
    assert bob.evaluations["Where to stay"] == {"Tent": 0.8, "Grand Hotel": 0.3}


def test_utilities_are_used_as_they_are_written(holiday):
    _, bob = holiday[1]
    bid = {"Destination": "Sea", "Where to stay": "Grand Hotel"}
    assert utility(bob, bid) == pytest.approx(0.5 * 0.2 + 0.5 * 0.3)
    assert bob.notes == ()


def test_the_reservation_value_is_the_utility_of_the_reservation_bid(holiday):
    ann, bob = holiday[1]
    assert ann.reservation == pytest.approx(0.6 * 0.5)
    assert bob.reservation == 0
    _, (a, _) = read(a_json=profile_json(bid={"Place": "Hills", "Food": "Soup"}))
    assert a.reservation == pytest.approx(0.5 * 0.25 + 0.5 * 0.1)


def test_the_order_of_issues_is_that_of_the_domain_file(holiday):
    domain, _ = holiday
    assert list(domain.issues) == ["Destination", "Where to stay"]
    assert domain.issues["Where to stay"] == ("Tent", "Grand Hotel")


def test_profiles_carry_their_domain_so_its_file_may_be_missing():
    files = json_files()
    del files["places.json"]
    domain, profiles = read_files(files, "places.json")
    assert domain.issues == {"Place": ("Sea", "Hills"), "Food": ("Fish", "Cake", "Soup")}
    assert [profile.actor for profile in profiles] == ["a", "b"]


def test_a_profile_without_its_domain_needs_the_file():
    bare = profile_json()
    del bare[SPACE]["domain"]
    assert len(read(a_json=bare)[1]) == 2
    files = json_files(a_json=bare)
    del files["places.json"]
    with pytest.raises(ScenarioError, match=rf"^a\.json, {SPACE}: lacks 'domain'"):
        read_files(files, "places.json")


def changed(path, value):
    tree = deepcopy(profile_json(bid={"Place": "Sea"}))
    *steps, last = path.split(".")
    place = tree[SPACE]
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return {"a_json": tree}


SEA = "issueUtilities.Place.DiscreteValueSetUtilities.valueUtilities.Sea"
REFUSED = {
    "no profile": (
        {"a_json": {"SumOfGroupsAdditive": {}}},
        "a.json: lacks 'LinearAdditiveUtilitySpace' (got ['SumOfGroupsAdditive'])",
    ),
    "a list": ({"a_json": [1]}, "a.json: lacks 'LinearAdditiveUtilitySpace'"),
    "no domain": ({"places_json": {"name": "x"}}, "places.json: lacks 'issuesValues'"),
    "another domain": (
        {"b_json": profile_json({**OTHERS, "Place": {"Sea": 1, "Moon": 2}})},
        "b.json: is about another domain than places.json; they differ in Place",
    ),
    "no issues": ({"places_json": {"issuesValues": {}}}, "places.json: has no issues"),
    "a range": (
        {"places_json": {"issuesValues": {"Place": {"range": [0, 1, 0.1]}}}},
        "places.json, issuesValues.Place: is a range of numbers; only issues with listed",
    ),
    "values that are no list": (
        {"places_json": {"issuesValues": {"Place": {"values": "Sea"}}}},
        "places.json, issuesValues.Place.values: must be a list",
    ),
    "a value twice": (
        {"places_json": {"issuesValues": {"Place": {"values": ["Sea", "Sea"]}}}},
        "places.json, issuesValues.Place.values: lists a value twice",
    ),
    "no weights": (
        changed("issueWeights", None),
        "a.json, LinearAdditiveUtilitySpace: lacks 'issueWeights'",
    ),
    "a weight of no issue": (
        changed("issueWeights.Plaice", 1),
        "a.json: issue 'Plaice' is not in places.json: no such issue; did you mean 'Place'?",
    ),
    "a negative weight": (
        changed("issueWeights.Place", -1),
        "a.json, LinearAdditiveUtilitySpace.issueWeights.Place: must not be negative (got -1)",
    ),
    "a utility that is no number": (changed(SEA, True), f"{SEA}: must be a number"),
    "utilities of numbers": (
        changed("issueUtilities.Place", {"NumberValueSetUtilities": {"lowValue": 1}}),
        "issueUtilities.Place: only issues with listed values are read (DiscreteValueSetUtilities",
    ),
    "an item of no issue": (
        changed(SEA.replace("Sea", "See"), 1),
        "a.json: issue 'Place', item 'See': no such item; did you mean 'Sea'?",
    ),
    "an issue without utilities": (
        changed("issueUtilities.Place", None),
        "a.json: lacks the issue 'Place' of places.json",
    ),
    "a reservation bid about something else": (
        changed("reservationBid.issuevalues.Car", "red"),
        "reservationBid.issuevalues.Car: no such issue; known: Food, Place",
    ),
    "a reservation bid of an unknown item": (
        changed("reservationBid.issuevalues.Place", "Moon"),
        "reservationBid.issuevalues.Place: no such item; known: Hills, Sea",
    ),
    "a reservation bid that is none": (
        changed("reservationBid", {}),
        "reservationBid: lacks 'issuevalues'",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_broken_file_is_refused_with_its_place_and_the_rule(case):
    changes, message = REFUSED[case]
    with pytest.raises(ScenarioError) as error:
        read_and_fit(**changes)
    assert message in str(error.value)
