"""The protocols: who speaks, and how a text comes to the table.

A new one is a file here and its line in `Protocols`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from pydantic import Field

from sim.bargaining.protocols.offers import Offers
from sim.bargaining.protocols.protocol import (
    Company,
    Parties,
    ProtocolKind,
    Table,
    WithoutTheMediator,
)
from sim.bargaining.protocols.single_text import CHAIR, SingleText
from sim.numbers.names import Frozen

__all__ = [
    "CHAIR",
    "PROTOCOLS",
    "Company",
    "Parties",
    "ProtocolKind",
    "Protocols",
    "Table",
    "needing_settings",
]


class Protocols(Frozen):
    """The rules of each way to talk; `protocol` says which is used."""

    offers: Offers = Field(Offers(), description="used under `protocol: offers`")
    single_text: SingleText | None = Field(None, description="needed under `protocol: single_text`")

    def of(self, name: str) -> ProtocolKind:
        """Return the settings of a protocol.

        Raises:
            KeyError: when the scenario does not state them.
        """
        settings = getattr(self, name)
        if settings is None:
            raise KeyError(name)
        assert isinstance(settings, ProtocolKind)
        return settings

    def at_the_table(self, name: str, parties: Parties) -> Table:
        """Return a protocol at work, and offers while the mediator is away and they go on so."""
        table = self.of(name).at_the_table(parties)
        if name == Offers.name or not parties.rules.goes_on_without_mediator:
            return table
        return WithoutTheMediator(parties, table, self.offers.at_the_table(parties))


def _kind(annotation: object) -> type[ProtocolKind]:
    """Return the class of settings that a field of `Protocols` holds."""
    (kind,) = [each for each in get_args(annotation) or (annotation,) if each is not type(None)]
    assert issubclass(kind, ProtocolKind)
    return kind


PROTOCOLS: Mapping[str, type[ProtocolKind]] = {
    name: _kind(field.annotation) for name, field in Protocols.model_fields.items()
}


def needing_settings() -> tuple[str, ...]:
    """Return the protocols that cannot do without settings of their own."""
    fields = Protocols.model_fields.items()
    return tuple(name for name, field in fields if field.default is None)
