"""Base rates: what the record of comparable cases says, beside the odds and never in them.

Each kind is a file here, and one member of the union below, which is what a scenario may hold.
"""

from typing import Annotated

from pydantic import Field

from sim.scenario.base_rates.hazard import EndingHazard
from sim.scenario.base_rates.survival import Survival

ReferenceClass = Annotated[EndingHazard | Survival, Field(discriminator="kind")]
