"""What may be asked of worlds by one name."""

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.play.sought import sought
from tests.runs.small_runs import small_run

ASKING = {
    "questions": {
        "any_text": {
            "label": "A text signed",
            "event": "signed",
            "by": ["2025-04-01", "2025-06-01"],
        }
    }
}


@pytest.fixture(scope="module")
def run():
    return small_run(changes=ASKING, draws=40)


def share(run, name):
    target = sought(run.scenario, name, "of")
    return target.where(run.source.worlds(target.columns)).mean()


def test_totals_outcomes_and_questions_are_those_of_the_run(run):
    for table, name in (("totals", "total"), ("odds", "outcome"), ("questions", "id")):
        told = getattr(run, table)
        for row in told.to_dict("records"):
            assert share(run, row[name]) == pytest.approx(row["probability"]), row[name]
    last = run.events.groupby("event").last()["probability"]
    for event in ("refused", "broken", "left_his", "suspended"):
        assert share(run, event) == pytest.approx(last[event])


def test_what_is_called_is_what_people_read(run):
    said = {name: sought(run.scenario, name, "of").label for name in ("signed", "halves_hold")}
    assert said == {"signed": "Any text signed", "halves_hold": "Halves, and they hold"}
    assert sought(run.scenario, "any_text_by_2025_04_01", "of").label == (
        "A text signed, by 1 April 2025"
    )
    assert sought(run.scenario, "any_text", "of").by is None


def test_a_name_that_nothing_has_is_refused_with_the_nearest(run):
    with pytest.raises(ScenarioError, match=r"of: no such event, .*did you mean 'halves_hold'"):
        sought(run.scenario, "halve_holds", "of")
    assert np.isclose(share(run, "other"), 0.0)
