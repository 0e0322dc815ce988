"""What a notebook shows of runs and comparisons: small pages that need nothing from anywhere."""

import re

from sim.show.words import span
from tests.runs.small_runs import small_run
from tests.show.reading import Page


def test_a_run_shows_its_title_odds_doubts_and_how_to_read_them():
    run = small_run()
    html = run._repr_html_()
    page = Page(html)
    said = " ".join(page.words)
    assert run.scenario.title in page.words
    assert "single_text, time_based: 100 worlds (20 x 5), seed 3" in said
    for row in run.odds.to_dict("records"):
        assert row["label"] in page.words
        assert f"{row['probability']:.1%}" in page.words
        assert span(row["low"], row["high"]) in page.words
    assert "Doubt about the model itself is in neither." in said
    assert len(html) < 20_000


def test_a_page_needs_nothing_from_anywhere():
    html = small_run()._repr_html_()
    assert not re.search(r"https?:|src=|href=|url\(|<script|<style|<link", html)
    assert Page(html).tags <= {"div", "table", "thead", "tbody", "tr", "th", "td", "b", "code"}


def test_the_most_likely_outcome_has_the_longest_bar_and_the_impossible_none():
    run = small_run(changes={"outcomes__never": {"label": "Never", "ended": "in_force"}})
    widths = [int(width) for width in re.findall(r'<div style="width:(\d+)px;', run._repr_html_())]
    shares = [*run.totals["probability"], *run.odds["probability"]]
    assert max(widths) == widths[shares.index(max(shares))] == 120
    assert widths[-1] == shares[-1] == 0


def test_labels_cannot_bring_in_tags():
    changes = {"title": "<script>a & b</script>", "outcomes__no_deal__label": "<b>None</b>"}
    html = small_run(changes=changes)._repr_html_()
    assert "&lt;script&gt;a &amp; b&lt;/script&gt;" in html
    assert "&lt;b&gt;None&lt;/b&gt;" in html


def test_what_one_types_stands_as_code():
    changed = small_run(draws=2, changes={"answers__memory": 3})
    assert "<code>answers.memory</code>" in small_run(draws=2).compare(changed)._repr_html_()


def test_without_replications_the_assumption_range_is_a_dash():
    shown = small_run(replications=1)._repr_html_()
    assert "nan" not in shown
    assert "\N{EN DASH}" in shown
