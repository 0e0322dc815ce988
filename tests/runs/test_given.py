"""A kept run given news: as if it had been known from the start, and what is refused."""

import json
import math

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.errors import ScenarioError
from sim.runs.results import simulate
from sim.runs.run import load_run
from tests.command import parley_here, small_file
from tests.runs.small_runs import copied, small_run, with_manifest
from tests.small import small_tree

ASKING = {
    "questions": {
        "any_text": {
            "label": "A text signed",
            "event": "signed",
            "by": ["2025-02-01", "2025-04-01", "2025-07-07"],
        }
    }
}
NEWS = ("nothing signed by 2025-02-01", "his there on 2025-02-01")
SIZE = {"draws": 60, "replications": 5}
TABLES = ("odds", "totals", "questions")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return small_run(tmp_path_factory.mktemp("made") / "run", ASKING, **SIZE)


def same(one, other):
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


def test_news_told_of_a_kept_run_is_news_known_from_the_start(run):
    told = run.given(*NEWS)
    from_the_start = small_run(changes={**ASKING, "given": list(NEWS)}, **SIZE)
    same(told, from_the_start)
    evidence = from_the_start.manifest["evidence"]
    assert evidence["worlds_counted"] == told.worlds < evidence["worlds_played"] == 300
    assert evidence["effective_draws"] == pytest.approx(told.effective_draws, abs=1e-3)
    assert from_the_start.worlds["counts"].sum() == told.worlds


def test_with_forms_and_weights_too(tmp_path):
    changes = {**ASKING, "forms": ["single_text", "offers"]}
    news = "talking on 2025-02-01"
    made = small_run(tmp_path / "run", changes, **SIZE)
    same(made.given(news), small_run(changes={**changes, "given": news}, **SIZE))
    assert set(made.draws["form"]) == {"single_text", "offers"}
    assert made.draws["log_weight"].nunique() > 1  # of the stances


def test_a_run_in_memory_tells_the_same(run):
    same(small_run(changes=ASKING, **SIZE).given(*NEWS), run.given(*NEWS))


def test_order_and_repetition_change_nothing(run):
    for other in (NEWS[::-1], (*NEWS, *NEWS)):
        same(run.given(*NEWS), run.given(*other))


def test_what_is_so_in_every_world_changes_nothing(run):
    told = run.given("not in force by 2025-01-06")
    assert told.worlds == 300
    same(told, run)


def test_the_odds_are_the_share_of_the_worlds_that_meet_it(run):
    told = run.given("nothing signed by 2025-02-01")
    worlds = run.worlds[run.worlds["event_signed"].isna() | (run.worlds["date"] > "2025-02-01")]
    assert told.worlds == len(worlds)
    weights = worlds["draw"].map(run.weights["log_weight"]).map(math.exp)
    shares = weights.groupby(worlds["outcome"]).sum() / weights.sum()
    odds = told.odds.set_index("outcome")["probability"]
    assert odds[shares.index].to_list() == pytest.approx(shares.to_list())
    assert told.questions["probability"][0] == 0.0
    assert "nothing signed by 2025-02-01" in repr(told)


def test_of_news_on_news_both_count(run):
    first = small_run(changes={**ASKING, "given": NEWS[0]}, **SIZE)
    same(first.given(NEWS[1]), run.given(*NEWS))


def test_a_world_played_again_counts_as_it_did(tmp_path):
    made = small_run(tmp_path / "run", {**ASKING, "given": NEWS[0]}, **SIZE)
    apart = made.worlds[~made.worlds["counts"]]["world"].iloc[0]
    assert made.play_world(int(apart)).row["counts"] is False


@pytest.mark.parametrize(
    ("news", "says"),
    [
        ([], "statement: is missing; it must be `[nothing|no|not] EVENT by DAY`"),
        (["signd by 2025-02-01"], "no such event; did you mean 'signed'?"),
        (["in force by 2025-01-06"], "no world meets 'in force by 2025-01-06'; odds need at least"),
        (
            ["signed by 2025-02-01", "nothing signed by 2025-02-01"],
            "no world meets 'signed by 2025-02-01' and 'nothing signed by 2025-02-01'",
        ),
    ],
)
def test_what_cannot_be_told_is_refused(run, news, says):
    with pytest.raises(ScenarioError) as told:
        run.given(*news)
    assert says in str(told.value)


def test_a_run_from_the_start_of_which_too_few_worlds_are_left_leaves_no_folder(tmp_path):
    tree = small_tree(given="his away on 2025-01-13")
    with pytest.raises(
        ScenarioError, match=r"given: .* of 100 worlds meet 'his away on 2025-01-13"
    ):
        simulate(tree, draws=20, replications=5, folder=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_news_is_checked_when_the_scenario_is_read():
    with pytest.raises(ScenarioError) as told:
        small_run(changes={"given": ["signed by 2025-02-01", "signd by 2025-02-01"]})
    assert str(told.value).startswith("given.1: no such event; did you mean 'signed'?")


def test_a_run_of_an_earlier_format_is_told_what_it_lacks(run, tmp_path):
    folder = copied(run, tmp_path / "old")
    for name, column in (("draws", "form"), ("worlds", "event_signed")):
        file = folder / f"{name}.parquet"
        pq.write_table(pq.read_table(file).drop_columns(column), file)
        with pytest.raises(ScenarioError, match=rf"{name}\.parquet: lacks {column}; it was"):
            load_run(folder).given(*NEWS)
    (folder / "worlds.parquet").unlink()
    with pytest.raises(ScenarioError, match=r"lacks worlds\.parquet"):
        load_run(with_manifest(folder, lambda manifest: None)).given(*NEWS)


def test_the_command_prints_the_odds_before_and_given(run, tmp_path):
    shown = parley_here("given", run.folder, *NEWS, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert f"given: {'; '.join(NEWS)}" in " ".join(shown.stdout.split())
    assert max(map(len, shown.stdout.splitlines())) <= max(80, len(str(run.folder)))


def test_as_json_it_is_worlds_effective_draws_odds_and_questions(run, tmp_path):
    shown = parley_here("given", run.folder, *NEWS, "--json", cwd=tmp_path)
    data, told = json.loads(shown.stdout), run.given(*NEWS)
    assert list(data) == ["worlds", "effective_draws", "odds", "questions"]
    assert data["worlds"] == told.worlds
    for name in ("odds", "questions"):
        header = (run.folder / f"{name}.csv").read_text().splitlines()[0]
        assert ",".join(data[name][0]) == header
    assert data["questions"][0]["by"] == "2025-02-01"
    assert [row["probability"] for row in data["odds"]] == told.odds["probability"].to_list()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing argument 'STATEMENT...'"),
        (["in force by 2025-01-06"], "parley: statement: no world meets"),
        (["signed"], "parley: statement: must be `[nothing|no|not] EVENT by DAY`"),
    ],
)
def test_the_command_refuses_with_exit_code_2(run, tmp_path, arguments, says):
    shown = parley_here("given", run.folder, *arguments, cwd=tmp_path)
    assert shown.returncode == 2
    assert says in shown.stderr
    assert shown.stdout == ""


@pytest.mark.parametrize(
    "written", ["given=['his there on 2025-02-01']", "given=his there on 2025-02-01"]
)
def test_news_may_stand_on_the_command_line_as_a_list_or_alone(tmp_path, written):
    small_file(tmp_path)
    size = "ensemble.draws=20", "ensemble.replications=5"
    shown = parley_here(
        "run", "scenario=well.yaml", *size, written, "hydra.run.dir=made", cwd=tmp_path
    )
    assert shown.returncode == 0, shown.stderr
    made = load_run(tmp_path / "made")
    assert made.scenario.given == ("his there on 2025-02-01",)
    assert made.manifest["evidence"]["worlds_counted"] < 100
