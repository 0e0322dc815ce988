"""Which world of the Geneva talks is told under each protocol, found by a rule, not by number."""

from pathlib import Path

from sim.play.ensemble import Ensemble, play_worlds
from sim.play.world import play_world
from sim.settings.configuration import configure

FOLDER = Path(__file__).parent
REPLICATIONS = 10


def golden(protocol: str) -> str:
    """Return the first world that is signed after three to five sessions and put to a vote."""
    scenario = configure([f"protocol={protocol}"], "geneva_2025").scenario
    ensemble = Ensemble(scenario, 0, 100, REPLICATIONS)
    record = play_worlds(ensemble, next(ensemble.batches()))
    signed, voted = record.option[:, 0] >= 0, (record.ratified >= 0).any(axis=1)
    short = (record.round >= 2) & (record.round <= 4)
    fits = record.world[signed & voted & short]
    assert len(fits), f"no world under {protocol} is signed after three to five sessions"
    return play_world(scenario, int(fits[0]), ensemble.seed, REPLICATIONS).transcript
