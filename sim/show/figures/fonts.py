"""Signs that the default font lacks: which fonts of the machine have them, and what none has.

Matplotlib takes for every sign the first of a text's fonts that has it. The fonts are searched
only when a label needs it; a sign that none of them has is drawn as an empty box, and told once.
"""

from __future__ import annotations

import logging
import unicodedata
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Any, ParamSpec

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.text import Text

from sim.errors import MissingSignsWarning

BOX = "\N{WHITE SQUARE}"
_NO_SIGNS = ("Cc", "Cf", "Mn")  # controls, joiners, variation selectors: nothing to see without
# Fonts of boxes and blanks, and those of Matplotlib's mathematics, which number signs their own way
_PASSED_OVER = (".", "cm", "STIXSize", "STIXNonUni", "Last Resort", "LastResort", "Adobe Blank")

# Beside a bold default font, another family's usual weight is good enough.
logging.getLogger("matplotlib.font_manager").addFilter(
    lambda record: "Failed to find font weight" not in record.getMessage()
)

Arguments = ParamSpec("Arguments")


def lettered(draw: Callable[Arguments, Axes]) -> Callable[Arguments, Axes]:
    """Write a figure's words in fonts that have their signs; warn once of those that none has.

    Warns:
        MissingSignsWarning: when no font on this machine has some sign.
    """

    @wraps(draw)
    def drawn(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Axes:
        ax = draw(*args, **kwargs)
        words = [*ax.get_xticklabels(), *ax.get_yticklabels(), *_texts(ax)]
        missing = "".join(missing_signs(text.get_text() for text in words))
        _write_again(ax)
        if missing:
            warnings.warn(MissingSignsWarning(missing), stacklevel=2)
        return ax

    return drawn


def families(text: str) -> list[str]:
    """Return the families to write a text in: the default, then those that have what it lacks."""
    lacking = _lacking(text)
    usual = list(rcParams["font.family"])
    return usual + list(_others(lacking, len(fontManager.ttflist))) if lacking else usual


def drawable(text: str) -> str:
    """Return a text with a box for every sign that no font has.

    >>> drawable("Kyiv")
    'Kyiv'
    """
    missing = _missing(text)
    return "".join(_instead(sign) if sign in missing else sign for sign in text)


def missing_signs(texts: Iterable[str]) -> list[str]:
    """Return the signs of some texts that no font has, in order, each once."""
    found = dict.fromkeys(sign for text in texts if _lacking(text) for sign in text)
    missing = _missing("".join(found))
    return [sign for sign in found if sign in missing and _instead(sign) == BOX]


def _write_again(ax: Axes) -> None:
    """Give every word of the Axes its fonts, and its boxes."""
    for axis in (ax.xaxis, ax.yaxis):
        labels = [label.get_text() for label in axis.get_ticklabels()]
        if any(map(_missing, labels)):  # which come from the axis, not from what is drawn
            axis.set_ticks(axis.get_ticklocs(), list(map(drawable, labels)), parse_math=False)
    for text in _texts(ax):
        said = text.get_text()
        if _lacking(said):
            text.set_fontfamily(families(said))
            text.set_text(drawable(said))


def _texts(ax: Axes) -> list[Text]:
    return [artist for artist in ax.findobj() if isinstance(artist, Text)]


def _instead(sign: str) -> str:
    return "" if unicodedata.category(sign) in _NO_SIGNS else BOX


def _missing(text: str) -> frozenset[str]:
    lacking = _lacking(text)
    if not lacking:
        return lacking
    files = [_files()[name] for name in _others(lacking, len(fontManager.ttflist))]
    return lacking.difference(*(_had(file, lacking) for file in files))


def _lacking(text: str) -> frozenset[str]:
    """Return the signs of a text that the default font has not."""
    signs = frozenset(text) - {"\n"}
    return frozenset() if text.isascii() else signs - _had(findfont(FontProperties()), signs)


@lru_cache(maxsize=512)
def _others(lacking: frozenset[str], _fonts: int) -> tuple[str, ...]:
    """Return few families that have as many of the signs as can be had."""
    chosen, files = [], _files()
    while lacking and files:
        had = {name: _had(file, lacking) for name, file in files.items()}
        best = max(files, key=lambda name: len(had[name]))
        if not had[best]:
            break
        chosen.append(best)
        lacking -= had[best]
    return tuple(chosen)


def _files() -> dict[str, str]:
    """Return an upright font of each family that is used for words, by name."""
    upright = [font for font in fontManager.ttflist if font.style == "normal"]
    in_order = sorted(upright, key=lambda font: (font.name, font.weight != 400, font.fname))
    found: dict[str, str] = {}
    for font in in_order:
        if not font.name.startswith(_PASSED_OVER):
            found.setdefault(font.name, font.fname)
    return found


def _had(file: str, signs: frozenset[str]) -> frozenset[str]:
    wanted = sorted(signs)
    has = np.isin([ord(sign) for sign in wanted], _coverage(file))
    return frozenset(sign for sign, found in zip(wanted, has, strict=True) if found)


@lru_cache(maxsize=4096)
def _coverage(file: str) -> Any:
    """Return the code points of the signs that a font has."""
    return np.fromiter(get_font(file).get_charmap(), dtype=np.int32)
