"""What if: no change is no difference, a known effect is found, and the past stays as it was."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import special

from sim.errors import ScenarioError
from sim.play.executors import SERIAL
from sim.runs.results import simulate
from sim.runs.run import load_run
from sim.runs.what_if import Replay
from tests.command import parley_here
from tests.runs.small_runs import small_run
from tests.runs.test_given import ASKING
from tests.small import WHY
from tests.talks.test_before import RECORD, answering, either

LEARNT = {
    **ASKING,
    **RECORD,
    "forms": {**WHY, "single_text": 1, "offers": 1},
    "actors__her__no_deal": {"uniform": [0.2, 0.9], **WHY},
    "actors__her__stances": [{"text": "halves", "stance": "rejects", **WHY}],
}
SIZE = {"draws": 60, "replications": 5}
PAIRED = ["difference", "low", "high"]
MORE = {"actors.her.no_deal": 0.1}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return small_run(tmp_path_factory.mktemp("made") / "run", LEARNT, **SIZE)


def tables(found):
    return found.totals, found.outcomes, found.questions


@pytest.mark.parametrize(
    "changes", [{}, {"answers.relaxation": 4}, {"actors.her.no_deal.uniform": [0.2, 0.9]}]
)
def test_what_if_of_no_change_is_exactly_zero(run, changes):
    found = run.what_if(changes)
    assert found.changes == ()
    for table in tables(found):
        assert (table[PAIRED] == 0).all(axis=None)
        assert (table["before"] == table["after"]).all()
    assert "Nothing is changed, so every difference is zero" in str(found.report())


def test_before_is_what_the_run_says(run):
    found = run.what_if(MORE)
    for table, said in zip(tables(found), (run.totals, run.odds, run.questions), strict=True):
        assert table["before"].to_list() == pytest.approx(said["probability"].to_list())
        assert table.columns[0] == said.columns[0]
    assert found.changes == (("actors.her.no_deal", "uniform: [0.2, 0.9]", "0.1"),)
    assert found.totals["difference"][0] > 0


def test_a_run_in_memory_and_any_number_of_processes_tell_the_same(run):
    found = run.what_if(MORE)
    for other in (small_run(changes=LEARNT, **SIZE).what_if(MORE), run.what_if(MORE, workers=2)):
        for one, again in zip(tables(found), tables(other), strict=True):
            pd.testing.assert_frame_equal(one, again, check_exact=True)


def noisier(seed):
    """What three times the noise makes of the chance that he signs, as a run finds it.

    He signs with chance .1 or .5 in each session, and did not in four before the start: so the
    draws count as .9^4 to .5^4. With three times the noise he would sign with chance .32 or .5: had
    it been so before the start, they would count otherwise.
    """
    run = simulate(answering(either(0.1, 0.5), **RECORD), draws=60, replications=4, seed=seed)
    found = run.what_if({"actors.his.bargaining.noise": 0.3}).totals
    return found[found["total"] == "signed"].iloc[0]


def test_the_interval_covers_a_known_effect_95_of_100_times():
    surely = 0.5**4 / (0.5**4 + 0.9**4)
    readily = special.expit(special.logit(0.1) / 3)
    known = (1 - surely) * (readily - 0.1)
    found = [noisier(seed) for seed in range(100)]
    covered = sum(row["low"] <= known <= row["high"] for row in found)
    assert 90 <= covered <= 99  # 95 in the long run: two and a half standard errors
    mean = np.mean([row["difference"] for row in found])
    error = np.std([row["difference"] for row in found]) / np.sqrt(len(found))
    assert mean == pytest.approx(known, abs=3 * error)
    anew = (1 - readily) ** 4 / (0.5**4 + (1 - readily) ** 4) * (readily - 0.1)
    assert abs(known - anew) > 4 * error  # what counting the record anew would give


def test_draws_that_are_taken_by_weight_stand_for_all_and_come_to_what_they_did(run):
    every, few = Replay.of(run), Replay.of(run, 20)
    assert few.draws[0] <= 20
    assert few.draws[1] / few.draws[0] > every.draws[1] / every.draws[0]
    assert set(few.counts) < set(every.counts)
    times, first = few.weights.parts * 20, every.weights.first(few.ensemble.draws)
    np.testing.assert_allclose(times, times.round(), atol=1e-9)
    assert (np.abs(times - 20 * first.parts) < 1).all()
    assert first.effective_draws >= 20 > every.weights.first(few.ensemble.draws - 1).effective_draws
    (again,) = few.play([run.scenario], SERIAL)
    (changed,) = few.play([few.changed(MORE)], SERIAL)
    (of_all,) = every.play([every.changed(MORE)], SERIAL)
    taken = few.weights.counting
    for total in run.totals["total"]:
        was, now = (told.totals[total][taken] for told in (few.before, again))
        np.testing.assert_array_equal(was, now)
        whole, part = (told.totals[total][: len(taken)][taken] for told in (of_all, changed))
        np.testing.assert_array_equal(part, whole)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"actors.her.no_deall": 1}, "actors.her.no_deall: no such field; did you mean 'no_deal'?"),
        ({"actors.her.no_deal": "much"}, "actors.her.no_deal"),
        ({"seed": 4}, "seed: is no change from the day on"),
        ({"ensemble.draws": 9}, "ensemble.draws: is no change from the day on"),
        ({"stance_error": 0.2}, "stance_error: is no change from the day on"),
        ({"actors.her.stances": []}, "actors.her.stances: is no change from the day on"),
        ({"given": "nothing signed by 2025-02-01"}, "given: is no change from the day on"),
        ({"calendar.talks_since": "2025-01-01"}, "calendar.talks_since: is no change from the day"),
        ({"protocol": "offers"}, "forms: is no change from the day on"),
        ({"outcomes.no_deal.label": "None"}, "outcomes.no_deal.label: is no change from the day"),
    ],
)
def test_what_is_wrong_or_no_change_from_the_day_on_is_refused(run, changes, says):
    with pytest.raises(ScenarioError) as told:
        run.what_if(changes)
    assert says in str(told.value)


def test_a_run_that_one_draw_says_all_of_is_refused():
    with pytest.raises(ScenarioError, match="draws: must be between 2 and 1"):
        small_run(draws=1).what_if(MORE)


def test_the_command_shows_one_screen_with_a_figure(run, tmp_path):
    shown = parley_here("what-if", run.folder, "actors.her.no_deal=0.1", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert len(lines) <= 40
    assert all(len(line) <= 80 for line in lines[1:])
    assert lines[-1] == "Figure: outputs/comparisons/run_what_if.png"
    assert (tmp_path / "outputs/comparisons/run_what_if.png").stat().st_size > 1000
    said = " ".join(shown.stdout.split())
    assert "actors.her.no_deal uniform: [0.2, 0.9] 0.1" in said
    assert "Paired over 60 draws, worth" in said


def test_the_command_gives_the_same_as_json(run, tmp_path):
    asked = ["what-if", run.folder, "actors.her.no_deal=0.1", "--figure", "mine.svg", "--json"]
    told = json.loads(parley_here(*asked, cwd=tmp_path).stdout)
    found = run.what_if(MORE)
    assert (tmp_path / "mine.svg").is_file()
    assert [*told["totals"][0]] == ["total", "label", "before", "after", *PAIRED]
    assert [*told["outcomes"][0]] == ["outcome", "label", "before", "after", *PAIRED]
    assert [row["difference"] for row in told["totals"]] == pytest.approx(
        found.totals["difference"].to_list()
    )
    assert told["questions"][0]["by"] == "2025-04-01"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["actors.her.no_deal"], "is no override; write path=value"),
        (
            ["actors.her.no_deal=0.1", "actors.her.no_deal=0.2"],
            "actors.her.no_deal: is given twice",
        ),
        (["~actors.her.walkout"], "try actors.her.walkout=null"),
        (["actors.her.no_deal=0.1", "--figure", "x.txt"], "--figure: must end in one of"),
    ],
)
def test_what_cannot_be_asked_ends_with_2_and_nothing_written(run, tmp_path, asked, says):
    told = parley_here("what-if", run.folder, *asked, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert says in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_loaded_with_the_same_face(run):
    pd.testing.assert_frame_equal(load_run(run.folder).what_if({}).totals, run.what_if({}).totals)
