"""The studies that Parley ships: each is played on a small ensemble, and says what it found."""

from __future__ import annotations

import re

import pytest

from sim.runs.pages import END, README
from sim.settings.grammar import read_varied
from sim.sweeps.findings import BEGIN, FIGURE, figure_of
from sim.sweeps.plans import Plan
from sim.sweeps.studies import Study, load_study, planned, study_names
from tests.sweeps.small_sweeps import swept

STUDIES = sorted(study_names())


def plan_of(study: Study, *overrides: str) -> Plan:
    return planned(read_varied([f"experiment={study.name}", *overrides]))


def parts_of(study: Study) -> tuple[str, str]:
    """Return what a person and what the machine wrote in a study's README."""
    before, _, rest = (study.folder / README).read_text(encoding="utf-8").partition(BEGIN)
    written, _, after = rest.partition(END)
    return before + after, written


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_plays_all_its_points_and_draws_its_figure(name, tmp_path):
    study = load_study(name)
    said = str(study.file)
    draws = 60 if "given" in said else 16  # news sets worlds aside
    knows = any(word in said for word in ("evidence", "record", "given"))
    quick = [] if knows else ["evidence=none", "record=null"]  # as evidence takes its time
    plan = plan_of(study, f"ensemble.draws={draws}", "ensemble.replications=2", *quick)
    sweep = swept(plan, tmp_path, draw=figure_of(study))
    assert list(sweep.index["status"]) == ["done"] * len(plan.rows)
    assert (tmp_path / "figures" / FIGURE).stat().st_size > 10_000
    odds = sweep.index.filter(like="odds_")
    assert odds.sum(axis=1).to_numpy() == pytest.approx(1.0)


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_says_what_it_asks_and_what_was_found(name):
    study = load_study(name)
    words, _ = parts_of(study)
    asked, _, found = words.partition("## What was found\n")
    assert study.file.question in asked
    assert len(found.split()) > 100
    assert re.search(r"\d%", found)
    assert (
        (study.folder / "study.yaml").read_text().startswith(f"# parley sweep experiment={name}\n")
    )


@pytest.mark.parametrize("name", STUDIES)
def test_what_the_machine_wrote_is_of_the_study_as_it_is_now(name):
    study = load_study(name)
    _, written = parts_of(study)
    plan, (shown,) = plan_of(study), re.findall(r"\]\((.+?)\)", written)
    settings, points = plan.base.settings, len(plan.rows)
    draws, replications = settings.ensemble.draws, settings.ensemble.replications
    run = (
        f"{points} point{'s' * (points != 1)} of {draws * replications:,} worlds "
        f"({draws:,} draws x {replications}), seed {settings.seed}, digest `"
    )
    assert run in written
    assert re.search(r"Run on \d{4}-\d\d-\d\d with Parley .+ digest `[0-9a-f]{16}`", written)
    assert f"    parley sweep experiment={name}\n" in written
    assert (study.folder / shown).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", STUDIES)
def test_what_varies_is_shown_in_the_table_of_the_run(name):
    study = load_study(name)
    _, written = parts_of(study)
    rows = [line for line in written.splitlines() if line.startswith("| ")][1:]
    plan = plan_of(study)
    outcomes = len(plan.base.scenario.outcomes)
    assert len(rows) == (len(plan.rows) if len(plan.rows) > 1 else outcomes)
