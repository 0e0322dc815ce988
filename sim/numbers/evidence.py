"""Facts, and what rests on what.

A fact has an id, a statement in our own words, a source, a date, a place in the source, and how
sure it is. The numbers of a scenario cite facts by id; facts dated after the scenario's day may
not be cited, because a scenario is a forecast made on that day.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from sim.numbers.names import Frozen
from sim.numbers.uncertain import Finite

FactId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]


class Fact(Frozen):
    """One fact of the record."""

    id: FactId = Field(description="small letters, digits and hyphens; what a `basis` names")
    statement: str = Field(min_length=10, description="the fact, in our own words")
    source: str = Field(min_length=3, description="where it was published")
    date: datetime.date = Field(description="the day from which it was known")
    where: str = Field(min_length=1, description="paragraph, address or citation")
    confidence: Literal["high", "moderate", "low", "assumed"] = Field(
        description="how sure the fact is"
    )
    figures: dict[str, Finite] = Field({}, description="named numbers that the fact gives")
