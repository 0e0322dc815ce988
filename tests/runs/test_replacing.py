"""A run that is replaced stays whole until the new one is, whatever fails, whatever is killed."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.runs.folder import DRAFT, MANIFEST, published_at_the_end
from sim.runs.replacing import aside
from tests.command import parley
from tests.runs.small_runs import small_run

PARTS = ("table.csv", "figures", MANIFEST)


def publish(folder: Path, content: str, force: bool = True) -> None:
    with published_at_the_end(folder, Path("unused"), PARTS, force) as draft:
        (draft.path / "figures").mkdir()
        (draft.path / "figures" / "odds.png").write_text(content)
        (draft.path / "table.csv").write_text(content)
        (draft.path / MANIFEST).write_text("{}")


def contents(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def whole(content: str) -> dict[str, str]:
    return {"table.csv": content, "figures/odds.png": content, MANIFEST: "{}"}


PARTS_OF_IT = tuple(whole(""))


def old_run_in(place: Path) -> Path:
    """Make a folder that holds a run, and a file that is none of its parts."""
    place.mkdir()
    folder = place / "run"
    publish(folder, "old")
    (folder / "notes.txt").write_text("mine")
    return folder


class Steps:
    """What happens at some step of what a process asks of the system; nothing once it happened."""

    left: Callable[[], object] | None = None
    number = 0

    def __call__(self, event: str, _: object) -> None:
        if self.left is None or not event.startswith(("os.", "open")):
            return
        self.number -= 1
        if self.number < 0:
            happens, self.left = self.left, None
            happens()


STEPS = Steps()
sys.addaudithook(STEPS)  # it hears of each call before it is made, and can make it fail


def at_step(step: int, happens: Callable[[], object], work: Callable[[], object]) -> bool:
    """Do some work; let something happen at a step of it; tell whether the step was there."""
    STEPS.number, STEPS.left = step, happens
    try:
        work()
        return STEPS.left is None
    finally:
        STEPS.left = None


def fail() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do some work in a process of its own that is killed at a step; tell whether it was."""
    child = os.fork()
    if child == 0:
        at_step(step, kill, work)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_a_failure_at_every_step_leaves_one_whole_run_and_the_message_says_which(tmp_path):
    said = []
    for step in count():
        folder = old_run_in(tmp_path / f"{step}")
        try:
            came = at_step(step, fail, lambda folder=folder: publish(folder, "new"))
            said.append("new")
        except OSError as error:
            came, notes = True, getattr(error, "__notes__", [])
            said.append("new" if "new" in "".join(notes) else "old")
            told = [f"the run in {folder} is the {said[-1]} one, whole"]
            assert notes == told or "new" not in said, step  # none before anything was played
        except ScenarioError:  # a folder that cannot even be looked at
            came = True
            said.append("old")
        if not came:
            break
        found = contents(folder)
        assert {k: found[k] for k in PARTS_OF_IT} == whole(said[-1]), step
        kept = [*folder.rglob("notes.txt"), *folder.parent.glob(".*/notes.txt")]
        assert [notes.read_text() for notes in kept] == ["mine"], step
    assert said == sorted(said, reverse=True)
    assert said.count("old") > 5
    assert said.count("new") > 3


def test_a_kill_at_every_step_leaves_one_whole_run_and_the_next_run_clears_up(tmp_path):
    for step in count():
        folder = old_run_in(tmp_path / f"{step}")
        came = killed_at(step, lambda folder=folder: publish(folder, "new"))
        found = contents(folder if folder.exists() else aside(folder))
        assert {k: found[k] for k in PARTS_OF_IT} in (whole("old"), whole("new")), step
        publish(folder, "next")
        assert contents(folder) == {**whole("next"), "notes.txt": "mine"}, step
        assert [item.name for item in folder.parent.iterdir()] == ["run"], step
        if not came:
            break
    assert step > 10


def test_a_run_that_a_kill_left_aside_is_put_back_where_it_is_not_replaced(tmp_path):
    folder = old_run_in(tmp_path / "made")
    before = contents(folder)
    folder.rename(aside(folder))
    with pytest.raises(ScenarioError, match="already holds a run"):
        publish(folder, "new", force=False)
    assert contents(folder) == before
    assert not aside(folder).exists()


@pytest.mark.parametrize("name", ["table.csv", "figures", MANIFEST, DRAFT])
@pytest.mark.parametrize("force", [False, True])
def test_a_symbolic_link_in_a_run_folder_is_refused_and_not_followed(tmp_path, name, force):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("mine")
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / name).symlink_to(elsewhere)
    with pytest.raises(ScenarioError, match=rf"hydra\.run\.dir: holds a symbolic link, {name}"):
        publish(folder, "new", force)
    assert contents(elsewhere) == {"precious": "mine"}
    assert (folder / name).is_symlink()


def test_a_folder_reached_by_a_link_is_replaced_where_it_lies(tmp_path):
    folder = old_run_in(tmp_path / "made")
    (tmp_path / "link").symlink_to(folder)
    publish(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert contents(folder) == {**whole("new"), "notes.txt": "mine"}


def test_a_folder_in_which_one_stands_is_not_replaced_under_ones_feet(tmp_path, monkeypatch):
    folder = old_run_in(tmp_path / "made")
    before = contents(folder)
    monkeypatch.chdir(folder)
    with pytest.raises(ScenarioError, match=r"is the current folder.*; go to another folder"):
        publish(Path(), "new")
    assert contents(folder) == before


def test_a_run_that_fails_over_another_says_that_the_other_stands(tmp_path):
    run = small_run(tmp_path / "run")
    before = {file: file.read_bytes() for file in run.folder.rglob("*") if file.is_file()}
    doubtful = {"actors__her__values__water__hers": {"uniform": [-0.5, 1.0]}}
    from tests.command import small_file

    small_file(tmp_path, **doubtful)
    asked = ["scenario=well.yaml", "ensemble.draws=99", "hydra.run.dir=run", "--force"]
    told = parley("run", *asked, cwd=tmp_path)
    assert told.returncode == 2
    assert {f: f.read_bytes() for f in run.folder.rglob("*") if f.is_file()} == before
