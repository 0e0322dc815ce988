"""Domains and profiles of GeniusWeb: JSON, a `LinearAdditiveUtilitySpace` for each actor.

A profile carries its domain, so a file of the domain alone may be missing. The utility of an item
is used as it is written, as on the platform. The reservation value is the utility of the
reservation bid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sim.domains.domain import Domain, Kind, Profile, Source, refuse_misfits, text_of, utility
from sim.domains.record import Part, read_record
from sim.errors import problem, unknown

SPACE = "LinearAdditiveUtilitySpace"
DISCRETE = ("DiscreteValueSetUtilities", "discreteutils")


def kind_of(source: Source) -> Kind:
    """Return what a file holds.

    Raises:
        ScenarioError: when it is no valid JSON.
    """
    part = read_record(source.data, source.file)
    if part.has(SPACE):
        return Kind.PROFILE
    return Kind.DOMAIN if part.has("issuesValues") else Kind.OTHER


def read_geniusweb(
    domain: Source | None, profiles: Sequence[Source]
) -> tuple[Domain, list[Profile]]:
    """Return the domain and the profiles of some files; without a domain's, the first one's.

    Raises:
        ScenarioError: naming the file, the place in it and the rule.
    """
    spaces = {source: read_record(source.data, source.file)[SPACE] for source in profiles}
    domains = [_domain(domain.file, read_record(domain.data, domain.file))] if domain else []
    for source, space in spaces.items():
        if space.has("domain") or not domains:
            domains.append(_domain(source.file, space["domain"]))
            _refuse_other(domains[-1], domains[0])
    return domains[0], [_profile(source, space, domains[0]) for source, space in spaces.items()]


def _domain(file: str, part: Part) -> Domain:
    issues = {}
    for issue, spec in part["issuesValues"].named():
        if spec.has("range"):
            rule = "is a range of numbers; only issues with listed values are read"
            raise problem(spec.place, rule)
        issues[issue] = spec["values"].texts()
    if not issues:
        raise problem(part.place, "has no issues; there is nothing to negotiate")
    return Domain(file, issues)


def _refuse_other(domain: Domain, first: Domain) -> None:
    """Refuse a second domain; the order of issues and values is the first one's."""
    differ = [
        issue
        for issue in sorted({*first.issues, *domain.issues})
        if set(domain.issues.get(issue, ())) != set(first.issues.get(issue, ()))
    ]
    if differ:
        rule = f"is about another domain than {first.file}; they differ in {', '.join(differ[:8])}"
        raise problem(domain.file, rule)


def _profile(source: Source, space: Part, domain: Domain) -> Profile:
    profile = Profile(
        file=source.file,
        actor=source.stem,
        weights=space["issueWeights"].numbers(),
        evaluations={name: _utilities(part) for name, part in space["issueUtilities"].named()},
        reservation=0.0,
    )
    if not space.has("reservationBid"):
        return profile
    refuse_misfits(domain, [profile])
    bid = dict(_bid(space["reservationBid"], domain))
    return replace(profile, reservation=utility(profile, bid))


def _utilities(part: Part) -> dict[str, float]:
    for spelling in DISCRETE:
        if part.has(spelling):
            return part[spelling]["valueUtilities"].numbers()
    rule = f"only issues with listed values are read ({' or '.join(DISCRETE)})"
    raise problem(part.place, rule, part.raw)


def _bid(part: Part, domain: Domain) -> Iterator[tuple[str, str]]:
    for issue, value in part["issuevalues"].named():
        if issue not in domain.issues:
            raise problem(value.place, unknown("issue", issue, domain.issues))
        item = text_of(value.raw, value.place)
        if item not in domain.issues[issue]:
            raise problem(value.place, unknown("item", item, domain.issues[issue]))
        yield issue, item
