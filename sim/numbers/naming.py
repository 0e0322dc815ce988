"""Parley's names for what files of other origin call by free text.

A name is the text in small letters without accents, each run of other signs an underscore. Text
that begins with no letter, or is a word with a meaning here, gets its kind in front (`20"` is
item_20); what is cut off at 60 signs or falls together is told apart by _2, _3, in order.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from sim.numbers.names import RESERVED

KINDS = ("issue", "item", "actor", "text")
LONGEST = 60


def names_for(texts: Iterable[str], kind: str) -> dict[str, str]:
    """Return a name for each of some distinct texts.

    >>> names_for(["Hard Disk", "20'' LCD", "hard-disk", "Größe", "価格"], "item")
    {'Hard Disk': 'hard_disk', "20'' LCD": 'item_20_lcd', 'hard-disk': 'hard_disk_2', \
'Größe': 'grosse', '価格': 'item'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    last: Counter[str] = Counter()
    for text in texts:
        stem = name = _plain(text, kind)
        while name in taken:
            last[stem] += 1
            suffix = f"_{last[stem] + 1}"
            name = stem[: LONGEST - len(suffix)] + suffix
        taken.add(name)
        found[text] = name
    return found


def called(name: str, label: str) -> str:
    """Return what people read for a name: its label, if the name was made of it.

    Such a name says the same or less; one that an author chose is short and says what they meant.

    >>> called("issue_2", "期間"), called("nato", "Whether Ukraine may join NATO")
    ('期間', 'nato')
    """
    made = {_plain(label, kind) for kind in KINDS}
    return label if made & {name, re.sub("_[0-9]+$", "", name)} else name


def _plain(text: str, kind: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    plain = re.sub("[^a-z0-9]+", "_", letters).strip("_")
    if not plain[:1].isalpha() or plain in RESERVED:
        plain = f"{kind}_{plain}".strip("_")
    return plain[:LONGEST].strip("_")
