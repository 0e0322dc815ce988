"""The page of a run: what it says, and the file that it is written into."""

from itertools import pairwise
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.runs import page as pages_of_runs
from sim.runs.page import CHAPTERS
from sim.runs.run import load_run
from sim.show.likelihood import frequency
from sim.show.words import percent
from tests import pages
from tests.pages import HOSTILE
from tests.runs.small_runs import copied, of_format_3, small_run

FORMS = {"single_text": 1, "offers": 1, "basis": "assumption", "why": "two ways"}
ASKED = {
    "label": "Will they sign",
    "event": "signed",
    "by": ["2025-03-01", "2025-06-01"],
    "resolves": "A paper with two names under it.",
}
POLL = {"basis": "assumption", "why": "a poll"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    changes = {"forms": FORMS, "questions": {"signing": ASKED}}
    return small_run(tmp_path_factory.mktemp("made") / "run", changes, draws=40)


@pytest.fixture(scope="module")
def html(run):
    return run.page().written()


def test_it_answers_in_how_many_of_how_many_with_the_chance_beside_it(run, html):
    said = pages.Page(html).text
    chance = run.totals["probability"].iloc[0]
    assert f"Any text signed: {frequency(chance)} ({percent(chance)})." in said
    for label in (*run.odds["label"], "Will they sign", "A paper with two names under it."):
        assert label in said


def test_its_chapters_stand_in_their_order(html):
    headings = [said for level, said in pages.Page(html).headings if level == 2]
    order = [heading for _, heading, _ in CHAPTERS]
    assert headings == [each for each in order if each in headings]
    assert set(order) - set(headings) == {
        "Beside the record of comparable cases",
        "What would change it",
    }


def test_options_stand_on_it_with_the_names_that_its_tables_use(run, html):
    said = pages.Page(html).text
    for clause in run.scenario.clauses.values():
        for name, option in clause.options.items():
            assert f"{option.label} ({name})" in said


def test_every_number_stands_on_it_with_its_reasoning(run, html):
    said = pages.Page(html).text
    for path, number in run.scenario.numbers.items():
        assert path in said
        assert " ".join((number.why or "").split()) in said


def test_it_says_how_to_play_the_same_again_and_not_where_it_lay(run, html):
    said = pages.Page(html).text
    assert run.manifest["digest"] in said
    assert "parley reproduce RUN" in said
    assert str(run.folder) not in html


def test_a_sentence_with_a_word_for_a_chance_never_speaks_of_confidence(html):
    words = ("likely (", "no chance (", "even chance (", "certain (")
    for sentence in pages.Page(html).text.split(". "):
        assert not (any(word in sentence for word in words) and "confiden" in sentence.lower())


def test_headings_names_figures_and_addresses_are_in_order(html):
    found = pages.Page(html)
    levels = [level for level, _ in found.headings]
    assert all(later <= former + 1 for former, later in pairwise(levels))
    assert len(found.ids) == len(set(found.ids))
    assert len(found.every("svg")) == 5
    assert found.asked_for == []


def test_the_same_run_gives_the_same_page(run, html):
    assert run.page().written() == html


def test_a_run_in_memory_without_forms_or_questions_has_a_page():
    headings = [said for _, said in pages.Page(small_run().page().written()).headings]
    assert "The answer in short" in headings
    assert "Each way to model how they bargain" not in headings
    assert "What people ask of the talks" not in headings


@pytest.mark.filterwarnings("ignore::sim.errors.MissingSignsWarning")
@pytest.mark.parametrize("label", HOSTILE.values(), ids=HOSTILE)
def test_labels_of_any_kind_are_shown_as_text(label):
    changes = {
        "title": label,
        "description": f"{label}\x07",
        "outcomes__no_deal__label": label,
        "actors__her__label": label,
        "clauses__water__label": label,
        "clauses__water__options__hers__label": label,
        "texts__halves__label": label,
        "actors__her__domestic__label": label,
        "questions": {"signing": {**ASKED, "label": label, "resolves": label}},
        "actors__her__no_deal__why": label,
    }
    found = pages.Page(small_run(changes=changes, draws=10).page().written())
    assert found.asked_for == []
    assert not {"script", "img"} & {tag for tag, _ in found.tags}
    assert found.text.count(" ".join(label.split())) >= 12


# ---- The file ------------------------------------------------------------------------------------


def test_it_is_written_as_it_is(run, html, tmp_path):
    assert run.write_report(tmp_path / "a.html") == tmp_path / "a.html"
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == html
    assert [file.name for file in tmp_path.iterdir()] == ["a.html"]


def test_a_file_that_is_there_is_replaced_only_when_asked(run, tmp_path):
    file = tmp_path / "a.html"
    file.write_text("mine")
    with pytest.raises(ScenarioError, match=r"output: exists; .* --force to replace"):
        run.write_report(file)
    assert file.read_text() == "mine"
    run.write_report(str(file), force=True)
    assert file.read_text().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(("place", "rule"), [("", "is a folder"), ("no/a.html", "no folder")])
def test_a_file_that_cannot_be_is_refused_at_once(run, tmp_path, place, rule):
    with pytest.raises(ScenarioError, match=rule):
        run.write_report(tmp_path / place)


def test_nothing_is_left_of_a_page_that_fails(run, tmp_path, monkeypatch):
    def fail(told):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pages_of_runs, "page", fail)
    with pytest.raises(OSError, match="No space"):
        run.write_report(tmp_path / "a.html")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_an_earlier_format_says_what_to_do(run, tmp_path):
    from sim.runs.run import load_run

    old = load_run(of_format_3(copied(run, tmp_path / "run")))
    (Path(old.folder) / "totals.csv").unlink()
    with pytest.raises(ScenarioError, match="run it again"):
        old.write_report(tmp_path / "a.html")
    assert not (tmp_path / "a.html").exists()


def test_what_a_run_cannot_tell_its_page_says_with_the_reason(tmp_path):
    folder = of_format_3(copied(small_run(tmp_path / "run"), tmp_path / "old"))
    said = pages.Page(pages_of_runs.page(load_run(folder)).written()).text
    assert "This run cannot tell:" in said
    assert "play it again" in said


def test_levers_stand_on_it_where_the_scenario_has_any():
    lever = {"label": "Somebody lends a hand", "changes": {"actors.his.no_deal": 0.1}, **POLL}
    run = small_run(changes={"levers": {"hand": lever}}, draws=4)
    found = pages.Page(run.page().written())
    assert "What would change it" in [said for _, said in found.headings]
    assert "Somebody lends a hand" in found.text
