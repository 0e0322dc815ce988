"""What tests of figures read off them: words, bars, marks, and whether all can be read."""

from itertools import combinations

import numpy as np
from matplotlib.axis import Tick, XTick
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.text import Text

NAN = float("nan")
LONG = "An outcome whose name goes on, and costs $5 or $6, until nobody would read it in one breath"
MINUS = "\N{MINUS SIGN}"


def title(ax):
    """The title, with straight quotation marks."""
    curly = str.maketrans("\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}", '""')
    return ax.get_title(loc="left").translate(curly)


def words(ax):
    return [text.get_text() for text in ax.texts]


def legend_words(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


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
    """The box of every word that is drawn, in pixels."""
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
