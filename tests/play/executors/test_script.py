"""A script that cannot have workers is told so in a line and played here; others have them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import sim
from tests.command import environment, small_file
from tests.test_notebooks import executed, outputs

WHO = """
import os
from sim.play.executors import executor_of

def processes():
    executor = executor_of("{kind}", workers=2)
    found = set(executor.map(os.readlink, ["/proc/self"] * 8))
    return "here" if found == {{str(os.getpid())}} else "elsewhere"
"""
CALL = "print(processes())\n"
GUARDED = 'if __name__ == "__main__":\n    print(processes())\n'
LINE = 'played by one process; to use more, guard the script: if __name__ == "__main__":'

every_kind = pytest.mark.parametrize("kind", ["processes", "dask"])


def python(*arguments: object, cwd: Path, stdin: str | None = None):
    """Return what a Python of its own says, on both streams."""
    ended = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=environment(PYTHONPATH=str(Path(sim.__file__).parent.parent)),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout, ended.stderr


def script_in(folder: Path, text: str) -> Path:
    file = folder / "script.py"
    file.write_text(text)
    return file


@every_kind
def test_an_unguarded_script_is_played_here_and_told_in_one_line(tmp_path, kind):
    text = WHO.format(kind=kind) + CALL
    said = python(script_in(tmp_path, text), cwd=tmp_path)
    line = len(text.splitlines())
    assert said == ("here\n", f"parley: script.py, line {line}: {LINE}\n")


@every_kind
def test_a_guarded_script_has_its_workers(tmp_path, kind):
    said = python(script_in(tmp_path, WHO.format(kind=kind) + GUARDED), cwd=tmp_path)
    assert said == ("elsewhere\n", "")


@pytest.mark.parametrize(
    "guard",
    [
        "def main():\n    print(processes())\n\nif '__main__' == __name__:\n    main()\n",
        "if __name__ != '__main__':\n    pass\nelse:\n    print(processes())\n",
    ],
)
def test_a_guard_may_be_written_in_other_ways(tmp_path, guard):
    said = python(script_in(tmp_path, WHO.format(kind="processes") + guard), cwd=tmp_path)
    assert said == ("elsewhere\n", "")


@every_kind
def test_a_script_from_standard_input_is_played_here_and_told_in_one_line(tmp_path, kind):
    for arguments in (["-"], []):
        out, err = python(*arguments, cwd=tmp_path, stdin=WHO.format(kind=kind) + CALL)
        assert out == "here\n"
        assert err.startswith(
            "parley: <stdin>: played by one process; to use more, save the script"
        )
        assert len(err.splitlines()) == 1


@every_kind
def test_a_command_on_the_line_has_its_workers(tmp_path, kind):
    assert python("-c", WHO.format(kind=kind) + CALL, cwd=tmp_path) == ("elsewhere\n", "")


def test_a_module_that_is_run_is_told_as_a_script_is(tmp_path):
    script_in(tmp_path, WHO.format(kind="processes") + CALL)
    out, err = python("-m", "script", cwd=tmp_path)
    assert out == "here\n"
    assert LINE in err


def test_a_package_that_is_run_has_its_workers_unguarded(tmp_path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__main__.py").write_text(WHO.format(kind="processes") + CALL)
    assert python("-m", "package", cwd=tmp_path) == ("elsewhere\n", "")


def test_work_that_is_guarded_goes_on_beside_work_that_is_not(tmp_path):
    text = WHO.format(kind="processes") + GUARDED + CALL
    out, err = python(script_in(tmp_path, text), cwd=tmp_path)
    assert [line for line in out.splitlines() if line == "elsewhere"] == ["elsewhere"]
    assert out.splitlines()[-1] == "here"
    assert err == f"parley: script.py, line {len(text.splitlines())}: {LINE}\n"


def test_a_loop_is_told_once(tmp_path):
    text = WHO.format(kind="processes") + "for _ in range(3):\n    print(processes())\n"
    out, err = python(script_in(tmp_path, text), cwd=tmp_path)
    assert out == "here\n" * 3
    assert len(err.splitlines()) == 1


def test_an_unguarded_run_has_the_worlds_of_a_guarded_one(tmp_path):
    small_file(tmp_path)
    call = (
        "run = sim.simulate('well.yaml', draws=300, replications=8, workers=2)\n"
        "print(run.manifest['digest'])\n"
    )
    one, said = python(script_in(tmp_path, f"import sim\n{call}"), cwd=tmp_path)
    assert said == f"parley: script.py, line 2: {LINE}\n"
    guarded = call.replace("\n", "\n    ").rstrip()
    text = f"import sim\nif __name__ == '__main__':\n    {guarded}\n"
    assert python(script_in(tmp_path, text), cwd=tmp_path) == (one, "")


def test_a_notebook_has_its_workers(tmp_path):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(WHO.format(kind="processes") + CALL)]
    (told,) = outputs(executed(notebook, tmp_path))
    assert told.text == "elsewhere\n"
