"""What evidence made of a run's numbers: its own draws beside those of its prior.

Draws are addressed, so those of the prior are drawn again: no world is played. The record and the
news are one piece of evidence, as they count worlds, and the rest of what is known weighs draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.posterior import Piece, posterior_table
from sim.draws.draws import Draws
from sim.draws.streams import Floats
from sim.errors import problem
from sim.play.ensemble import Ensemble, drawn_with_forms
from sim.runs.kept import Drawn
from sim.scenario.scenario import Scenario
from sim.show.words import counted, listed
from sim.talks.evidence import Evidence, behind, evidence_of
from sim.talks.space import space_of

if TYPE_CHECKING:
    import pandas as pd

RECORD, NEWS = "the record of the talks", "the news"


def posterior(run: Drawn) -> pd.DataFrame:
    """Return every number of a run that is not known for sure, prior beside posterior.

    Columns as in `sim.analysis.posterior.posterior_table`.

    Raises:
        ScenarioError: when the run has no evidence, no number differs between its draws, its folder
            is of an earlier format, or it lacks draws or worlds.
    """
    spec = run.scenario
    if "evidence" not in run.manifest:
        raise problem(run.name, "was written before evidence weighed draws: play it again")
    if not known_of(spec):
        rule = (
            "has no posterior: nothing that is known weighs its draws; that takes stances or polls "
            "with evidence=all, a record, or news (given)"
        )
        raise problem(run.name, rule)
    table, uncertain = run.draws, sorted(spec.uncertain & spec.numbers.keys())
    numbers = {path: table[path].to_numpy() for path in table.columns if path in spec.numbers}
    after = {path: numbers[path] for path in uncertain}
    pieces = list(_pieces(run, evidence_of(spec, space_of(spec)), Draws(0, numbers)))
    weights = run.weights["part"].to_numpy()
    found = posterior_table(_prior(run, uncertain), after, weights, pieces)
    if not len(found):
        raise problem(run.name, "has no posterior: no number differs between its draws")
    return found


def known_of(scenario: Scenario) -> tuple[str, ...]:
    """Return what is known that weighs the draws or the worlds of a scenario, in words."""
    counts, actors = scenario.evidence, scenario.actors.values()
    stances = sum(len(actor.stances) for actor in actors) if counts in ("all", "stances") else 0
    polls = (
        sum(len(actor.domestic.polls) for actor in actors if actor.domestic)
        if counts in ("all", "polls")
        else 0
    )
    return (
        *([counted(stances, "stance")] if stances else []),
        *([counted(polls, "poll")] if polls else []),
        *_filters(scenario),
    )


def _filters(scenario: Scenario) -> tuple[str, ...]:
    """Return what is known that worlds must meet to count."""
    stated = ((RECORD, scenario.record), (NEWS, scenario.given))
    return tuple(what for what, is_there in stated if is_there)


def _prior(run: Drawn, paths: list[str]) -> dict[str, Floats]:
    """Return some numbers of a run as they were drawn before anything was known: (D,) each."""
    said = run.manifest
    unknowing = run.scenario.model_copy(update={"evidence": "none"})
    ensemble = Ensemble(unknowing, said["seed"], said["draws"], said["replications"])
    batches = [
        drawn_with_forms(ensemble, np.array(worlds))[0].cut(len(worlds) // said["replications"])
        for worlds in ensemble.batches()
    ]
    return {path: np.concatenate([draws[path] for draws in batches]) for path in paths}


def _pieces(run: Drawn, evidence: Evidence, draws: Draws) -> Iterator[Piece]:
    """Yield the pieces of evidence of a run."""
    weights = run.weights
    log_weight, worlds = weights["log_weight"].to_numpy(), weights["worlds"].to_numpy()
    with np.errstate(divide="ignore"):
        every = log_weight + np.log(worlds)
    about = {name: behind(evidence, name, draws) for name in evidence.actors}
    for name, what, known in evidence.pieces(draws):
        alone = np.subtract(every, known, out=every.copy(), where=~np.isnan(known))
        yield Piece(what, about[name], alone)
    if filters := _filters(run.scenario):
        yield Piece(listed(filters), None, log_weight)
