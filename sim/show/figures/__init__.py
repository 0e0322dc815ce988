"""Figures of runs, sweeps, negotiations, backtests: a table in, Axes out; never shown, never saved.

Every function takes `ax=` to draw into a figure of yours; without it the Axes come in a figure of
their own, laid out to be read: `ax.figure.savefig("odds.png", dpi=150)`.
"""

from sim.show.figures.changes import differences, levers
from sim.show.figures.courses import courses
from sim.show.figures.dates import timeline
from sim.show.figures.drivers import drivers
from sim.show.figures.grid import heat_map
from sim.show.figures.hardest import hardest
from sim.show.figures.learnt import posterior
from sim.show.figures.losses import losses
from sim.show.figures.options import options
from sim.show.figures.outcomes import odds
from sim.show.figures.reliability import coverage, reliability
from sim.show.figures.sessions import negotiation
from sim.show.figures.texts import clauses
from sim.show.figures.transforms import pit_histogram

__all__ = [
    "clauses",
    "courses",
    "coverage",
    "differences",
    "drivers",
    "hardest",
    "heat_map",
    "levers",
    "losses",
    "negotiation",
    "odds",
    "options",
    "pit_histogram",
    "posterior",
    "reliability",
    "timeline",
]
