"""The page of a run in a real browser, as wide as a desk's screen and as a telephone's."""

import pytest

from sim.runs.results import simulate
from tests.browser import browser, in_a_browser
from tests.pages import HOSTILE
from tests.runs.small_runs import small_run

pytestmark = in_a_browser

WIDTHS = (1280, 390)
PAPER = 680  # CSS pixels between the margins of A4

# What is seen to stick out of the page, but for what scrolls in a box of its own.
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPENED = "document.querySelectorAll('details').forEach(each => { each.open = true; })"
CUT_OFF = """[...document.querySelectorAll('.scroll, .drawing')]
    .filter(box => box.scrollWidth > box.clientWidth + 1)
    .map(box => box.getAttribute('aria-label'))"""
# Words of which the colour is too near to white (WCAG 2.2, 1.4.3: 4.5 to 1).
FAINT = """(() => {
    const light = part => (part /= 255) <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4;
    const seen = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), faint = [];
    while (seen.nextNode()) {
        const parent = seen.currentNode.parentElement, style = getComputedStyle(parent);
        if (!seen.currentNode.data.trim() || ['title', 'desc'].includes(parent.tagName)) continue;
        const [r, g, b] = (parent.closest('svg') ? style.fill : style.color).match(/[0-9.]+/g);
        if (parent.closest('svg') && r === '255') continue;  // on a dark cell of a figure
        const bright = .2126 * light(r) + .7152 * light(g) + .0722 * light(b);
        if (1.05 / (bright + .05) < 4.5) faint.push(seen.currentNode.data.trim());
    }
    return faint;
})()"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A page of the scenario that comes with it, and one whose labels are of every kind."""
    folder = tmp_path_factory.mktemp("pages")
    markup, formula, long, arabic, chinese = HOSTILE.values()
    changes = {
        "title": markup,
        "outcomes__no_deal__label": long,
        "outcomes__failed_deal__label": formula,
        "actors__her__label": arabic,
        "clauses__water__label": chinese,
        "texts__halves__label": long,
    }
    runs = {
        "geneva": simulate("geneva_2025", draws=60, replications=5),
        "hostile": small_run(changes=changes, draws=10),
    }
    return {name: run.write_report(folder / f"{name}.html") for name, run in runs.items()}


@pytest.mark.filterwarnings("ignore::sim.errors.MissingSignsWarning")
@pytest.mark.parametrize("name", ["geneva", "hostile"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_asks_for_nothing_complains_of_nothing_and_fits(reader, files, name, width, tmp_path):
    reader.open(files[name], width)
    assert reader.value(WIDER) <= 0
    assert reader.screenshot(tmp_path / f"{name}_{width}.png").stat().st_size > 10_000  # not blank
    reader.value(OPENED)
    assert reader.value(WIDER) <= 0
    assert reader.requests() == [files[name].as_uri()]
    assert reader.complaints() == []
    assert reader.value("document.scripts.length") == 0


@pytest.mark.filterwarnings("ignore::sim.errors.MissingSignsWarning")
def test_on_paper_no_table_and_no_figure_is_cut_off(reader, files):
    reader.open(files["geneva"], PAPER, media="print")
    assert reader.value(CUT_OFF) == []
    assert reader.value(WIDER) <= 0


@pytest.mark.filterwarnings("ignore::sim.errors.MissingSignsWarning")
def test_all_words_stand_out_from_the_page(reader, files):
    reader.open(files["geneva"], 1280)
    assert reader.value(FAINT) == []


@pytest.mark.filterwarnings("ignore::sim.errors.MissingSignsWarning")
def test_a_screen_reader_is_told_of_every_figure_heading_and_table(reader, files):
    reader.open(files["geneva"], 1280)
    nodes = reader.ask("Accessibility.getFullAXTree")["nodes"]
    named = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if "role" in n]
    pictures = [name for role, name in named if role in ("image", "img", "graphics-document")]
    assert len(pictures) == 7
    assert all(pictures)
    assert ("heading", "The answer in short") in named
    assert ("rowheader", "Any text signed") in named
    assert ("navigation", "Contents") in named


@pytest.mark.filterwarnings("ignore::sim.errors.MissingSignsWarning")
def test_the_keyboard_reaches_what_scrolls(reader, files):
    reader.open(files["geneva"], 390)
    unreached = """[...document.querySelectorAll('*')].filter(each =>
        each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === 'auto'
        && each.tabIndex < 0).length"""
    assert reader.value(unreached) == 0
