"""A directory of domain files becomes a scenario: Genius or GeniusWeb, told apart by the suffix.

One file states the domain and one file for each actor its profile, whatever their names; an actor
is called after its profile's stem, and actors come in the sorted order of those. Other files and
hidden ones are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sim.domains.domain import Domain, Profile, Source, refuse_misfits
from sim.domains.genius import read_genius
from sim.domains.geniusweb import read_geniusweb
from sim.domains.translation import scenario_tree
from sim.errors import Problem, ScenarioError, problem
from sim.scenario.reading.files import LARGEST_FILE, read_text
from sim.scenario.reading.reader import read_scenario
from sim.settings.configuration import dump

Reader = Callable[[Sequence[Source]], tuple[Domain, list[Profile]]]

FORMATS: dict[str, tuple[str, Reader]] = {
    ".xml": ("Genius (XML)", read_genius),
    ".json": ("GeniusWeb (JSON)", read_geniusweb),
}
MOST_FILES = 100


def read_domain(directory: Path) -> dict[str, Any]:
    """Return the scenario of a domain, as the plain data of a valid scenario file.

    Raises:
        ScenarioError: with what is wrong, where, and by which rule.
    """
    sources = _sources(directory)
    suffixes = {Path(source.file).suffix.lower() for source in sources}
    if not suffixes:
        rule = "holds no .xml or .json files: no domain and no profiles"
        raise problem(_shown(directory), rule)
    if len(suffixes) > 1:
        rule = "holds XML and JSON files; a domain is in one of the formats: move the others away"
        raise problem(_shown(directory), rule)
    name, reader = FORMATS[suffixes.pop()]
    domain, profiles = reader(sources)
    if len(profiles) < 2:
        found = f"{len(profiles)} profile{'' if len(profiles) == 1 else 's'}"
        rule = f"holds {found} beside the domain; a negotiation needs two or more"
        raise problem(_shown(directory), rule)
    refuse_misfits(domain, profiles)
    tree = scenario_tree(_shown(Path(directory.resolve().name)), name, domain, profiles)
    return _checked(tree, _shown(directory))


def domain_yaml(directory: Path) -> str:
    """Return the scenario of a domain as the text of a scenario file.

    Raises:
        ScenarioError: as `read_domain`, and when the scenario is larger than a file may be.
    """
    text, place = dump(read_domain(directory)), _shown(directory)
    if len(text.encode()) > LARGEST_FILE:
        raise problem(place, f"makes a scenario file of more than {LARGEST_FILE // 2**20} MiB")
    try:
        read_text(text, place)
    except ScenarioError as error:
        rule = f"makes a scenario file that cannot be read: {error.problems[0].rule}"
        raise problem(place, rule) from None
    return text


def _checked(tree: dict[str, Any], place: str) -> dict[str, Any]:
    """Return the tree, if it is a scenario; else what is wrong is said of the directory."""
    try:
        read_scenario(tree)
    except ScenarioError as error:
        found = [Problem(f"{place}: {p.field}", p.rule, p.value) for p in error.problems]
        raise ScenarioError(*found) from None
    return tree


def _sources(directory: Path) -> list[Source]:
    """Return the files of a domain, in the sorted order of their stems."""
    place = _shown(directory)
    if not directory.is_dir():
        rule = "is no directory; a domain is one, with a domain file and a profile for each actor"
        raise problem(place, rule)
    try:
        files = [file for file in directory.iterdir() if _may_hold_a_part(file)]
        if len(files) > MOST_FILES:
            raise problem(place, f"holds {len(files)} XML or JSON files; at most {MOST_FILES}")
        return [_source(file) for file in sorted(files, key=lambda file: (file.stem, file.name))]
    except OSError as error:
        raise problem(place, f"cannot be read: {error.strerror}") from None


def _may_hold_a_part(file: Path) -> bool:
    is_visible = not file.name.startswith(".")
    return is_visible and file.suffix.lower() in FORMATS and file.is_file()


def _source(file: Path) -> Source:
    name = _shown(Path(file.name))
    with file.open("rb") as stream:
        data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise problem(name, f"is larger than {LARGEST_FILE // 2**20} MiB")
    return Source(name, _shown(Path(file.stem)), data)


def _shown(path: Path) -> str:
    """Return a path as text; what its bytes cannot say in Unicode is escaped."""
    return str(path).encode("utf-8", "backslashreplace").decode()
