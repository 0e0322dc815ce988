"""The command that asks which texts have a chance: its words, its JSON, its figures, its errors."""

import json

import pytest

from sim.runs.texts import texts
from tests.command import parley, small_file
from tests.command import parley_here as here
from tests.runs.small_runs import small_run
from tests.small import small_tree

WIDE = "\N{CJK UNIFIED IDEOGRAPH-77ED}\N{CJK UNIFIED IDEOGRAPH-6587}"
STRANGE = ("[bold]her[/bold] <b>wish</b>", "=cmd|' /C calc'!A0", WIDE * 100)


def fits_80_columns(text):
    return all(len(line) <= 80 for line in text.splitlines()) and "…" not in text


def test_a_scenario_is_told_within_80_columns_and_as_json(tmp_path):
    small_file(tmp_path)
    shown = parley("texts", "well.yaml", "--at-week", "5", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert fits_80_columns(shown.stdout)
    assert "Which texts have a chance: Two neighbours and a well" in shown.stdout
    assert "week 5" in shown.stdout
    data = json.loads(here("texts", "well.yaml", "--at-week", "5", "--json", cwd=tmp_path).stdout)
    assert data == texts(small_tree(), week=5).data()


def test_a_run_is_told_by_its_folder_and_figures_are_drawn_where_asked(tmp_path):
    run = small_run(tmp_path / "run")
    asked = here("texts", "run", "--json", "--figures", "drawn", cwd=tmp_path)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert json.loads(asked.stdout) == run.texts().data()
    names = sorted(file.name for file in (tmp_path / "drawn").iterdir())
    assert names == ["hardest.png", "options.png"]


def test_labels_are_shown_as_text_whatever_they_hold(tmp_path):
    labels = dict(zip(("her_wish", "his_wish", "halves"), STRANGE, strict=True))
    small_file(tmp_path, **{f"texts__{name}__label": label for name, label in labels.items()})
    asked = here("texts", "well.yaml", "--figures", "drawn", cwd=tmp_path)
    assert asked.returncode == 0
    told = "".join(line[:24] for line in asked.stdout.splitlines())
    assert "[bold]" in told
    assert "=cmd|" in told
    assert WIDE in told


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["well.yaml", "--at-week", "27"], "week: must be between 0 and the horizon, 26 (got 27"),
        (["wel.yaml"], "wel.yaml"),
        (["."], "."),
        (["well.yaml", "--figures", "well.yaml"], "--figures: must be a folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_makes_no_sense_ends_with_2_and_what_would_be_right(tmp_path, asked, said):
    small_file(tmp_path)
    ended = here("texts", *asked, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
