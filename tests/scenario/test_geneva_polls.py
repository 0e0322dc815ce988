"""The polls of the scenario of 24 November 2025, and what they say of the voters' numbers."""

import numpy as np
import pytest
from scipy.special import softmax

from sim.analysis.polls import NUMBERS
from sim.analysis.support import fit_support, poll_results
from sim.bargaining.votes import support as backed
from sim.draws.streams import streams_of
from sim.settings.configuration import facts, load_scenario
from sim.talks.batch import draws_of_batches
from sim.talks.space import space_of
from tests.scenario.geneva import GENEVA, worth

FACTS = {fact.id: fact for fact in facts()}
VOTERS = GENEVA.actors["ukraine"].domestic
POLLS = VOTERS.polls
FITTED = fit_support(GENEVA)["ukraine"]


def test_every_poll_states_the_figures_of_the_fact_that_it_cites():
    def figures(fact: str, of: str = "") -> tuple[float, ...]:
        held = FACTS[fact].figures
        return tuple(held[name] for name in ("asked", f"{of}acceptable", f"{of}unacceptable"))

    stated = {name: (p.asked, p.acceptable, p.unacceptable) for name, p in POLLS.items()}
    assert stated == {
        "russian_plan_august": figures("kiis-aug-eu", "russian_plan_"),
        "us_plan_august": figures("kiis-aug-us"),
        "european_plan_august": figures("kiis-aug-eu"),
        "russian_plan_september": figures("kiis-sep-ru"),
        "european_plan_september": figures("kiis-sep-eu"),
    }
    for poll in POLLS.values():
        assert {FACTS[fact].date for fact in poll.basis} == {poll.date}


def support_in_draws(utility, evidence):
    """Return mean and sd of the support of a text over weighted draws, given some evidence."""
    scenario = load_scenario("geneva_2025", {"evidence": evidence})
    draws = draws_of_batches(scenario, space_of(scenario), streams_of(0, 1, np.arange(1000)))
    weights = softmax(draws.log_weight)
    numbers = (draws[f"actors.ukraine.domestic.{name}"] for name in NUMBERS)
    shares = backed(np.array(utility), *numbers)
    mean = weights @ shares
    return mean, np.sqrt(weights @ (shares - mean) ** 2)


def test_the_voters_numbers_rest_on_no_poll_as_the_polls_are_evidence_on_them():
    for name in NUMBERS:
        number = getattr(VOTERS, name)
        assert number.basis == "assumption"
        assert not number.is_plain


@pytest.mark.parametrize("utility", [-0.34, 0.50, 0.68])
def test_draws_that_the_polls_weigh_say_of_support_what_the_fit_on_a_grid_says(utility):
    posterior = FITTED.posterior
    left = backed(np.array(utility), *np.ix_(*posterior.values))
    fitted = posterior.support(utility)
    spread = np.sqrt((posterior.weight * (left - fitted) ** 2).sum())
    mean, sd = support_in_draws(utility, "polls")
    _, before = support_in_draws(utility, "none")
    assert mean == pytest.approx(fitted, abs=0.02)
    assert spread < sd < 1.35 * spread  # utilities of the texts polled are not known either
    assert sd < before / 2


def test_of_the_polls_left_out_four_lie_where_the_others_say_and_one_does_not():
    assert FITTED.passes
    (missed,) = [poll for poll in FITTED.left_out if not poll.inside]
    assert missed.name == "european_plan_september"
    assert (missed.observed, missed.low, missed.high) == pytest.approx(
        (0.74, 0.34, 0.68), abs=0.005
    )


@pytest.mark.parametrize(
    ("plan", "utility", "share"),
    [
        ("russian_plan_august", -0.34, 0.17),
        ("us_plan_august", 0.50, 0.49),
        ("european_plan_september", 0.68, 0.61),
        ("us_plan", 0.00, 0.24),
        ("refined_narrow", 0.24, 0.33),
        ("refined_broad", 0.63, 0.57),
    ],
)
def test_the_fit_gives_each_text_the_support_of_its_utility(plan, utility, share):
    found = worth("ukraine", mix_of(plan))
    assert found == pytest.approx(utility, abs=0.005)
    assert FITTED.posterior.support(found) == pytest.approx(share, abs=0.006)


def mix_of(plan: str) -> dict[str, dict[str, float]]:
    """Return the options of a named text, or of what a poll asked about, each with its share."""
    mix = POLLS[plan].mix if plan in POLLS else {plan: 1.0}
    terms: dict[str, dict[str, float]] = {clause: {} for clause in GENEVA.clauses}
    for text, share in mix.items():
        for clause, option in GENEVA.texts[text].terms.items():
            terms[clause][option] = terms[clause].get(option, 0) + share
    return terms


def test_utilities_of_what_polls_asked_about_are_those_of_the_mean_numbers():
    for poll in poll_results(GENEVA, "ukraine"):
        assert poll.utility == pytest.approx(worth("ukraine", mix_of(poll.name)), abs=1e-9)
