"""What a notebook shows of runs and figures."""

import re
import sys
from html.parser import HTMLParser
from types import SimpleNamespace

from matplotlib.figure import Figure

from sim.show.html import html_of_comparison, png_of_axes, show_figures
from tests.runs.small_runs import small_run

VOID = {"br", "hr", "img"}


class Page(HTMLParser):
    """The words of a page, and whether its tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_a_run_shows_its_title_odds_doubts_and_how_to_read_them():
    run = small_run()
    html = run._repr_html_()
    page = Page(html)
    said = " ".join(page.words)
    assert page.words[0] == run.scenario.title
    assert "100 worlds: 20 draws of what nobody knows, 5 of each; single_text, seed 3" in said
    for row in run.odds.to_dict("records"):
        assert row["label"] in page.words
        assert f"{row['probability']:.1%}" in page.words
        assert f"{row['low'] * 100:.1f}-{row['high'] * 100:.1f}%" in page.words
    assert "Doubt about the model itself is in neither." in said
    assert len(html) < 20_000


def test_a_page_needs_nothing_from_anywhere():
    html = small_run()._repr_html_()
    assert not re.search(r"https?:|src=|href=|url\(|<script|<style|<link", html)
    assert Page(html).tags <= {"div", "table", "tr", "th", "td", "b", "code"}


def test_the_most_likely_outcome_has_the_longest_bar_and_the_impossible_none():
    run = small_run(changes={"outcomes__never": {"label": "Never", "ended": "mediator_left"}})
    widths = [int(width) for width in re.findall(r'<div style="width:(\d+)px;', run._repr_html_())]
    shares = run.odds["probability"].tolist()
    assert max(widths) == widths[shares.index(max(shares))] == 120
    assert widths[-1] == shares[-1] == 0


def test_labels_cannot_bring_in_tags():
    changes = {"title": "<script>a & b</script>", "outcomes__no_deal__label": "<b>None</b>"}
    html = small_run(changes=changes)._repr_html_()
    assert "&lt;script&gt;a &amp; b&lt;/script&gt;" in html
    assert "&lt;b&gt;None&lt;/b&gt;" in html
    run = small_run(draws=2)
    odds = run.compare(run).odds
    page = html_of_comparison("<i>", "how", odds, [("<u>", "<s>", "&")])
    assert "<i>" not in page
    assert "<code>&lt;u&gt;</code>" in page


def test_without_replications_the_assumption_range_is_left_empty():
    assert "nan" not in small_run(replications=1)._repr_html_()


def test_a_figure_of_ours_is_shown_as_a_picture_and_one_of_pyplots_is_left_to_it():
    ours = small_run(draws=2).plot.odds()
    assert png_of_axes(ours).startswith(b"\x89PNG")
    theirs = Figure().add_subplot()
    theirs.figure.canvas.manager = SimpleNamespace(num=1)
    assert png_of_axes(theirs) is None


def test_a_notebook_is_told_how_to_show_axes(monkeypatch):
    known = {}
    formatter = SimpleNamespace(
        for_type_by_name=lambda module, name, show: known.update({(module, name): show})
    )
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters={"image/png": formatter}))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    show_figures()
    axes = type(Figure().add_subplot())
    assert known == {(axes.__module__, axes.__name__): png_of_axes}


def test_outside_a_notebook_nothing_is_told(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    show_figures()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    show_figures()
