"""What member states weigh in the Council of the European Union: the treaties' votes.

Three sets, each from the day on which it came into force; the months between an accession and new
votes are taken as the old set. Under the third, states weigh by population: its second condition,
a majority of states, is left out. Codes of states are those of the data on decisions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

INSTITUTIONS = ("com", "ep")  # Commission and Parliament


@dataclass(frozen=True)
class Votes:
    """A set of votes.

    Attributes:
        since: the day from which it counts; None: from the first.
        votes: of each member state.
    """

    since: date | None
    votes: Mapping[str, float]


# Article 148(2) of the EC Treaty, as the accession of 1995 changed it: 87 votes.
FIFTEEN = {"de": 10, "fr": 10, "it": 10, "uk": 10, "es": 8, "be": 5, "el": 5, "nl": 5, "pt": 5}
FIFTEEN |= {"at": 4, "se": 4, "dk": 3, "ie": 3, "fi": 3, "lu": 2}

# Article 205(2) as the Act of Accession of 2003 (Article 12) set it after the Treaty of Nice, with
# the states that joined in 2007 (345 votes) and 2013 (7 more).
NICE = {"de": 29, "fr": 29, "it": 29, "uk": 29, "es": 27, "pl": 27, "ro": 14, "nl": 13, "be": 12}
NICE |= {"cz": 12, "el": 12, "hu": 12, "pt": 12, "at": 10, "bu": 10, "se": 10, "cr": 7, "dk": 7}
NICE |= {"fi": 7, "ie": 7, "lt": 7, "sk": 7, "cy": 4, "ee": 4, "lu": 4, "lv": 4, "si": 4, "mt": 3}

# Article 16(4) of the Treaty on European Union: population on 1 January 2015 in millions (Eurostat,
# demo_pjan).
LISBON = {"de": 81.2, "fr": 66.5, "uk": 64.9, "it": 60.8, "es": 46.4, "pl": 38.0, "ro": 19.9}
LISBON |= {"nl": 16.9, "be": 11.2, "el": 10.9, "cz": 10.5, "pt": 10.4, "hu": 9.9, "se": 9.7}
LISBON |= {"at": 8.6, "bu": 7.2, "dk": 5.7, "fi": 5.5, "sk": 5.4, "ie": 4.7, "cr": 4.2, "lt": 2.9}
LISBON |= {"si": 2.06, "lv": 1.99, "ee": 1.31, "cy": 0.85, "lu": 0.56, "mt": 0.43}

SETS = (
    Votes(None, FIFTEEN),
    Votes(date(2004, 11, 1), NICE),
    Votes(date(2014, 11, 1), LISBON),
)
ACTORS = (*INSTITUTIONS, *sorted(NICE))


def capability(actors: Collection[str], day: date | None, unanimous: bool) -> dict[str, float]:
    """Return what each of some actors of a proposal can bring to bear: shares that sum to 1.

    The set of votes is the one in force on the day when the proposal was introduced; where one of
    the actors has none in it, because its state joined before the decision, the next in which all
    have some. Where the Council must agree unanimously, all states weigh the same. The Commission
    and the Parliament weigh as much as the largest state of the set.
    """
    votes = _votes(set(actors) - set(INSTITUTIONS), day)
    if unanimous:
        votes = dict.fromkeys(votes, 1.0)
    largest = max(votes.values())
    clout = {actor: float(votes.get(actor, largest)) for actor in actors}
    total = sum(clout.values())
    return {actor: amount / total for actor, amount in clout.items()}


def _votes(states: Collection[str], day: date | None) -> Mapping[str, float]:
    """Return the votes in force on a day, or the next in which all of some states have some."""
    begun = sum(day is not None and s.since is not None and s.since <= day for s in SETS)
    later = (s.votes for s in SETS[begun:])
    return next(votes for votes in later if votes.keys() >= set(states))
