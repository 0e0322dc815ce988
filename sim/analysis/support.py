"""Votes at home before any are held: what support a text has, and whether it would be ratified.

As the talks see it on their first day: drivers at their start, 1,000 draws of all other numbers,
weighed by what is known.
The polls that a scenario states are set beside that, and the numbers of a body fitted to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.polls import NUMBERS, Errors, Fit, PollResult, fit
from sim.analysis.weights import Weights
from sim.bargaining.votes import ratification_chance
from sim.bargaining.votes import support as backed
from sim.draws.draws import Draws, at_means
from sim.draws.streams import Floats
from sim.errors import Problem, ScenarioError, problem, unknown
from sim.scenario.actors import Domestic
from sim.scenario.polls import Poll
from sim.scenario.scenario import Scenario
from sim.talks.batch import Batch, open_batch
from sim.talks.course import starting_values
from sim.talks.preferences import utilities_of, utility_of
from sim.talks.space import space_of

DRAWS = 1000
_ENDS = (0.05, 0.95)

Mix = list[tuple[Mapping[str, str], float]]  # terms of texts, each with its share


@dataclass(frozen=True)
class Backing:
    """What a body at home makes of a text.

    Attributes:
        support: the mean share of people who back it.
        low, high: the 5th and the 95th percentile of that share over draws.
        ratify: the mean chance that the body ratifies it.
        decides: whether the text comes before it in some draw, as its actor must sign.
    """

    support: float
    low: float
    high: float
    ratify: float
    decides: bool


@dataclass(frozen=True)
class PolledText:
    """A poll beside the support that the model gives the same text."""

    actor: str
    poll: str
    observed: float
    backing: Backing


@dataclass(frozen=True)
class AtHome:
    """What the bodies at home make of all that a scenario names.

    Attributes:
        texts: text: actor: backing.
        polls: every poll beside the model.
    """

    texts: Mapping[str, Mapping[str, Backing]]
    polls: Sequence[PolledText]


def support(
    scenario: Scenario, text: str | Mapping[str, str], base: str | None = None, seed: int = 0
) -> dict[str, Backing]:
    """Return what each body at home makes of a text, by the actor whose it is.

    Args:
        scenario: the scenario.
        text: a named text, or clause: option, also written `clause=option,...`.
        base: a named text that clauses not mentioned are taken from.
        seed: the seed of the draws.

    Raises:
        ScenarioError: when the text is none, naming what is missing and the nearest right name.
    """
    return _backings(open_house(scenario, seed), [(terms_of(scenario, text, base), 1.0)])


def support_of_texts(scenario: Scenario, seed: int = 0) -> dict[str, dict[str, Backing]]:
    """Return what each body at home makes of each named text: text: actor: backing."""
    return _texts(open_house(scenario, seed))


def polled_texts(scenario: Scenario, seed: int = 0) -> list[PolledText]:
    """Return every poll of a scenario beside the model's support for what it asked about."""
    return _polled(open_house(scenario, seed)) if list(_polls(scenario)) else []


def at_home(scenario: Scenario, draws: Draws) -> AtHome:
    """Return both of these of draws that are known, those of a run."""
    batch = open_batch(scenario, 0, 1, np.arange(draws.size), draws)
    return AtHome(_texts(batch), _polled(batch))


def fit_support(scenario: Scenario) -> dict[str, Fit]:
    """Return the fit of each body's numbers to its polls, by the actor whose the body is.

    Raises:
        ScenarioError: when utilities at home have no scale at the mean numbers.
    """
    found = {}
    for name, body in bodies(scenario).items():
        if body.polls and body.poll_errors:
            errors = Errors(body.poll_errors.wording, body.poll_errors.wave)
            found[name] = fit(poll_results(scenario, name), errors)
    return found


def poll_results(scenario: Scenario, name: str) -> list[PollResult]:
    """Return the polls of an actor's body, with the utility of their texts at mean numbers."""
    body, space = scenario.actors[name].domestic, space_of(scenario)
    means = at_means(scenario.numbers, scenario.weightings)
    home = utilities_of(scenario, space, means).home[:, list(scenario.actors).index(name)]
    return [
        PollResult(
            label,
            sum(
                share * float(utility_of(home, space.text(terms)[None])[0])
                for terms, share in _mix(scenario, poll)
            ),
            poll.acceptable,
            poll.asked,
            poll.wave,
        )
        for label, poll in (body.polls.items() if body else ())
    ]


def bodies(scenario: Scenario) -> dict[str, Domestic]:
    """Return the bodies at home, by the actor whose they are."""
    return {name: actor.domestic for name, actor in scenario.actors.items() if actor.domestic}


def terms_of(
    scenario: Scenario, text: str | Mapping[str, str], base: str | None = None
) -> dict[str, str]:
    """Return a text clause by clause, from its name or from what it says of each clause.

    Raises:
        ScenarioError: with everything that is wrong with it.
    """
    if isinstance(text, str) and "=" not in text:
        if base is not None:
            raise problem("from", "completes a text told by its clauses, not a named one", text)
        return dict(_named(scenario, "text", text))
    rest = {} if base is None else _named(scenario, "from", base)
    said = list(text.items()) if isinstance(text, Mapping) else _said(text)
    wrong = [*_wrong(scenario, said), *_left_out(scenario, {*rest, *dict(said)})]
    if wrong:
        raise ScenarioError(*wrong)
    terms = {**rest, **dict(said)}
    return {clause: terms[clause] for clause in scenario.clauses}


def open_house(scenario: Scenario, seed: int) -> Batch:
    """Return the draws in which the bodies at home are asked."""
    return open_batch(scenario, seed, 1, np.arange(DRAWS))


def _texts(batch: Batch) -> dict[str, dict[str, Backing]]:
    texts = batch.spec.texts
    return {name: _backings(batch, [(text.terms, 1.0)]) for name, text in texts.items()}


def _polled(batch: Batch) -> list[PolledText]:
    return [
        PolledText(name, label, poll.acceptable, _backings(batch, _mix(batch.spec, poll))[name])
        for name, label, poll in _polls(batch.spec)
    ]


def _named(scenario: Scenario, field: str, name: str) -> Mapping[str, str]:
    if name not in scenario.texts:
        raise problem(field, unknown("text", name, scenario.texts), name)
    return scenario.texts[name].terms


def _said(text: str) -> list[tuple[str, str]]:
    """Return what a text written `clause=option,...` says."""
    pairs = (part.partition("=") for part in text.split(",") if part.strip())
    return [(clause.strip(), option.strip()) for clause, _, option in pairs]


def _wrong(scenario: Scenario, said: list[tuple[str, str]]) -> Iterator[Problem]:
    """Find clauses and options that are none, and clauses named twice."""
    clauses = [clause for clause, _ in said]
    for clause, option in said:
        if not option and clause not in scenario.clauses:
            rule = "is no clause=option: a text takes one option of each clause"
            yield Problem("text", rule, repr(clause))
        elif clause not in scenario.clauses:
            yield Problem("text", unknown("clause", clause, scenario.clauses), repr(clause))
        elif option not in (options := scenario.clauses[clause].options):
            yield Problem(f"text.{clause}", unknown("option", option, options), repr(option))
    for clause in dict.fromkeys(each for each in clauses if clauses.count(each) > 1):
        yield Problem(f"text.{clause}", "is named more than once")


def _left_out(scenario: Scenario, stated: set[str]) -> Iterator[Problem]:
    missing = [clause for clause in scenario.clauses if clause not in stated]
    if missing:
        rule = (
            f"leaves out {', '.join(missing)}: name an option of each (clause=option,...), or a "
            "text to take them from (--from NAME)"
        )
        yield Problem("text", rule)


def _polls(scenario: Scenario) -> Iterator[tuple[str, str, Poll]]:
    for name, body in bodies(scenario).items():
        yield from ((name, label, poll) for label, poll in body.polls.items())


def _mix(scenario: Scenario, poll: Poll) -> Mix:
    """Return the texts that a poll asked about, each with its share."""
    return [(scenario.texts[text].terms, share) for text, share in poll.mix.items()]


def _backings(batch: Batch, mix: Mix) -> dict[str, Backing]:
    """Return what each body makes of a mix of texts, whose utilities count by their shares."""
    cells = [np.tile(batch.space.text(terms), (len(batch.draw), 1)) for terms, _ in mix]
    home, starts = batch.utilities.home, starting_values(batch)
    parts = zip(mix, cells, strict=True)
    worths = [share * utility_of(home, text, batch.draw) for (_, share), text in parts]
    utility, signs = np.sum(worths, axis=0), batch.must_sign(cells[0])
    found = {}
    for index, name in enumerate(batch.spec.actors):
        if body := batch.spec.actors[name].domestic:
            path = f"actors.{name}.domestic"
            moved = (batch.loadings(f"{path}.loadings", body.loadings) * starts).sum(axis=1)
            numbers = (_stated(batch, body, path, number) for number in NUMBERS)
            threshold, noise, floor, ceiling = numbers
            q = backed(utility[:, index], threshold + moved, noise, floor, ceiling)
            quota, vote_noise = (batch.number(f"{path}.{n}") for n in ("quota", "vote_noise"))
            chance = ratification_chance(q, quota, vote_noise)
            weights = Weights(np.ones(len(q), dtype=np.int64), batch.draws.log_weight[batch.draw])
            found[name] = _backing(q, chance, bool(signs[:, index].any()), weights)
    return found


def _stated(batch: Batch, body: Domestic, path: str, number: str) -> Floats:
    """Return one of a body's numbers in every draw; a floor or ceiling that it has not is 0."""
    stated = getattr(body, number) is not None
    return batch.numbers([f"{path}.{number}" if stated else None])[:, 0]


def _backing(shares: Floats, passed: Floats, decides: bool, weights: Weights) -> Backing:
    parts = weights.parts
    low, high = weights.quantiles(shares, _ENDS)
    return Backing(float(parts @ shares), low, high, float(parts @ passed), decides)
