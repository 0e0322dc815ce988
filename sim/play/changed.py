"""The worlds of an ensemble played again with something changed, from the scenario's day on.

What is known on that day was learnt in the world as it is: so draws keep their weights, numbers
that are not changed their values, and worlds that contradict the record do not count, as they were
before the change (an intervention and no observation: Pearl 2009). Moods are as the record left
them; all that comes after meets the same streams.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.draws.streams import Floats, Ints, Streams, streams_of
from sim.play.ensemble import Ensemble, forms_of, play_drawn

if TYPE_CHECKING:
    from sim.talks.evidence import Learnt
    from sim.talks.record import Record


@dataclass(frozen=True)
class Held:
    """What a change leaves as it was in some worlds.

    Attributes:
        worlds: their numbers, in order: (W,).
        learnt: what evidence made of the draws of their batches.
        moods: as the record left them: (W, A); None where none is stated.
    """

    worlds: Ints
    learnt: Learnt
    moods: Floats | None


def held(ensemble: Ensemble, worlds: Ints) -> Held:
    """Return what a change of an ensemble's scenario leaves as it was in some of its worlds."""
    from sim.talks.batch import learnt_of_batches
    from sim.talks.space import space_of

    spec = ensemble.scenario
    known = learnt_of_batches(spec, space_of(spec), _streams(ensemble, worlds))
    return Held(worlds, known, _moods(ensemble, worlds, known))


def play_changed(ensemble: Ensemble, kept: Held) -> Record:
    """Return the record of some worlds of an ensemble whose scenario was changed.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
    """
    from sim.talks.batch import draws_as_learnt

    streams = _streams(ensemble, kept.worlds)
    draws = draws_as_learnt(ensemble.scenario, kept.learnt, streams)
    forms = forms_of(ensemble.scenario, streams)
    return play_drawn(ensemble, kept.worlds, draws, forms, kept.moods)


def _moods(ensemble: Ensemble, worlds: Ints, known: Learnt) -> Floats | None:
    """Return the moods that the record left in some worlds, each in its own form: (W, A)."""
    from sim.talks.before import moods_before

    streams = _streams(ensemble, worlds)
    draws = known.draws(ensemble.scenario, streams.of_draws())
    draw = streams.worlds // ensemble.replications
    form, moods = forms_of(ensemble.scenario, streams)[draw], None
    for number, spec in enumerate(ensemble.scenario.in_forms.values()):
        rows = np.flatnonzero(form == number)
        of_rows = streams.with_worlds(streams.worlds[rows])
        felt = moods_before(spec, draws, of_rows, draw[rows])
        if felt is not None:
            moods = np.zeros((len(worlds), felt.shape[1])) if moods is None else moods
            moods[rows] = felt
    return moods


def _streams(ensemble: Ensemble, worlds: Ints) -> Streams:
    return streams_of(ensemble.seed, ensemble.replications, worlds)
