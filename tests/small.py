"""Small scenarios for tests, as plain data: two parties, a clause or three, every number known."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from sim.scenario.reading.reader import read_scenario
from sim.scenario.scenario import Scenario

WHY = {"basis": "assumption", "why": "a small case with known numbers"}

SMALL: dict[str, Any] = {
    "title": "Two neighbours and a well",
    "clauses": {
        "water": {
            "label": "Who draws water",
            "ordered": True,
            "options": {
                "hers": {"label": "she does"},
                "shared": {"label": "both do"},
                "his": {"label": "he does"},
            },
        },
        "upkeep": {
            "label": "Who pays for upkeep",
            "options": {
                "he_pays": {"label": "he does"},
                "both_pay": {"label": "both do"},
                "she_pays": {"label": "she does"},
            },
        },
    },
    "texts": {
        "her_wish": {
            "label": "her wish",
            "terms": {"water": "hers", "upkeep": "he_pays"},
            **WHY,
        },
        "his_wish": {
            "label": "his wish",
            "terms": {"water": "his", "upkeep": "she_pays"},
            **WHY,
        },
        "halves": {
            "label": "halves",
            "terms": {"water": "shared", "upkeep": "both_pay"},
            **WHY,
        },
    },
    "drivers": {
        "drought": {
            "kind": "mean_reverting",
            "label": "up is drier",
            **WHY,
            "start": 0,
            "level": 0,
            "half_life": 6,
            "volatility": 0.2,
        },
    },
    "actors": {
        name: {
            "label": label,
            "asks_for": f"{name}_wish",
            "unacceptable": f"{other}_wish",
            "weights": {**WHY, "water": 0.6, "upkeep": 0.4},
            "weight_concentration": {"value": 40, **WHY},
            "values": {
                "water": {**WHY, "spread": 0.1, **water},
                "upkeep": {**WHY, "spread": 0.1, **upkeep},
            },
            "no_deal": {"triangular": [0.1, 0.25, 0.4], **WHY},
            "loadings": {**WHY, "drought": -0.1},
            "loadings_after": {**WHY, "drought": 0.1},
            "bargaining": {
                **WHY,
                "aspiration": 0.9,
                "concession": 0.8,
                "patience": 20,
                "noise": 0.05,
                "imprecision": 0.05,
                "accommodation": 0.3,
                "misreading": 0.1,
                "misjudgement": 0.05,
                "discount": 0.95,
                "offer_noise": 0.001,
            },
            "regard": {**WHY, other: 1},
            "walkout": {**WHY, "rate": 0.01, "sensitivity": 2},
            "domestic": domestic,
            "stances": [{"text": f"{other}_wish", "stance": "rejects", **WHY}],
        }
        for name, other, label, water, upkeep, domestic in (
            (
                "her",
                "his",
                "She",
                {"hers": 1, "shared": 0.6, "his": 0},
                {"he_pays": 1, "both_pay": 0.5, "she_pays": 0},
                {
                    **WHY,
                    "name": "her_family",
                    "label": "her family",
                    "threshold": 0.4,
                    "loadings": {**WHY, "drought": -0.1},
                    "people_noise": 0.1,
                    "quota": 0.5,
                    "vote_noise": 0.1,
                    "lag": 3,
                },
            ),
            (
                "his",
                "her",
                "He",
                {"hers": 0, "shared": 0.6, "his": 1},
                {"he_pays": 0, "both_pay": 0.5, "she_pays": 1},
                None,
            ),
        )
    },
    "signatories": {"base": ["her", "his"]},
    "calendar": {
        "start": "2025-01-06",
        "weeks_between_sessions": {"value": 1, **WHY},
        "horizon": {"value": 26, **WHY},
    },
    "protocol": "single_text",
    "protocols": {
        "offers": {"recognition": "random", "foresight": {"value": 208, **WHY}},
        "single_text": {"drafter": "her", "initial": "her_wish", "persuasion": 1, **WHY},
    },
    "answers": {"relaxation": 4, **WHY},
    "aftermath": {
        **WHY,
        "months": 24,
        "hazard": 0.01,
        "deterrence": 1,
        "regret": 2,
        "belligerents": ["her", "his"],
    },
    "outcomes": {
        "halves_hold": {
            "label": "Halves, and they hold",
            "ended": "in_force",
            "all": {"water": "shared"},
        },
        "other_deal": {"label": "Another deal that holds", "ended": "in_force"},
        "failed_deal": {"label": "A deal that failed", "ended": ["rejected", "broken"]},
        "no_deal": {
            "label": "No deal",
            "ended": ["suspended", "talking"],
        },
    },
}


def small_tree(**changes: Any) -> dict[str, Any]:
    """Return the small scenario as data, with values put in under dotted paths (`__` for a dot)."""
    tree = deepcopy(SMALL)
    for path, value in changes.items():
        put(tree, path.replace("__", "."), value)
    return tree


def small_scenario(**changes: Any) -> Scenario:
    """Return the small scenario, with values put in under dotted paths (`__` for a dot)."""
    return read_scenario(small_tree(**changes))


def put(tree: dict[str, Any], path: str, value: Any) -> None:
    """Put a value into a tree under a dotted path."""
    *steps, last = path.split(".")
    for step in steps:
        tree = tree[int(step)] if isinstance(tree, list) else tree[step]
    tree[last] = value


def mediated_tree(**changes: Any) -> dict[str, Any]:
    """Return the small scenario with an envoy who holds the pen and has set a deadline."""
    tree = small_tree()
    envoy = {
        **tree["actors"]["his"],
        "label": "The envoy",
        "asks_for": "halves",
        "values": {
            "water": {**WHY, "hers": 0.5, "shared": 1, "his": 0},
            "upkeep": {**WHY, "he_pays": 0.5, "both_pay": 1, "she_pays": 0},
        },
        "regard": {**WHY, "her": 1, "his": 1},
        "stances": [],
    }
    envoy["unacceptable"] = "his_wish"
    tree["actors"]["envoy"] = envoy
    tree["mediator"] = "envoy"
    tree["protocols"]["single_text"]["drafter"] = "envoy"
    tree["calendar"]["deadline"] = {
        **WHY,
        "date": "2025-01-16",
        "fates": {**WHY, "kept": 0.3, "moved": 0.6, "dropped": 0.1},
        "weeks": 1.5,
        "times": 3,
    }
    for path, value in changes.items():
        put(tree, path.replace("__", "."), value)
    return deepcopy(tree)


def mediated_scenario(**changes: Any) -> Scenario:
    """Return it as a scenario, with values put in under dotted paths (`__` for a dot)."""
    return read_scenario(mediated_tree(**changes))
