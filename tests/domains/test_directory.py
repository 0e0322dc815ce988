"""A directory becomes a scenario that is checked, solved and run like any other; or is refused."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.domains.directory import import_domain
from sim.errors import ScenarioError
from sim.play.ensemble import Ensemble, play
from sim.scenario.reading.files import read_text
from sim.scenario.reading.reader import read_scenario
from sim.settings.configuration import configure
from sim.theory.solutions import solutions_data
from tests.domains.writing import (
    OTHERS,
    PLACES,
    domain_json,
    domain_xml,
    json_files,
    profile_json,
    profile_xml,
    write,
    xml_files,
)

FILES = Path(__file__).parent / "files"
HOLIDAYS = ("holiday_genius", "holiday_geniusweb")


def solved(directory):
    return solutions_data(import_domain(directory).scenario)


def refused(directory, reader=import_domain):
    with pytest.raises(ScenarioError) as error:
        reader(directory)
    return str(error.value)


# By hand: the texts of Nash and of the largest sum, and what ann and bob make of them. Genius takes
# bob's 2, 8, 0 and 9, 3 over the largest; GeniusWeb his .2, .9, 0 and .8, .3 as they are written.
IN_HOTEL = {"destination": "hills", "where_to_stay": "grand_hotel"}
IN_TENT = {"destination": "hills", "where_to_stay": "tent"}
WORKED_OUT = {
    "holiday_genius": {
        "nash": (IN_HOTEL, {"ann": 0.7, "bob": 0.5 + 0.5 * 3 / 9}),
        "utilitarian": (IN_TENT, {"ann": 0.4, "bob": 1.0}),
    },
    "holiday_geniusweb": {
        "nash": (IN_HOTEL, {"ann": 0.7, "bob": 0.5 * 0.9 + 0.5 * 0.3}),
        "utilitarian": (IN_HOTEL, {"ann": 0.7, "bob": 0.5 * 0.9 + 0.5 * 0.3}),
    },
}


@pytest.mark.parametrize("name", HOLIDAYS)
def test_solutions_are_those_worked_out_by_hand_on_the_scale_of_the_platform(name):
    found = solved(FILES / name)
    assert [found[key] for key in ("packages", "rational", "pareto")] == [6, 5, 3]
    assert found["no_deal"] == pytest.approx({"ann": 0.3, "bob": 0.0})
    for concept, (package, utilities) in WORKED_OUT[name].items():
        assert found["solutions"][concept]["package"] == package
        assert found["solutions"][concept]["utilities"] == pytest.approx(utilities, abs=1e-15)


def test_solutions_keep_weights_that_sum_to_more_than_one(tmp_path):
    weights = {"Place": 0.7000518, "Food": 0.3}
    directory = write(tmp_path, xml_files(a_xml=profile_xml(PLACES, weights)))
    best = solved(directory)["solutions"]["utilitarian"]
    # Sea and Cake: 0.7000518 + 0.3 for a, half of 1/2 and of 3/5 for b
    assert best["package"] == {"place": "sea", "food": "cake"}
    assert best["utilities"] == pytest.approx({"a": 1.0000518, "b": 0.55}, abs=1e-15)


def brute_force(profiles, reservations):
    """Nash product maximum over all bids, and the number of rational ones, package by package."""
    bids = [{}]
    for issue, items in profiles[0][0].items():
        bids = [{**bid, issue: item} for bid in bids for item in items]
    gains = []
    for bid in bids:
        worth = [
            sum(
                weights[i] * issues[i][item] / max(issues[i].values())
                for i, item in bid.items()
                if max(issues[i].values())
            )
            for issues, weights in profiles
        ]
        gains.append([u - r for u, r in zip(worth, reservations, strict=True)])
    rational = [gain for gain in gains if min(gain) >= 0]
    return len(bids), len(rational), max((float(np.prod(gain)) for gain in rational), default=None)


@st.composite
def profiles(draw):
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=3))
    found = []
    for _ in range(draw(st.integers(2, 3))):
        issues = {
            f"Issue {n}": {f"Item {k}": draw(st.integers(0, 7)) for k in range(size)}
            for n, size in enumerate(sizes)
        }
        weights = {issue: draw(st.sampled_from([0.125, 0.5, 1.0, 3.0])) for issue in issues}
        found.append((issues, weights))
    return found, [draw(st.sampled_from([0.0, 0.26, 0.51])) for _ in found]


@settings(max_examples=40, deadline=None)
@given(profiles())
def test_solutions_of_any_domain_are_those_of_a_direct_count(tmp_path_factory, case):
    wanted, reservations = case
    files = {"domain.xml": domain_xml(wanted[0][0])}
    for number, ((issues, weights), reserve) in enumerate(zip(wanted, reservations, strict=True)):
        extra = f'<reservation value="{reserve}"/>'
        files[f"p{number}.xml"] = profile_xml(issues, weights, extra)
    found = solved(write(tmp_path_factory.mktemp("domain"), files))
    bids, rational, product = brute_force(wanted, reservations)
    assert (found["packages"], found["rational"]) == (bids, rational)
    nash = found["solutions"]["nash"]
    if nash is None:
        assert product is None
    else:
        gains = [u - r for u, r in zip(nash["utilities"].values(), reservations, strict=True)]
        assert np.prod(gains) == pytest.approx(product)


@pytest.mark.parametrize("name", HOLIDAYS)
def test_the_file_is_checked_and_run_like_any_scenario_and_ends_in_one_of_two_outcomes(
    name, tmp_path
):
    file = tmp_path / "holiday.yaml"
    file.write_text(import_domain(FILES / name).yaml())
    scenario = configure([f"scenario={file}", "ensemble.draws=50"]).scenario
    assert list(scenario.outcomes) == ["agreement", "no_agreement"]
    (record,) = play(Ensemble(scenario, seed=1, draws=50, replications=2))
    shares = np.bincount(record.outcome, minlength=3) / 100
    assert shares[:2].sum() == 1
    assert shares[0] > 0.5  # they gain from most texts
    assert shares[2] == 0


def test_nobody_agrees_where_no_deal_is_better_for_somebody(tmp_path):
    contented = profile_xml(weights={"Place": 0.4, "Food": 0.4}, extra='<reservation value="0.9"/>')
    directory = write(tmp_path, xml_files(a_xml=contented))
    tree = import_domain(directory).tree
    assert solved(directory)["rational"] == 0
    tree["actors"]["a"]["bargaining"]["noise"] = 0
    (record,) = play(Ensemble(read_scenario(tree), seed=1, draws=20, replications=2))
    assert set(record.outcome) == {1}


def test_actors_are_the_stems_of_the_profiles_in_sorted_order(tmp_path):
    files = {
        "m.xml": domain_xml(),
        "Zed 2.XML": profile_xml(),
        "Ärzte.xml": profile_xml(OTHERS),
        "b.c.xml": profile_xml(OTHERS),
    }
    tree = import_domain(write(tmp_path, files)).tree
    assert list(tree["actors"]) == ["zed_2", "b_c", "arzte"]
    assert [actor["label"] for actor in tree["actors"].values()] == ["Zed 2", "b.c", "Ärzte"]
    assert tree["signatories"]["base"] == ["zed_2", "b_c", "arzte"]


def test_other_files_and_hidden_ones_are_passed_over(tmp_path):
    clutter = {".hidden.xml": "<", "README.txt": "words", "notes": "words", "old.xml.bak": "<"}
    directory = write(tmp_path, xml_files() | clutter)
    (directory / "more.xml").mkdir()
    os.mkfifo(directory / "pipe.xml")
    assert list(import_domain(directory).tree["actors"]) == ["a", "b"]


def test_the_same_files_make_the_same_scenario_wherever_they_lie(tmp_path):
    texts = [
        import_domain(write(write(tmp_path / folder, {}) / "places", xml_files())).yaml()
        for folder in ("here", "there")
    ]
    assert texts[0] == texts[1]
    assert str(tmp_path) not in texts[0]


def test_no_part_of_the_file_refers_to_another(tmp_path):
    text = import_domain(write(tmp_path, xml_files())).yaml()
    assert "&id" not in text
    assert read_text(text, "x") == json.loads(json.dumps(import_domain(tmp_path).tree))


def refusals(folder):
    """Directories that are no domain, and what is said of them."""
    big = domain_xml({"Place": {f"item {n}": 0 for n in range(30_000)}})
    many = {f"{n}.xml": profile_xml() for n in range(101)}
    return [
        (folder / "nowhere", "is no directory; a domain is one, with a domain file and a profile"),
        (
            write(folder / "empty", {"x.txt": ""}),
            "empty: holds no .xml or .json files with a domain or a profile",
        ),
        (write(folder / "both", xml_files() | json_files()), "both: holds XML and JSON files"),
        (
            write(folder / "alone", {"d.xml": domain_xml(), "a.xml": profile_xml()}),
            "alone: holds 1 profile beside the domain; a negotiation needs two or more",
        ),
        (
            write(folder / "none", {"d.json": domain_json()}),
            "none: holds 0 profiles beside the domain; a negotiation needs two or more",
        ),
        (write(folder / "many", many), "many: holds 101 XML or JSON files; at most 100"),
        (write(folder / "big", xml_files(places_xml=big)), "places.xml: is larger than 1 MiB"),
        (
            write(
                folder / "scale", xml_files(a_xml=profile_xml(weights={"Place": 2e6, "Food": 1}))
            ),
            "scale: actors.a.weights.place: must be between 0 and 1,000,000 (got 2000000.0)",
        ),
        (
            write(
                folder / "reserved", xml_files(a_xml=profile_xml(extra='<reservation value="50"/>'))
            ),
            "reserved: actors.a.no_deal: must be between -2 and 3 (got 50.0)",
        ),
        (
            write(
                folder / "misfit",
                json_files(a_json=profile_json(weights={"Place": 1.0, "Foot": 1.0})),
            ),
            "a.json: issue 'Foot' is not in places.json: no such issue; did you mean 'Food'?",
        ),
    ]


def test_a_directory_that_is_no_domain_is_refused(tmp_path):
    for directory, message in refusals(tmp_path):
        assert message in refused(directory)


def test_a_scenario_that_no_file_may_hold_is_refused(tmp_path):
    issues = {"Word": {f"{n:04} {'long ' * 30}": n for n in range(2600)}}
    profile = profile_xml(issues, {"Word": 1})
    files = {"d.xml": domain_xml(issues)} | {f"{name}.xml": profile for name in "abc"}
    directory = write(tmp_path, files)
    assert "makes a scenario file of more than 1 MiB" in refused(
        directory, lambda folder: import_domain(folder).yaml()
    )


def test_a_file_name_that_is_no_unicode_is_shown_escaped(tmp_path):
    directory = write(tmp_path, xml_files())
    name = os.fsencode(directory) + b"/\xff.xml"
    os.rename(directory / "b.xml", name)
    labels = [actor["label"] for actor in import_domain(directory).tree["actors"].values()]
    assert labels == ["a", "\\udcff"]
