"""What holds for every figure: where it is drawn, what it refuses, and that it can be read."""

import pytest
from matplotlib.figure import Figure

from sim.show import figures as plots
from sim.show.figures.style import text_width
from tests.show.figures.pages import assert_readable, title
from tests.show.figures.tables import (
    ACCEPTED,
    ALLOWED,
    BASE,
    CASES,
    CHANCES,
    CHANGES,
    CLAUSES,
    COVERED,
    DRIVEN,
    GRID,
    HEIGHTS,
    HORIZON,
    LEARNT,
    LOSSES,
    NAMED_TEXTS,
    ODDS,
    SIGNATURES,
    TALKED,
    TALKS,
)

NEIGHBOURS = {"her": "She", "his": "He"}
FIGURES = {
    "odds": lambda ax=None: plots.odds(ODDS, BASE, "what was simulated", ax),
    "timeline": lambda ax=None: plots.timeline(TALKED, HORIZON, ax=ax),
    "courses": lambda ax=None: plots.courses(SIGNATURES, HORIZON, "what was simulated", ax),
    "clauses": lambda ax=None: plots.clauses(CLAUSES, ax=ax),
    "negotiation": lambda ax=None: plots.negotiation(TALKS, "kyiv", ax=ax),
    "heat_map": lambda ax=None: plots.heat_map(GRID, ax=ax),
    "differences": lambda ax=None: plots.differences(CHANGES, ax=ax),
    "differences of cases": lambda ax=None: plots.differences(CASES, ax=ax),
    "levers": lambda ax=None: plots.levers(CHANGES, "A text signed", "what was played", ax),
    "losses": lambda ax=None: plots.losses(LOSSES, "what was forecast", ax),
    "coverage": lambda ax=None: plots.coverage(COVERED, ax=ax),
    "reliability": lambda ax=None: plots.reliability(CHANCES, "a deal", "dialogues", ax=ax),
    "posterior": lambda ax=None: plots.posterior(LEARNT, "what was simulated", ax),
    "drivers": lambda ax=None: plots.drivers(DRIVEN, 0.1, 0.06, "A text", "simulated", ax),
    "hardest": lambda ax=None: plots.hardest(ACCEPTED, NAMED_TEXTS, NEIGHBOURS, "what", ax),
    "options": lambda ax=None: plots.options(ALLOWED, week=4, ax=ax),
    "pit_histogram": lambda ax=None: plots.pit_histogram(HEIGHTS, 400, ax=ax),
}


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_goes_into_the_axes_that_are_given(draw):
    axes = Figure(figsize=(14, 6)).subplots(1, 2)
    assert draw(axes[1]) is axes[1]
    assert title(axes[1])
    assert not axes[0].has_data()


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_of_its_own_is_known_to_no_window(draw):
    from matplotlib import _pylab_helpers

    before = len(_pylab_helpers.Gcf.figs)
    assert isinstance(draw().figure, Figure)
    assert len(_pylab_helpers.Gcf.figs) == before


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_no_word_runs_off_the_page_or_lies_on_another(draw):
    assert_readable(draw())


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_no_figure_is_drawn_without_saying_what_it_shows(draw):
    first, *_ = title(draw()).split("\n")
    assert len(first.split()) >= 4


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_title_is_wrapped_to_the_axes_that_are_given(draw):
    ax = Figure(figsize=(6, 4)).add_axes((0.3, 0.2, 0.4, 0.4))
    draw(ax)
    assert max(text_width(line, 14, "bold") for line in title(ax).split("\n")) <= 2.4


@pytest.mark.parametrize(
    ("draw", "table"),
    [
        (plots.odds, ODDS),
        (lambda table: plots.timeline(table, HORIZON), TALKED),
        (lambda table: plots.courses(table, HORIZON), SIGNATURES),
        (plots.clauses, CLAUSES),
        (lambda table: plots.negotiation(table, "kyiv"), TALKS),
        (plots.heat_map, GRID),
        (plots.differences, CHANGES),
        (plots.differences, CASES),
        (plots.losses, LOSSES),
        (plots.coverage, COVERED),
        (plots.reliability, CHANCES),
        (plots.posterior, LEARNT),
        (lambda table: plots.hardest(table, NAMED_TEXTS, NEIGHBOURS), ACCEPTED),
        (plots.options, ALLOWED),
    ],
)
def test_a_table_that_lacks_a_column_or_rows_is_refused_by_name(draw, table):
    for column in table.columns.drop(["worlds", "case", "sd", "narrowing"], errors="ignore"):
        with pytest.raises(ValueError, match=f"missing: .*'{column}'"):
            draw(table.drop(columns=column))
    with pytest.raises(ValueError, match="at least one row"):
        draw(table.iloc[:0])
