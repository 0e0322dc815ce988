"""The first world of a run that ended in some way, found in its table."""

from __future__ import annotations

import pyarrow as pa
import pytest

from sim.errors import ScenarioError
from sim.runs.endings import first_world
from sim.runs.results import simulate
from sim.runs.run import Run
from sim.scenario.outcomes import Ending
from tests.runs.small_runs import small_run
from tests.small import WHY, mediated_tree


@pytest.fixture(scope="module")
def mediated() -> Run:
    """A run with worlds of every ending, and an outcome for each ending under another name."""
    longer = {
        "calendar__deadline__date": "2025-02-10",
        "calendar__deadline__times": 1,
        "calendar__deadline__weeks": {"value": 1, **WHY},
        "calendar__horizon": {"value": 6, **WHY},
        "actors__envoy__no_deal": {"value": 0, **WHY},
        **{f"actors__{name}__bargaining__aspiration": 0.6 for name in ("her", "his", "envoy")},
        "aftermath__hazard": {"value": 0.01, **WHY},
        "actors__her__domestic__threshold": {"value": 0.4, **WHY},
    }
    willing = {f"actors__{name}__no_deal": {"value": 0, **WHY} for name in ("her", "his")}
    outcomes = {f"it_{ending}": {"label": ending, "ended": ending} for ending in map(str, Ending)}
    tree = mediated_tree(**longer, **willing, outcomes=outcomes)
    return simulate(tree, draws=60, replications=5)


@pytest.mark.parametrize("ending", [str(ending) for ending in Ending])
def test_an_ending_is_told_from_the_table_as_the_outcomes_tell_it(mediated, ending):
    ended = mediated.worlds[mediated.worlds["outcome"] == f"it_{ending}"]
    assert len(ended)
    first = int(ended["world"].min())
    assert mediated.first_world(ending) == mediated.first_world(f"it_{ending}") == first


def test_a_world_that_contradicts_what_is_known_is_not_the_first(mediated):
    table, scenario = mediated.source.worlds(), mediated.scenario
    worlds = mediated.worlds
    signed = worlds.loc[worlds["text_water"].notna(), "world"].tolist()
    counts = pa.array((worlds["world"] > signed[0]).tolist())
    place = table.column_names.index("counts")
    known = table.set_column(place, "counts", counts)
    assert first_world(known, scenario, "signed") == signed[1]
    none = table.set_column(place, "counts", pa.array([False] * len(worlds)))
    with pytest.raises(ScenarioError, match="none of the 0 worlds that count ended so"):
        first_world(none, scenario, "signed")


def test_signed_is_any_ending_with_a_text(mediated):
    signed = mediated.worlds[mediated.worlds["text_water"].notna()]
    assert mediated.first_world("signed") == signed["world"].min()


def test_an_outcome_that_is_called_as_an_ending_is_meant_first():
    outcomes = {
        "rejected": {"label": "Nothing signed", "ended": ["talking", "suspended"]},
        "deal": {"label": "A deal", "ended": ["in_force", "rejected", "broken"]},
    }
    run = small_run(changes={"outcomes": outcomes})
    found = run.worlds.iloc[[run.first_world("rejected")]]
    assert found["outcome"].tolist() == ["rejected"]
    assert found["text_water"].isna().all()


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("no_dael", "ending: no such outcome or ending; did you mean 'no_deal'?"),
        ("singed", "ending: no such outcome or ending; did you mean 'signed'?"),
        ("other", "ending: none of the 100 worlds of this run ended so"),
    ],
)
def test_an_ending_that_is_none_or_never_came_is_refused(asked, says):
    with pytest.raises(ScenarioError) as told:
        small_run().first_world(asked)
    assert says in str(told.value)
