"""A scenario of many clauses of our own making: more packages than can be gone through."""

import numpy as np

from tests.small import WHY, small_tree
from tests.talks.small_talks import body


def many_clauses(clauses=28, options=3, seed=1, **changes):
    """Return the small scenario as data, with so many clauses that two value in their own way."""
    rng, tree = np.random.default_rng(seed), small_tree()
    names = [f"clause_{number}" for number in range(clauses)]
    kinds = [f"option_{number}" for number in range(options)]
    tree["clauses"] = {
        name: {"label": f"Clause {name[7:]}", "options": {o: {"label": o} for o in kinds}}
        for name in names
    }
    hers, other = rng.random((2, clauses, options))
    values = {"her": hers, "his": 1 - (hers + other) / 2}
    best = {who: table.argmax(axis=1) for who, table in values.items()}
    tree["texts"] = {
        "her_wish": wish("her wish", names, kinds, best["her"]),
        "his_wish": wish("his wish", names, kinds, best["his"]),
        "halves": wish("halves", names, kinds, (values["her"] + values["his"]).argmax(axis=1)),
    }
    for who, actor in tree["actors"].items():
        actor["weights"] = {**WHY, **dict.fromkeys(names, 1 / clauses)}
        actor["values"] = {
            name: {**WHY, "spread": 0.02, **dict(zip(kinds, row.tolist(), strict=True))}
            for name, row in zip(names, values[who], strict=True)
        }
        actor["stances"] = []
    tree["actors"]["his"]["domestic"] = body(threshold=0.3, people_noise=0.2, name="village", lag=4)
    tree["linkages"] = {
        "first": {
            "label": "the first two",
            "when": {names[0]: kinds[0], names[1]: kinds[1]},
            "worth": {**WHY, "her": 0.2},
        }
    }
    tree["outcomes"]["halves_hold"]["all"] = {names[0]: kinds[0]}
    return tree | changes


def wish(label, names, kinds, chosen):
    """Return a text by the number of its option of each clause."""
    terms = {name: kinds[option] for name, option in zip(names, chosen, strict=True)}
    return {"label": label, "terms": terms, **WHY}
