"""The commands that ask the field's own methods: what they print, and what they refuse."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from sim.cli import main
from tests.command import small_file
from tests.domains.writing import domain_xml, profile_xml, write, xml_files
from tests.small import WHY

HOLIDAY = Path(__file__).parent / "domains" / "files" / "holiday_genius"
CAR_EMISSIONS = Path(__file__).parent / "reference" / "cases" / "eu_car_emissions.csv"


def called(capsys, monkeypatch, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "argv", ["parley", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    printed = capsys.readouterr()
    return int(stopped.value.code or 0), printed.out, printed.err


@pytest.fixture
def well(tmp_path: Path, monkeypatch) -> str:
    """The small scenario as a file in the current folder."""
    small_file(tmp_path)
    monkeypatch.chdir(tmp_path)
    return "well.yaml"


def test_solutions_in_json_are_a_text_and_utilities_for_each_concept(capsys, monkeypatch, well):
    code, out, err = called(capsys, monkeypatch, "solutions", well, "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["packages"] == 9
    assert found["numbers"] == "means"
    assert set(found["solutions"]) == {
        "nash",
        "kalai_smorodinsky",
        "egalitarian",
        "utilitarian",
    }
    for solution in found["solutions"].values():
        assert set(solution["package"]) == {"water", "upkeep"}
        assert set(solution["utilities"]) == {"her", "his"}


def test_solutions_of_a_draw_say_which_draw_they_hold_for(capsys, monkeypatch, well):
    asked = ["solutions", well, "--draw", "4", "--seed", "2", "--json"]
    found = json.loads(called(capsys, monkeypatch, *asked)[1])
    assert found["numbers"] == {"draw": 4, "seed": 2, "replications": 10}
    means = json.loads(called(capsys, monkeypatch, "solutions", well, "--json")[1])
    assert found["no_deal"] != means["no_deal"]


def test_solutions_on_screen_name_the_text_and_who_must_sign_within_80_columns(
    capsys, monkeypatch, well
):
    code, out, _ = called(capsys, monkeypatch, "solutions", well)
    assert code == 0
    assert "every number at its mean: 9 packages" in out
    assert "She, He" in out
    assert all(len(line.rstrip()) <= 80 for line in out.splitlines())


def test_without_a_text_that_all_can_sign_there_is_no_solution(capsys, monkeypatch, well):
    small_file(Path.cwd(), actors__her__no_deal={"value": 2.0, **WHY})
    code, out, _ = called(capsys, monkeypatch, "solutions", well)
    assert code == 0
    assert "there is no solution" in out
    found = json.loads(called(capsys, monkeypatch, "solutions", well, "--json")[1])
    assert found["rational"] == found["pareto"] == 0
    assert set(found["solutions"].values()) == {None}


@pytest.mark.parametrize("draw", ["-1", "x", "99999999999999999999"])
def test_a_draw_that_there_is_not_is_refused(capsys, monkeypatch, well, draw):
    code, out, err = called(capsys, monkeypatch, "solutions", well, f"--draw={draw}")
    assert (code, out) == (2, "")
    assert "draw" in err
    assert "Traceback" not in err


def test_baselines_in_json_give_the_published_settlement(capsys, monkeypatch):
    code, out, err = called(capsys, monkeypatch, "baselines", str(CAR_EMISSIONS), "--json")
    settled = json.loads(out)["issues"]["standards"]
    assert (code, err) == (0, "")
    assert settled["weighted_median"] == settled["condorcet"] == 7
    assert settled["weighted_mean"] == pytest.approx(7.389955686853767)
    assert [row["round"] for row in settled["challenge"]] == list(range(11))


def test_baselines_play_as_many_rounds_as_asked(capsys, monkeypatch):
    asked = ["baselines", str(CAR_EMISSIONS), "--rounds", "2", "--json"]
    settled = json.loads(called(capsys, monkeypatch, *asked)[1])["issues"]["standards"]
    assert [row["round"] for row in settled["challenge"]] == [0, 1, 2]


def test_baselines_on_screen_say_that_the_challenge_model_never_settled(capsys, monkeypatch):
    code, out, _ = called(capsys, monkeypatch, "baselines", str(CAR_EMISSIONS))
    assert code == 0
    assert "has not settled after round 10" in out
    assert all(len(line.rstrip()) <= 80 for line in out.splitlines())


def test_the_scale_of_the_election_may_be_stated_and_is_shown(capsys, monkeypatch):
    asked = ["baselines", str(CAR_EMISSIONS)]
    assert "positions on 0 to 10 " in called(capsys, monkeypatch, *asked)[1]
    code, out, _ = called(capsys, monkeypatch, *asked, "--scale=-5:12.5")
    assert code == 0
    assert "positions on -5 to 12.5 " in out
    code, out, err = called(capsys, monkeypatch, *asked, "--scale", "0:5")
    assert (code, out) == (2, "")
    assert "must hold all positions, which go from 4 to 10" in err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        ("actor,capability,issue,position\nA,1,tax,3\n", "salience"),
        ("actor,capability,issue,position,salience\nA,1,tax,nan,1\n", "line 2"),
    ],
)
def test_a_case_that_is_none_is_refused(capsys, monkeypatch, tmp_path, content, says):
    case = tmp_path / "case.csv"
    if content is not None:
        case.write_text(content)
    code, out, err = called(capsys, monkeypatch, "baselines", str(case))
    assert (code, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


# ---- Domains -------------------------------------------------------------------------------------


def test_a_domain_becomes_a_scenario_that_is_checked_and_run(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, out, _ = called(capsys, monkeypatch, "import", str(HOLIDAY), "-o", "made/holiday.yaml")
    assert code == 0
    assert "parley run scenario=made/holiday.yaml" in out
    assert called(capsys, monkeypatch, "check", "made/holiday.yaml")[0] == 0
    asked = ["run", "scenario=made/holiday.yaml", "ensemble.draws=20", "--json"]
    code, out, _ = called(capsys, monkeypatch, *asked)
    assert code == 0
    odds = {row["outcome"]: row["probability"] for row in json.loads(out)["odds"]}
    assert set(odds) == {"agreement", "no_agreement"}
    assert sum(odds.values()) == pytest.approx(1)


def test_solutions_of_a_domain_are_those_of_the_scenario_made_of_it(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    called(capsys, monkeypatch, "import", str(HOLIDAY), "-o", "holiday.yaml")
    of_folder = called(capsys, monkeypatch, "solutions", str(HOLIDAY), "--json")
    of_file = called(capsys, monkeypatch, "solutions", "holiday.yaml", "--json")
    assert of_folder[0] == of_file[0] == 0
    assert json.loads(of_folder[1]) == json.loads(of_file[1])


def test_the_profiles_of_a_domain_can_be_chosen_and_what_is_passed_over_is_told(
    capsys, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    folder = write(tmp_path / "places", xml_files(c_xml=profile_xml(), log_xml="<log/>"))
    chosen = ["--domain", "places.xml", "--profiles", "c.xml,b.xml"]
    code, out, _ = called(capsys, monkeypatch, "import", str(folder), "-o", "all.yaml")
    assert code == 0
    assert "Note: log.xml is neither a domain nor a profile: it is passed over.\n" in out
    code, out, err = called(capsys, monkeypatch, "import", str(folder), "-o", "two.yaml", *chosen)
    assert (code, err) == (0, "")
    assert "Note" not in out
    code, out, err = called(capsys, monkeypatch, "solutions", str(folder), *chosen, "--json")
    assert (code, err) == (0, "")
    assert list(json.loads(out)["no_deal"]) == ["c", "b"]
    code, out, err = called(capsys, monkeypatch, "solutions", str(folder), "--json")
    assert list(json.loads(out)["no_deal"]) == ["a", "b", "c"]
    assert "Note: log.xml" in err
    code, out, err = called(capsys, monkeypatch, "solutions", "two.yaml", *chosen)
    assert (code, out) == (2, "")
    assert "--domain: chooses files of a folder" in err


ROOMS = {"部屋": {"海側": 4, "山側": 1}, "食事": {"朝食": 1, "夕食": 3, "なし": 0}}
ROOMS_TOO = {"部屋": {"海側": 1, "山側": 2}, "食事": {"朝食": 5, "夕食": 2, "なし": 0}}


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch) -> Path:
    """A domain whose names have no Latin letter, in the current folder."""
    monkeypatch.chdir(tmp_path)
    weights = {"部屋": 0.5, "食事": 0.5}
    files = {"d.xml": domain_xml(ROOMS), "客.xml": profile_xml(ROOMS, weights)}
    return write(tmp_path / "rooms", files | {"宿.xml": profile_xml(ROOMS_TOO, weights)})


def test_solutions_are_read_in_the_words_of_the_files(capsys, monkeypatch, rooms):
    code, out, _ = called(capsys, monkeypatch, "solutions", "rooms")
    assert code == 0
    for word in ("部屋", "食事", "海側", "客", "宿"):
        assert word in out
    assert "item" not in out
    found = json.loads(called(capsys, monkeypatch, "solutions", "rooms", "--json")[1])
    labels = found["labels"]
    assert labels["actors"] == {"actor": "客", "actor_2": "宿"}
    package = found["solutions"]["nash"]["package"]
    assert {
        labels["clauses"][clause]: labels["options"][clause][option]
        for clause, option in package.items()
    } == {"部屋": "海側", "食事": "朝食"}


@pytest.mark.filterwarnings("ignore:Glyph")  # of figures, on a machine without the signs
def test_a_run_is_read_in_the_words_of_the_files(capsys, monkeypatch, rooms):
    called(capsys, monkeypatch, "import", "rooms", "-o", "rooms.yaml")
    asked = ["run", "scenario=rooms.yaml", "ensemble.draws=10", "hydra.run.dir=played"]
    code, out, _ = called(capsys, monkeypatch, *asked)
    assert code == 0
    assert "部屋" in out
    assert "item" not in out
    clauses = Path("played/clauses.csv").read_text(encoding="utf-8")
    assert "issue,item_2," in clauses
    assert ",部屋,山側" in clauses
    told = called(capsys, monkeypatch, "transcript", "played")[1]
    assert "    部屋  " in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["import", "nowhere", "-o", "x.yaml"], "nowhere"),
        (["import", str(HOLIDAY), "-o", "x.txt"], "must end in .yaml"),
        (["import", str(HOLIDAY), "-o", "taken.yaml"], "--force to replace"),
        (["import", str(HOLIDAY)], "--output"),
        (["solutions", "."], "holds no .xml or .json files"),
    ],
)
def test_an_import_that_cannot_be_is_refused_and_writes_nothing(
    capsys, monkeypatch, tmp_path, arguments, says
):
    monkeypatch.chdir(tmp_path)
    Path("taken.yaml").write_text("mine")
    code, out, err = called(capsys, monkeypatch, *arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert [file.name for file in tmp_path.iterdir()] == ["taken.yaml"]
    assert Path("taken.yaml").read_text() == "mine"
