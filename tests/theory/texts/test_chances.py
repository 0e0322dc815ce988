"""Chances of every package against a slow loop that reads a draw's numbers by their paths."""

from itertools import product
from math import exp, prod

import numpy as np
import pytest

from sim.scenario.outcomes import WEEKS_PER_MONTH
from sim.talks.batch import open_batch
from sim.talks.course import Course, at_moments, starting_values
from sim.theory.texts.chances import chances
from tests.small import WHY, mediated_scenario
from tests.talks.small_talks import NOBODY_LEAVES, body, of_each, plain
from tests.theory.texts.engine import met

DRAWS, WEEK, FINE = 6, 7.0, 4000
# A driver that follows a known line, so that nothing is left to chance but answers and votes.
LINE = {"kind": "ramp", "label": "up", **WHY, "start": 0.1, "target": 0.7, "date": "2025-06-01"}
CASE = {
    **NOBODY_LEAVES,
    **of_each(("her", "his", "envoy"), bargaining__noise=0.3, bargaining__aspiration=0.5),
    "actors__envoy__walkout": None,
    "actors__her__domestic": {
        **body(threshold=0.3, people_noise=0.3, lag=3, floor=0.05, name="her_family"),
        "loadings": {**WHY, "drought": 0.4},
    },
    "actors__his__domestic": body(
        threshold=0.2, people_noise=0.2, lag=5.5, ceiling=0.2, name="his_family"
    ),
    "actors__envoy__domestic": body(threshold=0.5, lag=9, name="the_council"),
    "actors__her__refusal_cost": plain(0.1),
    "actors__his__anticipates": False,
    "aftermath__renegotiation": 0.4,
    "aftermath__hazard": 0.03,
    "clauses__water__options__shared__breach": plain(0.05),
    "clauses__water__options__hers__deterrence": plain(0.4),
    "clauses__upkeep__options__both_pay__consent": ["envoy"],
    "clauses__upkeep__options__he_pays__contested_consent": {"envoy": plain(0.5)},
    "linkages": {
        "fair": {
            "label": "both share all",
            "when": {"water": "shared", "upkeep": "both_pay"},
            "worth": {**WHY, "her": 0.2, "envoy": 0.3},
        }
    },
    "drivers__drought": LINE,
    "calendar__deadline": None,
}
SCENARIO = mediated_scenario(**CASE)
TERMS = [
    {"water": water, "upkeep": upkeep}
    for water, upkeep in product(
        SCENARIO.clauses["water"].options, SCENARIO.clauses["upkeep"].options
    )
]


def logistic(x):
    return 1 / (1 + exp(-x)) if x > -700 else 0.0


class ByHand:
    """One draw, read by paths; every equation written out for one text."""

    def __init__(self, spec, numbers):
        self.spec, self.numbers = spec, numbers

    def driver(self, week):
        arrival = (LINE_END - self.spec.calendar.start).days / 7
        start, target = (self.numbers[f"drivers.drought.{end}"] for end in ("start", "target"))
        return start + (target - start) * min(week / arrival, 1)

    def raw(self, name, terms):
        path = f"actors.{name}"
        worth = sum(
            self.numbers[f"{path}.weights.{clause}"] * self.numbers[f"{path}.values.{clause}.{o}"]
            for clause, o in terms.items()
        )
        for label, linkage in self.spec.linkages.items():
            if name in linkage.worth and all(terms[c] in o for c, o in linkage.when.items()):
                worth += self.numbers[f"linkages.{label}.worth.{name}"]
        return worth

    def utility(self, name, terms):
        actor = self.spec.actors[name]
        one, zero = (
            self.raw(name, self.spec.texts[text].terms)
            for text in (actor.asks_for, actor.unacceptable)
        )
        return (self.raw(name, terms) - zero) / (one - zero)

    def stated(self, path):
        return self.numbers.get(path, 0.0)

    def no_deal(self, name, week):
        loading = self.stated(f"actors.{name}.loadings.drought")
        return self.numbers[f"actors.{name}.no_deal"] + loading * self.driver(week)

    def threshold(self, name, week):
        path, d = f"actors.{name}.bargaining", self.no_deal(name, week)
        spent = min(week / self.numbers[f"{path}.patience"], 1)
        left = 1 - spent ** (1 / self.numbers[f"{path}.concession"])
        return d + self.numbers[f"{path}.aspiration"] * left * max(0, 1 - d)

    def signatories(self, terms):
        found = set(self.spec.signatories.base)
        for clause, option in terms.items():
            stated = self.spec.clauses[clause].options[option]
            found |= set(stated.consent)
            path = f"clauses.{clause}.options.{option}.contested_consent"
            found |= {n for n in stated.contested_consent if self.numbers[f"{path}.{n}.needed"]}
        return found

    def ratifies(self, name, terms, week):
        path = f"actors.{name}.domestic"
        theta = self.numbers[f"{path}.threshold"]
        theta += self.stated(f"{path}.loadings.drought") * self.driver(week)
        floor, ceiling = self.stated(f"{path}.floor"), self.stated(f"{path}.ceiling")
        people = self.numbers[f"{path}.people_noise"]
        q = logistic((self.utility(name, terms) - theta) / people)
        q = floor + (1 - floor - ceiling) * q
        return logistic((q - self.numbers[f"{path}.quota"]) / self.numbers[f"{path}.vote_noise"])

    def accepts(self, name, terms, week):
        a, d = self.threshold(name, week), self.no_deal(name, week)
        line = a
        if self.spec.actors[name].anticipates:
            p = prod(self.ratifies(each, terms, week) for each in self.signatories(terms))
            lost = (1 - self.numbers["aftermath.renegotiation"]) * (a - d)
            line += (1 - p) / p * (lost + self.stated(f"actors.{name}.refusal_cost"))
        noise = self.numbers[f"actors.{name}.bargaining.noise"]
        return logistic((self.utility(name, terms) - line) / noise)

    def signed(self, terms, week):
        return prod(self.accepts(name, terms, week) for name in self.signatories(terms))

    def ratified(self, terms):
        lags = {n: self.numbers[f"actors.{n}.domestic.lag"] for n in self.signatories(terms)}
        return prod(self.ratifies(n, terms, WEEK + lag) for n, lag in lags.items())

    def stands(self, terms):
        lag = max(self.numbers[f"actors.{n}.domestic.lag"] for n in self.signatories(terms))
        breach = sum(self.stated(f"clauses.{c}.options.{o}.breach") for c, o in terms.items())
        deterred = sum(self.stated(f"clauses.{c}.options.{o}.deterrence") for c, o in terms.items())
        watched, total = self.spec.aftermath.weeks, breach / WEEKS_PER_MONTH * lag
        for step in range(FINE):
            week = lag + (watched - lag) * (step + 0.5) / FINE
            moved = self.driver(WEEK + week) - self.driver(WEEK)
            regret = max(
                self.no_deal(n, WEEK)
                + self.stated(f"actors.{n}.loadings_after.drought") * moved
                - self.utility(n, terms)
                for n in self.spec.aftermath.belligerents
            )
            phi, gamma = (self.numbers[f"aftermath.{n}"] for n in ("regret", "deterrence"))
            hazard = self.numbers["aftermath.hazard"]
            hazard *= exp(-gamma * deterred + phi * max(0, regret))
            total += hazard / WEEKS_PER_MONTH * (watched - lag) / FINE
        return exp(-total)


LINE_END = SCENARIO.drivers["drought"].date
WHERE = met(SCENARIO, WEEK, DRAWS)
BATCH = open_batch(SCENARIO, 0, 1, np.arange(DRAWS))
HANDS = [
    ByHand(SCENARIO, {path: float(BATCH.draws[path][draw]) for path in BATCH.draws})
    for draw in range(DRAWS)
]
FOUND = chances(WHERE, np.array([WHERE.space.text(terms) for terms in TERMS]), (0, 1))


@pytest.mark.parametrize("number", range(len(TERMS)), ids=lambda n: "-".join(TERMS[n].values()))
def test_every_package_has_the_chances_of_a_slow_loop(number):
    terms, exact = TERMS[number], {"rel": 1e-9}
    signed = np.array([hand.signed(terms, WEEK) for hand in HANDS])
    once = signed * [hand.ratified(terms) for hand in HANDS]
    every = once * [hand.stands(terms) for hand in HANDS]
    today = np.mean([hand.signed(terms, 0) for hand in HANDS])
    assert FOUND.signed_today[number] == pytest.approx(today, **exact)
    assert FOUND.signed[number] == pytest.approx(signed.mean(), **exact)
    assert FOUND.ratified[number] == pytest.approx(once.mean() / signed.mean(), **exact)
    assert FOUND.stands[number] == pytest.approx(every.mean() / once.mean(), rel=3e-3)
    assert FOUND.all[number] == pytest.approx(every.mean(), rel=3e-3)
    error = every.std() / np.sqrt(DRAWS)
    assert FOUND.error[number] == pytest.approx(error, rel=2e-2, abs=1e-12)


@pytest.mark.parametrize("number", range(len(TERMS)), ids=lambda n: "-".join(TERMS[n].values()))
def test_an_actor_accepts_on_average_over_the_draws_in_which_it_must_sign(number):
    terms = TERMS[number]
    for column, name in enumerate(SCENARIO.actors):
        asked = [hand for hand in HANDS if name in hand.signatories(terms)]
        found = FOUND.accepts[number, column]
        if not asked:
            assert np.isnan(found)
        else:
            slow = np.mean([hand.accepts(name, terms, WEEK) for hand in asked])
            assert found == pytest.approx(slow, rel=1e-9)


def test_both_of_a_pair_accept_as_often_as_draws_tie_them():
    for number, terms in enumerate(TERMS):
        both = [h.accepts("her", terms, WEEK) * h.accepts("his", terms, WEEK) for h in HANDS]
        assert FOUND.pair[number] == pytest.approx(np.mean(both), rel=1e-9)


def test_a_quota_is_met_as_often_as_over_all_coalitions():
    quota = {"share": 0.6, "weights": {**WHY, "her": 2, "his": 1.5, "envoy": 1}}
    spec = mediated_scenario(
        **{**CASE, "signatories__base": ["her", "his", "envoy"], "signatories__quota": quota}
    )
    where = met(spec, WEEK, DRAWS)
    found = chances(where, np.array([where.space.text(terms) for terms in TERMS]), (0, 1))
    votes, names = {"her": 2, "his": 1.5, "envoy": 1}, ("her", "his", "envoy")
    batch = open_batch(spec, 0, 1, np.arange(DRAWS))
    for number, terms in enumerate(TERMS):
        slow = 0.0
        for draw in range(DRAWS):
            hand = ByHand(spec, {path: float(batch.draws[path][draw]) for path in batch.draws})
            accepts = {name: hand.accepts(name, terms, WEEK) for name in names}
            for yes in product((True, False), repeat=3):
                chosen = dict(zip(names, yes, strict=True))
                if sum(votes[n] for n in names if chosen[n]) >= 0.6 * 4.5 - 1e-12:
                    slow += prod(accepts[n] if chosen[n] else 1 - accepts[n] for n in names)
        assert found.signed[number] == pytest.approx(slow / DRAWS, rel=1e-9)


def test_weights_of_draws_weigh_their_chances():
    batch = open_batch(SCENARIO, 0, 1, np.arange(DRAWS))
    from sim.theory.texts.circumstances import circumstances, joined

    mass = np.array([0.0, 1.0, 0.0, 3.0, 0.0, 0.0])
    where = joined([circumstances(batch, WEEK, mass)], np.arange(DRAWS))
    assert where.worlds == 2
    terms = TERMS[4]
    found = chances(where, np.array([where.space.text(terms)]), (0, 1))
    slow = (HANDS[1].signed(terms, WEEK) + 3 * HANDS[3].signed(terms, WEEK)) / 4
    assert found.signed[0] == pytest.approx(slow, rel=1e-9)


def test_drivers_at_moments_follow_the_course_that_the_engine_takes():
    spec = mediated_scenario(calendar__deadline=None)
    batch = open_batch(spec, 0, 1, np.arange(50))
    moments = at_moments(batch.afresh(), np.tile([2.0, 2.0, 5.0], (50, 1)))
    steps = iter([2.0, 1e-300, 3.0])
    course = Course(batch.afresh(), starting_values(batch), np.zeros(50), steps)
    for moment in range(3):
        np.testing.assert_allclose(moments[:, moment], course.move(), atol=1e-12)
