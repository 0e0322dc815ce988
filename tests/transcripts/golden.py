"""Which world of the Geneva talks is told under each protocol, found by a rule, not by number."""

from pathlib import Path

from sim.play.ensemble import Ensemble, play_worlds
from sim.play.world import play_world
from sim.settings.configuration import configure

FOLDER = Path(__file__).parent
REPLICATIONS = 10
FEWEST = 3  # sessions


def golden(protocol: str) -> str:
    """Return the first world in which a text is put to a vote after three sessions or more."""
    scenario = configure([f"protocol={protocol}"], "geneva_2025").scenario
    ensemble = Ensemble(scenario, 0, 100, REPLICATIONS)
    record = play_worlds(ensemble, next(ensemble.batches()))
    voted = (
        record.counts
        & record.signed
        & (record.ratified >= 0).any(axis=1)
        & (record.round >= FEWEST - 1)
    )
    assert voted.any(), (
        f"no world under {protocol} is put to a vote after {FEWEST} sessions or more"
    )
    found = record.world[voted][record.round[voted].argmin()]
    return play_world(scenario, int(found), ensemble.seed, REPLICATIONS).transcript
