"""Numbers that change no world: each is told, and those that are told change none."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields
from hashlib import sha256
from typing import Any

import numpy as np
import pytest

from sim.bargaining.tactics import TACTICS
from sim.errors import ScenarioError
from sim.scenario.actors import Bargaining
from sim.scenario.effects import idle, numbers_under
from sim.scenario.scenario import Scenario
from sim.settings.configuration import load_scenario
from sim.talks.model import NegotiationModel
from tests.small import WHY, mediated_scenario, mediated_tree, small_scenario, small_tree

Tree = dict[str, Any]


def plain(value: float) -> Tree:
    return {"value": value, **WHY}


AHEAD = {
    "protocol": "offers",
    "actors__her__tactic": "equilibrium",
    "actors__his__tactic": "equilibrium",
}
# So that deadlines come late enough, and talks go on long enough, to matter.
PATIENT = {
    "calendar__deadline__fates": {**WHY, "kept": 0.05, "moved": 0.9, "dropped": 0.05},
    "calendar__deadline__weeks": 6,
}
CHAIR = {
    **WHY,
    "drafter": "chair",
    "initial": "halves",
    "persuasion": 1,
    "temperature": 0.05,
    "misreading": 0.1,
    "misjudgement": 0.1,
}
SPARING = {**CHAIR, "persuasion": 0, "sparing": 0.5, "rewrites": 2}
INVENTED = {"label": "both", "invented": True}
TURNS = {"recognition": "rotation", "order": ["her", "his"]}
ANTICIPATES = ("actors__her__anticipates", "actors__his__anticipates")
CAPABLE = {"actors__her__capability": plain(1), "actors__his__capability": plain(2)}
AWAY = {
    "without_mediator": "offers",
    "actors__envoy__walkout": {**WHY, "rate": 0.1, "sensitivity": 1},
}
EVERY = {
    "water": ["hers", "shared", "his"],
    "upkeep": ["he_pays", "both_pay", "she_pays"],
}
QUOTA = {"share": 0.5, "weights": {**WHY, "her": 1, "his": 2}}
JUMPS = {"kind": "jumps", "label": "shocks", **WHY, "start": 0.2, "rate": 0, "size": 1}
RAMP = {"kind": "ramp", "label": "a dam", **WHY, "start": 1, "target": 0.2, "date": "2025-01-06"}
STILL = {"kind": "mean_reverting", "label": "x", **WHY, "half_life": 5, "volatility": 0}
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
    (
        "a lone share",
        small_tree(protocol="offers"),
        {f"{HERS}.regard.his", f"{HIS}.regard.her"},
    ),
    (
        "offers that nobody makes",
        small_tree(),
        {f"{HERS}.bargaining.accommodation", f"{HERS}.regard", f"{HIS}.regard"},
    ),
    (
        "another tactic",
        small_tree(),
        {f"{HERS}.bargaining.discount", f"{HERS}.bargaining.offer_noise"},
    ),
    ("another protocol", small_tree(protocol="offers"), {"protocols.single_text"}),
    ("foresight of nobody", small_tree(protocol="offers"), {"protocols.offers.foresight"}),
    (
        "a proposer that tables what first comes to its mind",
        small_tree(protocol="offers", protocols__offers={"drafts": 1}),
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
        "a chance of who is away whenever they make offers",
        mediated_tree(
            **AWAY, protocols__offers={"chances": {**WHY, "her": 1, "his": 2, "envoy": 3}}
        ),
        {
            "protocols.offers.chances.envoy",
            f"{ENVOYS}.bargaining.accommodation",
            f"{ENVOYS}.regard",
        },
    ),
    (
        "an actor who never has a turn",
        mediated_tree(protocol="offers", protocols__offers=TURNS),
        {
            f"{ENVOYS}.bargaining.{field}"
            for field in (
                "aspiration",
                "concession",
                "patience",
                "noise",
                "imprecision",
                "accommodation",
                "misreading",
                "misjudgement",
            )
        },
    ),
    (
        "several drafts of those who do not look ahead",
        small_tree(
            protocol="offers", protocols__offers={"drafts": 5}, **dict.fromkeys(ANTICIPATES, False)
        ),
        {
            "protocols.offers.drafts",
            f"{HERS}.bargaining.misjudgement",
            f"{HIS}.bargaining.misjudgement",
        },
    ),
    (
        "options that may not be offered",
        small_tree(**AHEAD, protocols__offers__candidates=["her_wish", "his_wish"]),
        {f"{HERS}.values.water.shared", f"{HIS}.values.upkeep.both_pay"},
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
        small_tree(
            protocol="offers",
            protocols__offers={"drafts": 1},
            actors__his__bargaining__accommodation=0,
        ),
        {f"{HIS}.regard", f"{HIS}.bargaining.misreading"},
    ),
    (
        "demanding and accommodating nothing",
        small_tree(actors__his__bargaining__accommodation=0, actors__his__bargaining__aspiration=0),
        {f"{HIS}.bargaining.patience", f"{HIS}.bargaining.concession"},
    ),
    (
        "a drafter who persuades nobody",
        small_tree(protocols__single_text__persuasion=0),
        {f"{HERS}.bargaining.misreading", f"{HERS}.bargaining.misjudgement"},
    ),
    (
        "a drafter who alone signs",
        small_tree(signatories__base=["her"], actors__her__anticipates=False),
        {
            "protocols.single_text.persuasion",
            f"{HERS}.bargaining.misreading",
            f"{HERS}.bargaining.misjudgement",
        },
    ),
    (
        "a chair who minds nobody",
        small_tree(protocols__single_text={**CHAIR, "persuasion": 0}, **CAPABLE),
        {
            *(
                f"protocols.single_text.{field}"
                for field in ("temperature", "misreading", "misjudgement")
            ),
            f"{HERS}.capability",
            f"{HERS}.bargaining.imprecision",
        },
    ),
    (
        "a chair who minds nobody's answer and rewrites as things come to its mind",
        small_tree(
            protocols__single_text={**CHAIR, "persuasion": 0, "rewrites": 2, "invention": 0.2},
            clauses__water__options__shared=INVENTED,
        ),
        {f"protocols.single_text.{field}" for field in ("temperature", "misreading")},
    ),
    (
        "a chair who spares but minds nobody's answer",
        small_tree(protocols__single_text=SPARING),
        {"protocols.single_text.misjudgement"},
    ),
    (
        "capability where a chair spares only who loses most",
        small_tree(protocols__single_text={**SPARING, "sparing": 1}, **CAPABLE),
        {f"{HERS}.capability", f"{HIS}.capability"},
    ),
    (
        "inventions of whom no option is one",
        small_tree(protocols__single_text={**SPARING, "invention": 0.2}),
        {"protocols.single_text.invention"},
    ),
    (
        "inventions beside no other option",
        small_tree(
            protocols__single_text={**SPARING, "invention": 0.2},
            **{f"clauses__water__options__{name}": INVENTED for name in EVERY["water"]},
        ),
        {
            "protocols.single_text.invention",
            *(f"clauses.water.options.{name}.invented" for name in EVERY["water"]),
        },
    ),
    (
        "inventions that no drafter tells from the others",
        small_tree(clauses__water__options__shared=INVENTED),
        {"clauses.water.options.shared.invented"},
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
        small_tree(
            actors__her__walkout__rate=0,
            actors__his__walkout__sensitivity=0,
            actors__her__returns=plain(0.1),
            answers__memory=plain(10),
        ),
        {f"{HERS}.walkout.sensitivity", f"{HERS}.returns", "answers.memory"},
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
        small_tree(
            actors__her__domestic=None,
            actors__her__anticipates=True,
            actors__her__refusal_cost=plain(0.1),
            actors__his__bargaining__misforesight=0.5,
            aftermath__renegotiation=0.5,
            aftermath__swing=0.5,
        ),
        {
            f"{HERS}.anticipates",
            f"{HERS}.refusal_cost",
            f"{HIS}.bargaining.misforesight",
            "aftermath.renegotiation",
            "aftermath.swing",
        },
    ),
    (
        "votes that an actor does not look ahead to",
        small_tree(
            actors__her__anticipates=False,
            actors__her__refusal_cost=plain(0.1),
            actors__her__bargaining__misforesight=0.5,
        ),
        {f"{HERS}.refusal_cost", f"{HERS}.bargaining.misforesight"},
    ),
    (
        "foresight of who neither signs, drafts nor leaves over texts",
        mediated_tree(
            protocols__single_text__drafter="her",
            actors__envoy__walkout=None,
            actors__envoy__anticipates=False,
            actors__envoy__refusal_cost=plain(0.1),
            actors__envoy__bargaining__misforesight=0.5,
        ),
        {
            f"{ENVOYS}.anticipates",
            f"{ENVOYS}.refusal_cost",
            f"{ENVOYS}.bargaining.misforesight",
        },
    ),
    ("a swing of one body", small_tree(aftermath__swing=0.5), {"aftermath.swing"}),
    (
        "what is in force as soon as it is signed",
        small_tree(
            actors__her__domestic__lag=0,
            clauses__water__options__shared={"label": "both", "breach": plain(0.1)},
        ),
        {"clauses.water.options.shared.breach"},
    ),
    (
        "weeks before the start that count for nobody",
        small_tree(calendar__talks_since="2024-11-04"),
        {"calendar.talks_since"},
    ),
    (
        "a share of no weeks",
        small_tree(calendar__talks_since="2025-01-06", calendar__patience_spent=plain(0.5)),
        {"calendar.patience_spent"},
    ),
    (
        "a mediator who never leaves",
        small_tree(mediator="his", actors__his__walkout=None, without_mediator="offers"),
        {"mediator", "without_mediator"},
    ),
    (
        "a mediator who has to sign",
        mediated_tree(without_mediator="offers", signatories__base=["her", "his", "envoy"]),
        {"without_mediator"},
    ),
    (
        "a deadline that is never moved",
        mediated_tree(calendar__deadline__fates={**WHY, "kept": 1, "moved": 0, "dropped": 2}),
        {"calendar.deadline.weeks"},
    ),
    (
        "a deadline that may not be moved",
        mediated_tree(
            calendar__deadline__times=0,
            calendar__deadline__fates={
                **WHY,
                "kept": 1,
                "moved": 2,
                "dropped": 0,
                "concentration": 9,
            },
        ),
        {
            "calendar.deadline.weeks",
            *(f"calendar.deadline.fates.{part}" for part in ("kept", "moved", "concentration")),
        },
    ),
    (
        "a deadline that is dropped for sure",
        mediated_tree(
            calendar__deadline__fates={
                **WHY,
                "kept": 0,
                "moved": 0,
                "dropped": 2,
                "concentration": 9,
            }
        ),
        {f"calendar.deadline.fates.{part}" for part in ("dropped", "concentration")},
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
    (
        "jumps of no size",
        small_tree(drivers__drought={**JUMPS, "rate": 1, "size": 0, "size_sd": 0}),
        {"drivers.drought.rate", f"{HERS}.loadings_after.drought"},
    ),
    (
        "a driver that never leaves 0",
        small_tree(drivers__drought={**QUIET, "start": 0, "drift": 0, "volatility": 0}),
        {
            f"{HERS}.loadings.drought",
            f"{HERS}.domestic.loadings.drought",
            f"{HIS}.loadings_after.drought",
        },
    ),
    (
        "a driver that never leaves its level",
        small_tree(drivers__drought={**STILL, "start": 0.5, "level": 0.5}),
        {"drivers.drought.half_life"},
    ),
    (
        "a driver that counts only after a signature",
        small_tree(
            drivers__drought=QUIET,
            actors__her__loadings={},
            actors__his__loadings={},
            actors__her__domestic__loadings={},
        ),
        {"drivers.drought.start"},
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
            **CAPABLE,
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
    "options", [["shared"], EVERY["water"]], ids=["no drafter", "no other option"]
)
def test_marks_of_inventions_that_are_told_change_no_world(options):
    marks = {f"clauses__water__options__{name}": INVENTED for name in options}
    plain_ones = {path: {**INVENTED, "invented": False} for path in marks}
    drafter = {"protocols__single_text": {**SPARING, "invention": 0.2}} if options[1:] else {}
    assert digest(small_scenario(**marks, **drafter)) == digest(
        small_scenario(**plain_ones, **drafter)
    )


NEW = {
    "actors__her__returns": plain(0.2),
    "actors__her__refusal_cost": plain(0.1),
    "actors__her__bargaining__misforesight": 0.5,
    "actors__his__domestic": {
        **small_tree()["actors"]["her"]["domestic"],
        "name": "council",
        "threshold": 0.3,
    },
    "answers__memory": plain(3),
    "calendar__talks_since": "2024-12-02",
    "calendar__patience_spent": plain(0.5),
    "aftermath__renegotiation": 0.5,
    "aftermath__swing": 0.5,
    "clauses__water__options__shared": {"label": "both", "breach": plain(0.1)},
}
MINDED = {**NEW, "clauses__water__options__shared": {**INVENTED, "breach": plain(0.1)}}
LIVE = {
    "offers": small_tree(protocol="offers", **NEW),
    "one draft": small_tree(protocol="offers", protocols__offers={"drafts": 1}, **NEW),
    "a mediator with the pen": mediated_tree(**PATIENT, **NEW),
    "a mediator without the pen": mediated_tree(
        **PATIENT, **NEW, protocols__single_text__drafter="his"
    ),
    "offers without the mediator": mediated_tree(**PATIENT, **NEW, **AWAY),
    "a chair": small_tree(protocols__single_text=CHAIR, **CAPABLE, **NEW),
    "a chair who spares": small_tree(
        protocols__single_text={**SPARING, "persuasion": 1, "invention": 0.2}, **CAPABLE, **MINDED
    ),
    "a chair who spares and persuades nobody": small_tree(
        protocols__single_text={**SPARING, "invention": 0.2}, **CAPABLE, **MINDED
    ),
    "an actor who minds inventions": small_tree(
        protocols__single_text__invention=0.2, protocols__single_text__rewrites=1, **MINDED
    ),
}


@pytest.mark.parametrize("tree", LIVE.values(), ids=LIVE)
def test_what_is_not_told_changes_worlds(tree):
    scenario = load_scenario(tree)
    told = {number for each in idle(scenario) for number in numbers_under(scenario, each.path)}
    before = digests(scenario, MANY)
    same = [
        path
        for path in one_of_each_kind(scenario, told)
        if not changes(tree, scenario, path, before)
    ]
    # What an actor would leave over, and a belligerent regret, is too rare in so few worlds.
    assert set(same) <= RARE


RARE = {f"{HERS}.walkout.sensitivity", "aftermath.regret", "answers.memory"}


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"protocols__single_text": CHAIR, **CAPABLE}, f"{HERS}.capability"),
        ({"actors__her__anticipates": False}, f"{HERS}.anticipates"),
        (
            {
                "protocol": "offers",
                "actors__her__domestic": None,
                "actors__her__anticipates": False,
            },
            f"{HERS}.anticipates",
        ),
        ({"signatories__base": ["her"]}, "protocols.single_text.persuasion"),
        ({"signatories__base": ["her"]}, f"{HERS}.bargaining.imprecision"),
        ({"protocol": "offers"}, f"{HERS}.bargaining.misjudgement"),
    ],
)
def test_what_counts_in_an_odd_place_is_not_told(changes, counts):
    scenario = small_scenario(**changes)
    assert counts not in {each.path for each in idle(scenario)}


def test_whether_an_actor_looks_ahead_counts_without_any_vote_where_it_weighs_offers():
    talks = {"protocol": "offers", "actors__her__domestic": None}
    looking = digest(small_scenario(**talks))
    assert digest(small_scenario(**talks, actors__her__anticipates=False)) != looking


def test_of_the_shipped_scenario_what_is_told_changes_no_world():
    scenario = load_scenario("geneva_2025")
    numbers = [n for each in idle(scenario) for n in numbers_under(scenario, each.path)]
    changed = {number: elsewhere(scenario, number)[0] for number in numbers}
    assert digest(load_scenario("geneva_2025", changed)) == digest(scenario)


def test_of_the_shipped_scenario_some_number_of_each_kind_that_is_not_told_changes_worlds():
    # Without what takes long and changes no course of the talks: a form that looks ahead, evidence.
    quick = {"forms": ["single_text", "offers"], "evidence": "none", "record": None}
    scenario = load_scenario("geneva_2025", quick)
    told = {number for each in idle(scenario) for number in numbers_under(scenario, each.path)}
    before, paths = digests(scenario, 40), one_of_each_kind(scenario, told)
    same = [path for path in paths if not changes(scenario, scenario, path, before, 40)]
    seldom = (
        "sensitivity",
        "patience",
        "concession",
        "regret",
        "deterrence",
    )  # what counts in rare worlds
    elsewhere_told = ("loadings_after", "forms.")  # by other tests
    assert [
        p for p in same if not p.endswith(seldom) and not any(part in p for part in elsewhere_told)
    ] == []


def test_each_number_is_told_once():
    told = [each.path for each in idle(load_scenario(small_tree(**AHEAD)))]
    assert len(told) == len(set(told))
    assert not [(a, b) for a in told for b in told if b.startswith(f"{a}.")]


def test_offers_that_may_follow_the_mediator_are_not_told():
    handing_over = mediated_scenario(without_mediator="offers")
    assert "protocols.offers" not in {each.path for each in idle(handing_over)}
    staying = mediated_scenario(
        without_mediator="offers",
        actors__envoy__walkout=None,
        calendar__deadline__times=100,
        calendar__deadline__fates={**WHY, "kept": 0, "moved": 1, "dropped": 0},
    )
    assert "protocols.offers" in {each.path for each in idle(staying)}


def test_a_mediator_who_never_leaves_hands_nothing_over():
    talks = {"actors__envoy__walkout": None, "calendar__deadline": None}
    stays = digest(mediated_scenario(**talks))
    assert digest(mediated_scenario(**talks, without_mediator="offers")) == stays


@pytest.mark.parametrize("name", list(TACTICS))
def test_a_tactic_says_which_numbers_of_an_actor_it_uses(name):
    tactic = TACTICS[name]
    assert set(tactic.needs) <= set(tactic.uses) <= set(Bargaining.model_fields)


def digest(scenario: Scenario, draws: int = 60) -> str:
    """Return a hash of all that is noted of some worlds, up to rounding."""
    found = sha256()
    for form in scenario.in_forms.values():
        record = NegotiationModel(form, 3, 5, np.arange(5 * draws)).run()
        turns = record.turns
        columns = [getattr(record, field.name) for field in fields(record) if field.name != "turns"]
        for noted in (*columns, turns.row, turns.actor, turns.week):
            values = noted.round(7) + 0.0 if noted.dtype == float else noted  # no -0
            found.update(np.ascontiguousarray(values).tobytes())
    return found.hexdigest()


def digests(scenario: Scenario, draws: int) -> tuple[str, str]:
    """Return the digest of worlds of which nothing is known, which is soon had, and of all."""
    return digest(unknowing(scenario), draws), digest(scenario, draws)


def unknowing(scenario: Scenario) -> Scenario:
    return scenario.model_copy(update={"evidence": "none", "record": None})


def changes(
    tree: Tree | Scenario,
    scenario: Scenario,
    path: str,
    before: tuple[str, str],
    draws: int = MANY,
) -> bool:
    """Return whether some other value of a number gives other worlds."""
    for value in elsewhere(scenario, path):
        with suppress(ScenarioError):
            found = load_scenario(tree, {path: value})
            if digest(unknowing(found), draws) != before[0] or digest(found, draws) != before[1]:
                return True
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
