"""The schema as something to ask, and pydantic's findings in an author's words."""

import json

import pytest
from pydantic import ValidationError

from sim.errors import ScenarioError
from sim.numbers.uncertain import Number
from sim.scenario.actors import AsGoodAs
from sim.scenario.reading import schema
from sim.scenario.reading.reader import read_scenario
from sim.scenario.scenario import Scenario
from tests.small import WHY, mediated_tree, small_tree

NO_DEAL = ["actors", "anyone", "no_deal"]


def test_a_place_has_the_fields_of_all_that_may_stand_there():
    assert "start" in schema.names_at(["calendar"], Scenario)
    assert {"half_life", "drift", "rate", "date"} <= set(
        schema.names_at(["drivers", "any"], Scenario)
    )
    assert schema.names_at(["actors"], Scenario) == ()


def test_a_number_is_known_by_its_place():
    assert schema.is_at(Number, NO_DEAL, Scenario)
    assert schema.is_at(AsGoodAs, NO_DEAL, Scenario)
    assert schema.is_at(Number, ["actors", "anyone", "weights", "any"], Scenario)
    assert not schema.is_at(Number, ["actors", "anyone", "weights", "spread"], Scenario)
    assert not schema.is_at(Number, ["memory"], Scenario)


def test_numbers_by_name_are_known_by_their_place():
    assert schema.holds_numbers(["actors", "anyone", "values", "any"], Scenario)
    assert not schema.holds_numbers(["actors", "anyone", "values"], Scenario)


def test_numbers_texts_and_stances_need_a_basis():
    for path in (NO_DEAL, ["texts", "any"], ["actors", "anyone", "stances", "0"]):
        assert schema.needs_basis(path, Scenario)
    assert not schema.needs_basis(["aftermath"], Scenario)


# what is changed, where the problem must stand, what it must say
FINDINGS = [
    ({"title": 5}, "title", "must be text"),
    ({"drivers__drought__kind": "wave"}, "drivers.drought.kind", "no such choice"),
    ({"drivers__drought__drift": 1}, "drivers.drought.drift", "no such field"),
    ({"actors__her__no_deal": [1]}, "actors.her.no_deal", "must be a number"),
    ({"actors__her__no_deal": {"as_good_as": 5}}, "actors.her.no_deal.as_good_as", "must be text"),
    ({"actors__her__stances__0__other": "halves"}, "actors.her.stances.0.other", "belongs to"),
    ({"outcomes__no_deal__ended": []}, "outcomes.no_deal.ended", "at least 1 entry"),
    ({"clauses": {"Bad Name": {}}}, "clauses.Bad Name", "is no valid name"),
    ({"signatories__quota": {"share": 2}}, "signatories.quota.share", "must be at most 1"),
    ({"signatories__quota": {"share": 0}}, "signatories.quota.share", "must be more than 0"),
]


@pytest.mark.parametrize(("changes", "place", "says"), FINDINGS)
def test_a_finding_stands_under_the_path_that_an_author_wrote(changes, place, says):
    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate(small_tree(**changes))
    found = {problem.field: problem.rule for problem in schema.problems_of(caught.value, Scenario)}
    assert says in found[place]


def missing_reasons(tree):
    """Yield the path of everything with a basis, and the tree in which it lacks its why."""
    for path, found in list(with_basis(tree)):
        held = {key: found.pop(key) for key in ("basis", "why") if key in found}
        found["basis"] = "assumption"
        yield path
        del found["basis"]
        found.update(held)


def with_basis(part, path=""):
    """Yield every part that states a basis, and where it stands."""
    steps = part.items() if isinstance(part, dict) else enumerate(part)
    if isinstance(part, dict) and "basis" in part:
        yield path, part
    for step, inner in list(steps):
        if isinstance(inner, dict | list):
            yield from with_basis(inner, f"{path}.{step}".lstrip("."))


def test_an_assumption_without_its_why_is_named_by_where_it_stands():
    hazard = {"value": 0.17, **WHY}
    rate = {"kind": "hazard", "label": "ends", "hazard": hazard, "share": {"value": 0.4, **WHY}}
    tree = json.loads(json.dumps(mediated_tree(reference_classes={"ends": rate})))  # no aliases
    tree["actors"]["his"]["no_deal"] = {"as_good_as": "halves", "error": 0.1, **WHY}
    count = 0
    for path in missing_reasons(tree):
        with pytest.raises(ScenarioError) as error:
            read_scenario(tree)
        said = "is missing: an assumption must say why"
        assert [*map(str, error.value.problems)] == [f"{path}.why: {said}"]
        count += 1
    assert count > 40
