"""What is told of a scenario without playing it."""

import datetime

from sim.numbers.evidence import Fact
from sim.show.reports.scenario import (
    check_report,
    evidence_report,
    names_report,
    stances_report,
)


def test_names_are_shown_in_groups_each_with_its_line():
    report = names_report(
        {"protocols": {"offers": "one proposes " * 12}, "tactics": {"time_based": "slow"}}
    )
    lines = str(report).splitlines()
    assert lines[0] == "protocols"
    assert lines[1].startswith("  offers      one proposes")
    assert lines[2].startswith("              ")
    assert "  time_based  slow" in lines


def test_facts_are_shown_under_their_source_with_how_sure_and_how_used():
    fact = Fact(
        id="art-1",
        statement="Two neighbours share a well and have not agreed on anything.",
        source="A report",
        date=datetime.date(2025, 1, 6),
        where="paragraph 1",
        confidence="high",
    )
    second = fact.model_copy(update={"id": "art-2", "confidence": "low"})
    counts = {"numbers": 9, "uncertain": 4, "assumptions": 3}
    report = evidence_report("well", [fact, second], {"art-1": ["a", "b"], "art-2": ["c"]}, counts)
    lines = str(report).splitlines()
    assert lines.count("A report (2025-01-06)") == 1
    assert "  art-1: paragraph 1, high, 2 uses" in lines
    assert "  art-2: paragraph 1, low, 1 use" in lines
    assert "2 facts are cited. Of 9 numbers, 4 are uncertain and 3 rest on assumptions" in " ".join(
        lines
    )


def test_a_good_scenario_is_told_in_a_sentence():
    found = {"actors": 2, "clauses": 3, "numbers": 40, "uncertain": 5, "assumptions": 30}
    assert " ".join(str(check_report("well.yaml", found, [])).split()) == (
        "well.yaml: good. 2 actors, 3 clauses, 40 numbers, 5 of them uncertain, 30 resting on "
        "assumptions."
    )


def test_what_is_told_of_a_good_scenario_stands_beneath_in_80_columns():
    found = {"actors": 2, "clauses": 3, "numbers": 40, "uncertain": 5, "assumptions": 30}
    told = [
        ("outcomes.good", "no world can come to it " * 9),
        ("actors.{her,his}." + 50 * "x", "x"),
    ]
    lines = str(check_report("well.yaml", found, told)).splitlines()
    assert "  outcomes.good" in lines
    assert lines[lines.index("  outcomes.good") + 1].startswith("    no world can come to it")
    assert max(map(len, lines)) <= 80


def test_stances_stand_beside_the_share_of_draws_that_agree():
    stated = [("She", "prefers", "Halves", "All hers", 0.999), ("He", "open", "Halves", "", 0.25)]
    lines = [line.split() for line in str(stances_report("well", stated)).splitlines()]
    assert ["She", "prefers", "Halves", "All", "hers", ">99%"] in lines
    assert ["He", "open", "Halves", "25%"] in lines


def test_a_scenario_without_stances_is_told_to_have_none():
    assert "states no stances" in str(stances_report("well", []))
