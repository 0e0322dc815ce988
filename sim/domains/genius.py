"""Domains and profiles of Genius (Lin et al. 2014): XML, one file for each.

Issues are found at any depth of the objectives, which count for nothing themselves; a profile's
issues and weights belong to the domain's by index, its items by their value. An item is worth its
evaluation over the issue's largest, as on the platform. Discrete issues only; a discount factor is
told and not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from sim.domains.domain import (
    Domain,
    Kind,
    Profile,
    Source,
    number_of,
    reservation_of,
    text_of,
)
from sim.domains.markup import Element, read_markup
from sim.errors import problem

ROOTS = ("utility_space", "negotiation_template")

Key = TypeVar("Key", int, str)


def kind_of(source: Source) -> Kind:
    """Return what a file holds: of those with issues, the domain alone states no weights.

    Raises:
        ScenarioError: when it is no well-formed XML.
    """
    root = read_markup(source.data, source.file)
    if root.tag not in ROOTS or not any(root.all("issue")):
        return Kind.OTHER
    is_profile = any(root.all("weight")) or any(root.all("ufun"))
    return Kind.PROFILE if is_profile else Kind.DOMAIN


def read_genius(domain: Source | None, profiles: Sequence[Source]) -> tuple[Domain, list[Profile]]:
    """Return the domain and the profiles of some files.

    Raises:
        ScenarioError: naming the file, the line and the rule.
    """
    if domain is None:
        files = ", ".join(source.file for source in profiles)
        raise problem(files, "state weights, so all of them are profiles; the domain is missing")
    root = _root(domain)
    for weight in root.all("weight"):
        rule = "states a weight, so this is a profile and no domain"
        raise problem(_place(domain.file, weight), rule)
    issues = _issues(root, domain.file)
    names = {index: _attribute(issue, "name", domain.file) for index, issue in issues.items()}
    items = {names[index]: tuple(_items(issue, domain.file)) for index, issue in issues.items()}
    return Domain(domain.file, items), [_profile(source, names) for source in profiles]


def _root(source: Source) -> Element:
    root = read_markup(source.data, source.file)
    if root.tag not in ROOTS:
        rule = f"is neither a domain nor a profile: its root must be {' or '.join(ROOTS)}"
        raise problem(source.file, rule, root.tag)
    for nonlinear in root.all("ufun"):
        rule = "utilities are not additive (<ufun>), so they cannot be read"
        raise problem(_place(source.file, nonlinear), rule)
    if not any(root.all("issue")):
        raise problem(source.file, "holds no <issue>")
    return root


def _profile(source: Source, names: Mapping[int, str]) -> Profile:
    """Return a profile; `names` are those of the domain's issues by index."""
    root, file = _root(source), source.file
    issues = _issues(root, file)
    known = {index: names.get(index, _attribute(issues[index], "name", file)) for index in issues}
    for index, issue in issues.items():
        _refuse_other_name(issue, names.get(index), file)
    return Profile(
        file=file,
        actor=source.stem,
        weights=_weights(root, {**names, **known}, file),
        evaluations={
            known[index]: scaled(_evaluations(issue, file)) for index, issue in issues.items()
        },
        reservation=_reservation(root, file),
        notes=tuple(_unused(root)),
    )


def scaled(evaluations: Mapping[str, float]) -> dict[str, float]:
    """Return the evaluations of an issue's items divided by the largest; all 0 where it is 0.

    >>> scaled({"Dell": 4, "HP": 1})
    {'Dell': 1.0, 'HP': 0.25}
    """
    largest = max(evaluations.values(), default=0.0) or 1.0
    return {item: evaluation / largest for item, evaluation in evaluations.items()}


def _evaluations(issue: Element, file: str) -> dict[str, float]:
    return {
        item: number_of(
            _attribute(element, "evaluation", file), _place(file, element, "evaluation")
        )
        for item, element in _items(issue, file).items()
    }


def _refuse_other_name(issue: Element, name: str | None, file: str) -> None:
    own = _attribute(issue, "name", file)
    if name is not None and own.casefold() != name.casefold():
        rule = f"is the index of '{name}' in the domain, and of another issue here"
        raise problem(_place(file, issue, "index"), rule, own)


def _weights(root: Element, names: Mapping[int, str], file: str) -> dict[str, float]:
    """Return the weights of issues; those of objectives count for nothing."""
    weights = _by_key(root.all("weight"), lambda element: _index(element, file), file, "index")
    objectives = {element.attributes.get("index", "").strip() for element in root.all("objective")}
    found = {}
    for index, element in weights.items():
        weight = number_of(_attribute(element, "value", file), _place(file, element, "value"))
        if index in names:
            found[names[index]] = weight
        elif str(index) not in objectives:
            rule = "is the index of no issue, so the weight belongs to none"
            raise problem(_place(file, element, "index"), rule, index)
    return found


def _issues(root: Element, file: str) -> dict[int, Element]:
    """Return the issues by index, in the file's order."""
    issues = list(root.all("issue"))
    for issue in issues:
        kind = next((issue.attributes[k] for k in _KINDS if k in issue.attributes), "discrete")
        if kind.strip().casefold() != "discrete":
            rule = "only discrete issues are read: list the values to choose among as items"
            raise problem(_place(file, issue, "etype"), rule, kind)
    _by_key(issues, lambda issue: _attribute(issue, "name", file).casefold(), file, "name")
    return _by_key(issues, lambda issue: _index(issue, file), file, "index")


_KINDS = ("etype", "vtype", "type")


def _items(issue: Element, file: str) -> dict[str, Element]:
    """Return the items of an issue by value, in the file's order."""
    items = [child for child in issue.children if child.tag == "item"]
    return _by_key(items, lambda item: _attribute(item, "value", file), file, "value")


def _by_key(
    elements: Iterable[Element], key: Callable[[Element], Key], file: str, attribute: str
) -> dict[Key, Element]:
    """Return elements by a key that no two of them may share."""
    found: dict[Key, Element] = {}
    for element in elements:
        name = key(element)
        if name in found:
            rule = f"is the {attribute} of another <{element.tag}> too (line {found[name].line})"
            raise problem(_place(file, element, attribute), rule, name)
        found[name] = element
    return found


def _reservation(root: Element, file: str) -> float:
    """Return the reservation value, which may be given once; 0 where it is not."""
    found = list(root.all("reservation"))
    if len(found) > 1:
        rule = f"<reservation> is given twice (line {found[0].line})"
        raise problem(_place(file, found[1]), rule)
    values = [
        reservation_of(_attribute(one, "value", file), _place(file, one, "value")) for one in found
    ]
    return values[0] if values else 0.0


def _unused(root: Element) -> Iterator[str]:
    """Yield what is told of discount factors, whatever they say: time is the scenario's own."""
    for discount in root.all("discount_factor"):
        yield f"the discount factor {discount.attributes.get('value', '')!r} is not used"


def _index(element: Element, file: str) -> int:
    raw = _attribute(element, "index", file)
    if not (raw.isascii() and raw.isdigit() and len(raw) < 10):
        raise problem(_place(file, element, "index"), "must be a whole number, 0 or more", raw)
    return int(raw)


def _attribute(element: Element, name: str, file: str) -> str:
    if name not in element.attributes:
        raise problem(_place(file, element), f"<{element.tag}> has no attribute '{name}'")
    return text_of(element.attributes[name], _place(file, element, name))


def _place(file: str, element: Element, attribute: str = "") -> str:
    """Return where something is: the file, the line and the attribute."""
    return f"{file}, line {element.line}" + (f", {element.tag}.{attribute}" if attribute else "")
