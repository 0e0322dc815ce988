"""Which files of a directory are read: a domain and its profiles, found by what they hold.

A directory may hold several domains, variants of one profile, results and notes. What is asked
for by name is taken; of the rest, what is neither a domain nor a profile is passed over and told.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from sim.domains import genius, geniusweb
from sim.domains.domain import Domain, Kind, Profile, Source
from sim.errors import ScenarioError, problem, unknown
from sim.outside.files import read_bytes
from sim.scenario.reading.files import LARGEST_FILE

MOST_FILES = 100


@dataclass(frozen=True)
class Format:
    """A platform's format: what it is called, and how its files are told apart and read."""

    name: str
    kind: Callable[[Source], Kind]
    read: Callable[[Source | None, Sequence[Source]], tuple[Domain, list[Profile]]]


FORMATS: Mapping[str, Format] = {
    ".xml": Format("Genius (XML)", genius.kind_of, genius.read_genius),
    ".json": Format("GeniusWeb (JSON)", geniusweb.kind_of, geniusweb.read_geniusweb),
}


@dataclass(frozen=True)
class Choice:
    """The files of one domain.

    Attributes:
        format: of all of them.
        domain: the domain's file; None where profiles carry their domain.
        profiles: a file for each actor, in order.
        notes: lines that a reader must know: what was passed over, what may not be meant.
    """

    format: Format
    domain: Source | None
    profiles: Sequence[Source]
    notes: tuple[str, ...]


def choose(
    directory: Path, domain: str | None = None, profiles: Sequence[str] | None = None
) -> Choice:
    """Return the files that are asked for by name, else all that hold a domain or a profile.

    Profiles come in the order in which they are named, else in the sorted order of their stems.

    Raises:
        ScenarioError: when a file is not there or cannot be read, when the files are of both
            formats, and when there are several domains; then with what to type.
    """
    files = _files(directory)
    asked = _named("domain", [domain] if domain is not None else [], files)
    wanted = _named("profiles", profiles or [], files)
    kinds = _kinds(_to_read(files, asked, wanted))
    found = {kind: [source for source, is_ in kinds if is_ is kind] for kind in Kind}
    sources = {source.file: source for source, _ in kinds}
    domains = [sources[shown(file.name)] for file in asked] or found[Kind.DOMAIN]
    chosen = [sources[shown(file.name)] for file in wanted] or found[Kind.PROFILE]
    passed_over = [source for source in found[Kind.OTHER] if source not in (*domains, *chosen)]
    notes = [f"{s.file} is neither a domain nor a profile: it is passed over" for s in passed_over]
    form = _format(directory, [*domains, *chosen], notes)
    if len(domains) > 1 or (not wanted and len(found[Kind.DOMAIN]) > 1):
        raise _several(found[Kind.DOMAIN], domains[0], chosen)
    if not wanted:
        notes += _variants(chosen)
    return Choice(form, next(iter(domains), None), chosen, tuple(notes))


def shown(path: Path | str) -> str:
    """Return a path as text; what its bytes cannot say in Unicode is escaped."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _files(directory: Path) -> list[Path]:
    """Return what may be the files of a domain, in the sorted order of their stems."""
    if not directory.is_dir():
        rule = "is no directory; a domain is one, with a domain file and a profile for each actor"
        raise problem(shown(directory), rule)
    try:
        files = [file for file in directory.iterdir() if _may_hold_a_part(file)]
    except OSError as error:
        raise problem(shown(directory), f"cannot be read: {error.strerror}") from None
    return sorted(files, key=lambda file: (file.stem, file.name))


def _may_hold_a_part(file: Path) -> bool:
    is_visible = not file.name.startswith(".")
    return is_visible and file.suffix.lower() in FORMATS and file.is_file()


def _named(option: str, names: Sequence[str], files: Sequence[Path]) -> list[Path]:
    """Return the files that an option names."""
    found = {file.name: file for file in files}
    for name in names:
        if name not in found:
            raise problem(option, unknown("file", name, found), name)
        if names.count(name) > 1:
            raise problem(option, "names a file twice", name)
    return [found[name] for name in names]


def _to_read(
    files: Sequence[Path], asked: Sequence[Path], wanted: Sequence[Path]
) -> Sequence[Path]:
    """Return the files to look into: those that are named, else all that may go with them."""
    named = [*asked, *wanted]
    if asked and wanted:
        return named
    suffixes = {file.suffix.lower() for file in named} or set(FORMATS)
    return [file for file in files if file.suffix.lower() in suffixes]


def _kinds(files: Sequence[Path]) -> list[tuple[Source, Kind]]:
    """Return files, read, with what they hold."""
    if len(files) > MOST_FILES:
        place = shown(files[0].parent)
        rule = f"holds {len(files)} XML or JSON files; at most {MOST_FILES} are read at once"
        raise problem(place, rule)
    found = []
    for file in files:
        source = _source(file)
        found.append((source, FORMATS[file.suffix.lower()].kind(source)))
    return found


def _source(file: Path) -> Source:
    name = shown(file.name)
    try:
        data = read_bytes(file, LARGEST_FILE)
    except ScenarioError as error:
        hint = "if it is no part of the domain, name those that are: --domain, --profiles"
        raise problem(name, f"{error.problems[0].rule}; {hint}") from None
    return Source(name, shown(file.stem), data)


def _format(directory: Path, read: Sequence[Source], notes: Sequence[str]) -> Format:
    """Return the one format of all files that are read."""
    suffixes = {Path(source.file).suffix.lower() for source in read}
    if not suffixes:
        rule = "holds no .xml or .json files with a domain or a profile"
        raise problem(shown(directory), "; ".join((rule, *notes)))
    if len(suffixes) > 1:
        rule = "holds XML and JSON files; a domain is in one of the formats: name the files of one"
        raise problem(shown(directory), f"{rule} (--domain, --profiles)")
    return FORMATS[suffixes.pop()]


def _several(domains: Sequence[Source], first: Source, profiles: Sequence[Source]) -> ScenarioError:
    """Return the error of several domains: it says what to type for one of them."""
    likeness = [_likeness(profile.stem, first.stem) for profile in profiles]
    own = [p for p, like in zip(profiles, likeness, strict=True) if like == max(likeness)]
    rule = "state no weights, so all of them are domain files; choose one, and its profiles: "
    typed = f"--domain {shlex.quote(first.file)} {_option(own)}"
    return problem(", ".join(source.file for source in domains), f"{rule}{typed}")


def _likeness(one: str, other: str) -> int:
    """Return how many letters two names have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _option(profiles: Sequence[Source]) -> str:
    """Return what to type to choose profiles."""
    return f"--profiles {shlex.quote(','.join(profile.file for profile in profiles))}"


def _variants(profiles: Sequence[Source]) -> Iterator[str]:
    """Yield what is said where several profiles look like variants of one actor's.

    They do when their stems differ in what comes after the last letter: boss, boss10, boss_2. Where
    all profiles do, as party1 and party2 do, they are the actors.
    """
    alike: dict[str, list[Source]] = {}
    for profile in profiles:
        stem = re.sub(r"[\W\d_]+\Z", "", profile.stem.casefold())
        alike.setdefault(stem, []).append(profile)
    if 1 < len(alike) < len(profiles):
        groups = [" and ".join(p.stem for p in group) for group in alike.values() if group[1:]]
        typed = _option([group[0] for group in alike.values()])
        yield (
            f"{', '.join(groups)} look like variants of one profile each; here all {len(profiles)} "
            f"profiles are actors: choose with {typed}"
        )
