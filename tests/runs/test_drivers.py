"""What drives the odds of a run: end to end, in memory, from a folder, and by the command."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.errors import ScenarioError
from sim.runs.drivers import COLUMNS
from sim.runs.run import load_run
from tests.command import parley, parley_here
from tests.runs.small_runs import copied, small_run
from tests.show.reading import read
from tests.small import WHY

NO_DEAL = "actors.his.no_deal"
CHANGES = {
    "actors__her__stances": [],
    "actors__his__stances": [],
    "forms": ["single_text", "offers"],
    "factors": {"mood": "How he feels about the well"},
    # What no deal is worth to him decides whether he signs anything at all.
    "actors__his__no_deal": {
        "uniform": [0, 1.6],
        "common": {"factor": "mood", "loading": 0.7},
        "basis": "assumption",
        "why": "nobody\nasked \x1b[31mhim",
    },
}
SETTINGS = {"draws": 300, "replications": 4}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return small_run(tmp_path_factory.mktemp("made") / "run", CHANGES, **SETTINGS)


@pytest.fixture(scope="module")
def found(run):
    return run.drivers(box=True)


def test_the_number_that_decides_comes_first_with_its_label_sign_and_basis(found):
    row = found.table.iloc[0]
    assert tuple(found.table.columns) == COLUMNS
    assert (row["path"], row["label"], row["sign"]) == (NO_DEAL, "He: no deal", -1)
    assert row["basis"] == "assumption: nobody asked [31mhim"
    assert row["importance"] > 0.5 > found.threshold > 0
    assert row["low_mean"] > found.odds > row["high_mean"]


def test_every_number_that_differs_between_draws_has_a_row_and_no_other(run, found):
    differs = {path for path in run.draws if run.draws[path].nunique() > 1}
    assert set(found.table["path"]) == differs
    assert {"form", "actors.his.weights.water"} <= differs
    assert any(".misreadings." in path for path in differs)


def test_its_odds_are_the_run_s(run, found):
    signed = run.totals.set_index("total").loc["signed", "probability"]
    assert found.odds == pytest.approx(signed)
    for row in run.odds.to_dict("records"):
        of = run.drivers(of=row["outcome"])
        assert of.odds == pytest.approx(row["probability"])
        assert of.of.label == row["label"]


def test_groups_are_by_actor_kind_and_common_factor(found):
    groups = found.groups.set_index(["by", "group"])
    assert groups.loc[("common factor", "How he feels about the well"), "numbers"] == 1
    alone = found.table.set_index("path").loc[NO_DEAL, "importance"]
    for group in (("actor", "He"), ("kind", "no deal")):
        assert groups.loc[group, "importance"] == pytest.approx(alone, abs=0.25)
        assert groups.loc[group, "importance"] > groups.loc[group, "chance"]
    assert ("kind", "How bargaining is modelled") in groups.index
    assert ("actor", "No actor's own") in groups.index or "He" in groups.loc["actor"].index


def test_the_split_is_that_of_the_manifest(run, found):
    stated = run.manifest["doubt"]
    split = (found.split.chance, found.split.assumed, found.split.form)
    assert split == pytest.approx([stated[k] for k in ("chance", "assumed", "form")], abs=1e-6)


def test_a_box_says_where_it_is_likelier(found):
    sides = {side.path: side for side in found.box.sides}
    assert sides[NO_DEAL].high is not None
    assert found.box.density > found.odds
    assert "“He: no deal” is below" in found.in_words()


def test_a_run_in_memory_and_in_its_folder_give_the_same(found):
    held = small_run(changes=CHANGES, **SETTINGS).drivers()
    pd.testing.assert_frame_equal(held.table, found.table)
    pd.testing.assert_frame_equal(held.groups, found.groups)
    assert held.threshold == found.threshold


def test_total_order_of_a_group_is_no_less_than_what_it_explains(run, found):
    total = run.drivers(total=True).total.set_index(["by", "group"])
    assert total.loc[("actor", "He"), "total"] > 0.2
    assert total.loc[("common factor", "How he feels about the well"), "total"] > 0.1
    assert total["total"].min() > -0.1
    assert total.loc[("kind", "How bargaining is modelled"), "error"] > 0
    assert found.total is None


def test_what_is_asked_must_be_there(run):
    with pytest.raises(ScenarioError, match="no such event, outcome or question; did you mean"):
        run.drivers(of="signd")


def test_where_nothing_differs_there_is_no_driver():
    with pytest.raises(ScenarioError, match="has no drivers: no number differs"):
        small_run(draws=1).drivers()


def test_one_world_a_draw_cannot_tell_chance_from_what_is_assumed():
    found = small_run(changes=CHANGES, draws=60, replications=1).drivers(box=True)
    assert np.isnan(found.threshold)
    assert found.table["importance"].isna().all()
    assert "cannot be told" in str(found.report())
    with pytest.raises(ScenarioError, match="has no drivers: draws differ by no more than chance"):
        found.plot()


def test_a_folder_without_its_draws_says_so(run, tmp_path):
    folder = copied(run, tmp_path / "run")
    (folder / "draws.parquet").unlink()
    with pytest.raises(ScenarioError, match=r"lacks draws\.parquet"):
        load_run(folder).drivers()


# --- The command ------------------------------------------------------------------------------


def test_the_command_tells_what_python_tells_within_80_columns(run, tmp_path):
    shown = parley("drivers", run.folder, "--box", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == str(run.drivers(box=True).report())
    assert all(len(line) <= 80 for line in shown.stdout.splitlines())
    said = " ".join(shown.stdout.split())
    assert "The odds rest most on “He: no deal”, which is assumed." in said
    assert "chance alone" in said


def test_as_json_it_has_the_threshold_every_number_and_the_split(run, tmp_path):
    shown = parley_here("drivers", run.folder, "--json", cwd=tmp_path)
    data = json.loads(shown.stdout)
    assert data["threshold"] == run.drivers().threshold
    assert list(data["drivers"][0]) == list(COLUMNS)
    assert data["drivers"][0]["path"] == NO_DEAL
    shares = [row["importance"] for row in data["drivers"]]
    assert shares == sorted(shares, reverse=True)
    assert set(data["split"]) == {"chance", "assumptions", "form"}
    assert sum(data["split"].values()) == pytest.approx(1)


def test_as_json_a_box_and_totals_stand_beside_where_they_are_asked_for(run, tmp_path):
    small = small_run(tmp_path / "run", CHANGES, draws=60, replications=2)
    shown = parley_here("drivers", small.folder, "--json", "--box", "--total", cwd=tmp_path)
    data = json.loads(shown.stdout)
    assert {"by", "group", "total", "error"} == set(data["total"][0])
    assert data["box"] is None or {"path", "low", "high", "kinds"} == set(data["box"]["sides"][0])


def test_an_unknown_name_is_refused_with_the_nearest(run, tmp_path):
    shown = parley_here("drivers", run.folder, "--of", "halve_holds", cwd=tmp_path)
    assert shown.returncode == 2
    assert "did you mean 'halves_hold'?" in shown.stderr
    assert shown.stdout == ""


# --- Text that is not to be trusted -------------------------------------------------------------

ODD = {
    "markup": "[bold]<script>alert(1)</script>[/bold] &amp; $x^2$ _a_ *b* `c` |d|",
    "formula": "=cmd|' /C calc'!A0",
    "long": "a very long label without an end " * 6,
    "right to left": "אין הסכם שלום",
    "cjk": "和平協定",
}


@pytest.mark.parametrize("label", ODD.values(), ids=ODD)
def test_labels_are_shown_as_the_text_that_they_are(label, tmp_path):
    label = label[:200].strip()
    changes = {**CHANGES, "actors__his__label": label, "title": label}
    changes["actors__his__no_deal"] = {"uniform": [0, 1.6], **WHY, "why": label}
    run = small_run(tmp_path / "run", changes, **{**SETTINGS, "draws": 150})
    found = run.drivers()
    report, first = found.report(), " ".join(label.split())[:60]
    assert found.table.loc[0, "label"] == f"{label}: no deal"
    for writer in ("text", "html", "markdown"):
        assert first in read(report, writer)
    assert "<script>" not in report.written("html")
    found.plot().figure.savefig(tmp_path / "drivers.png")
    data = json.loads(parley_here("drivers", run.folder, "--json", cwd=tmp_path).stdout)
    assert data["drivers"][0]["label"] == f"{label}: no deal"
