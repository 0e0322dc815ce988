"""Genius files: what is read, against a domain worked out by hand, and what is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domains.domain import Kind, Source, utility
from sim.domains.genius import kind_of, read_genius, scaled
from sim.errors import ScenarioError
from tests.domains.writing import (
    HALVES,
    OTHERS,
    PLACES,
    domain_xml,
    issue_lines,
    profile_xml,
    xml_files,
)

FILES = Path(__file__).parent / "files" / "holiday_genius"


def read_files(files, domain):
    """Read Genius files, of which one is the domain."""
    sources = {
        name: Source(name, Path(name).stem, text if isinstance(text, bytes) else text.encode())
        for name, text in sorted(files.items())
    }
    first = sources.pop(domain, None)
    return read_genius(first, list(sources.values()))


def read(**changes):
    return read_files(xml_files(**changes), "places.xml")


def refused(**changes):
    with pytest.raises(ScenarioError) as error:
        read(**changes)
    return str(error.value)


@pytest.fixture(scope="module")
def holiday():
    files = {file.name: file.read_bytes() for file in FILES.glob("*.xml")}
    return read_files(files, "holiday.xml")


KINDS = {
    "a domain": (domain_xml(), Kind.DOMAIN),
    "a profile": (profile_xml(), Kind.PROFILE),
    "a profile that is not additive": (domain_xml().replace("<obj", "<ufun/><obj"), Kind.PROFILE),
    "something else": ("<results/>", Kind.OTHER),
    "something else with issues": ("<results><issue/></results>", Kind.OTHER),
    "no issues": ("<utility_space><weight/></utility_space>", Kind.OTHER),
}


@pytest.mark.parametrize("case", KINDS)
def test_the_domain_is_the_file_without_weights_whatever_its_name(case):
    text, kind = KINDS[case]
    assert kind_of(Source("x.xml", "x", text.encode())) is kind


def test_without_a_domain_there_is_nothing_to_read():
    with pytest.raises(
        ScenarioError, match=r"^a\.xml, b\.xml: state weights, so all of them are p"
    ):
        read_files({"a.xml": profile_xml(), "b.xml": profile_xml()}, "places.xml")


def test_issues_are_found_at_any_depth_in_the_order_of_the_file(holiday):
    domain, _ = holiday
    assert domain.issues == {
        "Destination": ("Sea", "Hills", "City"),
        "Where to stay": ("Tent", "Grand Hotel"),
    }


def test_weights_belong_to_issues_by_index_and_those_of_objectives_count_for_nothing(holiday):
    ann, bob = holiday[1]
    assert ann.weights == {"Destination": 0.6, "Where to stay": 0.4}
    assert bob.weights == {"Destination": 0.5, "Where to stay": 0.5}


def test_a_reservation_value_that_is_absent_is_nothing(holiday):
    assert [profile.reservation for profile in holiday[1]] == [0.3, 0.0]
    _, (a, _) = read()
    assert a.reservation == 0


def test_a_discount_factor_is_reported(holiday):
    ann, bob = holiday[1]
    assert ann.notes == ()
    assert bob.notes == ("the discount factor '0.9' is not used",)


@pytest.mark.parametrize(
    "extra",
    [
        '<discount_factor value="s"/>',
        "<discount_factor/>",
        '<discount_factor value="-1"/><discount_factor value="2"/>',
    ],
)
def test_a_discount_factor_is_told_and_never_in_the_way_whatever_it_says(extra):
    _, (a, b) = read(a_xml=profile_xml(extra=extra))
    assert len(a.notes) == extra.count("<")
    assert all(note.endswith("is not used") for note in a.notes)
    assert b.notes == ()


def test_a_reservation_value_may_lie_below_nothing():
    _, (a, _) = read(a_xml=profile_xml(extra='<reservation value="-0.05"/>'))
    assert a.reservation == -0.05


# what ann and bob make of each bid, by hand
BIDS = [
    ("Sea", "Tent", 0.6 + 0.4 / 4, 0.5 * 2 / 8 + 0.5),
    ("Sea", "Grand Hotel", 1.0, 0.5 * 2 / 8 + 0.5 * 3 / 9),
    ("Hills", "Tent", 0.3 + 0.4 / 4, 1.0),
    ("Hills", "Grand Hotel", 0.3 + 0.4, 0.5 + 0.5 * 3 / 9),
    ("City", "Tent", 0.4 / 4, 0.5),
    ("City", "Grand Hotel", 0.4, 0.5 * 3 / 9),
]


@pytest.mark.parametrize(("place", "stay", "ann", "bob"), BIDS)
def test_utilities_are_those_worked_out_by_hand(holiday, place, stay, ann, bob):
    bid = {"Destination": place, "Where to stay": stay}
    found = [utility(profile, bid) for profile in holiday[1]]
    assert found == pytest.approx([ann, bob], abs=1e-15)


def test_evaluations_are_over_the_largest_of_the_issue_and_nothing_where_it_is_nothing():
    assert scaled({"Sea": 4.0, "Hills": 1.0}) == {"Sea": 1, "Hills": 0.25}
    assert scaled({"a": 0.0, "b": 0.0}) == {"a": 0.0, "b": 0.0}
    assert scaled({}) == {}


@given(st.lists(st.just(0.0) | st.floats(1e-99, 1e99), min_size=1), st.floats(1e-3, 1e8))
def test_the_unit_of_evaluations_does_not_matter(evaluations, unit):
    values = scaled({str(number): e for number, e in enumerate(evaluations)})
    assert all(0 <= value <= 1 for value in values.values())
    again = scaled({str(number): e * unit for number, e in enumerate(evaluations)})
    assert again == pytest.approx(values, abs=1e-9)


def test_weights_need_not_sum_to_one():
    _, (a, _) = read(a_xml=profile_xml(weights={"Place": 1.5, "Food": "3e-1"}))
    assert a.weights == {"Place": 1.5, "Food": 0.3}


def test_a_domain_may_have_either_root_and_three_profiles():
    plain = domain_xml().replace("negotiation_template", "utility_space")
    domain, profiles = read(places_xml=plain, c_xml=profile_xml(OTHERS))
    assert list(domain.issues) == ["Place", "Food"]
    assert [profile.actor for profile in profiles] == ["a", "b", "c"]


def test_the_order_of_issues_and_items_in_a_profile_does_not_matter():
    lines = issue_lines(PLACES, evaluated=True).split("</issue>")
    turned = f"<x>{lines[1]}</issue>{lines[0]}</issue></x>"
    body = profile_xml().replace(issue_lines(PLACES, evaluated=True), turned)
    _, (turned_a, _) = read(a_xml=body)
    _, (a, _) = read()
    bid = {"Place": "Hills", "Food": "Soup"}
    assert utility(turned_a, bid) == utility(a, bid)


PROFILE = profile_xml()
REFUSED = {
    "a profile as the domain": (
        {"places_xml": PROFILE},
        "places.xml, line 3: states a weight, so this is a profile and no domain",
    ),
    "another root": (
        {"a_xml": "<issues/>"},
        "a.xml: is neither a domain nor a profile: its root must be utility_space or neg",
    ),
    "no issues": ({"a_xml": "<utility_space/>"}, "a.xml: holds no <issue>"),
    "not additive": (
        {"a_xml": PROFILE.replace("<objective", "<ufun/><objective")},
        "a.xml, line 2: utilities are not additive (<ufun>), so they cannot be read",
    ),
    "a real issue": (
        {"places_xml": domain_xml().replace("discrete", "real", 1)},
        "places.xml, line 3, issue.etype: only discrete issues are read: list the values to choose "
        "among as items (got 'real')",
    ),
    "an integer issue by its older spelling": (
        {"places_xml": domain_xml().replace('etype="discrete"', 'type="integer"', 1)},
        "only discrete issues are read",
    ),
    "an evaluation that is no number": (
        {"a_xml": PROFILE.replace('evaluation="4"', 'evaluation="NaN"')},
        "a.xml, line 6, item.evaluation: must be a number such as 0.25 (got 'NaN')",
    ),
    "a negative evaluation": (
        {"a_xml": PROFILE.replace('evaluation="4"', 'evaluation="-4"')},
        "a.xml, line 6, item.evaluation: must not be negative (got '-4')",
    ),
    "an infinite weight": (
        {"a_xml": profile_xml(weights={"Place": "inf", "Food": 1})},
        "a.xml, line 3, weight.value: must be a number such as 0.25 (got 'inf')",
    ),
    "an item without an evaluation": (
        {"a_xml": PROFILE.replace('evaluation="4"', "")},
        "a.xml, line 6: <item> has no attribute 'evaluation'",
    ),
    "an item without a value": (
        {"places_xml": domain_xml().replace('value="Sea"', "")},
        "places.xml, line 4: <item> has no attribute 'value'",
    ),
    "an issue without an index": (
        {"a_xml": PROFILE.replace('<issue index="1"', "<issue")},
        "a.xml, line 5: <issue> has no attribute 'index'",
    ),
    "an index that is no whole number": (
        {"a_xml": PROFILE.replace('<issue index="1"', '<issue index="1.5"')},
        "a.xml, line 5, issue.index: must be a whole number, 0 or more (got '1.5')",
    ),
    "an empty name": (
        {"places_xml": domain_xml().replace('name="Place"', 'name=" "')},
        "places.xml, line 3, issue.name: is empty; it needs a name",
    ),
    "an index twice": (
        {"places_xml": domain_xml().replace('<issue index="2"', '<issue index="1"')},
        "places.xml, line 7, issue.index: is the index of another <issue> too (line 3) (got 1)",
    ),
    "a name twice": (
        {"places_xml": domain_xml().replace('name="Food"', 'name="place"')},
        "places.xml, line 7, issue.name: is the name of another <issue> too (line 3) (got 'place')",
    ),
    "an item twice": (
        {"a_xml": PROFILE.replace('value="Hills"', 'value="Sea"')},
        "a.xml, line 7, item.value: is the value of another <item> too (line 6) (got 'Sea')",
    ),
    "a weight twice": (
        {"a_xml": PROFILE.replace('<weight index="2"', '<weight index="1"')},
        "a.xml, line 4, weight.index: is the index of another <weight> too (line 3) (got 1)",
    ),
    "a weight of nothing": (
        {"a_xml": PROFILE.replace('<weight index="2"', '<weight index="7"')},
        "a.xml, line 4, weight.index: is the index of no issue, so the weight belongs to none",
    ),
    "another issue under an index": (
        {"a_xml": PROFILE.replace('name="Food"', 'name="Car"')},
        "a.xml, line 9, issue.index: is the index of 'Food' in the domain, and of another issue "
        "here (got 'Car')",
    ),
    "a reservation value that is no number": (
        {"a_xml": profile_xml(extra='<reservation value="none"/>')},
        "a.xml, line 15, reservation.value: must be a number such as 0.25 (got 'none')",
    ),
    "two reservation values": (
        {"a_xml": profile_xml(extra='<reservation value="0"/><reservation value="1"/>')},
        "a.xml, line 15: <reservation> is given twice (line 15)",
    ),
    "a broken file": ({"b_xml": "<utility_space>"}, "b.xml: is no well-formed XML: line 1"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_broken_file_is_refused_with_its_place_and_the_rule(case):
    changes, message = REFUSED[case]
    assert message in refused(**changes)


NAMES = st.lists(
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and "${" not in text),
    min_size=2,
    max_size=5,
    unique_by=str.casefold,
)
EVALUATION = st.integers(0, 100) | st.floats(0, 1e6)


@st.composite
def preferences(draw):
    """Two profiles of one domain: (issues with evaluations, weights) each."""
    domain = {issue: draw(NAMES) for issue in draw(NAMES)}
    return [
        (
            {issue: {item: draw(EVALUATION) for item in items} for issue, items in domain.items()},
            {issue: draw(st.floats(0, 2)) for issue in domain},
        )
        for _ in "ab"
    ]


@given(preferences(), st.randoms(use_true_random=False))
def test_what_is_written_is_read_back(wanted, random):
    files = {"d.xml": domain_xml(wanted[0][0])}
    files |= {f"{n}.xml": profile_xml(*want) for n, want in zip("ab", wanted, strict=True)}
    domain, profiles = read_files(files, "d.xml")
    assert {issue: list(items) for issue, items in domain.issues.items()} == {
        issue: list(items) for issue, items in wanted[0][0].items()
    }
    bid = {issue: random.choice(items) for issue, items in domain.issues.items()}
    for profile, (issues, weights) in zip(profiles, wanted, strict=True):
        direct = sum(
            weights[issue] * (evaluations[bid[issue]] / max(evaluations.values()))
            for issue, evaluations in issues.items()
            if max(evaluations.values()) > 0
        )
        assert utility(profile, bid) == pytest.approx(direct)


def test_an_issue_may_be_worth_nothing_to_a_profile():
    nothing = {**PLACES, "Food": {"Fish": 0, "Cake": 0, "Soup": 0}}
    _, (a, _) = read(a_xml=profile_xml(nothing, HALVES))
    assert utility(a, {"Place": "Sea", "Food": "Cake"}) == 0.5
