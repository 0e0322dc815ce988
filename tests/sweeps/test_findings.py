"""A study's figure, and the part of its README that is written by machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.errors import ScenarioError
from sim.runs.pages import END
from sim.settings.grammar import read_varied
from sim.sweeps.designs import Kind
from sim.sweeps.findings import (
    BEGIN,
    FIGURE,
    draw,
    draw_what_varies,
    figure_of,
    write_findings,
)
from sim.sweeps.studies import Study, load_study, planned
from sim.sweeps.sweep import Sweep
from tests.sweeps.small_sweeps import plan_of, study_in, swept

HEAT = {
    "design": {
        "choices": {"protocol": ["offers", "single_text"]},
        "ranges": {"actors.her.no_deal": [0.1, 0.5]},
        "points": 2,
    },
    "figure": {
        "kind": "heat_map",
        "x": "actors.her.no_deal",
        "y": "protocol",
        "outcome": "no_deal",
    },
    "labels": {"actors.her.no_deal": "what no deal is worth to her"},
}


def played(folder: Path, *overrides: str, **changes: object) -> tuple[Study, Sweep]:
    if changes or not (folder / "study.yaml").exists():
        study_in(folder, **changes)
    study = load_study(f"{folder}/")
    plan = planned(read_varied([f"experiment={folder}/", *overrides]))
    return study, swept(plan, folder / "sweep", draw=figure_of(study))


def words_in(figure: Figure) -> str:
    found = figure.findobj(Text)
    return " ".join(text.get_text().replace("\n", " ") for text in found)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, ["No deal", "a dry year", "patient", "Each against the scenario as it is"]),
        (
            {"figure": {"kind": "differences", "outcomes": ["no_deal"]}},
            ["No deal", "patient", "simulated worlds"],
        ),
        (HEAT, ["No deal", "what no deal is worth to her", "protocol"]),
    ],
)
def test_each_kind_of_figure_shows_what_the_study_varies(tmp_path, changes, says):
    study, sweep = played(tmp_path, **changes)
    assert (sweep.folder / "figures" / FIGURE).stat().st_size > 10_000
    said = words_in(draw(study, sweep).figure)
    assert [words for words in says if words not in said] == []


def test_the_odds_of_one_point_are_no_figure_of_several(tmp_path):
    _, sweep = played(tmp_path, figure={"kind": "odds"})
    assert "shows one point, and there are more" in sweep.manifest["figure_error"]


NO_DEAL = "actors.her.no_deal=0.1:0.5"
OFFERS = "protocol=offers,single_text"


@pytest.mark.parametrize(
    ("asked", "options", "says"),
    [
        ([NO_DEAL, OFFERS], {"points": 3}, ["actors.her.no_deal", "Protocol", "likel"]),
        ([NO_DEAL, "calendar.horizon=10,20"], {"points": 3}, ["calendar.horizon"]),
        ([OFFERS], {}, ["protocol = single_text against protocol = offers", "95% interval"]),
        ([NO_DEAL], {"points": 3}, ["Each against actors.her.no_deal at 0.1", "at 0.5"]),
        ([NO_DEAL, OFFERS, "tactic=time_based,null"], {"points": 2}, ["Each against protocol"]),
        ([NO_DEAL], {"points": 1}, ["Halves, and they hold"]),
        ([NO_DEAL, OFFERS], {"points": 1}, ["protocol = single_text against"]),
    ],
)
def test_a_sweep_without_a_study_draws_what_varies(tmp_path, asked, options, says):
    sweep = swept(plan_of(tmp_path, *asked, **options), tmp_path / "s", draw=figure_of(None))
    assert "figure_error" not in sweep.manifest
    assert (sweep.folder / "figures" / FIGURE).stat().st_size > 10_000
    said = words_in(draw_what_varies(sweep).figure)
    assert [words for words in says if words.lower() not in said.lower()] == []


@pytest.mark.parametrize(
    ("asked", "options", "says"),
    [
        ([NO_DEAL, "actors.his.no_deal=0.1:0.5"], {"points": 9, "kind": Kind.LHS}, "are no grid"),
        ([NO_DEAL], {"points": 30}, "a heat map needs two paths, and 30 points are too many"),
        (["seed=1,2"], {}, "cannot tell chance from what varies"),
        (["seed=1,2", NO_DEAL], {"points": 2}, "cannot tell chance from what varies"),
    ],
)
def test_a_sweep_of_which_no_figure_would_be_honest_says_why(tmp_path, asked, options, says):
    plan = plan_of(tmp_path, *asked, "ensemble.draws=2", **options)
    sweep = swept(plan, tmp_path / "s", draw=figure_of(None))
    assert says in sweep.manifest["figure_error"]
    assert f"No figure: {sweep.manifest['figure_error']}".split()[0] in str(sweep.report())
    assert sweep.index["status"].eq("done").all()


def test_a_finding_is_written_between_its_marks_and_words_outside_stay(tmp_path):
    study, sweep = played(tmp_path)
    readme = tmp_path / "README.md"
    readme.write_text(f"# Dry years\n\nMy words.\n\n{BEGIN}\nbygone\n{END}\n\nMore words.\n")
    assert write_findings(study, sweep, "parley sweep experiment=dry") == readme
    text = readme.read_text()
    assert text.startswith("# Dry years\n\nMy words.\n\n")
    assert text.endswith("\n\nMore words.\n")
    assert "bygone" not in text
    assert "| a dry year | " in text
    assert sweep.manifest["digest"][:16] in text
    assert sweep.manifest["written"][:10] in text
    assert "    parley sweep experiment=dry\n" in text
    assert (tmp_path / FIGURE).read_bytes() == (sweep.folder / "figures" / FIGURE).read_bytes()
    write_findings(study, sweep, "parley sweep experiment=dry")
    assert readme.read_text() == text


def test_the_outcomes_of_the_question_come_first_in_the_readme_and_in_the_report(tmp_path):
    study, sweep = played(tmp_path, figure={"kind": "differences", "outcomes": ["failed_deal"]})
    text = write_findings(study, sweep, "parley sweep").read_text()
    assert "| case | A deal that failed | Halves, and they hold |" in text
    assert "point case A deal that failed" in " ".join(str(sweep.report()).split())


def test_a_study_without_a_readme_gets_one(tmp_path):
    study, sweep = played(tmp_path)
    text = write_findings(study, sweep, "parley sweep").read_text()
    assert study.file.question in text
    assert text.count(BEGIN) == text.count(END) == 1


def test_a_readme_without_its_marks_is_left_alone(tmp_path):
    study, sweep = played(tmp_path)
    (tmp_path / "README.md").write_text("My words.\n")
    with pytest.raises(ScenarioError, match="needs two lines"):
        write_findings(study, sweep, "parley sweep")
    assert (tmp_path / "README.md").read_text() == "My words.\n"
    assert not (tmp_path / FIGURE).exists()


def test_odds_stand_without_a_figure_that_cannot_be_drawn(tmp_path):
    study, sweep = played(tmp_path, "case=patient")
    assert "needs two points" in sweep.manifest["figure_error"]
    assert sweep.index["status"].tolist() == ["done"]
    with pytest.raises(ScenarioError, match="needs two points"):
        write_findings(study, sweep, "parley sweep")
