"""Figures of runs, sweeps and single negotiations: a table in, Axes out; never shown, never saved.

Every function takes `ax=` to draw into a figure of yours; without it the Axes come in a figure of
their own, laid out to be read: `ax.figure.savefig("odds.png", dpi=150)`.
"""

from sim.show.figures.dates import negotiation, timeline
from sim.show.figures.intervals import differences, odds
from sim.show.figures.shares import clauses, heat_map

__all__ = ["clauses", "differences", "heat_map", "negotiation", "odds", "timeline"]
