"""A run's folder read back, whole or not, from this version or an earlier one."""

import json
import shlex
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

from sim.errors import ScenarioError
from sim.runs.archive import TABLES, RunFolder, read_config, read_manifest, read_world
from sim.runs.results import simulate
from sim.runs.run import load_run
from tests.command import parley_here
from tests.runs.small_runs import copied, knowing, of_format_3, small_run, with_manifest
from tests.small import WHY
from tests.talks.small_talks import plain
from tests.talks.test_before import answering, likely


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return small_run(tmp_path_factory.mktemp("made") / "run")


@pytest.fixture
def folder(run, tmp_path):
    return copied(run, tmp_path / "run")


def test_a_finished_run_is_read_back(run):
    assert read_config(run.folder) == str(run.folder / "config.yaml")
    assert read_manifest(run.folder) == dict(run.manifest)
    row = read_world(run.folder, 73)
    assert (row["world"], row["draw"], row["replication"]) == (73, 14, 3)


def test_a_folder_without_a_manifest_holds_no_run(tmp_path):
    for read in (load_run, read_manifest, read_config):
        with pytest.raises(ScenarioError, match="holds no finished run: there is no manifest"):
            read(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2]", "must be a mapping"),
        ("{", "cannot be read"),
        ("\udce9", "is no text file in UTF-8"),
    ],
)
def test_a_manifest_that_is_none_is_told_so(folder, text, said):
    (folder / "manifest.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ScenarioError, match=rf"manifest\.json: {said}"):
        load_run(folder)


@pytest.mark.parametrize("entry", ["digest", "signed", "replications"])
def test_a_manifest_that_lacks_an_entry_says_who_wrote_it_and_what_to_do(folder, entry):
    def change(manifest):
        del manifest[entry]
        manifest["versions"]["parley-sim"] = "0.0.7"

    with pytest.raises(ScenarioError) as told:
        load_run(with_manifest(folder, change))
    assert str(told.value) == (
        f"{folder}/manifest.json: lacks {entry}; it was written by Parley 0.0.7, this is 0.1.0; "
        f"run it again: parley run --config {folder}/config.yaml"
    )


def test_what_to_type_is_quoted_where_a_shell_would_read_it_otherwise(folder):
    odd = with_manifest(
        folder.rename(folder.with_name("mine (1) $HOME")), lambda manifest: manifest.pop("digest")
    )
    with pytest.raises(ScenarioError) as told:
        load_run(odd)
    _, _, command = str(told.value).partition("run it again: ")
    assert shlex.split(command) == ["parley", "run", "--config", f"{odd}/config.yaml"]


def test_a_manifest_that_names_no_version_is_told_of_without_one(folder):
    told_of = with_manifest(folder, lambda manifest: manifest.pop("versions"))
    with pytest.raises(ScenarioError, match="does not say which Parley wrote it"):
        load_run(told_of)


@pytest.mark.parametrize(("entry", "value"), [("seed", "7"), ("draws", True), ("versions", [])])
def test_a_manifest_with_an_entry_of_the_wrong_kind_is_refused(folder, entry, value):
    def change(manifest):
        manifest[entry] = value

    with pytest.raises(ScenarioError, match=f"{entry} must be a "):
        load_run(with_manifest(folder, change))


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_not_there_is_missed_when_it_is_asked_for(folder, table):
    (folder / f"{table}.csv").unlink()
    run = load_run(folder)
    with pytest.raises(ScenarioError, match=rf"lacks {table}\.csv; it was written by Parley 0"):
        getattr(run, table)
    others = [name for name in TABLES if name != table]
    assert all(len(getattr(run, name).columns) for name in others)


def test_a_folder_of_before_labels_were_kept_is_read_with_names_in_their_place(folder):
    file = folder / "clauses.csv"
    old = pd.read_csv(file).drop(columns=["clause_label", "option_label"])
    old.to_csv(file, index=False)
    read = RunFolder(folder).table("clauses")
    assert read["clause_label"].tolist() == read["clause"].tolist()
    assert read["option_label"].tolist() == read["option"].tolist()


@pytest.mark.parametrize(
    ("table", "column"),
    [(t, c) for t, columns in TABLES.items() for c in columns if not c.endswith("_label")],
)
def test_a_column_that_is_not_there_is_named(folder, table, column):
    file = folder / f"{table}.csv"
    pd.read_csv(file).drop(columns=column).to_csv(file, index=False)
    with pytest.raises(ScenarioError, match=rf"{table}\.csv: lacks {column}; it was written by"):
        getattr(load_run(folder), table)


@pytest.mark.parametrize("text", ["", "\x00\xff", "outcome,label\na,b,c,d\n"])
def test_a_table_that_is_none_is_refused(folder, text):
    (folder / "odds.csv").write_text(text)
    with pytest.raises(ScenarioError, match=r"odds\.csv: (cannot be read|lacks)"):
        _ = load_run(folder).odds


def test_a_number_that_is_none_is_refused(folder):
    file = folder / "odds.csv"
    file.write_text(file.read_text().replace('halves_hold,"Halves, and they hold",', "x,y,z"))
    with pytest.raises(ScenarioError, match=r"odds\.csv: cannot be read"):
        _ = load_run(folder).odds


def test_names_that_other_readers_take_for_missing_values_stay_names(tmp_path):
    changes = {"outcomes__nan": {"label": "NA", "ended": "suspended"}}
    run = small_run(tmp_path / "run", changes)
    assert "nan" in load_run(tmp_path / "run").odds["outcome"].tolist()
    assert run.odds.set_index("outcome").loc["nan", "label"] == "NA"


def test_a_truncated_worlds_table_is_told_so(folder):
    file = folder / "worlds.parquet"
    file.write_bytes(file.read_bytes()[:-100])
    for ask in ("worlds", "shares"):
        with pytest.raises(ScenarioError, match=r"worlds\.parquet: cannot be read"):
            getattr(load_run(folder), ask)
    with pytest.raises(ScenarioError, match=r"worlds\.parquet: cannot be read"):
        read_world(folder, 0)
    with pytest.raises(ScenarioError, match=r"worlds\.parquet: cannot be read"):
        RunFolder(folder).digest()


def test_a_worlds_table_of_fewer_worlds_is_told_so(folder):
    frame = pd.read_parquet(folder / "worlds.parquet")
    frame.iloc[:70].to_parquet(folder / "worlds.parquet")
    with pytest.raises(ScenarioError, match=r"worlds is 100 here and 70 in worlds\.parquet"):
        _ = load_run(folder).worlds
    with pytest.raises(ScenarioError, match="lacks the row of world 73"):
        read_world(folder, 73)


def test_a_worlds_table_without_a_column_or_none_at_all_is_told_so(folder):
    frame = pd.read_parquet(folder / "worlds.parquet")
    frame.drop(columns="outcome").to_parquet(folder / "worlds.parquet")
    with pytest.raises(ScenarioError, match=r"worlds\.parquet: lacks outcome"):
        _ = load_run(folder).shares
    (folder / "worlds.parquet").unlink()
    assert read_world(folder, 0) is None
    with pytest.raises(ScenarioError, match=r"lacks worlds\.parquet"):
        _ = load_run(folder).worlds


def test_in_a_folder_of_before_evidence_all_worlds_count_and_all_draws_weigh_alike(folder, run):
    (of_format_3(folder) / "draws.parquet").unlink()
    old = load_run(folder)
    pd.testing.assert_frame_equal(old.worlds, run.worlds)
    parts = ["worlds", "part"]  # all draws weigh alike here too, whatever the logarithm
    pd.testing.assert_frame_equal(old.weights[parts], run.weights[parts])
    pd.testing.assert_frame_equal(old.shares, run.shares)
    assert read_world(folder, 73) == {**read_world(run.folder, 73), "counts": True}
    assert old.first_world("signed") == run.first_world("signed")
    assert old.compare(run).odds["difference"].abs().max() < 1e-12  # rounded otherwise


def test_worlds_that_do_not_count_are_in_no_share_and_draws_have_their_weight(folder):
    counts = np.arange(100) >= 7  # of five worlds each: none of the first draw, three of the second
    log_weight = np.log(1.0 + np.arange(20))
    run = load_run(knowing(folder, counts, log_weight))
    assert run.weights["worlds"].tolist() == [0, 3, *[5] * 18]
    assert run.weights["log_weight"].tolist() == log_weight.tolist()
    mass = np.array([0, 3 * 2, *5 * np.arange(3, 21)])
    assert run.weights["part"].tolist() == pytest.approx((mass / mass.sum()).tolist())
    left = run.worlds.query("draw == 1 and counts")["outcome"].value_counts()
    assert run.counts.loc[1].to_dict() == left.reindex(run.counts.columns, fill_value=0).to_dict()
    assert run.shares.loc[0].isna().all()
    assert run.shares.loc[1:].sum(axis=1).tolist() == pytest.approx([1.0] * 19)


def test_a_table_of_draws_that_is_not_whole_is_told_so(folder):
    file = folder / "draws.parquet"
    frame = pd.read_parquet(file)
    frame.iloc[:7].to_parquet(file)
    with pytest.raises(ScenarioError, match=r"draws is 20 here and 7 in draws\.parquet"):
        _ = load_run(folder).weights
    file.unlink()
    with pytest.raises(ScenarioError, match=r"lacks draws\.parquet"):
        _ = load_run(folder).weights


def test_a_run_without_its_configuration_still_tells_its_odds(folder, run):
    (folder / "config.yaml").unlink()
    told = load_run(folder)
    pd.testing.assert_frame_equal(told.odds, run.odds)
    with pytest.raises(ScenarioError, match=r"lacks config\.yaml; .*run its scenario again"):
        _ = told.scenario


def test_a_configuration_that_only_an_earlier_version_reads_says_so(folder):
    file = folder / "config.yaml"
    file.write_text(file.read_text().replace("memory:", "remembers:") + "remembered: 4\n")

    def change(manifest):
        manifest["versions"]["parley-sim"] = "0.0.7"
        manifest["config_sha256"] = sha256(file.read_bytes()).hexdigest()

    with_manifest(folder, change)
    with pytest.raises(ScenarioError) as told:
        _ = load_run(folder).scenario
    first, *rest = str(told.value).splitlines()
    assert "was written by Parley 0.0.7; this is 0.1.0, which cannot use it as it is" in first
    assert any("no such setting" in line for line in rest)


def test_the_digest_is_read_piece_by_piece(run):
    assert RunFolder(run.folder).digest() == run.manifest["digest"]


def test_a_sweep_is_not_taken_for_a_run(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"sweep": "x", "points": 3}))
    with pytest.raises(ScenarioError, match="holds a sweep, not a run; name one of its runs"):
        load_run(tmp_path)


def test_the_commands_tell_what_a_folder_lacks_without_a_traceback(folder, tmp_path):
    other = small_run(tmp_path / "other", {"answers__relaxation": 3}).folder
    (folder / "worlds.parquet").write_bytes(b"PAR1 and no more")
    for asked in (["reproduce", folder], ["compare", other, folder]):
        told = parley_here(*asked, cwd=folder.parent)
        assert (told.returncode, told.stdout) == (2, "")
        assert told.stderr.startswith(f"parley: {folder}/worlds.parquet: cannot be read: ")
        assert told.stderr.count("\n") == 1


def test_worlds_that_were_over_before_the_start_have_no_outcome_and_are_read(tmp_path):
    before = {"calendar__talks_since": "2024-12-09", "record": WHY}
    run = simulate(answering(plain(likely(0.3)), **before), 40, 5, folder=tmp_path / "run")
    worlds = load_run(run.folder).worlds
    over = ~worlds["counts"]
    assert over.any()
    assert worlds.loc[over, "outcome"].isna().all()
    assert worlds.loc[~over, "outcome"].notna().all()
