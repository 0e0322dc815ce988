"""The face of a run: its tables, its figures, its worlds played again."""

import numpy as np
import pandas as pd
import pytest

from sim.errors import ScenarioError
from sim.runs.archive import TABLES
from sim.runs.run import load_run
from tests.runs.small_runs import small_run
from tests.small import small_scenario


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return small_run(tmp_path_factory.mktemp("made") / "run").folder


@pytest.fixture(scope="module", params=["in memory", "in its folder"])
def run(request, folder):
    return small_run() if request.param == "in memory" else load_run(folder)


def test_the_tables_have_their_columns_and_types(run):
    for name, columns in TABLES.items():
        assert {column: str(kind) for column, kind in getattr(run, name).dtypes.items()} == columns


def test_a_row_of_the_worlds_is_a_world_and_dates_are_dates(run):
    worlds = run.worlds
    assert worlds["world"].tolist() == list(range(100))
    assert (worlds["draw"] == worlds["world"] // 5).all()
    assert worlds["date"].dtype == worlds["broken_date"].dtype == np.dtype("datetime64[s]")
    signed = worlds["text_water"].notna()
    assert signed.sum() == run.manifest["signed"]


def test_odds_shares_and_the_end_of_the_timeline_agree_with_the_worlds(run):
    odds = run.odds.set_index("outcome")
    counts = run.worlds["outcome"].value_counts()
    assert odds["worlds"].to_dict() == counts.reindex(odds.index, fill_value=0).to_dict()
    pd.testing.assert_series_equal(run.shares.mean(), odds["probability"], check_names=False)
    assert run.shares.shape == (20, len(odds))
    last = run.timeline[run.timeline["date"] == run.timeline["date"].max()]
    assert last.set_index("outcome")["probability"].to_dict() == pytest.approx(
        odds["probability"].to_dict()
    )


def test_a_run_knows_its_scenario_its_configuration_and_its_name(run, folder):
    assert run.scenario == small_scenario()
    assert run.config["seed"] == 3
    assert run.name == ("two_neighbours_and_a_well" if run.folder is None else str(folder))
    assert repr(run) == (
        "<Run of two_neighbours_and_a_well: 100 worlds (20 x 5), single_text, seed 3>"
    )


def test_the_figures_draw_the_tables_into_axes_of_yours(run):
    from matplotlib.figure import Figure

    for name in ("odds", "timeline", "clauses"):
        ax = Figure().add_subplot()
        assert getattr(run.plot, name)(ax=ax) is ax
        assert ax.get_title(loc="left")
    labels = [tick.get_text() for tick in run.plot.odds().get_yticklabels()]
    assert [" ".join(label.split()) for label in labels] == run.odds["label"].tolist()


def test_the_figures_say_how_much_was_simulated_and_speak_of_no_seed_or_protocol(run):
    for name in ("odds", "timeline", "clauses"):
        said = " ".join(text.get_text() for text in getattr(run.plot, name)().texts)
        assert "100 simulated worlds" in said
        assert not {"seed", "single_text", "protocol"} & set(said.split())


def test_a_world_played_again_is_the_one_of_the_table(run):
    for world in (0, 37, 99):
        row = run.play_world(world).row
        assert row["outcome"] == run.worlds.loc[world, "outcome"]
        assert row["round"] == run.worlds.loc[world, "round"]
        assert row["utility_her"] == pytest.approx(run.worlds.loc[world, "utility_her"], rel=1e-9)


def test_a_world_or_an_actor_that_is_not_there_is_refused(run):
    for world in (-1, 100):
        with pytest.raises(ScenarioError, match="world: must be between 0 and 99"):
            run.play_world(world)
    with pytest.raises(ScenarioError, match="did you mean 'her'"):
        run.plot.negotiation(0, "hers")


def test_a_loaded_run_reads_a_table_once_and_only_when_it_is_asked_for(folder, tmp_path):
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    run = load_run(str(copy))
    odds = run.odds
    shutil.rmtree(copy)
    assert run.odds is odds
    with pytest.raises(ScenarioError, match="holds no finished run"):
        _ = run.clauses
