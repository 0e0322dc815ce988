"""A folder is published whole or left as it was."""

import contextlib
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.play import interrupts
from sim.runs import folder as folders
from sim.runs.folder import DRAFT, MANIFEST, SWEEP_FOLDER, locked, published_at_the_end, whole

PARTS = ("table.csv", "figures", MANIFEST)
OURS = {folders.__file__, interrupts.__file__, contextlib.__file__}


def publish(folder, parts=PARTS, default=Path("unused"), force=False, content="new"):
    with published_at_the_end(folder, default, parts, force) as draft:
        (draft.path / "figures").mkdir()
        (draft.path / "figures" / "odds.png").write_text(content)
        (draft.path / "table.csv").write_text(content)
        (draft.path / MANIFEST).write_text("{}")
    return draft.folder


def contents(folder):
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_what_is_written_appears_at_the_end_and_nothing_else(tmp_path):
    folder = tmp_path / "made" / "on" / "the" / "way"
    with published_at_the_end(folder, tmp_path, PARTS) as draft:
        (draft.path / "table.csv").write_text("new")
        (draft.path / MANIFEST).write_text("{}")
        assert [item.name for item in folder.iterdir()] == [DRAFT]
    assert contents(folder) == {"table.csv": "new", MANIFEST: "{}"}
    assert not (folder / DRAFT).exists()


@pytest.mark.parametrize("stops", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_what_goes_wrong_leaves_no_folder_behind(tmp_path, stops):
    def go_wrong():
        with published_at_the_end(tmp_path / "a" / "b", tmp_path, PARTS) as draft:
            (draft.path / MANIFEST).write_text("{}")
            raise stops

    with pytest.raises(stops):
        go_wrong()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_there_stays_with_all_that_it_held_when_something_goes_wrong(tmp_path):
    publish(tmp_path / "run", content="old")
    (tmp_path / "run" / "notes.txt").write_text("mine")
    before = contents(tmp_path)

    def go_wrong():
        with published_at_the_end(tmp_path / "run", tmp_path, PARTS, force=True) as draft:
            (draft.path / "table.csv").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        go_wrong()
    assert contents(tmp_path) == before


def test_a_failure_while_publishing_leaves_nothing_that_looks_whole(tmp_path):
    folder = tmp_path / "run"

    def fail_halfway():
        with published_at_the_end(folder, tmp_path, PARTS) as draft:
            (draft.path / "figures").mkdir()
            (draft.path / "table.csv").write_text("new")
            (draft.path / MANIFEST).write_text("{}")
            # A file where the system expects a folder: the move of the figures fails.
            (folder / "figures").write_text("mine")

    with pytest.raises(OSError, match="Not a directory"):
        fail_halfway()
    assert contents(folder) == {"figures": "mine"}


def test_a_folder_that_holds_a_run_is_refused_unless_forced(tmp_path):
    publish(tmp_path / "run", content="old")
    with pytest.raises(ScenarioError, match=r"hydra\.run\.dir: already holds a run; .*--force"):
        publish(tmp_path / "run")
    assert contents(tmp_path / "run")["table.csv"] == "old"
    publish(tmp_path / "run", force=True)
    assert contents(tmp_path / "run")["figures/odds.png"] == "new"


def test_files_that_a_run_does_not_write_are_kept(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    publish(tmp_path)
    assert contents(tmp_path)["notes.txt"] == "mine"
    assert contents(tmp_path)["table.csv"] == "new"


@pytest.mark.parametrize("name", ["table.csv", "figures"])
def test_what_a_run_would_overwrite_is_refused_unless_forced(tmp_path, name):
    (tmp_path / "figures").mkdir() if name == "figures" else (tmp_path / name).write_text("mine")
    with pytest.raises(ScenarioError, match=f"holds {name}, which a run would overwrite"):
        publish(tmp_path)
    publish(tmp_path, force=True)
    assert contents(tmp_path)["table.csv"] == "new"


def test_a_folder_that_another_run_writes_to_is_refused(tmp_path):
    with published_at_the_end(tmp_path, tmp_path, PARTS) as draft:
        with pytest.raises(ScenarioError, match="being written to by another run"):
            publish(tmp_path)
        assert draft.path.is_dir()
        (draft.path / MANIFEST).write_text("{}")
    assert contents(tmp_path) == {MANIFEST: "{}"}


def test_what_a_killed_run_left_is_cleared_away(tmp_path):
    (tmp_path / DRAFT / "figures").mkdir(parents=True)
    (tmp_path / DRAFT / "worlds.parquet").write_text("half")
    publish(tmp_path)
    assert set(contents(tmp_path)) == {"table.csv", "figures/odds.png", MANIFEST}


def test_default_folders_are_never_the_same(tmp_path):
    default = tmp_path / "outputs" / "well" / "2025-11-24_12-00-00"
    with published_at_the_end(None, default, PARTS) as first:
        (first.path / MANIFEST).write_text("{}")
        second = publish(None, default=default)
    third = publish(None, default=default)
    names = [first.folder.name, second.name, third.name]
    assert names == [default.name, f"{default.name}_2", f"{default.name}_3"]


def test_a_path_through_a_file_is_refused_by_name(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ScenarioError, match=r"hydra\.run\.dir: .*file is a file, not a folder"):
        publish(tmp_path / "file" / "run")
    with pytest.raises(ScenarioError, match="is a file, not a folder"):
        publish(tmp_path / "file")
    assert contents(tmp_path) == {"file": "mine"}


def test_a_folder_that_the_system_does_not_let_us_make_is_refused():
    with pytest.raises(ScenarioError, match=r"hydra\.run\.dir: cannot be made"):
        publish(Path("/proc/parley/run"))


def test_the_kind_of_folder_is_named_where_it_is_taken(tmp_path):
    refused = pytest.raises(ScenarioError, match=r"hydra\.sweep\.dir: .* by another sweep")
    with locked(tmp_path, SWEEP_FOLDER), refused, locked(tmp_path, SWEEP_FOLDER):
        pass


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text("old")

    def fail_halfway():
        with whole(file) as draft:
            draft.write_text("ha")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert contents(tmp_path) == {"plan.yaml": "old"}
    with whole(file) as draft:
        draft.write_text("new")
        assert file.read_text() == "old"
    assert contents(tmp_path) == {"plan.yaml": "new"}


# ---- Interrupts ----------------------------------------------------------------------------------


def interrupted_at(step, work):
    """Do some work with a real interrupt at this step of what folders do; tell whether it came.

    A step is an instruction of the interpreter, as an interrupt can come between any two.
    """
    left = count(step, -1)

    def trace(frame, event, _):
        if frame.f_code.co_filename not in OURS:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and next(left) == 0:
            signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.parametrize("there", [False, True])
def test_an_interrupt_at_any_step_leaves_all_of_a_run_or_nothing(tmp_path, there):
    all_of_it = {"run/table.csv", "run/figures/odds.png", f"run/{MANIFEST}"}
    folder = tmp_path / "run"
    for step in count():
        if there:
            folder.mkdir()
        came = interrupted_at(step, lambda: publish(folder))
        assert set(contents(tmp_path)) in (set(), all_of_it), step
        assert [item.name for item in tmp_path.iterdir()] == ["run"] * (
            there or (folder / MANIFEST).exists()
        ), step
        assert not (folder / DRAFT).exists(), step
        if not came:
            break
        shutil.rmtree(folder, ignore_errors=True)
    assert step > 500


def test_an_interrupt_at_any_step_leaves_a_file_old_or_new(tmp_path):
    def write():
        with whole(tmp_path / "plan.yaml") as draft:
            draft.write_text("new")

    for step in count():
        (tmp_path / "plan.yaml").write_text("old")
        came = interrupted_at(step, write)
        assert contents(tmp_path) in ({"plan.yaml": "old"}, {"plan.yaml": "new"}), step
        if not came:
            break
    assert step > 50
