"""What every tactic must keep to. A new one in `TACTICS` is tested here without more ado."""

import numpy as np
import pytest
from scipy import special

from sim.bargaining.protocols import PROTOCOLS
from sim.bargaining.tactics import TACTICS, Tactic
from sim.talks.model import NegotiationModel
from tests.contract.kinds import every_kind
from tests.small import WHY, small_scenario
from tests.talks.small_talks import assert_same

every_tactic = pytest.mark.parametrize("tactic", list(TACTICS))
IN_PLAY = [
    (tactic, protocol)
    for tactic in TACTICS
    for protocol in PROTOCOLS
    if tactic != "equilibrium" or protocol == "offers"
]


def plain(value):
    return {"value": value, **WHY}


REFUSES_ALL = {
    "actors__his__no_deal": plain(3),
    "actors__his__bargaining__noise": 0,
    "actors__his__anticipates": False,
}
STAYS = {"actors__her__walkout": None, "actors__his__walkout": None}


def model_of(tactic, worlds=1000, seed=0, protocol="offers", **changes):
    """Talks in which she and he bargain by a tactic, and which he keeps from ending."""
    tactics = {f"actors__{name}__tactic": tactic for name in ("her", "his")}
    scenario = small_scenario(protocol=protocol, **tactics, **STAYS, **{**REFUSES_ALL, **changes})
    return NegotiationModel(scenario, seed, 1, np.arange(worlds))


@every_tactic
@pytest.mark.parametrize("sessions", [1, 5, 25])
def test_an_answer_is_yes_with_the_logistic_chance_of_utility_over_what_it_asks(tactic, sessions):
    yes, chance = [], []
    for seed in range(3):
        model = model_of(tactic, seed=seed, actors__her__bargaining__noise=0.2)
        for _ in range(sessions):
            model.step()
        her, asked = model.actors[0], model.speaker != 0
        yes.append(her.accepted[asked])
        asks = model.parties.asks[:, 0]
        chance.append(special.expit((her.utility - asks) / 0.2)[asked])
    expected = np.concatenate(chance)
    error = 4 * np.sqrt((expected * (1 - expected)).sum()) / expected.size
    assert np.concatenate(yes).mean() == pytest.approx(expected.mean(), abs=error)


@every_tactic
def test_without_noise_an_answer_is_yes_exactly_from_what_it_asks_on(tactic):
    model = model_of(tactic, worlds=300, actors__her__bargaining__noise=0)
    yes = 0
    while model.running:
        model.step()
        her = model.actors[0]
        asks = model.parties.asks[:, 0]
        np.testing.assert_array_equal(her.accepted, her.utility >= asks - 1e-9)
        yes += her.accepted.sum()
    assert 0 < yes < 300 * 26


@pytest.mark.parametrize(("tactic", "protocol"), IN_PLAY)
def test_answers_do_not_depend_on_the_worlds_beside_it(tactic, protocol):
    whole = model_of(tactic, 100, protocol=protocol)
    some = NegotiationModel(whole.spec, 0, 1, [5, 50, 99])
    for _ in range(5):
        whole.step()
        some.step()
        for actor, same in zip(whole.actors, some.actors, strict=True):
            np.testing.assert_array_equal(actor.accepted[[5, 50, 99]], same.accepted)
            np.testing.assert_array_equal(actor.threshold[[5, 50, 99]], same.threshold)


def ending_talks(tactic, protocol):
    """Talks of two, in which some worlds end early and the others go on."""
    tactics = {f"actors__{name}__tactic": tactic for name in ("her", "his")}
    return small_scenario(protocol=protocol, **tactics)


@pytest.mark.parametrize(("tactic", "protocol"), IN_PLAY)
def test_a_world_does_not_depend_on_those_that_end_beside_it(tactic, protocol):
    scenario, worlds = ending_talks(tactic, protocol), np.arange(300)
    together = NegotiationModel(scenario, 3, 1, worlds).run()
    assert len(np.unique(together.round)) > 3
    apart = NegotiationModel(scenario, 3, 1, worlds[1::3]).run()
    assert_same(apart, together, slice(None), slice(1, None, 3))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_actors_of_a_tactic_bargain_beside_those_of_another(protocol):
    for tactic in (name for name, kind in TACTICS.items() if not kind.all_or_none):
        scenario = small_scenario(protocol=protocol, actors__his__tactic=tactic)
        assert NegotiationModel(scenario, 0, 1, np.arange(50)).run().week.max() <= 26


def test_every_tactic_that_is_written_is_registered():
    assert every_kind(Tactic, "sim.bargaining.tactics") == set(TACTICS.values())


@every_tactic
def test_a_tactic_says_in_a_line_what_it_is(tactic):
    assert TACTICS[tactic].name == tactic
    assert TACTICS[tactic].summary
    assert "\n" not in TACTICS[tactic].summary
