"""The odds counted again from a worlds table are those that were counted while it was played."""

import numpy as np
import pandas as pd

from sim.analysis.weights import Weights
from sim.play.ensemble import Ensemble, play
from sim.play.recount import columns_counted, recount
from sim.play.tables import worlds_table
from sim.play.tally import Tally
from tests.small import small_scenario

SPEC = small_scenario(
    questions={"any": {"label": "A text", "event": "signed", "by": ["2025-02-01", "2025-03-01"]}}
)


def test_of_all_worlds_the_odds_are_the_same_to_the_last_bit():
    (record,) = play(Ensemble(SPEC, 0, draws=60, replications=5))
    tally = Tally(SPEC, 60, 5)
    tally.update(record)
    worlds = worlds_table(SPEC, 5, record).select(columns_counted(SPEC))
    found = recount(worlds, SPEC, 60, record.counts)
    weights = Weights(found.sizes, tally.log_weight)
    for name in ("odds", "totals", "questions"):
        again = getattr(found, name)(weights)
        pd.testing.assert_frame_equal(again, getattr(tally, name)(), check_exact=True)


def test_worlds_that_do_not_count_are_not_counted():
    (record,) = play(Ensemble(SPEC, 0, draws=10, replications=2))
    worlds = worlds_table(SPEC, 2, record)
    found = recount(worlds, SPEC, 10, np.arange(20) % 2 == 0)
    assert found.sizes.tolist() == [1] * 10
    assert found.in_all.max() <= 1
