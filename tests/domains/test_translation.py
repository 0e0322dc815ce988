"""What the files say is cited, and what they do not say is a default that says it is one."""

import pytest

from sim.domains.domain import Domain, Profile
from sim.domains.translation import scenario_tree
from sim.scenario.outcomes import Ending
from sim.scenario.reading.reader import read_scenario
from sim.scenario.told import about_outcomes

DOMAIN = Domain("d.xml", {"Hard Disk": ("60 GB", "80 GB"), "Screen": ("20'' LCD", "none")})


def profile(actor, evaluations, notes=()):
    weights = {"Hard Disk": 0.6, "Screen": 0.5}
    return Profile(f"{actor}.xml", actor, weights, evaluations, 0.125, notes)


SHOP = profile("Shop", {"Hard Disk": {"60 GB": 1.0, "80 GB": 0.5}, "Screen": {"none": 0.75}})
BUYER = profile("buyer", {"Hard Disk": {"80 GB": 1.0}, "Screen": {}}, ("a note",))


@pytest.fixture(scope="module")
def tree():
    return scenario_tree("laptops", "Genius (XML)", DOMAIN, [SHOP, BUYER], ["buyer.xml: a note"])


def test_names_are_parleys_and_labels_are_the_files_own(tree):
    assert tree["clauses"]["screen"] == {
        "label": "Screen",
        "options": {"item_20_lcd": {"label": "20'' LCD"}, "none": {"label": "none"}},
    }
    assert [(name, actor["label"]) for name, actor in tree["actors"].items()] == [
        ("shop", "Shop"),
        ("buyer", "buyer"),
    ]


def test_utilities_stay_as_written_and_cite_the_profile(tree):
    shop = tree["actors"]["shop"]
    assert shop["scale"] == "as_written"
    assert shop["weights"] == {"basis": ["profile-1"], "hard_disk": 0.6, "screen": 0.5}
    assert shop["values"]["hard_disk"] == {
        "basis": ["profile-1"],
        "item_60_gb": 1.0,
        "item_80_gb": 0.5,
    }
    assert shop["no_deal"] == {"value": 0.125, "basis": ["profile-1"]}
    assert [fact["source"] for fact in tree["facts"]] == ["Shop.xml", "buyer.xml"]


def test_the_texts_are_what_each_likes_best_and_least_ties_to_the_first_item(tree):
    terms = {name: text["terms"] for name, text in tree["texts"].items()}
    assert terms == {
        "best_for_shop": {"hard_disk": "item_60_gb", "screen": "none"},
        "worst_for_shop": {"hard_disk": "item_80_gb", "screen": "item_20_lcd"},
        "best_for_buyer": {"hard_disk": "item_80_gb", "screen": "item_20_lcd"},
        "worst_for_buyer": {"hard_disk": "item_60_gb", "screen": "item_20_lcd"},
    }
    assert tree["actors"]["buyer"]["asks_for"] == "best_for_buyer"
    assert tree["actors"]["buyer"]["unacceptable"] == "worst_for_buyer"


def test_every_number_that_the_files_do_not_give_is_an_assumption_that_says_it_is_a_default(tree):
    numbers = read_scenario(tree).numbers
    read = [path for path, number in numbers.items() if number.basis != "assumption"]
    kinds = {path.split(".")[2] for path in read}
    assert kinds == {"weights", "values", "no_deal"}
    for path in set(numbers) - set(read):
        assert numbers[path].why.startswith("A default of the import: ")


def test_offers_alternate_all_must_sign_and_an_agreement_holds(tree):
    scenario = read_scenario(tree)
    assert scenario.protocol == "offers"
    assert scenario.protocols.offers.recognition == "rotation"
    assert scenario.signatories.base == ("shop", "buyer")
    assert scenario.signatories.quota is None
    assert scenario.aftermath.hazard.mean == 0
    assert all(actor.domestic is None for actor in scenario.actors.values())


def test_every_ending_is_one_of_the_two_outcomes(tree):
    endings = {name: outcome.ended for name, outcome in read_scenario(tree).outcomes.items()}
    assert endings["agreement"] == ("in_force",)
    assert {*endings["agreement"], *endings["no_agreement"]} == set(Ending)


def test_of_its_rules_and_its_endings_nothing_is_told(tree):
    assert list(about_outcomes(read_scenario(tree))) == []


def test_the_description_says_what_was_read_and_what_is_not_used(tree):
    lines = tree["description"].splitlines()
    assert lines[0].startswith("Imported from Genius (XML): d.xml with 2 profiles; 2 issues, 4 pa")
    assert lines[-1] == "buyer.xml: a note."


def test_changing_a_scenario_changes_no_other():
    first = scenario_tree("laptops", "Genius (XML)", DOMAIN, [SHOP, BUYER])
    first["actors"]["shop"]["bargaining"]["patience"] = 1
    assert first["actors"]["buyer"]["bargaining"]["patience"] == 52
    second = scenario_tree("laptops", "Genius (XML)", DOMAIN, [SHOP, BUYER])
    assert second["actors"]["shop"]["bargaining"]["patience"] == 52


def test_long_labels_are_cut_to_what_a_scenario_holds():
    domain = Domain("d.xml", {"w" * 300: ("x" * 250, "y" * 200)})
    evaluations = {"w" * 300: {"x" * 250: 1.0}}
    profiles = [
        Profile(f"{name}.xml", name, {"w" * 300: 1.0}, evaluations, 0.0) for name in ("a", "b")
    ]
    scenario = read_scenario(scenario_tree("long", "Genius (XML)", domain, profiles))
    (clause,) = scenario.clauses.values()
    assert clause.label == "w" * 197 + "..."
    assert [option.label for option in clause.options.values()] == ["x" * 197 + "...", "y" * 200]
