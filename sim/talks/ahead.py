"""What actors who look ahead must know of talks by offers, along the drivers' expected paths.

What no deal will be worth, which texts may be offered and by whom, and how the votes at home would
go: for all draws at once, whatever happens in their worlds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.bargaining.rules import Rules
from sim.bargaining.tactics.foresight import Foresight
from sim.bargaining.tactics.tactic import Ahead
from sim.draws.streams import Floats
from sim.talks.batch import Batch
from sim.talks.course import expected
from sim.talks.home import Home


def expected_no_deal(batch: Batch, weeks: Floats) -> Floats:
    """Return d_i in every world along the drivers' expected paths, in some weeks: (W, T, A)."""
    paths = expected(batch, weeks)
    columns = []
    for index, (name, actor) in enumerate(batch.spec.actors.items()):
        loadings = batch.loadings(f"actors.{name}.loadings", actor.loadings)
        moved = (paths * loadings[:, None]).sum(axis=2)
        columns.append(batch.utilities.no_deal[batch.draw, index, None] + moved)
    return np.stack(columns, axis=2)


def ahead_of(batch: Batch, rules: Rules) -> Ahead:
    """Return what actors who look ahead must know of the talks by offers."""
    offers, quota = batch.spec.protocols.offers, batch.spec.signatories.quota
    every = replace(batch, draw=np.arange(len(batch.utilities.own)))
    assert offers.foresight is not None
    sessions = int(np.ceil(offers.foresight.mean / rules.weeks_between - 1e-9))
    texts = [batch.space.text(batch.spec.texts[name].terms) for name in offers.candidates]
    chances = every.shares("protocols.offers.chances", offers.chances)
    weeks = rules.weeks_between * np.arange(sessions, dtype=np.float64)
    return Ahead(
        weeks=weeks,
        texts=np.unique(texts, axis=0) if texts else batch.space.enumerate(),
        turns=offers.turns(tuple(batch.spec.actors), chances),
        votes=every.shares("signatories.quota.weights", quota.weights) if quota else None,
        votes_at_home=_foresight(every, weeks),
    )


def _foresight(every: Batch, weeks: Floats) -> Foresight | None:
    """Return what is foreseen of the votes at home, along the drivers' expected paths.

    The batch has a world of each draw.
    """
    home, spec = Home(every, errs=False), every.spec
    if not home.names:
        return None
    actors = list(spec.actors)

    def of_actors(values: Floats, unstated: float = 0.0) -> Floats:
        """Return values of bodies (D, ..., K) as those of their actors: (D, ..., A)."""
        found = np.full((*values.shape[:-1], len(actors)), unstated)
        found[..., home.actors] = values
        return found

    moved = (expected(every, weeks)[:, :, None] * home.loadings[:, None]).sum(axis=3)
    table = np.zeros((len(every.draw), len(actors), every.space.cells))
    table[:, home.actors] = home.table
    again = spec.aftermath.renegotiation is not None
    cost = [f"actors.{n}.refusal_cost" if a.refusal_cost else None for n, a in spec.actors.items()]
    return Foresight(
        home=table,
        theta=of_actors(home.threshold[:, None] + moved),
        people_noise=of_actors(home.people_noise, 1.0),
        floor=of_actors(home.floor),
        ceiling=of_actors(home.ceiling),
        quota=of_actors(home.quota),
        vote_noise=of_actors(home.vote_noise, 1.0),
        decides=np.isin(actors, home.names)[None],
        anticipates=np.array([actor.anticipates for actor in spec.actors.values()]),
        cost=every.numbers(cost),
        again=every.numbers(["aftermath.renegotiation" if again else None])[:, 0],
    )
