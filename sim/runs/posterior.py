"""What evidence made of a run's numbers: its own draws beside those of its prior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.posterior import Piece, posterior_table
from sim.draws.draws import Draws
from sim.errors import problem
from sim.play.draws import draws_of
from sim.play.ensemble import Ensemble
from sim.talks.evidence import evidence_of
from sim.talks.space import space_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.runs.run import Run

RECORD = "the record: nothing signed before the start"


def posterior(run: Run) -> pd.DataFrame:
    """Return every number of a run that is not known for sure, prior beside posterior.

    Columns as in `sim.analysis.posterior.posterior_table`.

    Raises:
        ScenarioError: when the run has no evidence, or its folder lacks draws or worlds.
    """
    spec = run.scenario
    evidence = evidence_of(spec, space_of(spec))
    if not evidence.actors and not spec.record:
        rule = "weighs no draw: nothing is known, or evidence=none was asked for"
        raise problem(run.name, rule)
    said, uncertain = run.manifest, sorted(spec.uncertain & spec.numbers.keys())
    ensemble = Ensemble(
        spec.model_copy(update={"evidence": "none"}),
        said["seed"],
        said["draws"],
        said["replications"],
    )
    every = [draws for draws, _ in draws_of(ensemble)]
    prior = {path: np.concatenate([draws[path] for draws in every]) for path in uncertain}
    table, weights = run.draws, run.weights
    numbers = {path: table[path].to_numpy() for path in table.columns if path != "form"}
    draws = Draws(0, numbers)
    pieces = [Piece(who, what, np.exp(-known)) for who, what, known in evidence.pieces(draws)]
    if spec.record:
        left = weights["worlds"].to_numpy()
        alone = np.divide(1.0, left, out=np.zeros(draws.size), where=left > 0)
        pieces.append(Piece(None, RECORD, alone))
    after = {path: draws[path] for path in uncertain}
    return posterior_table(prior, after, weights["part"].to_numpy(), pieces)
