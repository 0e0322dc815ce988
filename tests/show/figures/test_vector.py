"""Figures as they stand in a page of HTML."""

import re
from html.parser import HTMLParser

import pytest

from sim.show import figures as plots
from sim.show.figures.vector import svg_of
from tests.show.figures.tables import HORIZON, ODDS, TALKED

HOSTILE = '</text><script>alert(1)</script> --> id="x" &'


class Svg(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.referred, self.tags, self.words = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            self.ids += [value] if name == "id" else []
            self.referred += re.findall(r"^#(.+)|url\(#(.+?)\)", value or "")

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.words.append(data)


def test_the_same_figure_is_the_same_text_every_time():
    assert svg_of(plots.odds(ODDS), "a", "odds") == svg_of(plots.odds(ODDS), "a", "odds")


def test_names_begin_with_the_figures_own_and_all_that_is_referred_to_is_there():
    found = Svg(svg_of(plots.timeline(TALKED, HORIZON), "endings-0-1", "by date"))
    assert all(each.startswith("endings-0-1-") for each in found.ids)
    assert len(set(found.ids)) == len(found.ids)
    referred = {one or other for one, other in found.referred}
    assert referred
    assert referred <= set(found.ids)


def test_it_needs_nothing_from_anywhere_and_dresses_nothing_else():
    text = svg_of(plots.odds(ODDS), "a", "odds")
    assert not re.search(r"https?:|<style|<script|<metadata|<!|<\?|xmlns|xlink", text)


def test_it_is_a_picture_with_a_title_and_a_description():
    text = svg_of(plots.odds(ODDS), "a", 'what "it" shows')
    assert 'role="img" aria-labelledby="a-title a-desc"' in text
    assert '<desc id="a-desc">what &quot;it&quot; shows</desc>' in text
    assert Svg(text).words[0].startswith("\N{LEFT DOUBLE QUOTATION MARK}")  # what was found


@pytest.mark.parametrize("label", [HOSTILE, r"back \1 slash", "$x$ =cmd"])
def test_labels_are_text(label):
    text = svg_of(plots.odds(ODDS.assign(label=label)), "a", label)
    found = Svg(text)
    assert "script" not in found.tags
    assert " ".join(label.split()) in " ".join(" ".join(found.words).split())
