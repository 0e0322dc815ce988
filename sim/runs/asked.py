"""What is asked of every run, whatever is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sim.scenario.scenario import Scenario


class Named(Protocol):
    """A run with a name, that says what it is."""

    @property
    def name(self) -> str:
        """Return what to call it."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Return what it says of itself."""

    @property
    def scenario(self) -> Scenario:
        """Return what was negotiated."""
