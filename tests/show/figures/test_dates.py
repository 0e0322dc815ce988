"""Events by date: their curves, the two scales of the axis, and when the title says texts come."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from sim.show import figures as plots
from tests.show.figures.pages import LONG, assert_readable, title, words
from tests.show.figures.tables import DAYS, HORIZON, START, TALKED, events, rising


def curves(ax):
    return {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}


def across(ax, day):
    """Where a day lies on the width of the Axes, from 0 to 1."""
    number = (day - date(1970, 1, 1)).days
    return ax.transAxes.inverted().transform(ax.transData.transform((number, 0)))[0]


def said_at_the_end(ax):
    return {text.replace("\n", " ") for text in words(ax)}


def test_each_event_has_a_curve_that_holds_until_the_next_date_and_a_band():
    ax = plots.timeline(TALKED, HORIZON)
    signed = curves(ax)["signed"]
    assert signed.get_drawstyle() == "steps-post"
    assert list(signed.get_ydata()) == list(TALKED[TALKED.event == "signed"].probability)
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == pytest.approx((0, 0.31))


def test_a_curve_is_named_at_its_end_with_its_share_in_the_end():
    ax = plots.timeline(TALKED, HORIZON, {"left_moscow": "Moscow walks out"})
    assert {"Moscow walks out, 40%", "signed, 30%", "in force, 20%", "broken, 5%"} <= (
        said_at_the_end(ax)
    )


def test_what_befalls_the_talks_is_dashed_and_that_is_said():
    ax = plots.timeline(TALKED, HORIZON)
    styles = {name: line.get_linestyle() for name, line in curves(ax).items()}
    assert {name for name, style in styles.items() if style == "--"} == {"left_moscow"}
    assert "Dashed: what befalls the talks, not a text" in ax.get_xlabel()
    only = plots.timeline(TALKED[TALKED.event == "signed"], HORIZON)
    assert "Dashed" not in only.get_xlabel()


def test_an_event_that_never_came_is_not_drawn_but_told():
    ax = plots.timeline(TALKED, HORIZON, {"left_paris": "Paris walks out"})
    assert "left_paris" not in curves(ax)
    assert "In no world: Paris walks out." in ax.get_xlabel().replace("\n", " ")


def test_the_talks_have_most_of_the_width_and_the_years_after_them_the_rest():
    ax = plots.timeline(TALKED, HORIZON)
    assert across(ax, START) == pytest.approx(0)
    assert across(ax, HORIZON) == pytest.approx(0.7)
    assert across(ax, DAYS[-1]) == pytest.approx(1)
    middle = START + (HORIZON - START) / 2
    assert across(ax, middle) == pytest.approx(0.35)
    assert "Beyond the horizon, dates lie closer together" in ax.get_xlabel().replace("\n", " ")


def test_talks_that_fill_the_time_have_one_scale():
    table = TALKED[TALKED.date <= HORIZON]
    ax = plots.timeline(table, HORIZON)
    assert across(ax, HORIZON) == pytest.approx(1)
    assert "closer" not in ax.get_xlabel()


def test_long_talks_keep_their_share_of_the_width():
    ax = plots.timeline(TALKED, DAYS[140])
    assert across(ax, DAYS[140]) == pytest.approx(140 / 156)


@pytest.mark.parametrize("weeks", [1, 3, 12, 20, 52, 156])
@pytest.mark.parametrize("talks", [0.2, 0.5, 1])
def test_dates_are_named_on_any_calendar_and_none_on_another(weeks, talks):
    table = TALKED[TALKED.date <= DAYS[weeks]]
    ax = plots.timeline(table, START + timedelta(days=max(1, round(7 * weeks * talks))))
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert len(set(names)) == len(names) >= 1
    assert_readable(ax)


def test_the_horizon_and_the_deadline_are_marked_with_their_names_above():
    ax = plots.timeline(TALKED, HORIZON, marks={"deadline": date(2025, 3, 1)})
    dotted = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":"]
    days = [(day - date(1970, 1, 1)).days for day in (date(2025, 3, 1), HORIZON)]
    assert sorted(dotted) == days
    assert {"deadline, 1 Mar 2025", "horizon of the talks, 5 Jan 2026"} <= set(words(ax))
    assert_readable(ax)


def test_days_that_people_ask_about_are_thin_lines_and_that_is_said():
    asked = [date(2025, 3, 1), date(2025, 6, 30), HORIZON]
    ax = plots.timeline(TALKED, HORIZON, asked=asked)
    thin = [line.get_xdata()[0] for line in ax.lines if line.get_label() == "_asked"]
    assert thin == [(day - date(1970, 1, 1)).days for day in asked[:2]]  # the horizon has its own
    assert "Thin lines: days by which people ask." in ax.get_xlabel().replace("\n", " ")
    assert "Thin lines" not in plots.timeline(TALKED, HORIZON).get_xlabel()
    assert_readable(ax)


def test_what_never_comes_takes_no_colour_from_what_does():
    never = {f"left_{i}": rising(0.0) for i in range(8)}
    drawn = {"signed": rising(0.3), **never, "refused": rising(0.2), "suspended": rising(0.4)}
    colours = {
        line.get_color() for line in curves(plots.timeline(events(**drawn), HORIZON)).values()
    }
    assert len(colours) == 3


def test_marks_close_together_or_at_the_end_do_not_collide():
    names = ("deadline", "deadline after an extension", "deadline after another extension")
    marks = {name: START + timedelta(days=3 * i) for i, name in enumerate(names)}
    marks |= {LONG[:50]: DAYS[-1]}
    assert_readable(plots.timeline(TALKED, HORIZON, marks=marks, subtitle=LONG))


def test_the_title_says_when_texts_are_signed_and_what_is_likelier():
    table = TALKED.assign(date=TALKED.date.astype(str))  # as a CSV file gives it
    assert title(plots.timeline(table, HORIZON, {"left_moscow": "Moscow walks out"})) == (
        "30% of the worlds sign a text, half of them by July 2025\n"
        'Likelier: "Moscow walks out" (40%)'
    )


def test_the_title_of_short_talks_names_the_day():
    table = TALKED[(TALKED.date <= DAYS[10]) & TALKED.event.isin(["signed", "in_force"])]
    assert title(plots.timeline(table, DAYS[10])) == (
        "6% of the worlds sign a text, half of them by 10 Feb 2025\n"
        "One comes into force in 1% of the worlds"
    )


@pytest.mark.parametrize(
    ("signed", "says"),
    [
        (rising(0.0), "No text is signed in any world"),
        (rising(0.03), "Hardly any text is signed: in 3% of the worlds"),
        (rising(1.0), "Every world signs a text, half of them by July 2025"),
        ([1.0] * 157, "Every world signs a text, half of them by January 2025"),
    ],
)
def test_the_title_is_right_at_the_edges(signed, says):
    assert title(plots.timeline(events(signed=signed), HORIZON)) == says


def test_where_nothing_is_signed_the_title_says_what_happens_instead():
    table = events(signed=rising(0.0), left_paris=rising(0.2))
    assert title(plots.timeline(table, HORIZON)) == (
        'No text is signed in any world\nLikeliest: "left paris" (20%)'
    )
    never = title(plots.timeline(events(left_paris=rising(0.0)), HORIZON))
    assert never == "None of these events comes about in any world"


def test_a_table_in_which_nothing_happens_is_drawn():
    ax = plots.timeline(events(signed=rising(0.0), left_paris=rising(0.0)), HORIZON)
    assert not curves(ax)
    assert_readable(ax)


def test_a_table_without_intervals_has_no_bands_and_does_not_speak_of_them():
    ax = plots.timeline(TALKED.assign(low=np.nan, high=np.nan), HORIZON)
    assert "Bands" not in ax.get_xlabel()
    assert "Bands" in plots.timeline(TALKED, HORIZON).get_xlabel().replace("\n", " ")


def test_many_events_are_named_as_far_as_there_is_room_the_likeliest_first():
    shares = {f"left_{i}": rising((i + 1) / 500) for i in range(30)}
    ax = plots.timeline(events(**shares), HORIZON)
    named = {int(text.split(",")[0].split()[1]) for text in words(ax) if text.startswith("left")}
    assert named == set(range(30 - len(named), 30))
    assert_readable(ax)


def test_one_day_alone_is_drawn():
    table = pd.DataFrame([("signed", START, 0.5, 0.4, 0.6)], columns=TALKED.columns)
    assert_readable(plots.timeline(table, START))
