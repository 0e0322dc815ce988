"""One value at one path of a tree: where it may go, what it replaces, what then rests on it."""

import pytest

from sim.errors import ScenarioError
from sim.scenario.scenario import Scenario
from sim.settings.paths import put, remove
from tests.small import WHY, small_tree

MODELS = (Scenario,)


def changed(path, value):
    tree = small_tree()
    put(tree, path.split("."), value, MODELS)
    return tree


def test_a_number_is_written_out_with_its_basis():
    tree = changed("actors.her.weights.water", 0.5)
    assert tree["actors"]["her"]["weights"]["water"] == {"value": 0.5, "basis": "override"}
    assert tree["actors"]["her"]["weights"]["upkeep"] == 0.4


def test_one_form_of_a_number_replaces_the_other():
    number = changed("actors.her.no_deal.uniform", [0, 1])["actors"]["her"]["no_deal"]
    assert number == {"uniform": [0, 1], "basis": "override"}


def test_a_form_of_a_plain_number_replaces_it():
    weight = changed("actors.her.weights.water.uniform", [0, 1])["actors"]["her"]["weights"][
        "water"
    ]
    assert weight == {"uniform": [0, 1], "basis": "override"}


def test_a_common_factor_stays_when_the_form_changes():
    tree = small_tree(
        actors__her__no_deal={"uniform": [0, 1], "common": {"factor": "x", "loading": 1}, **WHY}
    )
    put(tree, ["actors", "her", "no_deal", "triangular"], [0, 0, 1], MODELS)
    assert tree["actors"]["her"]["no_deal"]["common"] == {"factor": "x", "loading": 1}
    assert "uniform" not in tree["actors"]["her"]["no_deal"]


def test_an_optional_part_is_made_on_the_way():
    assert changed("signatories.quota.share", 0.5)["signatories"]["quota"] == {"share": 0.5}


def test_a_part_given_whole_rests_on_the_override_number_by_number():
    walkout = changed("actors.his.walkout", {"rate": 1, "sensitivity": 2})["actors"]["his"][
        "walkout"
    ]
    assert {number["basis"] for number in walkout.values()} == {"override"}


def test_a_mapping_of_numbers_given_whole_has_one_basis():
    weights = changed("actors.her.weights", {"water": 1, "upkeep": 1})["actors"]["her"]["weights"]
    assert weights == {"water": 1, "upkeep": 1, "basis": "override"}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("actor.her.no_deal", "actor: no such setting; did you mean 'actors'?"),
        ("actors.hers.no_deal", "actors.hers: no such actor; did you mean 'her'?"),
        ("actors.her.nodeal", "actors.her.nodeal: no such field; did you mean 'no_deal'?"),
        ("actors.her.weights.watr", "no such clause; did you mean 'water'?"),
        ("actors.her.stances.1", "no such entry; there are 1, counted from 0"),
        ("actors.her.stances.-1", "no such entry; there are 1, counted from 0"),
        ("actors.her.stances.²", "no such entry; there are 1, counted from 0"),
        ("reference_classes.x", "no such reference class; none is declared"),
        ("title.x", "title: holds no parts, so it has no 'x'"),
        ("protocol.x", "protocol: holds no parts, so it has no 'x'"),
        ("actors.her.no_deal.why", "is not for overrides"),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_ends(path, says):
    with pytest.raises(ScenarioError) as caught:
        changed(path, 1)
    assert says in str(caught.value)


def test_what_is_taken_away_is_gone():
    tree = small_tree()
    remove(tree, ["actors", "her", "walkout"], MODELS)
    remove(tree, ["actors", "her", "stances", "0"], MODELS)
    assert "walkout" not in tree["actors"]["her"]
    assert tree["actors"]["her"]["stances"] == []


def test_what_is_not_there_cannot_be_taken_away():
    with pytest.raises(ScenarioError, match="no such actor; did you mean 'her'"):
        remove(small_tree(), ["actors", "hers"], MODELS)


def test_a_label_in_a_path_is_told_its_name():
    tree = small_tree()
    with pytest.raises(ScenarioError) as error:
        put(tree, ["actors", "She", "no_deal"], 0.3, MODELS)
    assert str(error.value) == "actors.She: is a label; write its name, her"
