"""Counts of worlds for base rates, as a run of a year would make them."""

from sim.scenario.base_rates.base import Counted


def counted(worlds, in_force, standing, early, years=1.0, **happened):
    """So many come into force and stand, and are in force by the horizon, from its week on."""
    happened = {"in_force": [early], **{event: [count] for event, count in happened.items()}}
    return Counted(
        worlds=worlds, standing=standing, in_force=in_force, years=years, happened=happened
    )
