"""Cases played by the engine: each under some points of the global numbers, with one seed.

A case is one unit of work: it is played at every point, so that points differ by their numbers and
by nothing else (common random numbers). Worlds are counted and not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sim.backtests.scenarios import Traits
from sim.backtests.suites import SUITES, Case, Counts
from sim.errors import ScenarioError
from sim.play.ensemble import Ensemble, play


@dataclass(frozen=True)
class Played:
    """What came out of a case.

    Attributes:
        name: the case's.
        counts: at each point, in how many worlds each answer came out; none where it was left out.
        left_out: why it was, if it was.
    """

    name: str
    counts: tuple[Counts, ...]
    left_out: str | None = None


def play_case(suite: str, points: Sequence[Traits], worlds: int, seed: int, case: Case) -> Played:
    """Return what comes out of a case at some points, in so many worlds at each.

    A case that has no scale for somebody's utilities is left out, and says so.
    """
    try:
        counts = [_counted(suite, traits, worlds, seed, case) for traits in points]
    except ScenarioError as error:
        why = "; ".join(map(str, error.problems))
        return Played(case.name, (), f"{case.name}: {why}")
    return Played(case.name, tuple(counts))


def _counted(suite: str, traits: Traits, worlds: int, seed: int, case: Case) -> Counts:
    kind = SUITES[suite]
    scenario = kind.scenario(case, traits)
    totals: dict[str, Counter[str]] = {}
    for record in play(Ensemble(scenario, seed, 1, worlds)):
        for question, answers in kind.counted(case, scenario, record).items():
            totals.setdefault(question, Counter()).update(answers)
    return {question: dict(answers) for question, answers in totals.items()}
