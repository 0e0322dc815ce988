"""Each chance of a text agrees with the engine, where that text alone is put to all."""

import numpy as np
import pytest

from sim.runs.results import simulate
from sim.runs.texts import texts
from sim.settings.configuration import load_scenario
from tests.small import WHY, mediated_scenario, small_scenario, small_tree
from tests.talks.small_talks import NOBODY_LEAVES, body, of_each, plain, weeks_of
from tests.theory.texts.engine import chances_of, met, played

HALVES = {"water": "shared", "upkeep": "both_pay"}
HERS = {"water": "hers", "upkeep": "both_pay"}
SIMPLE = of_each(bargaining__noise=0.15, bargaining__aspiration=0.6)
# Votes with errors of foresight and what they share, what breaks early, signatures of a third.
EVERYTHING = {
    **NOBODY_LEAVES,
    **of_each(("her", "his", "envoy"), bargaining__noise=0.25, bargaining__aspiration=0.4),
    "actors__envoy__walkout": None,
    "actors__her__domestic": {**body(threshold=0.3, people_noise=0.3, lag=3, name="her_family")},
    "actors__his__domestic": {
        **body(threshold=0.2, people_noise=0.2, lag=5.5, floor=0.1, ceiling=0.2, name="his_family"),
        "loadings": {**WHY, "drought": 0.6},
    },
    "actors__her__refusal_cost": plain(0.1),
    "actors__his__bargaining__misforesight": plain(0.8),
    "aftermath__renegotiation": 0.5,
    "aftermath__swing": plain(0.7),
    "aftermath__hazard": 0.03,
    "clauses__water__options__shared__breach": plain(0.05),
    "clauses__upkeep__options__both_pay__consent": ["envoy"],
    "drivers__drought__volatility": 0.4,
    "calendar__deadline": None,
}


def assert_agrees(scenario, text, week, between, draws=250, replications=40):
    """Compare a text's chances in a week with the shares of worlds in which it is asked for."""
    session = 0 if week == 0 else 1
    calendar = scenario.calendar.model_copy(
        update={
            "weeks_between_sessions": scenario.calendar.weeks_between_sessions.model_copy(
                update={"value": between}
            ),
            "horizon": scenario.calendar.horizon.model_copy(update={"value": 2 * between}),
        }
    )
    scenario = scenario.model_copy(update={"calendar": calendar})
    record = played(scenario, text, session, draws, replications)
    found = chances_of(met(scenario, week, draws, replications), text)
    signed = ~np.isnan(weeks_of(record, scenario, "signed"))
    once = signed & ~np.isnan(record.in_force_week)
    stands = once & np.isnan(record.broken_week)
    worlds = draws * replications
    every = found.signed[0] * found.ratified[0] * found.stands[0]
    assert found.all[0] == pytest.approx(every)
    for share, chance in ((signed, found.signed[0]), (stands, found.all[0])):
        near = 4.5 * np.sqrt(chance * (1 - chance) / worlds)
        assert share.mean() == pytest.approx(chance, abs=near)
        assert share.mean() > 0
    return record, found, signed


@pytest.mark.parametrize("week", [0, 9])
@pytest.mark.parametrize("text", [HALVES, HERS])
def test_a_text_is_signed_ratified_and_stands_as_often_as_the_engine_has_it(text, week):
    assert_agrees(small_scenario(**NOBODY_LEAVES, **SIMPLE), text, week, between=9)


@pytest.mark.parametrize(("text", "week"), [(HALVES, 0), (HALVES, 6), (HERS, 0), (HERS, 6)])
def test_so_with_shared_votes_misread_bodies_early_breaches_and_further_signatures(text, week):
    scenario = mediated_scenario(**EVERYTHING)
    record, found, signed = assert_agrees(scenario, text, week, between=6)
    if text is HERS:  # nothing of it breaks before the votes
        ratified = (record.ratified[:, :2][signed] == 1).all(axis=1)
        p = found.ratified[0]
        near = 4.5 * np.sqrt(p * (1 - p) / signed.sum())
        assert ratified.mean() == pytest.approx(p, abs=near)


def test_a_scenario_whose_only_package_is_a_text_gives_its_chances():
    alike = {"he_pays": 0.5, "both_pay": 0.5, "she_pays": 0.5}
    for_all = {"scale": "as_written", "values__upkeep": {**WHY, **alike}, "stances": []}
    scenario = small_tree(
        **NOBODY_LEAVES,
        **of_each(**for_all, bargaining__noise=0.2, bargaining__aspiration=0.3),
        **of_each(values__water={**WHY, "hers": 0.5, "shared": 0.5, "his": 0.5}),
        calendar__horizon=plain(1),
        aftermath__hazard=0.02,
    )
    run, found = simulate(scenario, draws=600, replications=20), texts(scenario, week=0)
    totals = run.totals.set_index("total")["probability"]
    chances = found.table.iloc[0]
    once = chances["signed"] * chances["ratified"]
    wanted = (chances["signed"], once, once * chances["stands"])
    for share, chance in zip(totals, wanted, strict=True):
        assert share == pytest.approx(chance, abs=4.5 * np.sqrt(chance * (1 - chance) / 600))
    assert chances["all"] == pytest.approx(found.table["all"].iloc[-1])


def test_so_for_the_best_text_of_geneva_2025():
    scenario = load_scenario("geneva_2025")
    stays = {
        name: actor.model_copy(update={"walkout": None}) for name, actor in scenario.actors.items()
    }
    calendar = scenario.calendar.model_copy(update={"deadline": None})
    # On good terms, so that a few thousand worlds tell something.
    actors = {
        name: actor.model_copy(
            update={"no_deal": actor.no_deal.model_copy(update={"value": 0.3, "triangular": None})}
        )
        if name == "russia" and hasattr(actor.no_deal, "triangular")
        else actor
        for name, actor in stays.items()
    }
    plainly = scenario.model_copy(
        update={"forms": {}, "evidence": "none", "calendar": calendar, "actors": actors}
    )
    text = {
        "territory": "donbas_ceded",
        "forces": "cap_800000",
        "nato": "barred",
        "guarantee": "us_article5",
        "money": "shared_fund",
        "sequence": "ceasefire_first",
    }
    assert_agrees(plainly, text, 26, between=26, draws=200, replications=50)
