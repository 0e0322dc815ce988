"""The record: the sessions before the scenario's day, in which nothing was signed.

The talks are played from the day on which they had begun, with drivers where they start, nobody
away and no deadline, and patience spent week by week up to the share that counts as spent. A world
that signs in them contradicts what is known, and is played no further. That is conditioning by
simulation: nothing is approximated but what the past is taken to have been.
"""

from __future__ import annotations

import numpy as np

from sim.bargaining.answers import next_mood
from sim.bargaining.arrays import Flags
from sim.bargaining.protocols import Table
from sim.bargaining.rules import Rules
from sim.draws.draws import Draws
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats, Ints, Purpose, Streams
from sim.scenario.scenario import Scenario
from sim.talks.batch import Batch
from sim.talks.parties import Parties, memory_of_moods
from sim.talks.rules import rules_of

ROUNDING = 1e-9


def signed_before(
    batch: Batch, parties: Parties, table: Table, text: Ints, drivers: Floats
) -> Flags:
    """Return which worlds sign something before the start; moods stay as they are left: (W,).

    Args:
        batch: the worlds, before anything has happened in them.
        parties: those who talk.
        table: how a text comes to the table.
        text: the first text on it: (W, B).
        drivers: where the world outside is at the start: (W, F).
    """
    rules, worlds = parties.rules, len(text)
    nobody = np.zeros((worlds, len(parties.names)), dtype=bool)
    every, signed, now = np.ones(worlds, dtype=bool), np.zeros(worlds, dtype=bool), text
    streams, batch.streams = batch.streams, batch.streams.before()
    for session in range(-_sessions(rules), 0):
        parties.look_around(session, session * rules.weeks_between, drivers, nobody)
        speaker, now = table.put(session, now, nobody, every)
        must_sign = batch.must_sign(now)
        parties.answer(now, session, speaker, must_sign, every)
        signed |= parties.agree(speaker, must_sign)
    batch.streams = streams
    parties.begin_anew(text)
    return signed


def moods_before(scenario: Scenario, draws: Draws, streams: Streams, draw: Ints) -> Floats | None:
    """Return the moods that the record leaves behind, without playing it: (W, A); None: none.

    Nothing that is said in those sessions moves a mood.

    Args:
        scenario: what is negotiated, in one form.
        draws: its numbers.
        streams: those of the worlds.
        draw: the draw of each world, counted from the first of the draws: (W,).
    """
    if not scenario.record:
        return None
    rules, mood = rules_of(scenario), None
    memory = memory_of_moods(scenario, rules, draws["answers.relaxation"][draw])
    before = streams.before()
    for _ in range(_sessions(rules)):
        z = normal_quantile(before.session_uniforms(Purpose.MOOD, tuple(scenario.actors)))
        mood = z if mood is None else next_mood(mood, memory, z)
    return mood


def _sessions(rules: Rules) -> int:
    """Return how many sessions there were before the start."""
    return int(rules.weeks_before / rules.weeks_between + ROUNDING)
