"""Names that refer to each other: what may stand where, and what is wrong with what does."""

import pytest

from sim.errors import ScenarioError
from sim.scenario.reading.reader import read_scenario
from sim.scenario.reading.references import kind_under, names_under, references
from tests.small import WHY, small_tree


def test_names_under_a_path_come_from_the_parts_that_declare_them():
    tree = small_tree()
    assert names_under(tree, ["actors", "her", "loadings"]) == ["drought"]
    assert names_under(tree, ["actors", "her", "values", "water"]) == ["hers", "shared", "his"]
    assert names_under(tree, ["actors"]) == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("actors", "actor"),
        ("reference_classes", "reference class"),
        ("clauses.water.options", "option"),
        ("actors.her.values", "clause"),
        ("actors.her.values.water", "option"),
        ("linkages.any.worth", "actor"),
        ("calendar", None),
    ],
)
def test_what_the_keys_at_a_path_are_names_of_is_known_by_the_path(path, kind):
    assert kind_under(path.split(".")) == kind


# what is changed, where the problem stands, what it says
WRONG = [
    ({"actors__her__regard": {"her": 1, **WHY}}, "actors.her.regard.her", "regard is for others"),
    ({"actors__her__regard": {"him": 1, **WHY}}, "actors.her.regard.him", "no such actor"),
    (
        {"actors__her__weights": {"water": 1, **WHY}},
        "actors.her.weights.upkeep",
        "is missing; every clause needs an entry",
    ),
    (
        {"actors__her__values__water": {"hers": 1, "his": 0, **WHY}},
        "actors.her.values.water.shared",
        "is missing; every option has a value",
    ),
    ({"signatories__base": ["her", "hiss"]}, "signatories.base", "did you mean 'his'?"),
    ({"actors__her__loadings": {"rain": 1, **WHY}}, "actors.her.loadings.rain", "no such driver"),
    ({"outcomes__no_deal__all": {"water": "wine"}}, "outcomes.no_deal.all.water", "such option"),
]


@pytest.mark.parametrize(("changes", "place", "says"), WRONG)
def test_a_wrong_name_is_told_where_it_stands(changes, place, says):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(small_tree(**changes))
    found = {problem.field: problem.rule for problem in caught.value.problems}
    assert says in found[place]


@pytest.mark.parametrize("wrong", [None, [], "all", 5])
def test_names_of_a_part_that_has_no_shape_are_passed_over(wrong):
    assert list(references(small_tree(actors=wrong))) == []
    assert list(references(small_tree(clauses=wrong))) == []


def test_where_no_driver_is_declared_none_may_be_named():
    tree = small_tree()
    del tree["drivers"]
    rules = {problem.field: problem.rule for problem in references(tree)}
    assert rules["actors.her.loadings.drought"] == "no such driver; none is declared"
