"""Simple laws and points for where a contested issue is settled, each told without its own fold.

The weights of actors are capability times salience. Means and medians and the challenge model are
the literature's (Thomson 2011; Bueno de Mesquita 1994); the laws around them are what one would
say who knows positions and past errors and nothing of bargaining. What is fitted is fitted on the
other folds by the mean of the continuous ranked probability score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

import numpy as np

from sim.analysis.scores import crps
from sim.backtests.cases import Proposal
from sim.backtests.laws import Law, law_of, mixture
from sim.draws.streams import Floats
from sim.theory.baselines.cases import Issue
from sim.theory.baselines.positions import weighted_mean
from sim.theory.baselines.settlements import METHODS

FULL_SCALE = 100.0
SIMPLEX_STEPS = 10  # of the weights in a mixture: tenths
INVENTED = np.arange(0.0, FULL_SCALE + 1, 5.0)  # where a settlement may lie that nobody stands for
TEMPERATURES = np.geomspace(0.01, 1.0, 21)
MASSES = np.linspace(0.0, 0.9, 10)  # prior chance of all that nobody stands for


@dataclass(frozen=True)
class Decision:
    """One issue that was settled.

    Attributes:
        fold: of its proposal.
        actors: who stood where, with what weight.
        reference: where matters stay without a decision; None: not known.
        outcome: where it was settled.
    """

    fold: int
    actors: Issue
    reference: float | None
    outcome: float


Laws = tuple[Law, ...]
Rule = Callable[[Sequence[Decision]], Callable[[Decision], Law]]


def decisions(cases: Sequence[Proposal], folds: Sequence[int]) -> tuple[Decision, ...]:
    """Return the issues with a known outcome, in the order of the cases; folds: one a case."""
    return tuple(
        Decision(fold, _actors(case, number), issue.reference, issue.outcome)
        for case, fold in zip(cases, folds, strict=True)
        for number, issue in enumerate(case.issues)
        if issue.outcome is not None
    )


def _actors(case: Proposal, number: int) -> Issue:
    issue = case.issues[number]
    rows = [(case.capability[a], issue.positions[a], issue.salience[a]) for a in issue.positions]
    return Issue(*np.array(rows).T)


def laws(method: str, cases: Sequence[Proposal], folds: Sequence[int]) -> Laws:
    """Return what a method of `LAWS` says of each decision, from the decisions of other folds."""
    return _held_out(LAWS[method], decisions(cases, folds))


def points(method: str, cases: Sequence[Proposal]) -> Floats:
    """Return where a method of `POINTS` puts each decision with a known outcome: (N,)."""
    settled = decisions(cases, [0] * len(cases))
    return np.array([METHODS[method](decision.actors) for decision in settled], float)


def _held_out(rule: Rule, settled: Sequence[Decision]) -> Laws:
    """Return the law of each decision by a rule that learned from the other folds."""
    learned = {
        fold: rule([d for d in settled if d.fold != fold]) for fold in {d.fold for d in settled}
    }
    return tuple(learned[decision.fold](decision) for decision in settled)


def climatology(known: Sequence[Decision]) -> Callable[[Decision], Law]:
    """Return the rule that any decision falls as others did."""
    outcomes = np.array([decision.outcome for decision in known])
    law = law_of(outcomes, np.ones(len(outcomes)))
    return lambda decision: law


def weighted_actors(known: Sequence[Decision]) -> Callable[[Decision], Law]:
    """Return the rule that an actor has its way with the chance of its weight."""
    return _by_weight


def mean_with_residuals(known: Sequence[Decision]) -> Callable[[Decision], Law]:
    """Return the rule that decisions miss the weighted mean as others did, kept to the line."""
    residuals = np.array([decision.outcome - _mean(decision) for decision in known])

    def law(decision: Decision) -> Law:
        places = np.clip(_mean(decision) + residuals, 0, FULL_SCALE)
        return law_of(places, np.ones(len(places)))

    return law


def mix(known: Sequence[Decision]) -> Callable[[Decision], Law]:
    """Return the mixture of the three above with the weights that score best.

    Each known decision is scored by what the three learn from the other folds that are known.
    """
    weights = _best_weights([_held_out(rule, known) for rule in _MIXED], known)
    rules = [rule(known) for rule in _MIXED]
    return lambda decision: mixture([rule(decision) for rule in rules], weights)


def logit_over_options(known: Sequence[Decision]) -> Callable[[Decision], Law]:
    """Return the rule that options are chosen by weighted squared loss, with some noise.

    The chance of an option is its prior times exp(-loss / T). The options are all positions and the
    reference, with equal priors, and every fifth point that is none of these, which share a mass.
    """
    grid = list(product(TEMPERATURES, MASSES))
    scores = np.mean([_scores_of_grid(decision, grid) for decision in known], axis=0)
    temperature, mass = grid[int(np.argmin(scores))]
    return lambda decision: _logit(decision, temperature, mass)


_MIXED: tuple[Rule, ...] = (climatology, weighted_actors, mean_with_residuals)

LAWS: Mapping[str, Rule] = MappingProxyType(
    {
        rule.__name__: rule
        for rule in (climatology, weighted_actors, mean_with_residuals, mix, logit_over_options)
    }
)
POINTS = ("weighted_mean", "weighted_median", "challenge")


def _by_weight(decision: Decision) -> Law:
    return law_of(decision.actors.position, decision.actors.weight)


def _mean(decision: Decision) -> float:
    return weighted_mean(decision.actors.position, decision.actors.weight)


def _best_weights(parts: Sequence[Laws], known: Sequence[Decision]) -> Floats:
    """Return the weights of laws (L,) with the best mean score over known decisions.

    The score of a mixture with weights w is w.a - w.B.w / 2, with a the distances of the laws from
    the outcome and B their distances from each other.
    """
    by_decision = list(zip(zip(*parts, strict=True), known, strict=True))
    away = np.mean([[_away(law, d.outcome) for law in found] for found, d in by_decision], axis=0)
    apart = np.mean([_apart(found) for found, _ in by_decision], axis=0)
    grid = np.array(list(_simplex(len(parts), SIMPLEX_STEPS))) / SIMPLEX_STEPS
    scores = grid @ away - np.einsum("gi,ij,gj->g", grid, apart, grid) / 2
    return np.asarray(grid[int(np.argmin(scores))])


def _away(law: Law, outcome: float) -> float:
    """Return the mean distance of a law from a place."""
    return float(law.chances @ np.abs(law.values - outcome))


def _apart(found: Sequence[Law]) -> Floats:
    """Return the mean distances between what two laws of some (L,) say: (L, L)."""
    return np.array(
        [
            [a.chances @ np.abs(a.values[:, None] - b.values) @ b.chances for b in found]
            for a in found
        ]
    )


def _simplex(parts: int, steps: int) -> Iterator[tuple[int, ...]]:
    """Yield all ways to share out some steps.

    >>> list(_simplex(2, 2))
    [(0, 2), (1, 1), (2, 0)]
    """
    if parts == 1:
        yield (steps,)
        return
    for first in range(steps + 1):
        yield from ((first, *rest) for rest in _simplex(parts - 1, steps - first))


def _logit(decision: Decision, temperature: float, mass: float) -> Law:
    places, loss, is_stated = _options(decision)
    return Law(places, _chances(loss, is_stated, temperature, mass))


def _options(decision: Decision) -> tuple[Floats, Floats, Floats]:
    """Return the options, their loss, and 1 where somebody stands or the reference is: (O,) each.

    The loss is the mean over weights of the squared distance, the line taken as 1.
    """
    reference = [] if decision.reference is None else [decision.reference]
    stated = np.unique([*decision.actors.position, *reference])
    places = np.union1d(stated, INVENTED)
    weight = decision.actors.weight / decision.actors.weight.sum()
    distance = (places[:, None] - decision.actors.position) / FULL_SCALE
    return places, distance**2 @ weight, np.isin(places, stated).astype(float)


def _chances(loss: Floats, is_stated: Floats, temperature: float, mass: float) -> Floats:
    """Return the chances of options (O,); those that nobody stands for share a prior mass."""
    prior = (1 - mass) * is_stated / is_stated.sum()
    invented = 1 - is_stated
    if invented.any():
        prior = prior + mass * invented / invented.sum()
    strength = prior * np.exp(-(loss - loss[prior > 0].min()) / temperature)
    return np.asarray(strength / strength.sum())


def _scores_of_grid(decision: Decision, grid: Sequence[tuple[float, float]]) -> Floats:
    """Return the score of each temperature and mass of a grid (G,): (G,)."""
    places, loss, is_stated = _options(decision)
    chances = (_chances(loss, is_stated, *numbers) for numbers in grid)
    return np.array([crps(places, chance, decision.outcome) for chance in chances])
