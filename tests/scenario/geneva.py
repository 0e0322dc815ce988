"""The scenario of 24 November 2025, and what texts are worth in it, worked out by hand."""

from collections.abc import Mapping

import numpy as np

from sim.settings.configuration import load_scenario

GENEVA = load_scenario("geneva_2025")


def worth(actor: str, terms: Mapping[str, str | dict[str, float]]) -> float:
    """Return the utility of a text at the mean numbers; a clause may mix options by share."""
    spec = GENEVA.actors[actor]

    def raw(terms: dict[str, dict[str, float]]) -> float:
        weights = {clause: weight.mean for clause, weight in spec.weights.items()}
        total = sum(
            weights[clause]
            / sum(weights.values())
            * sum(share * spec.values[clause][option].mean for option, share in mix.items())
            for clause, mix in terms.items()
        )
        for linkage in GENEVA.linkages.values():
            if actor in linkage.worth:
                joint = (
                    sum(terms[clause].get(option, 0) for option in options)
                    for clause, options in linkage.when.items()
                )
                total += linkage.worth[actor].mean * np.prod(list(joint))
        return total

    zero, one = (raw(mixed(GENEVA.texts[t].terms)) for t in (spec.unacceptable, spec.asks_for))
    return (raw(mixed(terms)) - zero) / (one - zero)


def mixed(terms: Mapping[str, str | dict[str, float]]) -> dict[str, dict[str, float]]:
    return {clause: mix if isinstance(mix, dict) else {mix: 1.0} for clause, mix in terms.items()}
