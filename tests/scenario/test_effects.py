"""Numbers that change no world: each is told, and those that are told change none."""

from __future__ import annotations

from typing import Any

import pytest

from sim.bargaining.tactics import TACTICS
from sim.errors import ScenarioError
from sim.runs.results import simulate
from sim.scenario.actors import Bargaining
from sim.scenario.effects import idle, numbers_under
from sim.scenario.scenario import Scenario
from sim.settings.configuration import load_scenario
from tests.small import WHY, mediated_tree, small_tree

Tree = dict[str, Any]


def plain(value: float) -> Tree:
    return {"value": value, **WHY}


AHEAD = {
    "protocol": "offers",
    "actors__her__tactic": "equilibrium",
    "actors__his__tactic": "equilibrium",
}
# So that deadlines come late enough, and talks go on long enough, to matter.
PATIENT = {f"calendar__deadline__{field}": 0.95 for field in ("extension", "next_extension")} | {
    "calendar__deadline__weeks": 6
}
EVERY = {
    "water": ["hers", "shared", "his"],
    "upkeep": ["he_pays", "both_pay", "she_pays"],
}
QUOTA = {"share": 0.5, "weights": {**WHY, "her": 1, "his": 2}}
JUMPS = {"kind": "jumps", "label": "shocks", **WHY, "start": 0.2, "rate": 0, "size": 1}
RAMP = {"kind": "ramp", "label": "a dam", **WHY, "start": 1, "target": 0.2, "date": "2025-01-06"}
QUIET = {"kind": "random_walk", "label": "x", **WHY, "start": 1, "drift": 1, "volatility": 1}
ONE_CLAUSE = {**WHY, "water": 1, "upkeep": 0}
SURE = {"value": 40, **WHY}
MANY = 200  # draws in which rare things happen
HERS = "actors.her"
HIS = "actors.his"
ENVOYS = "actors.envoy"

POLL = {
    "text": "halves",
    "acceptable": 0.6,
    "unacceptable": 0.3,
    "asked": 1000,
    "wave": "first",
    "date": "2025-01-06",
    **WHY,
}
# (what is idle, the scenario, paths that are told)
IDLE: list[tuple[str, Tree, set[str]]] = [
    ("as it is", small_tree(), {"protocols.offers", f"{HIS}.bargaining.misjudgement"}),
    ("no deterring option", small_tree(), {"aftermath.deterrence"}),
    ("a lone share", small_tree(), {f"{HERS}.regard.his", f"{HIS}.regard.her"}),
    (
        "another tactic",
        small_tree(),
        {f"{HERS}.bargaining.discount", f"{HERS}.bargaining.offer_noise"},
    ),
    ("another protocol", small_tree(protocol="offers"), {"protocols.single_text"}),
    ("foresight of nobody", small_tree(protocol="offers"), {"protocols.offers.foresight"}),
    (
        "a pen that nobody holds",
        small_tree(protocol="offers"),
        {f"{HERS}.bargaining.misjudgement", f"{HIS}.bargaining.misjudgement"},
    ),
    (
        "chances where actors take turns",
        small_tree(
            protocol="offers",
            protocols__offers={"recognition": "rotation", "chances": {**WHY, "her": 1, "his": 3}},
        ),
        {"protocols.offers.chances"},
    ),
    (
        "a lone chance",
        small_tree(protocol="offers", protocols__offers={"chances": {**WHY, "her": 0.4}}),
        {"protocols.offers.chances.her"},
    ),
    (
        "looking ahead",
        small_tree(**AHEAD),
        {
            "answers.relaxation",
            f"{HERS}.regard",
            *(
                f"{HERS}.bargaining.{field}"
                for field in (
                    "aspiration",
                    "concession",
                    "patience",
                    "imprecision",
                    "accommodation",
                    "misreading",
                    "misjudgement",
                )
            ),
        },
    ),
    (
        "accommodating nobody",
        small_tree(actors__his__bargaining__accommodation=0),
        {f"{HIS}.regard", f"{HIS}.bargaining.misreading"},
    ),
    (
        "demanding and accommodating nothing",
        small_tree(actors__his__bargaining__accommodation=0, actors__his__bargaining__aspiration=0),
        {f"{HIS}.bargaining.patience", f"{HIS}.bargaining.concession"},
    ),
    (
        "a drafter who persuades nobody",
        small_tree(protocols__single_text__persuasion=0, actors__her__bargaining__accommodation=0),
        {f"{HERS}.bargaining.misreading", f"{HERS}.bargaining.misjudgement"},
    ),
    (
        "a drafter who alone signs",
        small_tree(signatories__base=["her"]),
        {"protocols.single_text.persuasion", f"{HERS}.bargaining.misjudgement"},
    ),
    (
        "an actor who never signs",
        mediated_tree(**PATIENT),
        {f"{ENVOYS}.bargaining.aspiration", f"{ENVOYS}.bargaining.noise"},
    ),
    (
        "answers that waver with no mood",
        small_tree(actors__her__bargaining__noise=0, actors__his__bargaining__noise=0),
        {"answers.relaxation"},
    ),
    (
        "one clause that counts",
        small_tree(actors__her__weights=ONE_CLAUSE),
        {
            f"{HERS}.weight_concentration",
            f"{HERS}.weights.water",
            f"{HERS}.values.upkeep",
        },
    ),
    (
        "one clause that counts at home",
        small_tree(
            actors__her__domestic__weights=ONE_CLAUSE,
            actors__her__domestic__weight_concentration=SURE,
            actors__her__domestic__values={
                "upkeep": {**WHY, "he_pays": 1, "both_pay": 0.2, "she_pays": 0}
            },
        ),
        {
            f"{HERS}.domestic.weight_concentration",
            f"{HERS}.domestic.weights.water",
            f"{HERS}.domestic.values.upkeep",
        },
    ),
    (
        "a rate of leaving of 0",
        small_tree(actors__her__walkout__rate=0, actors__his__walkout__sensitivity=0, memory=3),
        {f"{HERS}.walkout.sensitivity", "memory"},
    ),
    (
        "a body that no text comes before",
        mediated_tree(
            actors__envoy__domestic={
                **small_tree()["actors"]["her"]["domestic"],
                "name": "court",
                "threshold": 0.2,
            },
            **PATIENT,
        ),
        {f"{ENVOYS}.domestic", f"{ENVOYS}.loadings_after"},
    ),
    (
        "votes foreseen where there are none",
        small_tree(actors__her__domestic=None, actors__her__anticipates=True),
        {f"{HERS}.anticipates"},
    ),
    (
        "a deadline that is never moved",
        mediated_tree(calendar__deadline__extension=0),
        {"calendar.deadline.next_extension", "calendar.deadline.weeks"},
    ),
    (
        "a deadline that may not be moved",
        mediated_tree(calendar__deadline__times=0),
        {f"calendar.deadline.{field}" for field in ("extension", "next_extension", "weeks")},
    ),
    (
        "a deadline that is moved once",
        mediated_tree(calendar__deadline__times=1),
        {"calendar.deadline.next_extension"},
    ),
    (
        "a deadline at the horizon",
        mediated_tree(calendar__deadline__date="2025-07-07"),
        {"calendar.deadline"},
    ),
    (
        "a peace that never breaks",
        small_tree(aftermath__hazard=0),
        {"aftermath.deterrence", "aftermath.regret", f"{HERS}.loadings_after"},
    ),
    (
        "a peace without belligerents",
        small_tree(aftermath__belligerents=[]),
        {"aftermath.regret", f"{HERS}.loadings_after", f"{HIS}.loadings_after"},
    ),
    ("war without regret", small_tree(aftermath__regret=0), {f"{HERS}.loadings_after"}),
    (
        "deterrence that does not count",
        small_tree(
            aftermath__deterrence=0,
            clauses__water__options__shared={"label": "both", "deterrence": plain(1)},
        ),
        {"clauses.water.options.shared.deterrence"},
    ),
    ("a driver that moves nothing", small_tree(drivers__rain=QUIET), {"drivers.rain"}),
    (
        "jumps that never come",
        small_tree(drivers__drought={**JUMPS, "size_sd": 1}),
        {"drivers.drought.size", "drivers.drought.size_sd"},
    ),
    ("a line that has arrived", small_tree(drivers__drought=RAMP), {"drivers.drought.start"}),
    (
        "a linkage that every text holds",
        small_tree(linkages={"all": {"label": "x", "when": EVERY, "worth": {**WHY, "her": 0.2}}}),
        {"linkages.all.worth.her"},
    ),
    ("a factor that nobody shares", small_tree(factors={"mood": "x"}), {"factors.mood"}),
    (
        "votes of who never signs",
        mediated_tree(signatories__quota={**QUOTA, "weights": {**QUOTA["weights"], "envoy": 5}}),
        {"signatories.quota.weights.envoy"},
    ),
    (
        "what stands beside the odds",
        small_tree(
            actors__her__capability=plain(1),
            actors__his__capability=plain(2),
            reference_classes={"last": {"kind": "survival", "label": "last", "share": plain(0.7)}},
        ),
        {f"{HERS}.capability", f"{HIS}.capability", "reference_classes.last"},
    ),
    (
        "polls",
        small_tree(
            actors__her__domestic__polls={"first": POLL},
            actors__her__domestic__poll_errors={"wording": 0.3, "wave": 0.1, **WHY},
        ),
        {f"{HERS}.domestic.polls"},
    ),
]


@pytest.mark.parametrize(("tree", "paths"), [row[1:] for row in IDLE], ids=[row[0] for row in IDLE])
def test_what_has_no_effect_is_told_and_changes_no_world(tree, paths):
    scenario = load_scenario(tree)
    told = {each.path for each in idle(scenario)}
    assert paths <= told
    numbers = {number for path in told for number in numbers_under(scenario, path)}
    changed = {number: elsewhere(scenario, number)[0] for number in numbers}
    assert digest(load_scenario(tree, changed)) == digest(scenario)


@pytest.mark.parametrize(
    "tree",
    [small_tree(protocol="offers"), mediated_tree(**PATIENT)],
    ids=["offers", "a mediator with the pen"],
)
def test_what_is_not_told_changes_worlds(tree):
    scenario = load_scenario(tree)
    told = {number for each in idle(scenario) for number in numbers_under(scenario, each.path)}
    before = digest(scenario, MANY)
    same = [
        path
        for path in one_of_each_kind(scenario, told)
        if not changes(tree, scenario, path, before)
    ]
    # What an actor would leave over, and a belligerent regret, is too rare in so few worlds.
    assert set(same) <= {f"{HERS}.walkout.sensitivity", "aftermath.regret"}


def test_each_number_is_told_once():
    told = [each.path for each in idle(load_scenario(small_tree(**AHEAD)))]
    assert len(told) == len(set(told))
    assert not [(a, b) for a in told for b in told if b.startswith(f"{a}.")]


def test_offers_that_may_follow_the_mediator_are_not_told():
    handing_over = load_scenario(mediated_tree(calendar__deadline__then="offers"))
    assert "protocols.offers" not in {each.path for each in idle(handing_over)}
    for_ever = {"calendar__deadline__extension": 1, "calendar__deadline__next_extension": 1}
    tree = mediated_tree(
        calendar__deadline__then="offers",
        calendar__deadline__times=100,
        actors__envoy__walkout=None,
        **for_ever,
    )
    assert "protocols.offers" in {each.path for each in idle(load_scenario(tree))}


@pytest.mark.parametrize("name", list(TACTICS))
def test_a_tactic_says_which_numbers_of_an_actor_it_uses(name):
    tactic = TACTICS[name]
    assert set(tactic.needs) <= set(tactic.uses) <= set(Bargaining.model_fields)


def digest(scenario: Scenario, draws: int = 60) -> str:
    return str(simulate(scenario, draws=draws, replications=5, seed=3).manifest["digest"])


def changes(tree: Tree, scenario: Scenario, path: str, before: str) -> bool:
    """Return whether some other value of a number gives other worlds."""
    for value in elsewhere(scenario, path):
        try:
            if digest(load_scenario(tree, {path: value}), MANY) != before:
                return True
        except ScenarioError:
            continue
    return False


def elsewhere(scenario: Scenario, path: str) -> list[float]:
    """Return other values for a number, the first of which is allowed wherever it is."""
    mean = scenario.numbers[path].mean
    return [0.8 * mean, 0.3 * mean, 2 * mean + 0.2] if mean else [0.3]


def one_of_each_kind(scenario: Scenario, but: set[str]) -> list[str]:
    """Return numbers of a scenario of which no two stand in the same field."""
    kinds: dict[tuple[str, ...], str] = {}
    for path in scenario.numbers:
        steps = path.split(".")
        kind = (steps[0], *steps[2:4]) if steps[0] in ("actors", "drivers") else tuple(steps[:3])
        if path not in but:
            kinds.setdefault(kind, path)
    return list(kinds.values())
