"""The command that writes a run's page."""

import pytest

from tests.command import parley
from tests.pages import Page
from tests.runs.small_runs import small_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("made")
    small_run(made / "run", draws=5)
    return made


def test_the_command_writes_the_page_that_python_gives(folder):
    from sim.runs.run import load_run

    told = parley("report", "run", "-o", "a.html", cwd=folder)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("a.html: written, ")
    html = (folder / "a.html").read_text(encoding="utf-8")
    assert html == load_run(folder / "run").page().written()
    assert Page(html).asked_for == []


def test_a_file_is_replaced_only_with_force(folder):
    (folder / "b.html").write_text("mine")
    told = parley("report", "run", "-o", "b.html", cwd=folder)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        "parley: output: exists; choose another name, or --force to replace (got 'b.html')\n"
    )
    assert (folder / "b.html").read_text() == "mine"
    assert parley("report", "run", "-o", "b.html", "--force", cwd=folder).returncode == 0
    assert (folder / "b.html").read_text().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("nowhere", "-o", "c.html"), "nowhere: holds no finished run"),
        (("run", "-o", "."), "output: is a folder"),
        (("run", "-o", "no/c.html"), "output: there is no folder no; make it first"),
        (("run",), "Missing option '--output'"),
    ],
)
def test_what_cannot_be_is_told_in_a_line_and_nothing_is_written(folder, asked, said):
    before = sorted(folder.iterdir())
    told = parley("report", *asked, cwd=folder)
    assert told.returncode == 2
    assert said in told.stderr
    assert "Traceback" not in told.stderr
    assert sorted(folder.iterdir()) == before
