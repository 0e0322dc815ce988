"""Figures of runs, sweeps and single negotiations: a table in, Axes out; never shown, never saved.

Every function takes `ax=` to draw into a figure of yours; without it the Axes come in a figure of
their own, laid out to be read: `ax.figure.savefig("odds.png", dpi=150)`.
"""

from sim.show.figures.changes import differences
from sim.show.figures.dates import timeline
from sim.show.figures.grid import heat_map
from sim.show.figures.outcomes import odds
from sim.show.figures.sessions import negotiation
from sim.show.figures.texts import clauses

__all__ = ["clauses", "differences", "heat_map", "negotiation", "odds", "timeline"]
