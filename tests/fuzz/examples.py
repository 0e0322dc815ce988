"""How many examples are tried: 2,000 in all in the suite, or as many as FUZZ_EXAMPLES says."""

from __future__ import annotations

import os
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, settings

USUAL = 2000
ALL = int(os.environ.get("FUZZ_EXAMPLES", USUAL))


def tried(share: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Try so many of the usual number of examples: the same each time, so a fault comes back."""
    return settings(
        max_examples=max(1, share * ALL // USUAL),
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=[*HealthCheck],
    )
