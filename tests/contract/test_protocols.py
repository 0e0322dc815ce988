"""What every protocol must keep to. A new one in `Protocols` is tested here without more ado."""

import numpy as np
import pytest

from sim.bargaining.protocols import PROTOCOLS, Protocols
from sim.bargaining.protocols.protocol import ProtocolKind
from sim.scenario.reading.reader import read_scenario
from sim.talks.model import NegotiationModel
from tests.contract.kinds import every_kind
from tests.small import WHY, mediated_scenario, mediated_tree
from tests.talks.small_talks import assert_same

WORLDS = np.arange(400)
CONSENT = {
    name: {"label": name, "consent": consent}
    for name, consent in {"hers": [], "shared": ["envoy"], "his": ["envoy", "uncle"]}.items()
}

every_protocol = pytest.mark.parametrize("protocol", list(PROTOCOLS))
every_sequel = pytest.mark.parametrize("sequel", ["suspended", "offers"])


def plain(value):
    return {"value": value, **WHY}


def talks(protocol, sequel="offers", **changes):
    """Talks of four in which some leave, some deadlines pass and some texts need consent."""
    tree = mediated_tree(
        protocol=protocol,
        clauses__water__options=CONSENT,
        without_mediator=sequel,
        actors__her__walkout__rate=0.02,
        actors__her__returns=plain(0.2),
        actors__his__walkout__rate=0.01,
        actors__envoy__walkout={**WHY, "rate": 0.02, "sensitivity": 1},
        actors__envoy__returns=plain(0.1),
        **changes,
    )
    for actor in tree["actors"].values():
        actor["bargaining"] |= {"patience": 8}
    tree["actors"]["uncle"] = {
        **tree["actors"]["his"],
        "walkout": {**WHY, "rate": 0.05, "sensitivity": 0},
    }
    return read_scenario(tree)


def model_of(scenario, worlds=WORLDS):
    return NegotiationModel(scenario, 3, 1, worlds)


@every_protocol
@every_sequel
def test_a_world_does_not_depend_on_those_beside_it(protocol, sequel):
    scenario = talks(protocol, sequel)
    together = model_of(scenario).run()
    apart = [model_of(scenario, part).run() for part in (WORLDS[::3], WORLDS[1::3], WORLDS[2::3])]
    for start, record in enumerate(apart):
        assert_same(record, together, slice(None), slice(start, None, 3))


@every_protocol
@every_sequel
def test_the_text_on_the_table_is_always_a_whole_package(protocol, sequel):
    model = model_of(talks(protocol, sequel))
    starts, stops = model.space.starts[:-1], model.space.starts[1:]
    while model.running:
        model.step()
        assert ((model.text >= starts) & (model.text < stops)).all()


@every_protocol
@every_sequel
def test_a_text_is_signed_where_and_only_where_all_its_signatories_accept(protocol, sequel):
    model = model_of(talks(protocol, sequel))
    names = [actor.name for actor in model.actors]
    last = np.full(len(WORLDS), -1)
    while model.running and model.week < 26:  # only votes are left after the horizon
        week = model.week
        model.step()
        accepted = np.column_stack([actor.accepted for actor in model.actors])
        assert not accepted[~model.held].any()
        signs = np.tile(np.isin(names, model.spec.signatories.base), (len(accepted), 1))
        for row, text in enumerate(model.text):
            water = model.space.terms(text)["water"]
            signs[row] |= np.isin(names, CONSENT[water]["consent"])
        everyone = (accepted | ~signs).all(axis=1) & model.held
        has_text = model.ledger.text[model.rows][:, 0] >= 0
        signed = has_text & (model.ledger.week[model.rows] == week) & model.held
        np.testing.assert_array_equal(signed, everyone)
        assert not (has_text & (last[model.rows] < 0) & ~signed).any()
        last[model.rows[signed]] = week
    assert 0.2 < (last >= 0).mean() < 1


@every_protocol
@every_sequel
def test_nobody_who_is_away_accepts_or_speaks(protocol, sequel):
    model = model_of(talks(protocol, sequel))
    somebody_away = somebody_back = False
    while model.running and model.week < 26:
        before = dict(zip(model.rows.tolist(), model.happenings.away.tolist(), strict=True))
        model.step()
        away = np.array([before[row] for row in model.rows.tolist()])
        accepted = np.column_stack([actor.accepted for actor in model.actors])
        assert not (accepted & away).any()
        speaks = model.speaker[:, None] == np.arange(4)
        assert not (speaks & away).any()
        somebody_away |= (away.any(axis=1) & model.held).any()
        somebody_back |= (away & ~model.happenings.away).any()
    assert somebody_away
    assert somebody_back


@every_protocol
@every_sequel
def test_talks_end_by_the_horizon_and_the_base_has_signed_what_is_signed(protocol, sequel):
    scenario = talks(protocol, sequel)
    record = model_of(scenario).run()
    assert (record.week <= 26).all()
    assert (record.round < 26).all()
    signed = record.option[:, 0] >= 0
    assert signed.any()
    assert (~signed).any()
    refused = record.ratified == 0
    np.testing.assert_array_equal(record.by[signed], refused[signed])


@every_protocol
def test_the_same_seed_gives_the_same_talks(protocol):
    first, second = (model_of(talks(protocol)).run() for _ in range(2))
    assert_same(first, second)


@every_protocol
def test_where_all_accept_everything_the_first_text_is_signed(protocol):
    changes = {
        f"actors__{name}__{field}": value
        for name in ("her", "his", "envoy")
        for field, value in {
            "no_deal": plain(-2),
            "loadings": {},
            "bargaining__noise": 0,
            "bargaining__aspiration": 0,
        }.items()
    }
    record = model_of(mediated_scenario(protocol=protocol, **changes)).run()
    assert (record.round == 0).all()
    np.testing.assert_array_equal(record.option, record.first_option)


@every_protocol
def test_where_one_signatory_refuses_everything_nothing_is_signed(protocol):
    record = model_of(
        talks(protocol, actors__her__no_deal=plain(3), actors__her__bargaining__noise=0)
    ).run()
    assert (record.option == -1).all()


@every_protocol
def test_a_longer_horizon_leaves_what_came_before(protocol):
    short, long = (
        model_of(talks(protocol, calendar__horizon=plain(weeks))).run() for weeks in (12, 26)
    )
    early = long.event_week < 12
    np.testing.assert_array_equal(short.event_week[early], long.event_week[early])
    assert not (short.event_week[~early] < 12).any()
    before = long.week < 12
    assert before.any()
    assert (~before).any()
    assert_same(short, long, before)
    assert (short.week[~before] == 12).all()
    assert (short.option[~before] == -1).all()


@every_protocol
def test_a_protocol_says_in_a_line_what_it_is(protocol):
    assert PROTOCOLS[protocol].name == protocol
    assert PROTOCOLS[protocol].summary
    assert "\n" not in PROTOCOLS[protocol].summary


@every_protocol
def test_the_text_before_the_first_session_is_the_one_that_the_protocol_opens_with(protocol):
    scenario = talks(protocol)
    model = model_of(scenario)
    opening = scenario.protocols.of(protocol).opening
    if opening is not None:
        expected = model.space.text(scenario.texts[opening].terms)
        assert (model.text == expected).all()


@every_protocol
@every_sequel
def test_the_settings_of_a_protocol_that_is_not_used_change_nothing(protocol, sequel):
    scenario = talks(protocol, sequel)
    used = {protocol} | ({"offers"} if sequel == "offers" else set())
    alone = {n: s for n, s in scenario.protocols.model_dump().items() if n in used}
    without = scenario.model_copy(update={"protocols": Protocols.model_validate(alone)})
    first, second = model_of(scenario).run(), model_of(without).run()
    assert_same(first, second)


def test_every_protocol_that_is_written_is_registered():
    written = every_kind(ProtocolKind, "sim.bargaining.protocols")
    assert written == set(PROTOCOLS.values())
