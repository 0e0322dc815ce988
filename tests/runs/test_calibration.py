"""A kept run under stated chances: they are met, what else follows, and what is refused."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.errors import ScenarioError
from tests.command import parley_here
from tests.runs.small_runs import small_run

ASKING = {
    "questions": {
        "any_text": {
            "label": "A text signed",
            "event": "signed",
            "by": ["2025-02-01", "2025-04-01", "2025-07-07"],
        }
    }
}
SIGNED = "signed by 2025-04-01"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    made = tmp_path_factory.mktemp("made") / "run"
    return small_run(made, ASKING, draws=150, replications=10)


def of(table, name):
    return table.set_index(table.columns[0])["probability"][name]


def test_a_stated_chance_is_what_the_run_then_says(run):
    before = of(run.questions, "any_text_by_2025_04_01")
    for aim in (before * 0.8, min(before * 1.2, 0.95)):
        found = run.calibrate({SIGNED: aim})
        assert of(found.questions, "any_text_by_2025_04_01") == pytest.approx(aim, abs=1e-9)
        (row,) = found.statements.to_dict("records")
        assert row["before"] == pytest.approx(before)
        assert np.sign(row["weight"]) == np.sign(aim - before)


def test_draws_weigh_by_how_likely_the_statement_is_in_them(run):
    found = run.calibrate(f"{SIGNED} = 0.5")
    signed = run.worlds["event_signed"] <= "2025-04-01"
    likely = signed.groupby(run.worlds["draw"]).mean().to_numpy()
    added = found.log_weight - run.source.log_weight()
    assert added == pytest.approx(found.statements["weight"][0] * likely)
    assert found.effective_draws < found.before.effective_draws


def test_several_chances_are_met_together_in_any_order(run):
    first, second = f"{SIGNED} = 0.5", "not his there on 2025-04-01=0.2"
    found, other = run.calibrate(first, second), run.calibrate(second, first)
    assert of(found.questions, "any_text_by_2025_04_01") == pytest.approx(0.5, abs=1e-9)
    np.testing.assert_allclose(found.odds["probability"], other.odds["probability"], atol=1e-9)
    mapping = run.calibrate({SIGNED: 0.5, "not his there on 2025-04-01": 0.2})
    pd.testing.assert_frame_equal(mapping.odds, found.odds)


def test_a_statement_at_its_own_odds_changes_nothing(run):
    found = run.calibrate({SIGNED: of(run.questions, "any_text_by_2025_04_01")})
    for name in ("odds", "totals", "questions"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(run, name), check_exact=True)
    assert "count as before" in str(found.report())


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ([], "statement: is missing; it must be `STATEMENT = CHANCE`"),
        ([SIGNED], "needs its chance beside it, as in 'signed by 2026-03-31 = 0.2'"),
        ([f"{SIGNED} = x"], f"chance of '{SIGNED}': must be a number above 0 and below 1"),
        ([f"{SIGNED} = 1"], "what is certain is news: parley given (got '1')"),
        ([{SIGNED: -0.1}], "must be a number above 0 and below 1"),
        ([{SIGNED: float("nan")}], "must be a number above 0 and below 1"),
        ([f"{SIGNED}=0.2", f"{SIGNED}=0.3"], "has two chances, 0.2 and 0.3"),
        (["signd by 2025-04-01 = 0.2"], "no such event; did you mean 'signed'?"),
        (["in force by 2025-01-06 = 0.5"], "statement: can have no other chance than 0.0%"),
        (
            [f"{SIGNED} = 0.5", f"nothing {SIGNED} = 0.4"],
            f"statement: can have no other chance than 60.0% beside the others (got '{SIGNED}')",
        ),
        (
            [f"{SIGNED} = 0.5", "signed by 2025-03-01 = 0.6"],
            "only beside the others (got 'signed by 2025-03-01')",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(run, stated, says):
    with pytest.raises(ScenarioError) as told:
        run.calibrate(*stated)
    assert says in str(told.value)


def test_a_chance_above_that_of_every_draw_says_between_which_it_may_be(run):
    worlds = run.worlds
    gone = worlds["away_his"].map(lambda days: len(days) > 0 and str(days[0]) <= "2025-01-20")
    most = gone.groupby(worlds["draw"]).mean().max()
    assert 0 < most < 0.9
    with pytest.raises(ScenarioError) as told:
        run.calibrate("his away on 2025-01-20 = 0.95")
    assert f"can have a chance between 0.0% and {most:.1%} only by weighing" in str(told.value)


def test_the_command_says_what_counts_more_and_what_the_draws_are_worth(run, tmp_path):
    shown = parley_here("calibrate", run.folder, f"{SIGNED} = 0.3", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    said = " ".join(shown.stdout.split())
    assert "count less" in said or "count more" in said
    assert "They are then worth" in said


def test_as_json_the_statements_stand_before_the_odds(run, tmp_path):
    shown = parley_here("calibrate", run.folder, f"{SIGNED}=0.5", "--json", cwd=tmp_path)
    data = json.loads(shown.stdout)
    assert list(data) == ["effective_draws", "statements", "odds", "questions"]
    before = of(run.questions, "any_text_by_2025_04_01")
    (row,) = data["statements"]
    assert list(row) == ["statement", "probability", "before"]
    assert (row["statement"], row["probability"]) == (SIGNED, 0.5)
    assert row["before"] == pytest.approx(before)
    assert data["questions"][1]["probability"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing argument 'STATEMENT=CHANCE...'"),
        ([SIGNED], "parley: statement: needs its chance beside it"),
        (["in force by 2025-01-06=0.5"], "parley: statement: can have no other chance than 0.0%"),
    ],
)
def test_the_command_refuses_with_exit_code_2(run, tmp_path, arguments, says):
    shown = parley_here("calibrate", run.folder, *arguments, cwd=tmp_path)
    assert shown.returncode == 2
    assert says in shown.stderr
    assert shown.stdout == ""
