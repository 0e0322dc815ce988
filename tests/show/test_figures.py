"""What figures draw: data in, artists out, and words that stay on the page."""

from datetime import date, timedelta
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axis import Tick, XTick
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.show import figures as plots
from sim.show.figures.intervals import ODDS as ODDS_COLUMNS
from sim.show.figures.style import DARK, FAINT, LIGHT, PALETTE, RECORD, text_width, wrap

NAN = float("nan")
LONG = "An outcome whose name goes on, and costs $5 or $6, until nobody would read it in one breath"


def odds_rows(*rows):
    """Label, probability, low, high, and the assumption range or None."""
    return pd.DataFrame(
        [
            (f"outcome_{i}", label, p, low, high, *(known or (NAN, NAN)), round(1000 * p))
            for i, (label, p, low, high, known) in enumerate(rows)
        ],
        columns=[*ODDS_COLUMNS, "worlds"],
    )


ODDS = odds_rows(
    ("A deal", 0.2, 0.18, 0.22, (0.05, 0.4)),
    ("War", 0.7, 0.67, 0.73, (0.5, 0.9)),
    ("A truce", 0.1, 0.08, 0.12, (0.1, 0.1)),
    ("Peace", 0.0, 0.0, 0.01, (0.0, 0.0)),
)
BASE = pd.DataFrame(
    [("Wars that end", 0.3, 0.07, 0.05, 0.07), ("Deals that last", NAN, 0.74, 0.68, 0.74)],
    columns=["label", "model", "base", "base_low", "base_high"],
)
DAYS = [date(2025, 1, 6) + timedelta(weeks=week) for week in range(3)]
TIMELINE = pd.DataFrame(
    [
        (day, name, p)
        for day, shares in zip(DAYS, [(0.0, 0.1), (0.1, 0.3), (0.25, 0.75)], strict=True)
        for name, p in zip(["deal", "war"], shares, strict=True)
    ],
    columns=["date", "outcome", "probability"],
)
CLAUSES = pd.DataFrame(
    [
        ("land", "kept", 0.6, 0.9),
        ("land", "ceded", 0.4, 0.1),
        ("army", "no_cap", 0.95, 0.5),
        ("army", "capped", 0.05, 0.5),
    ],
    columns=["clause", "option", "signed_share", "first_text_share"],
)
TALKS = pd.DataFrame(
    [
        (0, "kyiv", 0.2, 0.9, 0.3, False),
        (1, "kyiv", 0.5, 0.7, 0.3, False),
        (2, "kyiv", 0.6, 0.5, 0.4, True),
        (3, "kyiv", 0.7, 0.4, 0.4, True),
        (0, "moscow", 0.9, 0.8, 0.5, False),
    ],
    columns=["week", "actor", "utility", "threshold", "no_deal", "accepted"],
)
GRID = pd.DataFrame(
    [(0.0, "low", 0.1), (0.5, "low", 0.2), (0.0, "high", 0.4), (0.5, "high", 0.0)],
    columns=["x", "y", "probability"],
)
CHANGES = pd.DataFrame(
    [("deal", "A deal", 0.12, 0.08, 0.16), ("war", "War", -0.2, -0.3, -0.1),
     ("truce", "A truce", 0.01, -0.02, 0.04)],
    columns=["outcome", "label", "difference", "low", "high"],
)  # fmt: skip

FIGURES = {
    "odds": lambda ax=None: plots.odds(ODDS, BASE, "what was simulated", ax),
    "timeline": lambda ax=None: plots.timeline(TIMELINE, ax=ax),
    "clauses": lambda ax=None: plots.clauses(CLAUSES, ax=ax),
    "negotiation": lambda ax=None: plots.negotiation(TALKS, "kyiv", ax=ax),
    "heat_map": lambda ax=None: plots.heat_map(GRID, ax=ax),
    "differences": lambda ax=None: plots.differences(CHANGES, ax=ax),
}


def title(ax):
    return ax.get_title(loc="left")


def words(ax):
    return [text.get_text() for text in ax.texts]


def bars(ax, colour):
    """The bars of a colour, from above: the middle of each and its two ends."""
    found = [bar for bar in ax.patches if bar.get_facecolor() == to_rgba(colour)]
    spans = [(bar.get_y() + bar.get_height() / 2, bar.get_x(), bar.get_width()) for bar in found]
    return [(round(y, 9), x, x + width) for y, x, width in spans]


def ticks(ax, colour):
    """The upright marks of a colour: where each lies."""
    lines = [line for line in ax.lines if line.get_color() == colour]
    return [(line.get_xdata()[0], np.mean(line.get_ydata())) for line in lines]


def rendered_boxes(ax):
    """The box of every word that is drawn, in pixels, with the page's own."""
    renderer = FigureCanvasAgg(ax.figure).get_renderer()
    ax.figure.draw(renderer)
    texts = {id(text): text for text in ax.figure.findobj(Text)}
    for tick in ax.figure.findobj(Tick):  # those out of view are kept, and not drawn
        low, high = sorted(
            tick.axes.get_xlim() if isinstance(tick, XTick) else tick.axes.get_ylim()
        )
        if not low <= tick.get_loc() <= high:
            texts = {key: text for key, text in texts.items() if text not in tick.get_children()}
    drawn = [text for text in texts.values() if text.get_text().strip() and text.get_visible()]
    return {f"{t.get_text()} {i}": t.get_window_extent(renderer) for i, t in enumerate(drawn)}


def legend_words(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def assert_readable(ax):
    """Nothing runs off the page, and no word lies on another."""
    boxes = rendered_boxes(ax)
    page = ax.figure.bbox
    off = [name for name, box in boxes.items() if not contains(page, box)]
    assert not off
    crossed = [
        (a, b)
        for (a, one), (b, other) in combinations(boxes.items(), 2)
        if one.padded(-1).overlaps(other.padded(-1))
    ]
    assert not crossed


def contains(page, box):
    return box.x0 >= 0 and box.y0 >= 0 and box.x1 <= page.width and box.y1 <= page.height


# --- every figure -----------------------------------------------------------------------------


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
def test_a_title_is_wrapped_to_the_axes_that_are_given(draw):
    ax = Figure(figsize=(6, 4)).add_axes((0.3, 0.2, 0.4, 0.4))
    draw(ax)
    assert max(text_width(line, 14, "bold") for line in title(ax).split("\n")) <= 2.4


@pytest.mark.parametrize(
    ("draw", "table"),
    [
        (plots.odds, ODDS),
        (plots.timeline, TIMELINE),
        (plots.clauses, CLAUSES),
        (lambda table: plots.negotiation(table, "kyiv"), TALKS),
        (plots.heat_map, GRID),
        (plots.differences, CHANGES),
    ],
)
def test_a_table_that_lacks_a_column_or_rows_is_refused_by_name(draw, table):
    for column in table.columns.drop("worlds", errors="ignore"):
        with pytest.raises(ValueError, match=f"missing: .*'{column}'"):
            draw(table.drop(columns=column))
    with pytest.raises(ValueError, match="at least one row"):
        draw(table.iloc[:0])


# --- odds -------------------------------------------------------------------------------------


def test_each_outcome_has_a_mark_an_interval_and_a_range_in_the_order_given():
    ax = plots.odds(ODDS)
    rows = ax.get_yticks()
    assert [label.get_text() for label in ax.get_yticklabels()] == list(ODDS.label)
    assert ax.get_ylim()[0] > rows[-1] > rows[0] > ax.get_ylim()[1]  # the first lies on top
    assert np.allclose(ticks(ax, DARK), np.c_[ODDS.probability, rows])
    narrow, wide = bars(ax, DARK), bars(ax, LIGHT)
    assert np.allclose(narrow, np.c_[rows, ODDS.low, ODDS.high])
    assert np.allclose(wide, np.c_[rows, ODDS.assumption_low, ODDS.assumption_high])


def test_the_range_over_assumptions_is_drawn_thicker_and_under_the_interval():
    ax = plots.odds(ODDS)
    heights = {colour: [b.get_height() for b in ax.patches if b.get_facecolor() == to_rgba(colour)]
               for colour in (DARK, LIGHT)}  # fmt: skip
    assert min(heights[LIGHT]) > 1.5 * max(heights[DARK])
    order = [bar.get_facecolor() for bar in ax.patches[:2]]
    assert order == [to_rgba(LIGHT), to_rgba(DARK)]


def test_the_figures_stand_beside_the_marks():
    said = words(plots.odds(ODDS))
    assert [said.count(text) for text in ("70%", "50-90%", "5-40%")] == [1, 1, 1]
    assert said.count("0%") == 1  # the odds that came out at none


def test_a_range_of_one_point_is_a_dash_that_the_legend_explains():
    never, likely = ("Never", 0.0, 0.0, 0.1, (0.0, 0.0)), ("War", 1.0, 0.9, 1.0, (0.8, 1.0))
    ax = plots.odds(odds_rows(never, likely))
    said = words(ax)
    assert [said.count(text) for text in ("\N{EN DASH}", "80-100%")] == [1, 1]
    explained = "A dash: the draws differ by no more than chance"
    assert explained in legend_words(ax)
    assert explained not in legend_words(plots.odds(odds_rows(likely)))


def test_a_range_that_is_not_identified_is_not_drawn_and_the_legend_says_why():
    ax = plots.odds(ODDS.assign(assumption_low=NAN, assumption_high=NAN))
    assert not bars(ax, LIGHT)
    assert len(bars(ax, DARK)) == len(ODDS)
    assert "assumptions" not in words(ax)
    assert any("no range" in text for text in legend_words(ax))


def test_the_legend_explains_both_doubts():
    said = legend_words(plots.odds(ODDS))
    assert any(text.startswith("Monte Carlo (95%)") for text in said)
    assert any(text.startswith("Assumptions (5% to 95%)") for text in said)
    assert not any(text.startswith("Record") for text in said)


def test_the_title_names_the_most_likely_outcome_and_the_next():
    assert title(plots.odds(ODDS)) == "Most likely: War (70%)\nNext: A deal (20%)"


def test_outcomes_that_chance_cannot_tell_apart_are_called_level():
    table = odds_rows(("A deal", 0.48, 0.44, 0.52, None), ("War", 0.52, 0.48, 0.56, None))
    assert title(plots.odds(table)) == "Nearly level: War (52%) and\nA deal (48%)"


def test_a_single_outcome_is_drawn_and_named_alone():
    ax = plots.odds(odds_rows(("War", 1.0, 0.99, 1.0, (1.0, 1.0))))
    assert title(ax) == "Most likely: War (100%)"
    assert ax.get_xlim() == (0, 1)
    assert_readable(ax)


def test_base_rates_stand_beneath_the_odds_on_the_same_scale():
    ax = plots.odds(ODDS, BASE)
    rows = ax.get_yticks()
    assert len(rows) == len(ODDS) + len(BASE)
    assert np.allclose(bars(ax, RECORD), np.c_[rows[-2:], BASE.base_low, BASE.base_high])
    assert np.allclose(ticks(ax, RECORD), np.c_[BASE.base, rows[-2:]])
    assert np.allclose(ticks(ax, DARK)[len(ODDS) :], [(0.3, rows[-2])])
    assert {"5-7%", "68-74%", "none"} <= set(words(ax))
    assert ax.get_xlim()[1] >= 0.9


def test_a_run_without_reference_classes_has_no_such_rows():
    ax = plots.odds(ODDS, BASE.iloc[:0])
    assert len(ax.get_yticks()) == len(ODDS)
    assert "record" not in words(ax)


@settings(max_examples=8, deadline=None)
@given(
    labels=st.lists(st.text(st.characters(codec="ascii", categories=["L", "P", "Zs"]), min_size=1,
                            max_size=120), min_size=1, max_size=10),
    seed=st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_odds_of_any_labels_stay_on_the_page(labels, seed):
    shares = np.random.default_rng(seed).dirichlet(np.ones(len(labels)))
    rows = [
        (label, p, p / 2, (1 + p) / 2, (p / 3, p)) for label, p in zip(labels, shares, strict=True)
    ]
    assert_readable(plots.odds(odds_rows(*rows), BASE, LONG))


# --- timeline ---------------------------------------------------------------------------------


def bands(ax):
    """Lower and upper edge of each band on each day, by outcome."""
    found = {}
    for band in ax.collections:
        if not band.get_label().startswith("_"):
            points = band.get_paths()[0].vertices
            found[band.get_label()] = [
                (points[points[:, 0] == x, 1].min(), points[points[:, 0] == x, 1].max())
                for x in np.unique(points[:, 0])
            ]
    return found


def test_the_bands_are_stacked_with_the_first_outcome_on_top_and_hold_until_the_next_date():
    found = bands(plots.timeline(TIMELINE))
    # A step: on each date the band jumps from the share before to the share of that date.
    assert np.allclose(found["war"], [(0, 0.1), (0, 0.3), (0, 0.75)])
    assert np.allclose([low for low, _ in found["deal"]], [0.1, 0.1, 0.3])
    assert found["deal"][-1][1] == pytest.approx(1.0)


def test_each_band_has_a_fill_of_its_own_and_is_named_with_its_share_at_the_end():
    ax = plots.timeline(TIMELINE, {"deal": "A deal in force"})
    fills = {b.get_label(): tuple(b.get_facecolor()[0]) for b in ax.collections}
    assert fills["deal"] == to_rgba(PALETTE[0])
    assert fills["war"] == to_rgba(PALETTE[1])
    said = {text.replace("\n", " ") for text in words(ax)}
    assert said == {"A deal in force, 25%", "war, 75%"}


def test_an_outcome_that_never_came_is_in_the_stack_but_not_named():
    never = TIMELINE[TIMELINE.outcome == "deal"].assign(outcome="peace", probability=0.0)
    ax = plots.timeline(pd.concat([TIMELINE, never]).sort_values("date", kind="stable"))
    assert set(bands(ax)) == {"deal", "war", "peace"}
    assert not any("peace" in text for text in words(ax))


def test_marks_are_lines_at_their_dates_with_their_names_above():
    marks = {"horizon": DAYS[2], "deadline": DAYS[1]}
    ax = plots.timeline(TIMELINE, marks=marks)
    start = (DAYS[0] - date(1970, 1, 1)).days
    dashed = [line.get_xdata()[0] - start for line in ax.lines if line.get_linestyle() == "--"]
    assert sorted(dashed) == [7, 14]
    assert {"deadline, 13 Jan 2025", "horizon, 20 Jan 2025"} <= set(words(ax))
    assert_readable(ax)


def test_marks_close_together_or_at_the_end_do_not_collide():
    days = [DAYS[0] + timedelta(weeks=week) for week in range(160)]
    table = pd.DataFrame({"date": days, "outcome": "war", "probability": np.linspace(0, 1, 160)})
    names = ("deadline", "deadline after an extension", "deadline after another extension")
    marks = {name: days[0] + timedelta(days=3 * i) for i, name in enumerate(names)}
    assert_readable(plots.timeline(table, marks={**marks, LONG[:50]: days[-1]}, subtitle=LONG))


def test_the_timeline_says_when_half_is_decided_and_what_is_largest_in_the_end():
    table = TIMELINE.assign(date=TIMELINE.date.astype(str))  # as a CSV file gives it
    assert title(plots.timeline(table)) == (
        "Half of the worlds are decided by 20 Jan 2025\nThe largest part in the end: war (75%)"
    )


def test_a_timeline_that_stays_open_says_so():
    table = TIMELINE.assign(probability=TIMELINE.probability / 4)
    assert title(plots.timeline(table)).startswith("By 20 Jan 2025 only 25% of the worlds")


def test_the_timeline_says_what_counts_as_in_force():
    ax = plots.timeline(TIMELINE, months=24.0)
    assert "once it has stood 24 months" in ax.get_xlabel()
    assert "decided" in ax.get_ylabel()


def test_thirty_outcomes_are_told_apart_and_the_lightest_names_give_way():
    shares = np.arange(1, 31) / np.arange(1, 31).sum()
    table = pd.concat(
        [pd.DataFrame({"date": DAYS, "outcome": f"outcome {i}", "probability": p})
         for i, p in enumerate(shares)]
    )  # fmt: skip
    ax = plots.timeline(table)
    fills = {(tuple(b.get_facecolor()[0]), b.get_hatch()) for b in ax.collections
             if not b.get_label().startswith("_")}  # fmt: skip
    assert len(fills) == 30
    named = {int(text.split(",")[0].split()[1]) for text in words(ax)}
    assert named == set(range(30 - len(named), 30))
    assert_readable(ax)


# --- clauses ----------------------------------------------------------------------------------


def test_each_option_has_its_share_of_signed_texts_over_that_of_first_texts():
    ax = plots.clauses(CLAUSES)
    rows = ax.get_yticks()
    assert np.allclose(bars(ax, DARK), np.c_[rows, np.zeros(4), CLAUSES.signed_share])
    assert np.allclose(bars(ax, FAINT), np.c_[rows, np.zeros(4), CLAUSES.first_text_share])
    assert list(rows) == sorted(rows)


def test_clauses_and_options_go_by_their_labels_else_by_their_names_as_words():
    labels = {"land": "Who holds the land", "land.kept": "All of it is kept"}
    ax = plots.clauses(CLAUSES, labels)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["All of it is kept", "ceded", "no cap", "capped"]
    assert {"Who holds the land", "army"} <= set(words(ax))


def test_the_title_names_the_clause_that_signed_texts_agree_on_and_the_one_they_differ_on():
    said = title(plots.clauses(CLAUSES))
    assert said == 'Signed texts agree most on "army": no cap (95%)\nThey differ most on "land"'


def test_one_clause_alone_is_not_said_to_differ_from_itself():
    assert title(plots.clauses(CLAUSES.iloc[:2])) == 'Signed texts agree most on "land": kept (60%)'


def test_where_nothing_was_signed_only_first_texts_are_drawn_and_the_title_says_so():
    ax = plots.clauses(CLAUSES.assign(signed_share=NAN), signed=0)
    assert title(ax).startswith("No text was signed")
    assert not bars(ax, DARK)
    assert len(bars(ax, FAINT)) == 4
    assert "signed" not in words(ax)


def test_the_number_of_signed_texts_is_said():
    assert any("1,234" in text for text in legend_words(plots.clauses(CLAUSES, signed=1234)))


def test_six_clauses_of_five_options_with_long_names_stay_readable():
    table = pd.DataFrame(
        [(f"clause_{c}", f"option_{o}", 0.2, 0.2) for c in range(6) for o in range(5)],
        columns=CLAUSES.columns,
    )
    labels = {f"clause_{c}": LONG[:60] for c in range(6)}
    labels |= {f"clause_{c}.option_{o}": LONG for c in range(6) for o in range(5)}
    assert_readable(plots.clauses(table, labels, 100, LONG))


# --- one negotiation --------------------------------------------------------------------------


def test_a_negotiation_draws_worth_threshold_and_no_deal_of_the_chosen_actor_week_by_week():
    ax = plots.negotiation(TALKS, "kyiv")
    drawn = {line.get_label(): line for line in ax.lines}
    own = TALKS[TALKS.actor == "kyiv"]
    for name, column in (
        ("Needed to sign", "threshold"),
        ("Worth of no deal", "no_deal"),
        ("Worth of the text on the table (filled: accepted)", "utility"),
    ):
        assert list(drawn[name].get_xdata()) == [0, 1, 2, 3]
        assert list(drawn[name].get_ydata()) == list(own[column])


def test_accepted_texts_are_filled_and_refused_ones_hollow():
    dots = [line for line in plots.negotiation(TALKS, "kyiv").lines if line.get_marker() == "o"]
    assert {line.get_color(): list(line.get_xdata()) for line in dots} == {
        "white": [0, 1],
        PALETTE[0]: [2, 3],
    }


def test_the_title_says_when_the_actor_first_accepts():
    assert (
        title(plots.negotiation(TALKS, "kyiv", "Kyiv")) == "Kyiv: accepts 2 times, first in week 2"
    )
    once = TALKS[TALKS.week < 3]
    assert title(plots.negotiation(once, "kyiv")) == "kyiv: accepts once, in week 2"
    assert "never accepts" in title(plots.negotiation(TALKS, "moscow"))


def test_weeks_without_a_text_on_the_table_leave_a_gap():
    gap = TALKS.assign(utility=TALKS.utility.where(TALKS.week != 1), accepted=None)
    ax = plots.negotiation(gap, "kyiv")
    worth = next(line for line in ax.lines if line.get_label().startswith("Worth of the text"))
    assert np.isnan(worth.get_ydata()).tolist() == [False, True, False, False]
    assert "never accepts" in title(ax)


def test_an_actor_that_the_table_lacks_is_refused_with_those_that_it_has():
    with pytest.raises(ValueError, match="no actor 'paris'; it has 'kyiv', 'moscow'"):
        plots.negotiation(TALKS, "paris")


# --- sweeps and comparisons -------------------------------------------------------------------


def test_a_heat_map_has_a_cell_for_each_point_in_the_order_of_its_values():
    ax = plots.heat_map(GRID, "pressure", "support", "A deal")
    assert ax.collections[0].get_array().tolist() == [[0.4, 0.0], [0.1, 0.2]]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "0.5"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["high", "low"]
    figures = {text.get_position(): text.get_text() for text in ax.texts}
    assert figures == {(0.5, 0.5): "40%", (1.5, 0.5): "0%", (0.5, 1.5): "10%", (1.5, 1.5): "20%"}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("pressure", "support")


def test_the_title_of_a_heat_map_says_from_where_to_where_and_where_most():
    said = title(plots.heat_map(GRID, "pressure", "support", "A deal"))
    assert said == "A deal: 0-40%\nHighest with pressure = 0, support = high"
    flat = GRID.assign(probability=0.25)
    assert title(plots.heat_map(flat, outcome="A deal")) == "A deal: 25% at every point"


def test_a_point_that_the_grid_lacks_is_left_out():
    ax = plots.heat_map(GRID.iloc[:3])
    assert np.ma.getmaskarray(ax.collections[0].get_array()).tolist() == [
        [False, True], [False, False]]  # fmt: skip
    assert len(ax.texts) == 3


def test_a_point_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match=r"x = 0\.0, y = low comes more than once"):
        plots.heat_map(pd.concat([GRID, GRID.iloc[:1]]))


def test_a_large_grid_has_a_scale_and_no_figures_in_its_cells():
    points = [(x, y, x * y / 900) for x in range(30) for y in range(30)]
    ax = plots.heat_map(pd.DataFrame(points, columns=GRID.columns))
    assert not ax.texts
    assert len(ax.get_xticks()) <= 12
    assert_readable(ax)


def test_differences_are_drawn_in_the_order_given_about_a_line_at_zero():
    ax = plots.differences(CHANGES)
    rows = ax.get_yticks()
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [dot.get_xdata()[0] for dot in dots] == list(CHANGES.difference)
    assert [dot.get_ydata()[0] for dot in dots] == list(rows)
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert np.allclose(spans, CHANGES[["low", "high"]])
    assert any(list(line.get_xdata()) == [0, 0] for line in ax.lines)
    assert ax.get_xlim()[0] == -ax.get_xlim()[1]


def test_direction_is_said_by_sign_and_colour_and_doubt_by_neither():
    ax = plots.differences(CHANGES)
    colours = [line.get_color() for line in ax.lines if line.get_marker() == "o"]
    assert len(set(colours)) == 3
    assert {"+12.0", "\N{MINUS SIGN}20.0", "+1.0"} <= set(words(ax))
    assert "\N{MINUS SIGN}2.0 to +4.0" in words(ax)


def test_the_title_names_the_largest_change_that_is_clear_of_chance():
    assert title(plots.differences(CHANGES)) == (
        "Largest clear change: War (\N{MINUS SIGN}20.0 points)"
    )
    unclear = CHANGES.assign(low=-1.0, high=1.0)
    assert title(plots.differences(unclear)).startswith("No clear change")


def test_a_comparison_of_a_run_with_itself_is_drawn():
    ax = plots.differences(CHANGES.assign(difference=0.0, low=0.0, high=0.0))
    assert title(ax).startswith("No clear change")
    assert ax.get_xlim()[0] < 0 < ax.get_xlim()[1]


# --- the house style --------------------------------------------------------------------------

# Machado, Oliveira & Fernandes (2009), table 1, severity 1: linear RGB as three kinds of readers
# see it.
VISION = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def seen(colour, matrix):
    """A colour in CIELAB, as a reader with that vision sees it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = to_xyz @ np.clip(matrix @ linear, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("matrix", VISION.values(), ids=VISION)
def test_ten_outcomes_are_told_apart_whatever_cones_a_reader_has(matrix):
    lab = [seen(colour, np.array(matrix)) for colour in PALETTE]
    # A difference of 2.3 is just noticeable; bands that touch need to be told apart at a glance.
    assert min(np.linalg.norm(a - b) for a, b in combinations(lab, 2)) > 15
    assert min(np.linalg.norm(a - b) for a, b in pairwise(lab)) > 30


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"])),
    width=st.floats(0.5, 6),
)
def test_wrapped_lines_keep_every_letter_and_their_width(text, width):
    lines = wrap(text, width, 11).split("\n")
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert all(text_width(line, 11) <= width for line in lines)
