"""What stands out in a run: who stands in the way, what matters most, what would change most."""

import numpy as np
import pytest

from sim.analysis.odds import monte_carlo_interval
from sim.analysis.weights import Weights
from sim.runs.findings import ends_of, findings
from tests.command import parley_here, small_file
from tests.runs.small_runs import small_run

WHY = {"basis": "assumption", "why": "nobody asked"}
DECIDES = {"actors__his__no_deal": {"uniform": [0, 1.6], **WHY}, "actors__his__stances": []}
LEVER = {
    "label": "Somebody lends a hand",
    "changes": {"actors.his.no_deal": 0.1},
    **WHY,
}


def test_the_odds_at_either_end_of_a_number_are_those_of_the_draws_there():
    values, counts = np.arange(40.0), np.repeat([5, 0], 20)
    (low, at_low), (high, _) = ends_of(values, counts, Weights.equal(40, 5))
    assert (low, high) == (1.0, 0.0)
    assert at_low == monte_carlo_interval(np.ones(2), Weights.equal(2, 5))


def test_draws_that_do_not_count_are_at_neither_end():
    weights = Weights(np.full(40, 5), np.where(np.arange(40) < 10, -np.inf, 0.0))
    (low, _), (high, _) = ends_of(np.arange(40.0), np.repeat([5, 0, 5], [10, 20, 10]), weights)
    assert (low, high) == (0.0, 1.0)


def test_a_run_says_who_stands_in_the_way_what_matters_most_and_what_would_change_most():
    found = findings(small_run(changes=DECIDES, draws=200))
    assert [each.command for each in found] == [
        "parley why RUN",
        "parley drivers RUN",
        "parley what-if RUN PATH=VALUE",
    ]
    assert found[0].says.startswith(
        "Where nothing is signed: He refused the last text most often, in "
    )
    assert found[1].says.startswith("He: no deal: explains ")
    assert "where it is lowest" in found[2].says


def test_of_what_levers_set_it_says_what_would_change_most():
    other = {"actors__her__no_deal": {"uniform": [0, 1.6], **WHY}, "actors__her__stances": []}
    changes = {**DECIDES, **other, "levers": {"hand": LEVER}}
    last = findings(small_run(changes=changes, draws=200))[-1]
    assert last.command == "parley levers RUN"
    assert last.says.startswith("He: no deal: ")


def test_where_draws_do_not_differ_it_says_that_nothing_can_be_told_of_what_matters():
    last = findings(small_run(draws=1))[-1]
    assert last.asks == "What matters most?"
    assert "no number differs between its draws" in last.says


@pytest.mark.parametrize("words", ["What stands out", "parley drivers RUN"])
def test_the_main_job_tells_them_after_the_odds(tmp_path, words):
    small_file(tmp_path, **DECIDES)
    asked = ["run", "scenario=well.yaml", "ensemble.draws=60", "ensemble.workers=1"]
    shown = parley_here(*asked, cwd=tmp_path).stdout
    assert words in shown
    assert shown.index("odds") < shown.index(words)
