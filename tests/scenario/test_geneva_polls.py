"""The polls of the scenario of 24 November 2025, and the numbers that the fit to them gives."""

import numpy as np
import pytest

from sim.analysis.polls import NUMBERS
from sim.analysis.support import fit_support, open_house, poll_results
from sim.bargaining.votes import support as backed
from sim.settings.configuration import facts
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


@pytest.mark.parametrize(
    ("number", "name"),
    [(getattr(VOTERS, name), name) for name in NUMBERS],
    ids=NUMBERS,
)
def test_the_voters_numbers_are_those_of_the_fit_to_the_polls_cut_at_its_ends(number, name):
    found = FITTED.posterior
    told = (found.mean[name], found.sd[name], *(found.quantile(p)[name] for p in (0.005, 0.995)))
    stated = number.normal
    assert (stated.mean, stated.sd, stated.low, stated.high) == tuple(
        pytest.approx(value, abs=0.005) for value in told
    )


def test_the_ties_that_the_polls_leave_between_the_numbers_are_as_the_file_says():
    tied = FITTED.posterior.correlation
    assert (tied[1, 2], tied[0, 3]) == pytest.approx((-0.75, -0.57), abs=0.005)


@pytest.mark.parametrize("utility", [0.50, 0.68])
def test_the_draws_are_less_sure_of_support_than_the_polls_leave_it_as_the_file_says(utility):
    posterior = FITTED.posterior
    left = backed(np.array(utility), *np.ix_(*posterior.values))
    mean = posterior.support(utility)
    by_polls = np.sqrt((posterior.weight * (left - mean) ** 2).sum())
    draws = open_house(GENEVA, 0).draws
    in_draws = backed(np.array(utility), *(draws[f"actors.ukraine.domestic.{n}"] for n in NUMBERS))
    assert 0.05 < by_polls < 0.065
    assert in_draws.std() == pytest.approx(0.10, abs=0.005)


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
def test_the_support_that_the_file_quotes_for_a_text_is_what_its_numbers_give(plan, utility, share):
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
