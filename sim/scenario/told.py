"""What an author is told of a scenario that is no error: what has no effect, or looks like another.

Outcomes and questions that no world can come to, labels that results could not tell apart, and
numbers that change no world.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from sim.scenario.effects import Idle, idle, numbers_under
from sim.scenario.outcomes import OTHER, Ending
from sim.scenario.reach import (
    MOST_KINDS,
    LeftOut,
    idle_names,
    impossible_endings,
    last_day,
    left_out,
    never,
    nobody_to_end_it,
    taken,
)
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Told:
    """Something about a part of a scenario.

    >>> print(Told("mediator", "never leaves"))
    mediator: never leaves.
    """

    where: str
    what: str

    def __str__(self) -> str:
        """Return it in a plain sentence."""
        return f"{self.where}: {self.what}."


@dataclass(frozen=True)
class Group:
    """Parts of one kind that change no world for one reason, and how many numbers they hold."""

    where: str
    numbers: int
    why: str


def told(scenario: Scenario) -> tuple[Told, ...]:
    """Return everything that is told of a scenario."""
    rules = _rules(scenario)
    return (*rules, *_same_labels(scenario), *_about_numbers(scenario))


def told_of_a_run(scenario: Scenario) -> tuple[str, ...]:
    """Return the same in fewer words, for beside the odds: idle numbers in one sentence.

    Only what was set for this run and has no effect is told with why.
    """
    groups, vain = without_effect(scenario), _set_in_vain(scenario)
    rules = _rules(scenario)
    first = (*rules, *_same_labels(scenario), *_linkages(scenario), *vain)
    numbers = sum(group.numbers for group in groups)
    where = ", ".join(group.where for group in groups)
    many = f"{numbers:,} of {len(scenario.numbers):,} numbers change no world here"
    summary = f"{many} (parley check of the run's config.yaml says why): {where}"
    return (*(str(each).rstrip(".") for each in first), *([summary] if groups else []))


def _rules(scenario: Scenario) -> tuple[Told, ...]:
    """Return what is told of outcomes and questions in every form of the model."""
    first, *others = (
        (*about_outcomes(each), *about_questions(each)) for each in scenario.in_forms.values()
    )
    return tuple(each for each in first if all(each in other for other in others))


def about_outcomes(scenario: Scenario) -> Iterator[Told]:
    """Yield the rules that no world can come to, and the worlds that no rule names."""
    impossible = impossible_endings(scenario)
    for name, rule in scenario.outcomes.items():
        if (in_vain := idle_names(scenario, name)) and len(in_vain) < len(rule.by):
            what = f"{_listed(in_vain)} can end no talks {' or '.join(rule.ended)}"
            yield Told(f"outcomes.{name}.by", what)
        why = [_why_not(scenario, name, ending, impossible) for ending in rule.ended]
        if "" in why:
            continue
        if None in why:
            what = (
                f"whether a world can come to it was not checked: over {MOST_KINDS:,} kinds of text"
            )
            yield Told(f"outcomes.{name}", what)
        else:
            reasons = "; ".join(dict.fromkeys(filter(None, why)))
            yield Told(f"outcomes.{name}", f"no world can come to it: {reasons}")
    yield from (Told("outcomes", what) for what in _left_out(left_out(scenario)))


def _left_out(found: Sequence[LeftOut]) -> Iterator[str]:
    """Say which worlds no rule names."""
    becomes = f"such worlds become `{OTHER}`"
    if unnamed := [each.ending for each in found if each.all]:
        yield f"no rule names {_listed(unnamed)}; {becomes}"
    for each in found:
        if each.all is None:
            yield (
                f"whether rules name every world that ends {each.ending} was not checked: over "
                f"{MOST_KINDS:,} kinds of text"
            )
        elif not each.all and each.of:
            yield f"no rule names {each.ending} by {_listed(each.of, 'or')}; {becomes}"
        elif not each.all:
            yield f"rules name {each.ending} with some texts only; other {becomes}"


def about_questions(scenario: Scenario) -> Iterator[Told]:
    """Yield the questions that can only be answered with no, and days on which nobody looks."""
    for name, question in scenario.questions.items():
        where = f"questions.{name}"
        if why := never(scenario, question):
            yield Told(where, f"it happens in no world: {why}")
            continue
        last = last_day(scenario, question.event)
        late = [str(day) for day in question.by if day > last]
        if late:
            what = f"nothing of it is watched after {last}, so {_listed(late)} adds nothing"
            yield Told(f"{where}.by", what)


def without_effect(scenario: Scenario) -> list[Group]:
    """Return what changes no world, part by part: those of several actors in one line."""
    alike: dict[tuple[str, ...], list[Idle]] = {}
    for each in idle(scenario):
        alike.setdefault((each.why, *_shape(each.path)), []).append(each)
    return [_group(scenario, together) for together in alike.values()]


def _why_not(
    scenario: Scenario, name: str, ending: Ending, impossible: Mapping[Ending, str]
) -> str | None:
    """Return why a rule takes no world of an ending; none if it does, None if nobody knows."""
    if ending in impossible:
        return f"none ends {ending}, as {impossible[ending]}"
    if nobody := nobody_to_end_it(scenario, name, ending):
        return nobody
    found = taken(scenario, name, ending)
    if found.reached is not False:
        return "" if found.reached else None
    if not found.by:
        return f"it asks for terms, and nothing is signed in one that ends {ending}"
    takes = "takes" if len(found.by) == 1 else "take"
    return f"{_listed(found.by)} above {takes} all that it would take"


def _same_labels(scenario: Scenario) -> Iterator[Told]:
    outcomes, actors = scenario.outcomes, scenario.actors
    yield from _same("outcomes", {name: rule.label for name, rule in outcomes.items()})
    asked = {name: question.label for name, question in scenario.questions.items()}
    yield from _same("questions", asked)
    yield from _same("actors", {name: actor.label for name, actor in actors.items()})
    for clause, stated in scenario.clauses.items():
        labels = {name: option.label for name, option in stated.options.items()}
        yield from _same(f"clauses.{clause}.options", labels)


def _same(where: str, labels: Mapping[str, str]) -> Iterator[Told]:
    for label, times in Counter(labels.values()).items():
        if times > 1:
            names = [name for name, each in labels.items() if each == label]
            yield Told(where, f"{_listed(names)} have one label, '{label}'")


def _about_numbers(scenario: Scenario) -> Iterator[Told]:
    yield from _linkages(scenario)
    for group in without_effect(scenario):
        count = f"{group.numbers} number{'s' * (group.numbers != 1)}, " if group.numbers else ""
        yield Told(group.where, f"{count}no effect: {group.why}")


def _linkages(scenario: Scenario) -> Iterator[Told]:
    """Find linkages that are worth nothing; they still make their clauses one block."""
    for name, linkage in scenario.linkages.items():
        if all(worth.is_zero for worth in linkage.worth.values()):
            what = f"worth nothing to anybody; it only makes {_listed(linkage.when)} one block"
            yield Told(f"linkages.{name}", what)


def _set_in_vain(scenario: Scenario) -> Iterator[Told]:
    """Find the numbers without effect that were set for this run."""
    for each in idle(scenario):
        for path in numbers_under(scenario, each.path):
            if scenario.numbers[path].basis == "override":
                yield Told(path, f"set for this run to no effect: {each.why}")


def _shape(path: str) -> tuple[str, ...]:
    """Return what parts that may be told in one line share: where they stand, and how deep."""
    steps = path.split(".")
    holder = steps[0], str(len(steps))
    return (*holder, *steps[2:-1]) if steps[0] == "actors" else (*holder, *steps[1:-1])


def _group(scenario: Scenario, together: Sequence[Idle]) -> Group:
    paths = [each.path for each in together]
    numbers = sum(len(numbers_under(scenario, path)) for path in paths)
    return Group(_in_one(paths, tuple(scenario.actors)), numbers, together[0].why)


def _in_one(paths: Sequence[str], actors: Sequence[str]) -> str:
    """Return several paths as one, alternatives in braces; all actors are a star.

    >>> _in_one(["actors.us.regard", "actors.uk.regard"], ["us", "uk", "eu"])
    'actors.{us,uk}.regard'
    >>> _in_one(["drivers.war.start", "drivers.sea.level"], [])
    'drivers.war.start, drivers.sea.level'
    """
    steps = [path.split(".") for path in paths]
    columns = [tuple(dict.fromkeys(column)) for column in zip(*steps, strict=True)]
    if {".".join(each) for each in product(*columns)} != set(paths):
        return ", ".join(paths)
    names = [
        "*" if len(column) > 1 and set(column) == set(actors) else _braced(column)
        for column in columns
    ]
    return ".".join(names)


def _braced(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{{{','.join(names)}}}"


def _listed(names: Iterable[str], word: str = "and") -> str:
    """Return names in words.

    >>> _listed(["us"]), _listed(["us", "uk", "eu"])
    ('us', 'us, uk and eu')
    """
    *most, last = names
    return f"{', '.join(most)} {word} {last}" if most else last
