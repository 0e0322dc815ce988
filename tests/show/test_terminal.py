"""What the terminal shows: every figure, whole words, 80 columns."""

import datetime
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from sim.numbers.evidence import Fact
from sim.runs.run import Run
from sim.show.terminal import progress_bar, show_evidence, show_names, show_run
from tests.small import small_scenario

NAN = float("nan")
DASH = "\N{EN DASH}"
ODDS = ["outcome", "label", "probability", "low", "high", "assumption_low", "assumption_high"]
CLAUSES = [("water", "hers", 0.25), ("water", "shared", 0.5), ("water", "his", 0.25)]
RATES = ["label", "model", "base", "base_low", "base_high"]


@dataclass(frozen=True)
class Tables:
    """Some tables of a run, and nothing else of it."""

    tables: dict[str, pd.DataFrame]

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name]


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def shown(capsys, odds, rates=(), draws=100, replications=10, scenario=None, **more) -> list[str]:
    """Return the lines that a run with these odds and base rates is shown in."""
    manifest = {
        "scenario": "well",
        "protocol": "offers",
        "seed": 7,
        "draws": draws,
        "replications": replications,
        "worlds": draws * replications,
        "seconds": 1.26,
        **more,
    }
    table = pd.DataFrame(
        [("name", *row, round(row[1] * draws * replications)) for row in odds],
        columns=[*ODDS, "worlds"],
    )
    tables = {
        "odds": table,
        "base_rates": pd.DataFrame(rates, columns=RATES),
        "clauses": pd.DataFrame(CLAUSES, columns=["clause", "option", "signed_share"]),
    }
    run = Run(manifest, Tables(tables), Path("outputs/well/a run"))
    show_run(scenario or small_scenario(), run)
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    return [line.rstrip() for line in lines]


def row(lines, label):
    return next(line for line in lines if label in line)


def test_a_run_is_shown_under_one_line_and_over_its_folder(capsys):
    lines = shown(capsys, [("A deal", 1.0, 0.9, 1.0, 1.0, 1.0)])
    assert lines[0] == "well, offers, time_based: 1,000 worlds (100 x 10), seed 7, 1.3 s"
    assert lines[-1] == "Run folder: outputs/well/a run"


def test_doubtful_solutions_of_actors_who_look_ahead_are_warned_of(capsys):
    odds = [("A deal", 1.0, 0.9, 1.0, 1.0, 1.0)]
    good = shown(capsys, odds, equilibrium={"hopeless_offers": 0.2, "unsettled": 0.05})
    assert not any("Warning" in line for line in good)
    bad = " ".join(shown(capsys, odds, equilibrium={"hopeless_offers": 0.31, "unsettled": 0.08}))
    assert "Warning: 31% of what actors offer is what hardly anybody would sign" in bad
    assert "Warning: in 8% of the worlds expected values go round in circles" in bad


def test_odds_interval_and_range_are_percentages_with_one_decimal(capsys):
    lines = shown(
        capsys,
        [("A deal", 0.25, 0.201, 0.3049, 0.05, 0.5), ("War", 0.75, 0.7, 0.8, 0.5, 0.95)],
    )
    assert row(lines, "A deal").split()[2:5] == ["25.0%", "20.1-30.5%", "5.0-50.0%"]
    assert row(lines, "War").split()[1:4] == ["75.0%", "70.0-80.0%", "50.0-95.0%"]


def test_bars_are_as_long_as_their_odds_and_none_means_none(capsys):
    odds = [("Likely", 0.8), ("Half of it", 0.4), ("Rare", 0.0001), ("Never", 0.0)]
    lines = shown(capsys, [(label, p, p, p, p, p) for label, p in odds])
    assert row(lines, "Likely").endswith(" " + "█" * 10)
    assert row(lines, "Half of it").endswith(" " + "█" * 5)
    assert row(lines, "Rare").endswith("▏")
    assert row(lines, "Never").split() == ["Never", "0.0%", "0.0%", DASH]


def test_an_assumption_range_of_one_point_is_a_dash_and_says_why(capsys):
    told, untold = ("Likely", 0.9, 0.8, 1.0, 0.7, 1.0), ("Never", 0.0, 0.0, 0.1, 0.0, 0.0)
    lines = shown(capsys, [told, untold])
    assert row(lines, "Likely").split()[2:4] == ["80.0-100.0%", "70.0-100.0%"]
    assert row(lines, "Never").split()[2:] == ["0.0-10.0%", DASH]
    why = "A dash: the draws differ by no more than chance."
    assert why in " ".join(line.strip() for line in lines)
    assert why not in " ".join(shown(capsys, [told]))


def test_without_an_assumption_range_none_is_printed(capsys):
    lines = shown(capsys, [("A deal", 1.0, 0.9, 1.0, NAN, NAN)], replications=1)
    assert row(lines, "A deal").split()[2:] == ["100.0%", "90.0-100.0%", "█" * 10]
    assert "each played once" in " ".join(lines)


def test_long_labels_are_wrapped_between_words(capsys):
    label = "A settlement of everything that was ever in doubt between the two of them"
    lines = shown(capsys, [(label, 1.0, 0.9, 1.0, 1.0, 1.0)])
    words = " ".join(lines).split()
    assert all(word in words for word in label.split())


def test_what_is_signed_most_stands_beside_what_simple_methods_settle_on(capsys):
    lines = shown(capsys, [("A", 1.0, 0.9, 1.0, 0.9, 1.0)])
    assert row(lines, "shared").split()[:5] == ["water", "shared", "50.0%", "weighted", "mean,"]
    assert row(lines, "hers").split()[:5] == ["water", "hers", "25.0%", "weighted", "median,"]
    assert not any(line.split()[:2] == ["water", "his"] for line in lines)
    assert any("no capabilities are stated" in line for line in lines)


def test_base_rates_stand_beside_the_figures_of_the_model(capsys):
    rates = [("Wars that end", 0.12, 0.07, 0.05, 0.07), ("Deals that hold", NAN, 0.7, 0.7, 0.7)]
    lines = shown(capsys, [("A deal", 1.0, 0.9, 1.0, 1.0, 1.0)], rates)
    assert row(lines, "Wars that end").split()[3:] == ["12.0%", "5.0-7.0%"]
    assert row(lines, "Deals that hold").split()[3:] == ["none", "70.0%"]


def test_names_are_shown_in_groups_each_with_its_line(capsys):
    show_names({"protocols": {"offers": "one proposes " * 12}, "tactics": {"time_based": "slow"}})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "protocols"
    assert lines[1].startswith("  offers      one proposes")
    assert lines[2].startswith("              ")
    assert "  time_based  slow" in lines


def test_facts_are_shown_under_their_source_with_how_sure_and_how_used(capsys):
    fact = Fact(
        id="art-1",
        statement="Two neighbours share a well and have not agreed on anything.",
        source="A report",
        date=datetime.date(2025, 1, 6),
        where="paragraph 1",
        confidence="high",
    )
    second = fact.model_copy(update={"id": "art-2", "confidence": "low"})
    show_evidence("well", [fact, second], {"art-1": ["a", "b"], "art-2": ["c"]}, 3, 9)
    lines = capsys.readouterr().out.splitlines()
    assert lines.count("A report (2025-01-06)") == 1
    assert "  art-1: paragraph 1, high, 2 uses" in lines
    assert "  art-2: paragraph 1, low, 1 use" in lines
    assert "2 facts are cited. Of 9 numbers, 3 rest on assumptions" in " ".join(lines)


def test_progress_is_silent_away_from_a_terminal(capsys):
    with progress_bar(10) as progress:
        progress(5)
        progress(10)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")
