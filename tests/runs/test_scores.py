"""A run's questions scored: known numbers, who is ranked and by what, and what is refused."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from sim.analysis.scores import paired_difference
from sim.errors import ScenarioError
from sim.runs.run import load_run
from sim.runs.scores import score
from tests.runs.small_runs import small_run

TEXT_DAYS = [f"2025-{month:02}-01" for month in range(2, 8)]
ASKING = {
    "questions": {
        "any_text": {"label": "A text signed", "event": "signed", "by": TEXT_DAYS},
        "he_left": {"label": "He left", "event": "left", "who": ["his"], "by": "2025-07-07"},
        "she_left": {"label": "She left", "event": "left", "who": ["her"], "by": TEXT_DAYS},
    }
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return small_run(tmp_path_factory.mktemp("made") / "run", ASKING)


def all_of(run, **more):
    """What happened, for every question of a run: she left, nothing else."""
    return {name: {"happened": "she" in name, **more} for name in run.questions["id"]}


def test_a_question_is_scored_by_its_own_odds(run):
    odds = run.questions.set_index("id")["probability"]
    found = score(run, {"he_left": {"happened": True, "crowd": 0.4, "base": 0.1}})
    (row,) = found.table.to_dict("records")
    p = odds["he_left"]
    assert 0 < p < 1
    assert (row["id"], row["event"], row["happened"]) == ("he_left", "he_left", True)
    assert (row["probability"], row["brier"]) == (p, pytest.approx((1 - p) ** 2))
    assert row["log_score"] == pytest.approx(-np.log(p))
    assert (row["crowd_brier"], row["crowd_log_score"]) == pytest.approx((0.36, -np.log(0.4)))
    assert (row["base_brier"], row["base_log_score"]) == pytest.approx((0.81, -np.log(0.1)))
    assert found.open == len(odds) - 1


def test_a_file_and_a_mapping_and_a_run_in_memory_and_in_its_folder_give_the_same(run, tmp_path):
    file = tmp_path / "happened.yaml"
    file.write_text(
        "he_left: {happened: true, crowd: 1}\nany_text_by_2025_03_01: {happened: false}"
    )
    mapping = {
        "any_text_by_2025_03_01": {"happened": np.bool_(False)},
        "he_left": {"happened": True, "crowd": np.float64(1)},
    }
    found = score(load_run(run.folder), file).table
    pd.testing.assert_frame_equal(found, score(small_run(changes=ASKING), mapping).table)
    assert found["id"].tolist() == ["any_text_by_2025_03_01", "he_left"]  # as the run asks them


def test_means_are_over_the_same_questions_beside_even_odds_and_those_who_answered_all(run):
    told = {
        "he_left": {"happened": True, "base": 0.1, "crowd": 0.4},
        "any_text_by_2025_02_01": {"happened": False, "base": 0.3},
    }
    found = score(run, told)
    means = found.means.set_index("forecaster")
    assert means.index.tolist() == ["run", "even", "base"]
    assert means.loc["even"].tolist() == pytest.approx([0.25, np.log(2)])
    assert means.loc["base", "brier"] == pytest.approx((0.81 + 0.09) / 2)
    assert means.loc["run"].tolist() == pytest.approx(
        found.table[["brier", "log_score"]].mean().tolist()
    )
    assert "Left out: the crowd, given for 1 of 2 only." in str(found.report())


def test_nine_questions_rank_nobody_and_say_so(run):
    nine = dict(list(all_of(run).items())[:9])
    found = score(run, nine)
    assert len(found.differences) == 0
    assert "9 questions are too few to rank forecasters by; ten are needed." in str(found.report())
    assert "Who did better" not in str(found.report())
    one = score(run, {"he_left": {"happened": True}})
    assert one.why_not_ranked.startswith("1 question is too few")


def test_ten_questions_rank_by_paired_differences_over_whole_events(run):
    found = score(run, dict(list(all_of(run, base=0.3).items())[:10]))
    rows = found.differences.set_index(["against", "rule"])
    assert list(rows.index) == [(w, r) for w in ("even", "base") for r in ("brier", "log_score")]
    table = found.table
    truth = paired_difference(
        table["brier"].to_numpy(),
        table["base_brier"].to_numpy(),
        ["any_text"] * 6 + ["he_left"] + ["she_left"] * 3,
    )
    assert rows.loc[("base", "brier")].tolist() == [truth.mean, truth.low, truth.high]
    assert "Who did better" in " ".join(str(found.report()).split())


@dataclass(frozen=True)
class Said:
    """Forecasts that nobody played for: all of one chance."""

    ids: list[str]
    chance: float
    events: list[str]
    name: str = "a run"

    def asked(self) -> pd.DataFrame:
        held = {"id": self.ids, "label": self.ids, "event": self.events}
        return pd.DataFrame({**held, "probability": self.chance})


def said(many: int, chance: float, events: int | None = None) -> Said:
    ids = [f"q{n}" for n in range(many)]
    return Said(ids, chance, [f"e{n % (events or many)}" for n in range(many)])


def test_many_days_of_one_event_rank_nobody():
    days = said(12, 0.3, events=1)
    found = score(days, {name: {"happened": False} for name in days.ids})
    assert len(found.differences) == 0
    assert "12 questions of one event cannot rank" in found.why_not_ranked


def test_a_clear_difference_is_told_by_the_name_of_who_did_better():
    run = said(12, 0.2)
    what = {name: {"happened": False, "crowd": 0.1, "base": 0.9} for name in run.ids}
    told = [" ".join(line.split()) for line in str(score(run, what).report()).splitlines()]
    # 0.2 ** 2 - 0.5 ** 2, 0.2 ** 2 - 0.9 ** 2, 0.2 ** 2 - 0.1 ** 2
    assert "even odds Brier -0.210 -0.210 to -0.210 this run" in told
    assert "the base rate Brier -0.770 -0.770 to -0.770 this run" in told
    assert "the crowd Brier +0.030 +0.030 to +0.030 the crowd" in told


def test_what_was_given_no_chance_has_an_infinite_log_score_and_no_difference_by_it():
    run = said(10, 0.0)
    found = score(run, {name: {"happened": name == "q0"} for name in run.ids})
    assert found.table["log_score"].tolist() == [np.inf] + [0.0] * 9
    assert found.infinite == ["the log score of q0"]
    rows = found.differences.set_index("rule")
    assert rows.loc["brier", "difference"] == pytest.approx(0.1 - 0.25)
    assert rows.loc["log_score", ["difference", "low", "high"]].isna().all()
    told = str(found.report())
    assert "infinite" in told
    assert "The log score is infinite where what happened was given no chance" in told


def test_a_crowd_that_was_certain_and_wrong_is_infinitely_wrong_by_name():
    found = score(said(1, 0.5), {"q0": {"happened": True, "crowd": 0}})
    assert found.infinite == ["the log score of q0 by the crowd"]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, "resolutions: is empty; what happened is written ID: {happened: true}"),
        (
            {"he_lft": {"happened": True}},
            "he_lft: no such question of the run; did you mean 'he_left'",
        ),
        ({"he_left": {}}, "he_left.happened: is missing"),
        ({"he_left": {"happened": "yes"}}, "he_left.happened: must be true or false (got 'yes')"),
        ({"he_left": {"happened": 1}}, "he_left.happened: must be true or false (got 1)"),
        ({"he_left": {"happened": None}}, "he_left.happened: must be true or false"),
        ({"he_left": {"happened": True, "crowd": 1.1}}, "he_left.crowd: must be at most 1"),
        ({"he_left": {"happened": True, "base": -0.1}}, "he_left.base: must be at least 0"),
        ({"he_left": {"happened": True, "base": "0.3"}}, "he_left.base: must be a number"),
        ({"he_left": {"happened": True, "base": np.nan}}, "he_left.base: must be a finite number"),
        ({"he_left": {"happened": True, "crwd": 1}}, "crwd: no such field; did you mean 'crowd'"),
        ({"he_left": True}, "resolutions: he_left: must be a mapping of fields to values"),
    ],
)
def test_resolutions_that_make_no_sense_are_refused(run, told, why):
    with pytest.raises(ScenarioError) as refused:
        score(run, told)
    assert why in str(refused.value)


def test_everything_that_is_wrong_is_told_at_once(run):
    told = {"he_lft": {"happened": 2}, "he_left": {"crowd": 2}}
    with pytest.raises(ScenarioError) as refused:
        score(run, told)
    assert len(refused.value.problems) == 4


def test_a_run_that_asks_nothing_cannot_be_scored():
    with pytest.raises(ScenarioError, match="its scenario asks no questions"):
        score(small_run(), {"he_left": {"happened": True}})


def test_scores_are_told_in_a_line_each(run):
    found = score(run, {"he_left": {"happened": True}})
    assert repr(found).splitlines()[0] == f"1 question of {run.name}"
    assert "<table" in found._repr_html_()
