"""The author's guide: every field is in it, its example runs, the committed copy is current."""

import re
from pathlib import Path

import pytest

from sim.scenario.outcomes import Ending
from sim.scenario.reading.files import read_text
from sim.scenario.reading.guide import guide
from sim.scenario.reading.reader import read_scenario
from sim.scenario.scenario import Scenario
from sim.scenario.told import about_outcomes
from sim.talks.stances import stance_shares
from tests.command import parley

COMMITTED = Path(__file__).parents[3] / "conf" / "scenario" / "README.md"


@pytest.fixture(scope="module")
def page():
    return guide()


def _models(schema):
    return {schema["title"]: schema, **schema["$defs"]}


def test_the_committed_guide_is_what_the_schema_says(page):
    assert COMMITTED.read_text() == page, "it is out of step: run make docs"


def test_every_field_of_every_part_is_explained(page):
    for name, part in _models(Scenario.model_json_schema()).items():
        if "properties" not in part:
            continue
        section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
        for field in part["properties"]:
            (row,) = re.findall(rf"^\| `{field}` \| (.+) \| (.+) \| (.+) \|$", section, re.M)
            assert all(cell.strip() not in ("", "None") for cell in row), (name, field)


def test_every_link_leads_to_a_section(page):
    sections = {title.lower().replace(" ", "-") for title in re.findall(r"^## (.+)$", page, re.M)}
    assert set(re.findall(r"\]\(#(.+?)\)", page)) <= sections


def test_limits_are_told(page):
    assert "| `memory` | [Number](#number), between 1 and 52 sessions |" in page
    assert "| `aspiration` | [Number](#number), between 0 and 1 |" in page
    assert "| `horizon` | plain [Number](#number) |" in page


def test_a_default_of_0_is_told_as_a_number_and_not_as_nothing(page):
    assert "| `rewrites` | whole number, between 0 and 100 | `0` |" in page


def test_the_example_is_a_whole_scenario(page):
    (example,) = re.findall(r"```yaml\n(.+?)```", page, re.S)
    scenario = read_scenario(read_text(example, "the example"))
    assert list(stance_shares(scenario)) == []


def test_the_example_runs(page, tmp_path):
    (example,) = re.findall(r"```yaml\n(.+?)```", page, re.S)
    (tmp_path / "lease.yaml").write_text(example)
    done = parley("run", "scenario=lease.yaml", "ensemble.draws=20", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_of_the_outcomes_of_its_example_nothing_is_told(page):
    (example,) = re.findall(r"## A whole scenario\n\n```yaml\n(.*?)```", page, re.DOTALL)
    assert list(about_outcomes(read_scenario(read_text(example, "example")))) == []


def test_the_order_of_things_names_each_field_that_it_explains(page):
    section = page.split("**What happens**")[1].split("**Paths**")[0]
    fields = {
        field
        for part in _models(Scenario.model_json_schema()).values()
        for field in part.get("properties", ())
    }
    named = set(re.findall(r"`(?:\w+\.)*(\w+)[^`]*`", section))
    endings = {*map(str, Ending), "offers", "single_text", "chair"}
    assert named <= fields | endings
    assert named >= {
        *("talks_since", "patience_spent", "drafts", "drafter", "anticipates", "refusal_cost"),
        *("misforesight", "memory", "returns", "without_mediator", "fates", "swing"),
        *("renegotiation", "breach", "questions", "by"),
    }


def test_the_prose_fits_a_terminal_of_80_columns(page):
    prose = page.split("\n## ")[0].splitlines()
    assert [line for line in prose if len(line) > 80 and not line.startswith("|")] == []
