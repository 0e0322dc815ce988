"""The face of a run: its tables, its figures, its worlds played again."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.errors import ScenarioError
from sim.runs.archive import TABLES
from sim.runs.run import load_run
from tests.runs.small_runs import small_run, with_config
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


ASKING = {
    "questions": {
        "any_text": {
            "label": "A text signed by both",
            "event": "signed",
            "by": ["2025-03-31", "2025-07-07"],
            "resolves": "both say so",
        },
        "he_left": {"label": "He left", "event": "left", "who": ["his"], "by": "2025-07-07"},
    }
}


def test_questions_are_a_table_of_a_run_in_memory_and_of_its_folder(tmp_path):
    kept, held = small_run(tmp_path / "run", ASKING), small_run(changes=ASKING)
    pd.testing.assert_frame_equal(kept.questions, held.questions)
    assert kept.questions["id"].tolist() == [
        "any_text_by_2025_03_31",
        "any_text_by_2025_07_07",
        "he_left",
    ]
    signed = kept.totals.set_index("total").loc["signed", "probability"]
    assert kept.questions["probability"][1] == pytest.approx(signed)
    left = kept.events[kept.events["event"] == "left_his"]
    by_then = left.loc[left["date"] == "2025-07-07", "probability"].item()
    assert kept.questions["probability"][2] == pytest.approx(by_then)
    assert by_then > 0
    assert "What people ask of the talks" in str(kept.report())
    assert "both say so" in str(kept.questions_report())


def test_a_run_that_asks_nothing_tells_of_no_questions(run):
    assert len(run.questions) == 0
    assert "people ask" not in str(run.report())
    assert str(run.questions_report()) == "This run's scenario asks no questions.\n"


def test_a_folder_of_the_second_format_is_told_without_its_questions(tmp_path):
    folder = small_run(tmp_path / "run", ASKING).folder
    (folder / "questions.csv").unlink()
    old = load_run(folder)
    assert "Any text signed" in str(old.report())
    assert "people ask" not in str(old.report())
    with pytest.raises(ScenarioError, match=r"lacks questions\.csv; it was written by Parley"):
        old.questions_report()


def test_questions_of_another_configuration_are_refused(tmp_path):
    folder = small_run(tmp_path / "run", ASKING).folder

    def renamed(tree: dict[str, Any]) -> None:
        tree["questions"]["he_is_gone"] = tree["questions"].pop("he_left")

    with_config(folder, renamed)
    with pytest.raises(ScenarioError, match="its questions are not those of its configuration"):
        load_run(folder).questions_report()


def test_the_timeline_draws_the_usual_events_and_not_those_of_questions():
    asking = small_run(changes=ASKING)
    assert {"any_text", "he_left", "signed"} <= set(asking.events["event"])
    drawn = {line.get_label() for line in asking.plot.timeline().lines}
    assert "signed" in drawn
    assert not {"any_text", "he_left"} & drawn
