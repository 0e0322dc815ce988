"""What is told of a run: every figure, whole words, 80 columns."""

from pathlib import Path

import pandas as pd

from sim.runs.findings import Finding
from sim.show.reports.run import run_report

NAN = float("nan")
DASH = "\N{EN DASH}"
ODDS = ["outcome", "label", "probability", "low", "high", "assumption_low", "assumption_high"]
CLAUSES = [("water", "hers", 0.25), ("water", "shared", 0.5), ("water", "his", 0.25)]
RATES = ["label", "model", "base", "base_low", "base_high"]


def shown(odds, rates=(), draws=100, replications=10, questions=None, **more) -> list[str]:
    """Return the lines that a run with these odds and base rates is told in."""
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
    report = run_report(
        "Two neighbours and a well",
        ["time_based", "time_based"],
        manifest,
        pd.DataFrame([("name", *row) for row in odds], columns=ODDS),
        None,
        questions,
        pd.DataFrame(rates, columns=RATES),
        pd.DataFrame(CLAUSES, columns=["clause", "option", "signed_share"]).assign(
            clause_label="Who gets the water", option_label="somebody does"
        ),
        {"water": {"shared": ["weighted_mean", "nash"], "hers": ["kalai_smorodinsky"]}},
        ["no capabilities are stated"],
        [Finding("Who stands in the way?", "He refused the last text.", "parley why RUN")],
        Path("outputs/well/a run"),
    )
    lines = str(report).splitlines()
    assert all(len(line) <= 80 for line in lines)
    return [line.rstrip() for line in lines]


def row(lines, label):
    return next(line for line in lines if label in line)


def test_a_run_is_shown_under_one_line_and_over_its_folder():
    lines = shown([("A deal", 1.0, 0.9, 1.0, 1.0, 1.0)])
    assert lines[0] == "well, offers, time_based: 1,000 worlds (100 x 10), seed 7, 1.3 s"
    assert lines[-1] == "Run folder: outputs/well/a run"


def test_what_stands_out_is_told_with_the_command_that_says_more():
    lines = shown([("A deal", 1.0, 0.9, 1.0, 1.0, 1.0)])
    assert row(lines, "Who stands in the way?").split("   ")[-1].strip() == "parley why RUN"


def test_worlds_that_do_not_count_and_draws_that_weigh_are_told_under_the_odds():
    odds = [("A deal", 1.0, 0.9, 1.0, 1.0, 1.0)]
    known = {"effective_draws": 64.02, "worlds_counted": 821, "worlds_played": 1000}
    told = " ".join(shown(odds, evidence=known))
    said = "821 of 1,000 worlds agree with what is known; draws are weighted: worth 64 draws of"
    assert told.index("A deal") < told.index(said) < told.index("100 draws of what nobody knows")
    weighted = " ".join(shown(odds, evidence={**known, "worlds_counted": 1000}))
    assert "Draws are weighted: worth 64 draws of equal weight." in weighted
    assert "agree" not in weighted


def test_nothing_is_told_of_evidence_where_every_world_counts_alike():
    odds = [("A deal", 1.0, 0.9, 1.0, 1.0, 1.0)]
    alike = {"effective_draws": 100.0, "worlds_counted": 1000, "worlds_played": 1000}
    assert shown(odds, evidence=alike) == shown(odds)


def test_doubtful_solutions_of_actors_who_look_ahead_are_warned_of():
    odds = [("A deal", 1.0, 0.9, 1.0, 1.0, 1.0)]
    good = shown(odds, equilibrium={"hopeless_offers": 0.2, "unsettled": 0.05})
    assert not any("Warning" in line for line in good)
    bad = " ".join(shown(odds, equilibrium={"hopeless_offers": 0.31, "unsettled": 0.08}))
    assert "Warning: 31% of what actors offer is what hardly anybody would sign" in bad
    assert "Warning: in 8% of the worlds expected values go round in circles" in bad


def test_odds_interval_and_range_are_percentages_with_one_decimal():
    lines = shown(
        [("A deal", 0.25, 0.201, 0.3049, 0.05, 0.5), ("War", 0.75, 0.7, 0.8, 0.5, 0.95)],
    )
    assert row(lines, "A deal").split()[2:5] == ["25.0%", "20.1-30.5%", "5.0-50.0%"]
    assert row(lines, "War").split()[1:4] == ["75.0%", "70.0-80.0%", "50.0-95.0%"]


def test_bars_are_as_long_as_their_odds_and_none_means_none():
    odds = [("Likely", 0.8), ("Half of it", 0.4), ("Rare", 0.0001), ("Never", 0.0)]
    lines = shown([(label, p, p, p, NAN, NAN) for label, p in odds])
    assert row(lines, "Likely").endswith(" " + "█" * 10)
    assert row(lines, "Half of it").endswith(" " + "█" * 5)
    assert row(lines, "Rare").endswith("▏")
    assert row(lines, "Never").split() == ["Never", "0.0%", "0.0%", DASH]


def test_an_assumption_range_that_cannot_be_told_is_a_dash_and_says_why():
    told, untold = ("Likely", 0.9, 0.8, 1.0, 0.7, 1.0), ("Never", 0.0, 0.0, 0.1, NAN, NAN)
    lines = shown([told, untold])
    assert row(lines, "Likely").split()[2:4] == ["80.0-100.0%", "70.0-100.0%"]
    assert row(lines, "Never").split()[2:] == ["0.0-10.0%", DASH]
    why = "A dash: it cannot be told from chance."
    assert why in " ".join(line.strip() for line in lines)
    assert why not in " ".join(shown([told]))


def test_one_replication_tells_no_assumption_range():
    lines = shown([("A deal", 1.0, 0.9, 1.0, NAN, NAN)], replications=1)
    assert row(lines, "A deal").split()[2:] == ["100.0%", "90.0-100.0%", DASH, "█" * 10]
    assert "each played once" in " ".join(lines)


def test_long_labels_are_wrapped_between_words():
    label = "A settlement of everything that was ever in doubt between the two of them"
    lines = shown([(label, 1.0, 0.9, 1.0, 1.0, 1.0)])
    words = " ".join(lines).split()
    assert all(word in words for word in label.split())


def test_what_is_signed_most_stands_beside_what_simple_methods_settle_on():
    lines = shown([("A", 1.0, 0.9, 1.0, 0.9, 1.0)])
    assert row(lines, "shared").split() == ["water", "shared", "50.0%", "weighted", "mean,", "Nash"]
    assert row(lines, "hers").split() == ["water", "hers", "25.0%", "Kalai-Smorodinsky"]
    assert not any(line.split()[:2] == ["water", "his"] for line in lines)
    assert "Note: no capabilities are stated." in lines


def test_base_rates_stand_beside_the_figures_of_the_model():
    rates = [("Wars that end", 0.12, 0.07, 0.05, 0.07), ("Deals that hold", NAN, 0.7, 0.7, 0.7)]
    lines = shown([("A deal", 1.0, 0.9, 1.0, 1.0, 1.0)], rates)
    assert row(lines, "Wars that end").split()[3:] == ["12.0%", "5.0-7.0%"]
    assert row(lines, "Deals that hold").split()[3:] == ["none", "70.0%"]


def test_what_is_rare_is_never_told_as_impossible_nor_the_likely_as_certain():
    lines = shown([("Likely", 0.9999, 0.9, 0.99999, 0.7, 1.0), ("Rare", 1e-4, 1e-5, 1e-3, 0, 1e-4)])
    assert row(lines, "Likely").split()[1:6] == [">99.9%", "90.0", "to", ">99.9%", "70.0-100.0%"]
    assert row(lines, "Rare").split()[1:4] == ["<0.1%", "<0.1-0.1%", "0.0-<0.1%"]


def test_a_run_says_what_it_does_not_know():
    for replications in (1, 10):
        said = shown([("A deal", 1.0, 0.9, 1.0, 0.9, 1.0)], replications=replications)
        assert "Doubt about the model itself is in neither." in " ".join(said)
