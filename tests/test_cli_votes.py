"""The command that asks what texts find at home: its words, its JSON, and its errors."""

import json

import pytest

from sim.analysis.support import fit_support, polled_texts, support, support_of_texts
from sim.settings.configuration import load_scenario
from tests.command import parley_here as parley
from tests.command import small_file

GENEVA = load_scenario("geneva_2025")


def fits_80_columns(text: str) -> bool:
    return all(len(line) <= 80 for line in text.splitlines()) and "…" not in text


def as_data(backings):
    fields = ("support", "low", "high", "ratify")
    return {name: {field: getattr(b, field) for field in fields} for name, b in backings.items()}


def test_a_named_text_is_shown_body_by_body_and_as_json(tmp_path):
    shown = parley("support", "geneva_2025", "--text", "us_plan", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert fits_80_columns(shown.stdout)
    assert shown.stdout.startswith("Support at home for: US plan as drafted\n")
    found = support(GENEVA, "us_plan")
    asked = ("support", "geneva_2025", "--text", "us_plan", "--json")
    assert json.loads(parley(*asked, cwd=tmp_path).stdout) == as_data(found)
    for name, backing in found.items():
        line = next(
            line for line in shown.stdout.splitlines() if GENEVA.actors[name].domestic.label in line
        )
        assert f"{backing.support:.1%}" in line
        assert f"{backing.ratify:.1%}" in line


def test_a_text_told_by_what_is_otherwise_is_shown_clause_by_clause(tmp_path):
    asked = ("support", "--text", "guarantee=us_article5", "--from", "us_plan")
    shown = parley(*asked, cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert fits_80_columns(shown.stdout)
    assert "Support at home for: US plan as drafted, changed" in shown.stdout
    assert "The US, on the pattern of NATO's Article 5" in shown.stdout
    data = json.loads(parley(*asked, "--json", cwd=tmp_path).stdout)
    assert data == as_data(support(GENEVA, {"guarantee": "us_article5"}, "us_plan"))


def test_without_a_text_all_named_texts_are_shown_and_as_json(tmp_path):
    shown = parley("support", "geneva_2025", cwd=tmp_path)
    asked = parley("support", "geneva_2025", "--json", cwd=tmp_path)
    assert fits_80_columns(shown.stdout)
    data = json.loads(asked.stdout)
    assert data == {text: as_data(each) for text, each in support_of_texts(GENEVA).items()}
    for text in GENEVA.texts.values():
        assert text.label[:30] in shown.stdout
    told = "US Congress would not decide, as its actor need not sign: "
    assert told + "The war stops where it stands." in " ".join(shown.stdout.split())
    assert asked.stderr == f"parley: {told}line_as_it_is.\n"


def test_a_body_that_would_not_decide_is_told(tmp_path):
    small_file(tmp_path, signatories__base=["his"])
    told = "her family would not decide, as its actor need not sign this."
    asked = ("support", "well.yaml", "--text", "halves")
    assert told in parley(*asked, cwd=tmp_path).stdout
    as_json = parley(*asked, "--json", cwd=tmp_path)
    assert as_json.stderr == f"parley: {told}\n"
    assert set(json.loads(as_json.stdout)) == {"her"}


def test_a_scenario_without_bodies_or_polls_says_so(tmp_path):
    small_file(tmp_path)
    assert (
        "well.yaml states no polls" in parley("support", "well.yaml", "--fit", cwd=tmp_path).stdout
    )
    small_file(tmp_path, actors__her__domestic=None)
    for more in ((), ("--text", "halves")):
        shown = parley("support", "well.yaml", *more, cwd=tmp_path)
        assert (shown.returncode, shown.stdout) == (
            0,
            "No actor of well.yaml has a body at home that ratifies.\n",
        )
    assert parley("support", "well.yaml", "--json", "--text", "halves", cwd=tmp_path).stdout == (
        "{}\n"
    )


def test_the_fit_and_what_fails_in_it_are_shown_and_as_json(tmp_path):
    shown = parley("support", "geneva_2025", "--fit", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert fits_80_columns(shown.stdout)
    lines = [" ".join(line.split()) for line in shown.stdout.splitlines()]
    assert "european_plan_september 74% 51% 33.6-67.6% OUTSIDE" in lines
    assert "4 of 5 polls inside: the fit passes (asked for: at least 4 of 5)." in lines
    asked = ("support", "geneva_2025", "--fit", "--json")
    data = json.loads(parley(*asked, cwd=tmp_path).stdout)["ukraine"]
    found = fit_support(GENEVA)["ukraine"]
    assert {name: each["mean"] for name, each in data["numbers"].items()} == found.posterior.mean
    assert [row["inside"] for row in data["left_out"]] == [p.inside for p in found.left_out]
    assert data["passes"] is True
    assert len(data["correlation"]) == 4


def test_evidence_shows_polls_beside_the_model(tmp_path):
    shown = parley("evidence", "geneva_2025", cwd=tmp_path)
    data = json.loads(parley("evidence", "geneva_2025", "--json", cwd=tmp_path).stdout)
    polls = polled_texts(GENEVA)
    assert [row["poll"] for row in data["polls"]] == [each.poll for each in polls]
    assert [row["support"] for row in data["polls"]] == [each.backing.support for each in polls]
    for each in polls:
        line = next(line for line in shown.stdout.splitlines() if f" {each.poll} " in line)
        assert f"{each.observed:.0%}" in line
        assert f"{each.backing.support:.0%}" in line


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--text", "us_plann"], "text: no such text; did you mean 'us_plan'? (got 'us_plann')"),
        (["--text", "nato=barred"], "text: leaves out territory, forces, guarantee, money, seque"),
        (["--text", "nato=bared", "--from", "us_plan"], "text.nato: no such option; did you mean"),
        (
            ["--text", "territory=line_frozen,donbas_ceded", "--from", "us_plan"],
            "text: is no clause=option: a text takes one option of each clause (got",
        ),
        (["--from", "us_plan"], "--from: completes a text: say with --text what is otherwise"),
        (["--fit", "--text", "us_plan"], "--fit: shows polls, not a text"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_makes_no_sense_ends_with_2_and_what_would_be_right(tmp_path, asked, said):
    ended = parley("support", "geneva_2025", *asked, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
