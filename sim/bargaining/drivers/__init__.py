"""The kinds of drivers: the world outside the room, which moves the value of having no deal.

A driver is in units of its own; the loadings of the actors say what a unit is worth to them. A new
kind is a file here and its place in `Driver`.
"""

from typing import Annotated

from pydantic import Field

from sim.bargaining.drivers.jumps import Jumps
from sim.bargaining.drivers.kind import Chance, DriverKind, Numbers
from sim.bargaining.drivers.mean_reverting import MeanReverting
from sim.bargaining.drivers.ramp import Ramp
from sim.bargaining.drivers.random_walk import RandomWalk

__all__ = ["Chance", "Driver", "DriverKind", "Numbers"]

Driver = Annotated[RandomWalk | MeanReverting | Jumps | Ramp, Field(discriminator="kind")]
