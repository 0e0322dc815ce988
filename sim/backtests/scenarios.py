"""The one rule by which a case becomes a scenario; MODEL.md states it.

A proposal is settled by a single text that a neutral chair rewrites, clause by clause, before the
vote; only adopted laws are in the data, so the vote passes. A division is settled by offers in
turn. What is the same for all cases, the traits, enters as numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.backtests.cases import Division, Issue, Proposal
from sim.scenario.reading.reader import read_scenario
from sim.scenario.scenario import Scenario

Tree = dict[str, Any]
Traits = Mapping[str, float | str]

EQUILIBRIUM, FRESH, PERSISTENT = "equilibrium", "fresh", "persistent"
STEP = 5  # between the compromises that nobody asks for
REWRITES = 3
SESSIONS = 10  # offers of a division, at most
PATIENCE = 2 * SESSIONS
LASTING = 520  # weeks over which a persistent mood is forgotten
FLEETING = 0.05  # the same of a fresh one
DISCOUNT = 0.9  # what a point in the next session is worth, under the tactic `equilibrium`

_READ = {"basis": ["file"]}
_RULE = {"basis": "assumption", "why": "The rule by which every case is read."}
_CALENDAR = {"start": "2000-01-03", "weeks_between_sessions": 1, **_RULE}
_AFTERMATH = {"months": 1, "hazard": 0, "deterrence": 0, "regret": 0, "belligerents": [], **_RULE}
_OUTCOMES = {
    "deal": {"label": "A deal", "ended": "in_force"},
    "no_deal": {"label": "No deal", "ended": ["rejected", "broken", "suspended", "talking"]},
}
_BARGAINING = {
    **dict.fromkeys(("aspiration", "noise", "imprecision", "accommodation"), 0),
    **dict.fromkeys(("misreading", "misjudgement"), 0),
    **dict.fromkeys(("concession", "patience"), 1),
    **_RULE,
}


def of_proposal(proposal: Proposal, traits: Traits) -> Scenario:
    """Return the scenario of a proposal; its traits are temperature, invention and sparing."""
    actors = list(proposal.capability)
    options = {issue.name: _options(issue) for issue in proposal.issues}
    start = {issue.name: _opening(issue) for issue in proposal.issues}
    ends = {name: _ends(proposal, options, name, start) for name in actors}
    texts = {"proposal": start}
    for name, (best, worst) in ends.items():
        texts[f"best_for_{name}"], texts[f"worst_for_{name}"] = best, worst
    return read_scenario(
        {
            **_frame(proposal.title),
            "clauses": {
                issue.name: {
                    "label": f"Issue {issue.name}",
                    "ordered": True,
                    "options": {
                        _name(place): {"label": f"{place:g}", "invented": invented}
                        for place, invented in options[issue.name].items()
                    },
                }
                for issue in proposal.issues
            },
            "texts": {
                name: {
                    "label": name.replace("_", " "),
                    "terms": {clause: _name(place) for clause, place in text.items()},
                    **_READ,
                }
                for name, text in texts.items()
            },
            "actors": {name: _delegation(proposal, options, name) for name in actors},
            "signatories": {"base": actors},
            "calendar": {**_CALENDAR, "horizon": 1},
            "protocol": "single_text",
            "protocols": {
                "single_text": {
                    "drafter": "chair",
                    "initial": "proposal",
                    "persuasion": 0,
                    "rewrites": REWRITES,
                    **traits,
                    **_RULE,
                }
            },
            "answers": {"relaxation": 1, **_RULE},
        }
    )


def place_of(option: str) -> float:
    """Return where on its line an option of a proposal's scenario stands.

    >>> place_of("at_12_5")
    12.5
    """
    return float(option.removeprefix("at_").replace("_", "."))


def _name(place: float) -> str:
    return f"at_{place:g}".replace(".", "_")


def _options(issue: Issue) -> dict[float, bool]:
    """Return the places where an issue may be settled, in order, and which nobody asked for."""
    known = {*issue.positions.values()}
    known |= set() if issue.reference is None else {issue.reference}
    steps = {float(s) for s in range(0, 101, STEP) if min(known) < s < max(known)}
    return {place: place not in known for place in sorted(known | steps)}


def _opening(issue: Issue) -> float:
    """Return where the Commission puts an issue; else the reference, else the first place."""
    stated = issue.positions.get("com", issue.reference)
    return min(issue.positions.values()) if stated is None else stated


def _ends(
    proposal: Proposal,
    options: Mapping[str, Iterable[float]],
    name: str,
    start: Mapping[str, float],
) -> tuple[dict[str, float], dict[str, float]]:
    """Return an actor's best and worst texts; what it has no part in is as proposed."""
    best, worst = dict(start), dict(start)
    for issue in proposal.issues:
        if (own := issue.positions.get(name)) is not None:
            best[issue.name] = own
            worst[issue.name] = max(options[issue.name], key=lambda place: abs(place - own))
    return best, worst


def _delegation(proposal: Proposal, options: Mapping[str, Iterable[float]], name: str) -> Tree:
    """Return an actor whose values fall with the square of the distance from its positions."""
    issues = proposal.issues
    return {
        "label": name,
        "asks_for": f"best_for_{name}",
        "unacceptable": f"worst_for_{name}",
        "scale": "as_written",
        "capability": {"value": proposal.capability[name], **_READ},
        "weights": {**_READ, **{issue.name: issue.salience.get(name, 0.0) for issue in issues}},
        "values": {
            issue.name: {
                **_READ,
                **{
                    _name(place): _value(place, issue.positions.get(name))
                    for place in options[issue.name]
                },
            }
            for issue in issues
        },
        "no_deal": {"value": 0, **_RULE},
        "bargaining": _BARGAINING,
    }


def _value(place: float, own: float | None) -> float:
    return 1.0 if own is None else 1.0 - ((place - own) / 100) ** 2


def _frame(title: str) -> Tree:
    """Return what the scenarios of all cases have in common."""
    fact = {
        "id": "file",
        "statement": "What the file says of the case.",
        "source": "the file of the data",
        "date": _CALENDAR["start"],
        "where": "the case's own rows",
        "confidence": "high",
    }
    return {"title": title, "facts": [fact], "aftermath": _AFTERMATH, "outcomes": _OUTCOMES}


def of_division(division: Division, traits: Traits) -> Scenario:
    """Return the scenario of a division.

    Its traits are aspiration, noise and imprecision, and how bargaining is modelled: `tactic`, and
    `mood`, fresh at every offer or persistent.
    """
    clauses = dict(zip(division.items, division.counts, strict=True))
    everything = {item: _share(count) for item, count in clauses.items()}
    nothing = dict.fromkeys(clauses, _share(0))
    return read_scenario(
        {
            **_frame(f"A division: {division.name}"),
            "clauses": {
                item: {
                    "label": f"How many of the {item} the first gets",
                    "ordered": True,
                    "options": {_share(n): {"label": str(n)} for n in range(count + 1)},
                }
                for item, count in clauses.items()
            },
            "texts": {
                "all_to_first": {"label": "all to the first", "terms": everything, **_READ},
                "all_to_second": {"label": "all to the second", "terms": nothing, **_READ},
            },
            "actors": {
                name: _speaker(division, seat, traits) for seat, name in enumerate(SPEAKERS)
            },
            "signatories": {"base": list(SPEAKERS)},
            "calendar": {**_CALENDAR, "horizon": SESSIONS},
            "protocol": "offers",
            "protocols": {"offers": _turns(traits)},
            "answers": {
                "relaxation": LASTING if traits["mood"] == PERSISTENT else FLEETING,
                **_RULE,
            },
        }
    )


SPEAKERS = ("first", "second")


def split_of(options: Iterable[str]) -> tuple[int, ...]:
    """Return how many of each item the first gets, by the options of a text in order.

    >>> split_of(["n_1", "n_0"])
    (1, 0)
    """
    return tuple(int(option.removeprefix("n_")) for option in options)


def _share(number: int) -> str:
    return f"n_{number}"


def _speaker(division: Division, seat: int, traits: Traits) -> Tree:
    """Return one of the two: an item is worth its points over those of all there is."""
    points, total = division.points[seat], worth_of_all(division, seat)
    items = list(zip(division.items, division.counts, points, strict=True))
    return {
        "label": f"The {SPEAKERS[seat]}",
        "asks_for": f"all_to_{SPEAKERS[seat]}",
        "unacceptable": f"all_to_{SPEAKERS[1 - seat]}",
        "weights": {**_READ, **{item: count * worth / total for item, count, worth in items}},
        "values": {
            item: {
                **_READ,
                **{_share(n): (count - n if seat else n) / count for n in range(count + 1)},
            }
            for item, count, _ in items
        },
        "no_deal": {"value": division.no_deal[seat] / total, **_READ},
        "tactic": traits["tactic"],
        "bargaining": {**_BARGAINING, **_manner(traits)},
    }


def worth_of_all(division: Division, seat: int) -> float:
    """Return what all items together are worth to one of the two, in points."""
    return sum(n * p for n, p in zip(division.counts, division.points[seat], strict=True))


def _manner(traits: Traits) -> Tree:
    noise, imprecision = traits["noise"], traits["imprecision"]
    if traits["tactic"] == EQUILIBRIUM:
        return {"noise": noise, "offer_noise": imprecision, "discount": DISCOUNT}
    return {
        "aspiration": traits["aspiration"],
        "patience": PATIENCE,
        "noise": noise,
        "imprecision": imprecision,
    }


def _turns(traits: Traits) -> Tree:
    weeks = {"value": 4 * SESSIONS, **_RULE}
    ahead = {"foresight": weeks} if traits["tactic"] == EQUILIBRIUM else {}
    return {"recognition": "rotation", **ahead}


def points_of(division: Division, split: tuple[int, ...]) -> tuple[float, float]:
    """Return what a split is worth to each of the two, in points."""
    first, second = division.points
    rest = [count - n for count, n in zip(division.counts, split, strict=True)]
    return (
        sum(n * worth for n, worth in zip(split, first, strict=True)),
        sum(n * worth for n, worth in zip(rest, second, strict=True)),
    )
