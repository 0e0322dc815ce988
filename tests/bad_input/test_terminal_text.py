"""Text from files on its way to the terminal: it is seen, and obeyed by nothing."""

from __future__ import annotations

import json
import shutil

import pytest
import yaml

from sim.domains.choice import shown
from sim.errors import Problem
from sim.sweeps.folder import PLAN
from tests.command import parley_here, small_file
from tests.outside.hostile import TEXTS, is_only_seen
from tests.runs.small_runs import small_run, with_manifest
from tests.small import put, small_tree
from tests.sweeps.small_sweeps import plan_of, swept

# All of it at once: a test of the one writer has each kind by itself.
HOSTILE = pytest.mark.parametrize("text", ["".join(TEXTS.values())], ids=["all"])
FEW = ("ensemble.draws=2", "ensemble.replications=1", "executor=serial")


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    return small_run(tmp_path_factory.mktemp("kept") / "run").folder


def broken(tree, text):
    """Yield scenarios that are wrong where a hostile text stands, with where it does."""
    yield "a key", {**tree, text: 1}
    yield "a key beneath", {**tree, "actors": {**tree["actors"], text: {}}}
    near = put_in(tree, "actors.her.weights.basis", "assumption")
    near["actors"]["her"]["weights"][f"water{text}"] = 0.1
    yield "near a name", near
    yield "an interpolation", {**tree, f"{text}": "${oc.env:HOME}"}
    yield "a value", {**tree, "protocol": text}
    yield "a label", put_in(tree, "clauses.water.label", f"{text}\x07")
    yield "a basis", put_in(tree, "actors.her.weights.basis", [text])


def put_in(tree, path, value):
    changed = json.loads(json.dumps(tree))
    put(changed, path, value)
    return changed


@HOSTILE
def test_an_error_in_a_file_is_told_with_what_stands_there_made_visible(text, tmp_path):
    for what, tree in broken(small_tree(), text):
        file = tmp_path / "broken.yaml"
        file.write_text(yaml.safe_dump(tree, sort_keys=False))
        told = parley_here("check", "broken.yaml", cwd=tmp_path)
        assert told.returncode == 2, (what, told.stdout)
        assert is_only_seen(told.stderr), (what, told.stderr)
        assert told.stderr.startswith("parley: ")


@HOSTILE
def test_a_name_that_is_given_twice_is_told_so(text, tmp_path):
    key = json.dumps(text)
    (tmp_path / "broken.yaml").write_text(f"{key}: 1\n{key}: 2\n")
    told = parley_here("check", "broken.yaml", cwd=tmp_path)
    assert told.returncode == 2
    assert "is given twice" in told.stderr
    assert is_only_seen(told.stderr)


@HOSTILE
def test_what_is_typed_is_told_so_too(text, tmp_path):
    for asked in (
        ("run", text),
        ("run", f"{text}=1"),
        ("run", f"scenario={text}.yaml"),
        ("check", text),
        ("paths", f"--{text}"),
        ("questions", text),
    ):
        told = parley_here(*asked, cwd=tmp_path)
        assert told.returncode == 2, asked
        assert is_only_seen(told.stderr), (asked, told.stderr)


@HOSTILE
def test_reasons_in_a_scenario_are_shown(text, tmp_path):
    small_file(tmp_path, actors__her__weights__why=text, texts__halves__why=f"because {text}")
    for asked in (
        ("evidence", "well.yaml"),
        ("paths", "--scenario", "well.yaml"),
        ("check", "well.yaml"),
    ):
        told = parley_here(*asked, cwd=tmp_path)
        assert (told.returncode, told.stderr) == (0, "")
        assert is_only_seen(told.stdout), (asked, told.stdout)


@HOSTILE
def test_labels_that_turn_the_direction_are_shown_wherever_they_stand(text, tmp_path):
    turned = "".join(sign for sign in text if sign > "\xa0" or sign.isprintable())
    small_file(
        tmp_path, title=turned, outcomes__no_deal__label=turned, clauses__water__label=turned
    )
    made = parley_here("run", "scenario=well.yaml", *FEW, "hydra.run.dir=run", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    told = [made] + [
        parley_here(*asked, cwd=tmp_path)
        for asked in (
            ("transcript", "run"),
            ("questions", "run"),
            ("stances", "well.yaml"),
            ("solutions", "well.yaml"),
            ("compare", "run", "run"),
            ("run", "scenario=well.yaml", *FEW, "--json"),
        )
    ]
    for each in told:
        assert is_only_seen(each.stdout + each.stderr), each.args


@HOSTILE
def test_a_foreign_run_is_compared_and_played_again_without_harm(text, run_folder, tmp_path):
    foreign = tmp_path / "foreign"
    shutil.copytree(run_folder, foreign)

    def lie(manifest):
        manifest.update(scenario=text, protocol=text, tactic=text, digest=text, platform=text)
        manifest["versions"] = {**manifest["versions"], "numpy": text, text: "1"}

    with_manifest(foreign, lie)
    odds = foreign / "odds.csv"
    odds.write_text(odds.read_text().replace("No deal", f'"{text}"'), encoding="utf-8")
    for asked in (
        ("compare", foreign, run_folder),
        ("compare", run_folder, foreign),
        ("reproduce", foreign),
        ("questions", foreign),
        ("transcript", foreign),
        ("score", foreign, foreign / "config.yaml"),
    ):
        told = parley_here(*asked, cwd=tmp_path)
        assert is_only_seen(told.stdout + told.stderr), (asked, told.stdout, told.stderr)


@HOSTILE
def test_another_plan_in_a_sweeps_folder_is_told_without_harm(text, tmp_path):
    swept(plan_of(tmp_path, "seed=1,2", *FEW), tmp_path / "out")
    plan = json.loads((tmp_path / "out" / PLAN).read_text())
    plan["design"]["choices"][text] = [text]
    (config,) = plan["configs"].values()
    config[text] = {text: text}
    plan["name"] = config["title"] = text
    (tmp_path / "out" / PLAN).write_text(json.dumps(plan))
    asked = ("sweep", "scenario=well.yaml", "seed=1,2", *FEW, "hydra.sweep.dir=out")
    told = parley_here(*asked, cwd=tmp_path)
    assert told.returncode == 2
    assert is_only_seen(told.stderr), told.stderr


def test_a_problem_and_a_files_name_are_one_line():
    assert str(Problem("a\nb", "is\x1b wrong", "c\rd")) == r"a\nb: is\x1b wrong (got c\rd)"
    assert "\n" in shown("a\nb")  # which the problem that tells it makes visible
