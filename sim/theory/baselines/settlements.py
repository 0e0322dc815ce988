"""Every baseline on one case: the settlements that they predict, issue by issue, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sim.errors import problem
from sim.theory.baselines.cases import Case, Issue
from sim.theory.baselines.challenge import Compromise, Rounds, challenge
from sim.theory.baselines.election import USUAL_SCALES, Election, Scale, election
from sim.theory.baselines.positions import condorcet_winner, weighted_mean, weighted_median

MOST_ROUNDS = 1000


def settlements(
    case: Case,
    rounds: int = 10,
    choice: Compromise = Compromise.PUBLISHED,
    scale: Scale | None = None,
) -> dict[str, Any]:
    """Return what each baseline makes of a case, as JSON would hold it.

    Args:
        case: who stands where.
        rounds: of the challenge model.
        choice: which compromise its actors agree to.
        scale: that the election reads positions on; default: found, as `scale_of` says.

    Returns:
        `issues`: issue: weighted_mean, weighted_median, condorcet (None where a vote is tied),
        challenge (round, median and mean of each round), settled (a round or None); `election`:
        probabilities and risk by actor; `scale`: low and high, as the election reads positions;
        `notes`: lines that a reader must know.

    Raises:
        ScenarioError: when `rounds` is out of range, or positions lie beyond `scale`.
    """
    if not 0 <= rounds <= MOST_ROUNDS:
        raise problem("rounds", f"must be between 0 and {MOST_ROUNDS}", rounds)
    issues = {name: case.issue(name) for name in case.issues}
    paths = {name: challenge(issue, rounds, choice) for name, issue in issues.items()}
    elected = election(case, scale)
    return {
        "issues": {name: _issue_data(issue, paths[name]) for name, issue in issues.items()},
        "election": {
            "probabilities": dict(zip(case.actors, elected.probability.tolist(), strict=True)),
            "risk": dict(zip(case.actors, elected.risk.tolist(), strict=True)),
        },
        "scale": {"low": elected.scale.low, "high": elected.scale.high},
        "notes": [*_path_notes(paths, rounds), *_election_notes(elected, scale)],
    }


def _by_weight(
    rule: Callable[..., float | None],
) -> Callable[[Issue], float | None]:
    return lambda issue: rule(issue.position, issue.weight)


def _challenge_median(choice: Compromise) -> Callable[[Issue], float | None]:
    """Return the model's prediction as a method of one issue: the median after ten rounds."""
    return lambda issue: weighted_median(challenge(issue, choice=choice).position[-1], issue.weight)


#: The methods that predict a position on one issue; None where a method predicts nothing.
METHODS: Mapping[str, Callable[[Issue], float | None]] = MappingProxyType(
    {
        "weighted_mean": _by_weight(weighted_mean),
        "weighted_median": _by_weight(weighted_median),
        "condorcet": _by_weight(condorcet_winner),
        "challenge": _challenge_median(Compromise.PUBLISHED),
        "challenge_least_move": _challenge_median(Compromise.LEAST_MOVE),
    }
)


def _issue_data(issue: Issue, path: Rounds) -> dict[str, Any]:
    weight = issue.weight
    by_weight = ("weighted_mean", "weighted_median", "condorcet")
    return {
        **{name: METHODS[name](issue) for name in by_weight},
        "challenge": [
            {
                "round": number,
                "median": weighted_median(position, weight),
                "mean": weighted_mean(position, weight),
            }
            for number, position in enumerate(path.position)
        ],
        "settled": path.settled,
    }


def _path_notes(paths: Mapping[str, Rounds], rounds: int) -> Iterator[str]:
    for name, path in paths.items():
        if path.settled is None:
            yield (
                f"{name}: the challenge model has not settled after round {rounds}; actors would "
                "move on, so its last round is a stage and no prediction"
            )


def _election_notes(elected: Election, stated: Scale | None) -> Iterator[str]:
    total = float(elected.probability.sum())
    if total > 1 + 1e-6:
        yield (
            f"election: probabilities sum to {total:.3f}, because actors who share a position "
            "each carry its whole probability"
        )
    if stated is None and elected.scale not in USUAL_SCALES:
        usual = ", ".join(map(str, USUAL_SCALES))
        yield (
            f"election: positions lie on none of the scales {usual}, so they are rescaled to their "
            f"own range, {elected.scale}; risk attitudes depend on it: state another with --scale"
        )
