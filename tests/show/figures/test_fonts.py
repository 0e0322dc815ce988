"""Labels in signs that the default font lacks: another font's where one has them, else boxes."""

import warnings

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager

from sim.errors import MissingSignsWarning
from sim.show import figures as plots
from sim.show.figures.fonts import BOX, drawable, families
from tests.show.figures.pages import assert_readable, rendered_boxes, title
from tests.show.figures.tables import CASES, GRID, HORIZON, ODDS, TALKED

NOWHERE = "\U0010fffd"  # of private use: no font has it
ONE, OTHER = "\ue5a1", "\ue5a2"  # the same, but for the font of the test


@pytest.fixture
def font(tmp_path):
    """A font with one sign, known to Matplotlib while the test runs."""
    pen = TTGlyphPen(None)
    for point in ((0, 0), (0, 700), (900, 700), (900, 0)):
        (pen.moveTo if point == (0, 0) else pen.lineTo)(point)
    pen.closePath()
    build = FontBuilder(1000)
    build.setupGlyphOrder([".notdef", "one"])
    build.setupCharacterMap({ord(ONE): "one"})
    build.setupGlyf({name: pen.glyph() for name in (".notdef", "one")})
    build.setupHorizontalMetrics(dict.fromkeys((".notdef", "one"), (1000, 0)))
    build.setupHorizontalHeader(ascent=800, descent=-200)
    build.setupNameTable({"familyName": "One Sign", "styleName": "Regular"})
    build.setupOS2(sTypoAscender=800)
    build.setupPost()
    build.save(tmp_path / "one.ttf")
    known = list(font_manager.fontManager.ttflist)
    font_manager.fontManager.addfont(tmp_path / "one.ttf")
    yield "One Sign"
    font_manager.fontManager.ttflist[:] = known


def told(draw):
    """What is drawn, and the warnings that come up until it is on the page."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ax = draw()
        rendered_boxes(ax)
    return ax, [warning.message for warning in caught]


def test_labels_in_the_default_font_are_left_to_it():
    assert families("Kyiv, Zürich, Αθήνα") == families("")
    _, warned = told(lambda: plots.odds(ODDS))
    assert not warned


def test_a_sign_that_another_font_has_is_written_in_it(font, caplog):
    assert families(f"A {ONE} deal")[-1] == font
    ax, warned = told(lambda: plots.odds(ODDS.assign(label=f"A {ONE} deal")))
    assert not warned
    assert not caplog.records
    assert ax.get_yticklabels()[0].get_text() == f"A {ONE} deal"
    for text in (ax.get_yticklabels()[0], ax.title, ax._left_title):
        assert (font in text.get_fontfamily()) == (ONE in text.get_text())
    assert_readable(ax)


def test_signs_that_no_font_has_are_boxes_and_told_once_by_us_alone(font):
    ax, warned = told(lambda: plots.odds(ODDS.assign(label=f"{ONE}{OTHER} {NOWHERE}{NOWHERE}")))
    assert [type(message) for message in warned] == [MissingSignsWarning]
    assert warned[0].signs == f"{OTHER}{NOWHERE}"
    assert ax.get_yticklabels()[0].get_text() == f"{ONE}{BOX} {BOX}{BOX}"
    assert_readable(ax)


def test_what_has_no_shape_of_its_own_is_left_out_and_not_told():
    joined = "a\N{VARIATION SELECTOR-16}\N{ZERO WIDTH JOINER}b\x07"
    assert set(drawable(joined)) - set(joined) == set()
    _, warned = told(lambda: plots.odds(ODDS.assign(label=joined)))
    assert not warned


@pytest.mark.parametrize(
    "label",
    ["短い賃貸 📄 $x_1$ and $y", "שלום עולם", "عقد إيجار طويل", "👩‍👩‍👧 ❤️ 🇺🇦", f"{NOWHERE}{OTHER}"],
    ids=["CJK", "Hebrew", "Arabic", "emoji", "private"],
)
def test_any_script_is_drawn_on_every_figure_that_has_labels(label):
    for draw in (
        lambda: plots.odds(ODDS.assign(label=label), None, label),
        lambda: plots.differences(CASES.assign(label=label, case=label), label),
        lambda: plots.heat_map(GRID.assign(x=[label, "b"] * 2), label, label, label, label),
        lambda: plots.timeline(TALKED, HORIZON, {"signed": label}, {label: HORIZON}, label),
    ):
        ax, warned = told(draw)
        assert title(ax)
        assert {type(message) for message in warned} <= {MissingSignsWarning}
        assert len(warned) <= 1
        assert_readable(ax)
