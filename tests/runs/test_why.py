"""Why a run's worlds end without a signature: end to end, and told as people read it."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.errors import ScenarioError
from sim.runs.run import load_run
from tests.command import parley, parley_here
from tests.runs.small_runs import copied, knowing, small_run, with_manifest
from tests.talks.small_talks import REFUSES_ALL, SIGNS_ALL, body, of_each, plain, walkout

TABLES = ("unsigned", "refused", "together", "obstacles", "doubts", "bodies", "exits", "typical")
# Parties that may leave and return, foresee what it costs to be refused at home, and may be.
HARD = {
    "actors__her__domestic__threshold": 0.5,
    "actors__his__domestic": body(threshold=0.3, people_noise=0.3, lag=4, name="his_family"),
    "actors__her__walkout": walkout(0.03, 2),
    "actors__his__walkout": walkout(0.02),
    "actors__her__returns": plain(0.3),
    "aftermath__renegotiation": 0.7,
    **of_each(refusal_cost=plain(0.02)),
}
SETTINGS = {"draws": 60, "replications": 5}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of which some worlds do not count and draws differ in weight."""
    folder = tmp_path_factory.mktemp("made") / "run"
    small_run(folder, HARD, **SETTINGS)
    rng = np.random.default_rng(0)
    return load_run(knowing(folder, (rng.random(300) < 0.8).tolist(), rng.normal(size=60)))


@pytest.fixture(scope="module")
def why(run):
    return run.why()


@pytest.fixture(scope="module")
def weighed(run):
    """The worlds that count and sign nothing, each with its weight."""
    worlds = run.worlds[run.worlds["counts"]]
    worlds = worlds.assign(weight=np.exp(run.source.log_weight())[worlds["draw"]])
    return worlds[worlds["event_signed"].isna()]


def share(rows, found):
    return (rows["weight"] * found).sum() / rows["weight"].sum()


def test_worlds_without_a_signature_are_all_but_those_that_sign(run, why):
    counting = run.worlds[run.worlds["counts"]]
    weight = np.exp(run.source.log_weight())[counting["draw"]]
    signed = (weight * counting["event_signed"].notna()).sum() / weight.sum()
    assert why.unsigned["probability"].item() == pytest.approx(1 - signed)
    assert 0.1 < signed < 0.9


def test_it_agrees_with_the_odds_of_a_signature(tmp_path):
    run = small_run(changes=HARD, **SETTINGS)
    signed = run.totals.set_index("total").loc["signed", "probability"]
    assert run.why().unsigned["probability"].item() == pytest.approx(1 - signed)


def test_shares_are_of_the_worlds_that_count_by_their_weight(why, weighed):
    refused, bodies = why.refused.set_index("actor"), why.bodies.set_index("actor")
    hers = weighed["refused_her"].eq(True)
    assert refused.loc["her", "probability"] == pytest.approx(share(weighed, hers))
    alone = hers & ~weighed["refused_his"].eq(True)
    assert refused.loc["her", "alone"] == pytest.approx(share(weighed, alone))
    votes = share(weighed, weighed["doubted_her"].notna())
    assert refused.loc["her", "vote"] == pytest.approx(votes)
    assert why.together["probability"].sum() == pytest.approx(1)
    costs = why.obstacles.set_index(["actor", "clause"])["probability"]
    here = weighed[hers]
    assert costs["her", "water"] == pytest.approx(share(here, here["obstacle_her"].eq("water")))
    left = why.exits.set_index("actor")["probability"]
    assert left["his"] == pytest.approx(share(weighed, weighed["event_left_his"].notna()))
    assert set(bodies.index) == {"her", "his"}


def test_whose_absence_ends_the_talks_is_who_ended_the_world(why, weighed):
    away = why.exits.set_index("actor")["away"]
    for name in ("her", "his"):
        by = weighed["by"].fillna("").str.split("+").map(lambda who, name=name: name in who)
        assert away[name] == pytest.approx(share(weighed, by))
    assert away.gt(0).any()


def test_a_body_that_refused_is_told_also_where_the_talks_went_on(run, why):
    worlds = run.worlds[run.worlds["counts"]]
    declined = worlds["declined_her"] | worlds["declined_his"]
    assert (declined == worlds["event_refused"].notna()).all()
    assert (declined & worlds["by"].isna()).any()
    assert why.bodies["probability"].sum() >= 1 - 1e-12


def test_a_typical_world_ended_as_it_is_typical_of(run, why):
    worlds = run.worlds.set_index("world")
    assert why.typical["probability"].is_monotonic_decreasing
    for row in why.typical.itertuples():
        told = worlds.loc[row.world]
        assert (told["outcome"], told["counts"]) == (row.outcome, True)
        assert pd.isna(told["event_signed"])
        refused = [name for name in ("her", "his") if worlds[f"refused_{name}"].eq(True)[row.world]]
        assert row.refused_by == "+".join(refused)
        assert 0 <= row.apart <= 4
        played = why.play(row.outcome)
        assert played.world == row.world
        assert not played.differs_from({k: v for k, v in played.row.items() if k != "counts"})


def test_an_ending_without_a_typical_world_is_refused(why):
    with pytest.raises(ScenarioError, match="outcome: no such typical world"):
        why.play("halves_hold")


def test_a_run_in_memory_and_in_its_folder_give_the_same(tmp_path):
    held, kept = (small_run(f, HARD, **SETTINGS) for f in (None, tmp_path / "run"))
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(held.why(), name), getattr(kept.why(), name))
    assert str(held.why().report()) == str(kept.why().report())


def test_a_folder_from_before_worlds_kept_refusals_still_loads_and_says_so(run, tmp_path):
    old = with_manifest(copied(run, tmp_path / "old"), lambda manifest: manifest.update(format=4))
    loaded = load_run(old)
    assert len(loaded.odds)
    with pytest.raises(ScenarioError) as told:
        loaded.why()
    assert str(told.value) == (
        f"{old}: was written before its worlds kept who refused the last text: play it again"
    )


# --- As it is told ----------------------------------------------------------------------------


def flat(report):
    return " ".join(str(report).split())


def test_the_report_begins_with_who_refused_most_often_and_over_which_clause(why):
    said = flat(why.report())
    assert why.finding() in said
    assert "refused the last text most often, in" in why.finding()
    assert "Who refused a signed text at home" in said


def test_where_every_world_signs_it_says_so_and_no_more_of_refusals():
    said = flat(small_run(changes={**SIGNS_ALL, "actors__her__domestic": None}).why().report())
    assert "A text is signed in every world that counts." in said
    assert "Who refused" not in said
    assert "A typical world" not in said


def test_where_nobody_leaves_it_says_so_and_nothing_of_bodies_that_are_not_there():
    changes = {**REFUSES_ALL, "actors__her__domestic": None}
    changes |= {f"actors__{name}__walkout": None for name in ("her", "his")}
    said = flat(small_run(changes=changes).why().report())
    assert "No text is signed in 100.0% of worlds" in said
    assert "Nobody left the talks in these worlds." in said
    assert "vote at home" not in said.split("Refused: was there")[0]
    assert "refused at home" not in said


def test_names_that_look_like_markup_are_told_as_they_are():
    changes = {**REFUSES_ALL, "clauses__water__label": "[bold]<b>water</b>[/bold]"}
    assert "[bold]<b>water</b>[/bold]" in flat(small_run(changes=changes).why().report())


# --- The command ------------------------------------------------------------------------------


def test_the_command_tells_it_and_how_each_typical_world_ends(run, why, tmp_path):
    shown = parley("why", run.folder, cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert all(len(line) <= 80 for line in shown.stdout.splitlines())
    assert shown.stdout.startswith(str(why.report()))
    for world in why.typical["world"]:
        assert f"\nWorld {world} (draw" in shown.stdout


def test_as_json_it_is_shares_by_names_and_all_tables(run, why, tmp_path):
    data = json.loads(parley("why", run.folder, "--json", cwd=tmp_path).stdout)
    refused = why.refused.set_index("actor")["probability"].to_dict()
    assert data["refused"] == pytest.approx(refused)
    assert set(data["obstacle"]) == {"her", "his"}
    for actor, clauses in data["obstacle"].items():
        rows = why.obstacles[why.obstacles["actor"] == actor].set_index("clause")
        assert clauses == pytest.approx(rows["probability"].to_dict())
    assert data["bodies"] == pytest.approx(why.bodies.set_index("actor")["probability"].to_dict())
    assert set(data["tables"]) == set(TABLES) - {"unsigned"}


def test_as_json_a_share_of_nothing_is_null(tmp_path):
    small_run(tmp_path / "run", SIGNS_ALL | {"actors__her__domestic": None})
    data = json.loads(parley_here("why", "run", "--json", cwd=tmp_path).stdout)
    assert data["refused"] == {"her": None, "his": None}
    assert data["bodies"] == {}
    assert data["unsigned"]["probability"] == 0


def test_the_command_ends_with_2_where_there_is_no_run(tmp_path):
    ended = parley_here("why", "nowhere", cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "nowhere: holds no finished run" in ended.stderr
