"""A finished sweep read back: its columns, its draws, its figures, and what it lacks."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from pandas.api import types

from sim.analysis.odds import paired_difference
from sim.analysis.weights import Weights
from sim.errors import ScenarioError
from sim.runs.results import simulate_into
from sim.settings.configuration import configure
from sim.sweeps.designs import Kind
from sim.sweeps.sweep import Sweep, load_sweep, point_file, read_tables, write_tables
from tests.sweeps.small_sweeps import FEW, POINT, plan_of, swept

FOUR = ("protocol=offers,single_text", "actors.her.no_deal=0.1:0.5")
STATED = ["point", "protocol", "actors.her.no_deal", "status", "error", "digest", "seconds", "path"]


@pytest.fixture(scope="module")
def four(tmp_path_factory) -> Sweep:
    folder = tmp_path_factory.mktemp("four")
    return swept(plan_of(folder, *FOUR, points=2), folder / "sweep")


def test_the_index_has_a_row_for_each_point_with_its_parameters_and_its_odds(four):
    outcomes = ["halves_hold", "other_deal", "failed_deal", "no_deal"]
    assert list(four.index.columns) == STATED + [f"odds_{name}" for name in outcomes]
    assert four.index["point"].tolist() == list(range(4))
    assert four.index["protocol"].tolist() == ["offers"] * 2 + ["single_text"] * 2
    assert four.index["actors.her.no_deal"].tolist() == pytest.approx([0.1, 0.5] * 2)
    assert four.index["status"].tolist() == ["done"] * 4
    assert four.index.filter(like="odds_").sum(axis=1).tolist() == pytest.approx([1.0] * 4)


def test_the_columns_have_these_types(four):
    kinds = four.index.dtypes
    assert types.is_integer_dtype(kinds["point"])
    for name in ("actors.her.no_deal", "seconds", "odds_no_deal"):
        assert types.is_float_dtype(kinds[name])
    assert four.index["error"].isna().all()


def test_the_odds_are_the_tables_of_all_points_one_under_the_other(four):
    assert list(four.odds.columns[:3]) == ["point", "protocol", "actors.her.no_deal"]
    for point, table in four.odds.groupby("point"):
        wide = four.index.loc[point]
        for outcome, odds in zip(table["outcome"], table["probability"], strict=True):
            assert wide[f"odds_{outcome}"] == odds
    assert (four.odds["low"] <= four.odds["probability"]).all()


@pytest.mark.parametrize("name", ["index", "odds"])
def test_the_tables_stand_there_as_csv_too(four, name):
    read = pd.read_csv(four.folder / f"{name}.csv")
    table = getattr(four, name)
    assert list(read.columns) == list(table.columns)
    for column in table:
        known = table[column].notna()
        assert (read[column].notna() == known).all()
        assert read.loc[known, column].tolist() == table.loc[known, column].tolist()


def test_a_point_is_the_run_of_the_same_overrides_alone(four, tmp_path):
    scenario = four.folder.parent / "well.yaml"
    asked = [f"scenario={scenario}", FEW, "protocol=single_text", "actors.her.no_deal=0.1"]
    alone = simulate_into(tmp_path / "run", configure(asked))
    assert four.index.loc[2, "digest"] == alone.manifest["digest"]
    again = simulate_into(
        tmp_path / "again", configure(config=str(four.folder / "runs" / "0002" / "config.yaml"))
    )
    assert again.manifest["digest"] == alone.manifest["digest"]


def test_each_point_of_a_small_sweep_has_a_run_folder(four):
    for point, path in zip(four.index["point"], four.index["path"], strict=True):
        manifest = json.loads((four.folder / path / "manifest.json").read_text())
        assert manifest["digest"] == four.index.loc[point, "digest"]


def test_columns_of_several_kinds_are_text_and_what_is_absent_is_null(tmp_path):
    numbers = [{"triangular": [0.1, 0.2, 0.3]}, 0.2, None]
    rows = [
        {"number": number, "mixed": 1 + number_ / 2, "flag": number_ > 0, "at": number_}
        for number_, number in enumerate(numbers)
    ]
    (tmp_path / "points").mkdir()
    for number, values in enumerate(rows):
        replace(POINT, values=values).write(point_file(tmp_path, str(number)))
    write_tables(tmp_path, tmp_path, rows, {0: "0", 1: "1", 2: "2"}, {})
    index, _ = read_tables(tmp_path)
    assert json.loads(index["number"][0]) == {"triangular": [0.1, 0.2, 0.3]}
    assert index["number"][1] == "0.2"
    assert index["number"].isna().tolist() == [False, False, True]
    assert index["mixed"].tolist() == [1.0, 1.5, 2.0]
    assert index["flag"].tolist() == [False, True, True]
    assert types.is_integer_dtype(index["at"].dtype)


def test_a_point_has_the_shares_of_its_draws(four):
    shares = four.draws(2)
    assert len(shares) == 20
    assert shares.sum(axis=1).tolist() == pytest.approx([1.0] * 20)
    assert shares["no_deal"].mean() == pytest.approx(four.index.loc[2, "odds_no_deal"])


def test_differences_are_those_of_the_draws_b_less_a(four):
    table = four.differences(2, 3).set_index("outcome")
    after, before = (four.draws(point)["no_deal"].to_numpy() for point in (3, 2))
    alike = Weights.equal(20, 10)
    by_hand = paired_difference(after, alike, before, alike)
    assert table.loc["no_deal", "difference"] == pytest.approx(by_hand.mean)
    interval = table.loc["no_deal", ["low", "high"]].tolist()
    assert interval == pytest.approx([by_hand.low, by_hand.high])
    change = four.index.loc[3, "odds_no_deal"] - four.index.loc[2, "odds_no_deal"]
    assert by_hand.mean == pytest.approx(change)
    assert four.differences(3, 3)["difference"].tolist() == [0.0] * 4


def test_the_heat_map_shows_each_point_where_it_lies(four):
    ax = four.plot.heat_map("protocol", "actors.her.no_deal", "no_deal")
    cells = ax.collections[0].get_array()
    assert cells.shape == (2, 2)
    odds = four.index["odds_no_deal"].to_numpy().reshape(2, 2).T
    assert cells.ravel().tolist() == pytest.approx(odds.ravel().tolist())


def test_the_figures_of_points_name_their_outcomes(four):
    for ax in (four.plot.odds(2), four.plot.differences(0, 3)):
        labels = " ".join(tick.get_text() for tick in ax.get_yticklabels())
        assert "No deal" in labels


def test_the_figures_say_how_much_was_simulated_and_speak_of_no_seed(four):
    for ax in (
        four.plot.odds(2),
        four.plot.differences(0, 3),
        four.plot.heat_map("protocol", "actors.her.no_deal", "no_deal"),
    ):
        said = " ".join(text.get_text() for text in ax.texts)
        assert "simulated worlds" in said
        assert "seed" not in said


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda four: four.draws(4), "point: must be between 0 and 3"),
        (
            lambda four: four.plot.heat_map("protocl", "protocol", "no_deal"),
            "did you mean 'protocol'",
        ),
        (
            lambda four: four.plot.heat_map("protocol", "actors.her.no_deal", "no_del"),
            "did you mean 'no_deal'",
        ),
        (lambda four: four.plot.heat_map("protocol", "protocol", "no_deal"), "repeat, because"),
    ],
)
def test_what_a_sweep_does_not_hold_is_said(four, ask, says):
    with pytest.raises(ScenarioError) as caught:
        ask(four)
    assert says in str(caught.value)


def test_points_of_several_seeds_are_not_compared_draw_by_draw(four):
    unpaired = replace(four, manifest={**four.manifest, "paired": False})
    with pytest.raises(ScenarioError, match="the seed or the size of the ensemble is swept"):
        unpaired.differences(0, 1)


def test_a_large_sweep_keeps_its_points_in_compact_form_and_off_a_grid_makes_no_heat_map(tmp_path):
    ranges = ("actors.her.no_deal=0.1:0.5", "actors.his.no_deal=0.1:0.5", "ensemble.draws=2")
    plan = plan_of(tmp_path, *ranges, kind=Kind.LHS, points=33)
    sweep = swept(plan, tmp_path / "sweep")
    assert sweep.index["path"][32] == "points/0032.parquet"
    assert not (sweep.folder / "runs").exists()
    with pytest.raises(ScenarioError, match="are no grid"):
        sweep.plot.heat_map("actors.her.no_deal", "actors.his.no_deal", "no_deal")


def test_a_folder_that_is_no_finished_sweep_says_why(four, tmp_path):
    with pytest.raises(ScenarioError, match=r"holds no finished sweep: there is no manifest\.json"):
        load_sweep(tmp_path)
    with pytest.raises(ScenarioError, match="holds a run, not a sweep"):
        load_sweep(four.folder / "runs" / "0000")
    (tmp_path / "points").mkdir()
    with pytest.raises(ScenarioError, match="the same command with the same folder finishes it"):
        load_sweep(tmp_path)


def copy_of(sweep: Sweep, folder):
    for name in ("manifest.json", "index.parquet", "odds.parquet"):
        (folder / name).write_bytes((sweep.folder / name).read_bytes())
    return folder


@pytest.mark.parametrize("name", ["index.parquet", "odds.parquet"])
def test_a_sweep_of_an_earlier_version_says_what_it_lacks(four, tmp_path, name):
    file = copy_of(four, tmp_path) / name
    frame = pd.read_parquet(file)
    last = "path" if name.startswith("index") else "worlds"
    frame.drop(columns=last).to_parquet(file)
    with pytest.raises(ScenarioError, match=f"{name}: lacks the column {last}, which a sweep"):
        load_sweep(tmp_path)
    file.write_bytes(b"PAR1")
    with pytest.raises(ScenarioError, match=f"{name}: cannot be read"):
        load_sweep(tmp_path)
    file.unlink()
    with pytest.raises(ScenarioError, match=f"lacks {name}"):
        load_sweep(tmp_path)


def test_a_manifest_of_an_earlier_version_says_what_it_lacks(four, tmp_path):
    file = copy_of(four, tmp_path) / "manifest.json"
    manifest = json.loads(file.read_text())
    file.write_text(json.dumps({k: v for k, v in manifest.items() if k != "paired"}))
    with pytest.raises(ScenarioError, match=r"manifest\.json: lacks the field paired"):
        load_sweep(tmp_path)


def test_a_sweep_with_a_point_cut_short_or_lost_is_refused_by_its_name(tmp_path):
    sweep = swept(plan_of(tmp_path, *FOUR, points=2), tmp_path / "sweep")
    files = sorted((sweep.folder / "points").iterdir())
    files[1].write_bytes(files[1].read_bytes()[:-9])
    with pytest.raises(ScenarioError, match=r"cut short: points/0001\.parquet \(the same command"):
        load_sweep(sweep.folder)
    files[3].unlink()
    with pytest.raises(ScenarioError, match=r"points/0001\.parquet and 1 more"):
        load_sweep(sweep.folder)


def test_a_point_that_fails_is_recorded_and_the_others_go_on(tmp_path):
    doubtful = "{uniform:[-0.5,1.0]}"
    plan = plan_of(tmp_path, f"actors.her.values.water.hers={doubtful},1", "ensemble.draws=99")
    sweep = swept(plan, tmp_path / "sweep")
    assert sweep.index["status"].tolist() == ["failed", "done"]
    assert "her" in sweep.index["error"][0]
    assert sweep.index.loc[0, ["digest", "path"]].isna().all()
    assert sweep.index["odds_no_deal"].isna().tolist() == [True, False]
    assert sweep.manifest["failed"] == 1
    with pytest.raises(ScenarioError, match="point: failed: "):
        sweep.draws(0)
