"""A directory of domain files becomes a scenario: Genius or GeniusWeb, told apart by the suffix.

One file states the domain and one for each actor its profile, whatever their names; an actor is
called after its profile's stem. Which files these are can be chosen; other files and hidden ones
are passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.domains.choice import choose, shown
from sim.domains.domain import refuse_misfits
from sim.domains.translation import scenario_tree
from sim.errors import Problem, ScenarioError, problem
from sim.scenario.reading.files import LARGEST_FILE, read_text
from sim.scenario.reading.reader import read_scenario
from sim.scenario.scenario import Scenario
from sim.settings.configuration import dump


@dataclass(frozen=True)
class Imported:
    """A scenario made of a domain.

    Attributes:
        tree: the plain data of a valid scenario file.
        scenario: the same, read.
        notes: lines that a reader must know, which the tree's description holds too.
        place: what messages call the directory.
    """

    tree: dict[str, Any]
    scenario: Scenario
    notes: tuple[str, ...]
    place: str

    def yaml(self) -> str:
        """Return it as the text of a scenario file.

        Raises:
            ScenarioError: when it is larger than a file may be.
        """
        text = dump(self.tree)
        if len(text.encode()) > LARGEST_FILE:
            rule = f"makes a scenario file of more than {LARGEST_FILE // 2**20} MiB"
            raise problem(self.place, rule)
        try:
            read_text(text, self.place)
        except ScenarioError as error:
            rule = f"makes a scenario file that cannot be read: {error.problems[0].rule}"
            raise problem(self.place, rule) from None
        return text


def import_domain(
    directory: Path | str, domain: str | None = None, profiles: Sequence[str] | None = None
) -> Imported:
    """Return the scenario that a directory's domain makes.

    Args:
        directory: with a domain's files, Genius (XML) or GeniusWeb (JSON).
        domain: the name of the domain's file, where the directory holds several.
        profiles: the names of the profiles' files, an actor each, in order; default: all.

    Raises:
        ScenarioError: with what is wrong, where, by which rule, and what to choose.
    """
    directory = Path(directory)
    place, choice = shown(directory), choose(directory, domain, profiles)
    read, actors = choice.format.read(choice.domain, choice.profiles)
    if len(actors) < 2:
        found = f"{len(actors)} profile{'' if len(actors) == 1 else 's'}"
        rule = f"holds {found} beside the domain; a negotiation needs two or more"
        raise problem(place, "; ".join((rule, *choice.notes)))
    refuse_misfits(read, actors)
    notes = (*choice.notes, *(f"{actor.file}: {note}" for actor in actors for note in actor.notes))
    name = shown(directory.resolve().name)
    tree = scenario_tree(name, choice.format.name, read, actors, notes)
    return Imported(tree, _checked(tree, place), notes, place)


def _checked(tree: dict[str, Any], place: str) -> Scenario:
    """Return the scenario of a tree; what is wrong with it is said of the directory."""
    try:
        return read_scenario(tree)
    except ScenarioError as error:
        found = [Problem(f"{place}: {p.field}", p.rule, p.value) for p in error.problems]
        raise ScenarioError(*found) from None
