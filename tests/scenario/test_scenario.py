"""A whole scenario: its calendar, its numbers by path, and that no input can break the door."""

import copy
import datetime
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.reading.files import read_file, read_text
from sim.scenario.reading.reader import read_scenario
from sim.scenario.scenario import Scenario
from sim.settings.configuration import configure, dump
from tests.small import WHY, mediated_scenario, mediated_tree, small_scenario, small_tree

SHIPPED = Path(__file__).parents[2] / "conf" / "scenario"

# weeks between sessions, horizon in weeks, sessions
SESSIONS = [
    (1, 26, 26),
    (2, 52, 26),
    (1, 1, 1),
    (3, 10, 4),
    (0.5, 1.2, 3),
    (1 / 7, 1, 7),
]


@pytest.mark.parametrize(("between", "horizon", "sessions"), SESSIONS)
def test_sessions_are_counted_to_the_horizon(between, horizon, sessions):
    between = max(between, 1 / 7)
    calendar = small_scenario(
        calendar__weeks_between_sessions={"value": between, **WHY},
        calendar__horizon={"value": horizon, **WHY},
    ).calendar
    assert calendar.rounds == sessions


def test_the_last_day_is_the_horizon():
    assert small_scenario().calendar.last_day == datetime.date(2025, 7, 7)


@pytest.mark.parametrize("day", ["2025-01-06", "2025-07-07"])
def test_a_deadline_may_lie_on_the_first_and_on_the_last_day(day):
    tree = mediated_tree(calendar__deadline__date=day)
    assert str(read_scenario(tree).calendar.deadline.date) == day


def test_every_number_has_its_dotted_path():
    numbers = small_scenario().numbers
    assert numbers["actors.her.weights.water"].value == 0.6
    assert numbers["actors.her.values.water.shared"].normal.mean == 0.6
    assert numbers["drivers.drought.half_life"].value == 6
    assert numbers["calendar.horizon"].value == 26
    assert len(numbers) == len(set(numbers))


def test_a_scenario_cannot_be_changed():
    scenario = small_scenario()
    with pytest.raises(Exception, match="frozen"):
        scenario.memory = 2


def test_a_scenario_of_plain_data_survives_its_own_dump():
    scenario = small_scenario()
    assert Scenario.model_validate(scenario.model_dump(mode="json")) == scenario


@cache
def _tree():
    return read_file(SHIPPED / "geneva_2025.yaml")


def _places(tree, path=()):
    yield path
    steps = []
    if isinstance(tree, dict | list):
        steps = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, item in steps:
        yield from _places(item, (*path, key))


SMALL_THINGS = st.none() | st.integers(-2, 2) | st.text(max_size=3)
ODD = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from([10**400, -(10**400), 1e308, -1e-308, float("nan"), float("inf")])
    | st.sampled_from(["assumption", "us", "us_plan", "2025-99-99", "0001-01-01", "\ud800", "${x}"])
    | st.lists(SMALL_THINGS, max_size=3)
    | st.dictionaries(
        st.sampled_from(["basis", "why", "common", "spread", "value", "normal", "as_good_as", ""]),
        SMALL_THINGS | st.lists(SMALL_THINGS, max_size=2),
        max_size=3,
    )
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_change_of_a_scenario_is_a_scenario_or_an_error_of_its_author(data):
    tree = copy.deepcopy(_tree() if data.draw(st.booleans()) else small_tree())
    for _ in range(data.draw(st.integers(1, 3))):
        _mutate(tree, data)
    with suppress(ScenarioError):
        assert isinstance(read_scenario(tree), Scenario)


def _mutate(tree, data):
    path = data.draw(st.sampled_from([place for place in _places(tree) if place]))
    node = tree
    for step in path[:-1]:
        node = node[step]
    what = data.draw(st.sampled_from(["replace", "remove", "rename", "copy"]))
    if what == "remove":
        del node[path[-1]]
    elif what == "rename" and isinstance(node, dict):
        node[data.draw(st.text(max_size=5))] = node.pop(path[-1])
    elif what == "copy" and isinstance(node, dict):
        other = data.draw(st.sampled_from(sorted(node)))
        node[path[-1]] = copy.deepcopy(node[other])
    else:
        node[path[-1]] = data.draw(ODD)


OVERRIDE_LIKE = r"[a-z.~+@${}\[\]'\":=, 0-9-]{1,40}"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.from_regex(OVERRIDE_LIKE, fullmatch=True))
def test_any_override_is_taken_or_an_error_of_its_author(text):
    with suppress(ScenarioError):
        assert configure(["scenario=geneva_2025", text]).scenario


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_value_at_any_path_is_taken_or_an_error_of_its_author(data):
    path = data.draw(st.sampled_from([place for place in _places(_tree()) if place]))
    value = data.draw(st.sampled_from(["0", "-1e400", "null", "{}", "[]", "abc", "{a: [1]}", "''"]))
    tail = data.draw(st.sampled_from(["", "", ".0", ".common", ".x", ".value", ".normal.sd"]))
    with suppress(ScenarioError):
        assert configure([f"{'.'.join(map(str, path))}{tail}={value}"]).scenario


YAML_LIKE = r"([a-c]: ?|- |[\[\]{}&*!|>'\"#%@,\n 0-9a-c~:-]){1,60}"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200) | st.from_regex(YAML_LIKE, fullmatch=True))
def test_any_text_is_a_tree_or_an_error_of_its_author(text):
    with suppress(ScenarioError):
        tree = read_text(text, "a file")
        assert read_text(dump(tree), "a file") == tree


def uncertain_under(scenario, path):
    return {number.removeprefix(f"{path}.") for number in scenario.uncertain if path in number}


def test_drawn_weights_are_uncertain_though_their_means_are_plain():
    assert uncertain_under(small_scenario(), "actors.her.weights") == {"water", "upkeep"}
    sure = small_scenario(actors__her__weight_concentration=None)
    assert uncertain_under(sure, "actors.her.weights") == set()
    alone = small_scenario(actors__her__weights={"water": 1, "upkeep": 0, **WHY})
    assert uncertain_under(alone, "actors.her.weights") == set()


def test_shares_of_a_sum_are_uncertain_where_one_part_of_it_is():
    path = "protocols.offers.chances"
    chances = {"her": 1, "his": {"uniform": [1, 2], **WHY}, "envoy": 0, **WHY}
    scenario = mediated_scenario(protocols__offers={"chances": chances})
    assert uncertain_under(scenario, path) == {"her", "his"}
    known = mediated_scenario(protocols__offers={"chances": {**chances, "his": 2}})
    assert uncertain_under(known, path) == set()


def test_the_sizes_of_errors_about_others_are_uncertain_unless_they_are_0():
    errors = {"actors.her.bargaining.misreading", "actors.her.bargaining.misjudgement"}
    assert errors <= small_scenario().uncertain
    sure = small_scenario(
        actors__her__bargaining__misreading=0, actors__her__bargaining__misjudgement=0
    )
    assert not errors & sure.uncertain


def test_every_distribution_is_uncertain():
    scenario = mediated_scenario()
    drawn = {path for path, number in scenario.numbers.items() if not number.is_plain}
    assert drawn < scenario.uncertain < set(scenario.numbers)


def test_an_actor_of_the_longest_label_may_leave_the_talks():
    from sim.scenario.events import events_of

    label = "x" * 200
    scenario = small_scenario(actors__his__label=label)
    assert events_of(scenario)["left_his"].label == f"{label} out of the talks"
