"""Counts of worlds for base rates, as a run of a year would make them."""

from sim.scenario.base_rates.base import Counted


def counted(worlds, signed, standing, early, years=1.0):
    """So many worlds sign, stand, and are in force by the horizon, from its first week on."""
    happened = {"signed": [signed], "in_force": [early], "ended": [signed]}
    return Counted(worlds=worlds, standing=standing, years=years, happened=happened)
