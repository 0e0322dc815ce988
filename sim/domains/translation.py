"""A domain and its profiles in the words of a scenario: clauses, actors, additive utilities.

What the files say keeps its scale (`scale: as_written`) and cites the profile as a fact. What
they do not say, how the actors bargain and when, gets the defaults below, each an assumption that
says it is one. Offers alternate and all actors must sign, as on the platforms that the files come
from (Rubinstein 1982; for several actors, Aydogan et al. 2017).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from sim.domains.domain import Domain, Profile
from sim.numbers.naming import names_for

START = "2000-01-03"  # a Monday; domains have no dates
SESSIONS = 52
LONGEST_LABEL = 200

Tree = dict[str, Any]


def _default(reason: str) -> Tree:
    return {"basis": "assumption", "why": f"A default of the import: {reason}"}


CALENDAR: Tree = {
    "start": START,
    "weeks_between_sessions": 1,
    "horizon": SESSIONS,
    **_default("the files have no dates; one offer a week, for a year."),
}
BARGAINING: Tree = {
    **_default("the files do not say how their actors bargain."),
    "aspiration": 1,
    "concession": {
        "choice": {"values": [0.2, 1, 5], "chances": [0.25, 0.5, 0.25]},
        **_default("boulware, linear or conceder (Faratin, Sierra & Jennings 1998)."),
    },
    "patience": SESSIONS,
    "noise": 0.02,
    "imprecision": 0.02,
    "accommodation": 0.5,
    "misreading": 0.1,
    "misjudgement": 0.05,
}
AFTERMATH: Tree = {
    **_default("on the platforms an agreement is the end; it holds."),
    "months": 1,
    "hazard": 0,
    "deterrence": 0,
    "regret": 0,
    "belligerents": [],
}
ANSWERS: Tree = {"relaxation": 4, **_default("a mood lasts about a month.")}
OUTCOMES: Tree = {
    "agreement": {"label": "Agreement", "ended": "in_force"},
    "no_agreement": {
        "label": "No agreement",
        "ended": ["rejected", "broken", "suspended", "talking"],
    },
}


def scenario_tree(
    name: str, origin: str, domain: Domain, profiles: Sequence[Profile], notes: Sequence[str] = ()
) -> Tree:
    """Return the scenario as plain data.

    `name` is the domain's, `origin` its format, and `notes` are lines for its description.
    """
    names = _names(domain, profiles)
    actors = {names.actors[profile.actor]: _actor(names, domain, profile) for profile in profiles}
    tree = {
        "title": _label(f"The domain {name}"),
        "description": _description(origin, domain, profiles, notes),
        "facts": [_fact(names, profile) for profile in profiles],
        "clauses": {
            names.clauses[issue]: {
                "label": _label(issue),
                "options": {names.options[issue][item]: {"label": _label(item)} for item in items},
            }
            for issue, items in domain.issues.items()
        },
        "texts": {
            names.texts[profile.actor, end]: _text(names, domain, profile, end)
            for profile in profiles
            for end in ENDS
        },
        "actors": actors,
        "signatories": {"base": list(actors)},
        "calendar": CALENDAR,
        "protocol": "offers",
        "protocols": {"offers": {"recognition": "rotation"}},
        "answers": ANSWERS,
        "aftermath": AFTERMATH,
        "outcomes": OUTCOMES,
    }
    unshared: Tree = json.loads(json.dumps(tree))  # so that no part of a file refers to another
    return unshared


@dataclass(frozen=True)
class _Names:
    """Parley's names for what the files call by free text."""

    clauses: Mapping[str, str]
    options: Mapping[str, Mapping[str, str]]
    actors: Mapping[str, str]
    texts: Mapping[tuple[str, str], str]
    facts: Mapping[str, str]


ENDS = {"best": max, "worst": min}


def _names(domain: Domain, profiles: Sequence[Profile]) -> _Names:
    actors = [profile.actor for profile in profiles]
    ends = [(actor, end) for actor in actors for end in ENDS]
    texts = names_for([f"{end} for {actor}" for actor, end in ends], "text").values()
    return _Names(
        clauses=names_for(domain.issues, "issue"),
        options={issue: names_for(items, "item") for issue, items in domain.issues.items()},
        actors=names_for(actors, "actor"),
        texts=dict(zip(ends, texts, strict=True)),
        facts={actor: f"profile-{number}" for number, actor in enumerate(actors, start=1)},
    )


def _actor(names: _Names, domain: Domain, profile: Profile) -> Tree:
    read = {"basis": [names.facts[profile.actor]]}
    return {
        "label": _label(profile.actor),
        "asks_for": names.texts[profile.actor, "best"],
        "unacceptable": names.texts[profile.actor, "worst"],
        "scale": "as_written",
        "weights": {
            **read,
            **{names.clauses[issue]: profile.weights[issue] for issue in domain.issues},
        },
        "values": {
            names.clauses[issue]: {
                **read,
                **{
                    names.options[issue][item]: profile.evaluations[issue].get(item, 0.0)
                    for item in items
                },
            }
            for issue, items in domain.issues.items()
        },
        "no_deal": {"value": profile.reservation, **read},
        "bargaining": BARGAINING,
    }


def _text(names: _Names, domain: Domain, profile: Profile, end: str) -> Tree:
    """Return the text that an actor likes best or least; ties go to the first of the items."""
    terms = {}
    for issue, items in domain.issues.items():
        values = {item: profile.evaluations[issue].get(item, 0.0) for item in items}
        terms[names.clauses[issue]] = names.options[issue][ENDS[end](items, key=values.__getitem__)]
    return {
        "label": _label(f"{end} for {profile.actor}"),
        "terms": terms,
        "basis": [names.facts[profile.actor]],
    }


def _fact(names: _Names, profile: Profile) -> Tree:
    return {
        "id": names.facts[profile.actor],
        "statement": f"What {profile.actor} wants: weights, evaluations and reservation value.",
        "source": profile.file,
        "date": START,
        "where": "the whole file; it has no date",
        "confidence": "high",
    }


def _description(
    origin: str, domain: Domain, profiles: Sequence[Profile], notes: Sequence[str]
) -> str:
    packages = prod(len(items) for items in domain.issues.values())
    lines = [
        f"Imported from {origin}: {domain.file} with {len(profiles)} profiles; "
        f"{len(domain.issues)} issues, {packages:,} packages.",
        "Utilities and reservation values are on the platform's scale: weight times evaluation, "
        "summed; Genius takes evaluations over the issue's largest, GeniusWeb as written.",
        "How the actors bargain, and when, are defaults of the import: set them.",
        *(f"{note}." for note in notes),
    ]
    return "\n".join(lines)


def _label(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 3] + "..."
