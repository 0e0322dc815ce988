"""Numbers and streams, short to write, for tests of draws."""

import numpy as np

from sim.draws.streams import Streams
from sim.numbers.uncertain import Number

WHY = {"basis": "assumption", "why": "a test"}
LARGEST = 1 - 2.0**-53  # the largest that the generator gives


def number(**form):
    return Number.model_validate({**form, **WHY})


def streams_of(seed=1, batch=0, draws=1000, replications=1, worlds=None):
    every = np.arange(draws * replications)
    return Streams(seed, batch, draws, replications, every if worlds is None else worlds)
