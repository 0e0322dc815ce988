"""Short words for talks in tests: who refuses all, who signs all, and what a batch played."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from sim.scenario.events import events_of
from sim.talks.model import NegotiationModel
from tests.small import WHY

PROTOCOLS = ("offers", "single_text")
NAMES = ("her", "his")


def plain(value):
    return {"value": value, **WHY}


def of_each(names=NAMES, **traits):
    """Changes that are the same for each of some actors."""
    return {f"actors__{name}__{field}": value for name in names for field, value in traits.items()}


REFUSES_ALL = of_each(no_deal=plain(3), bargaining__noise=0)
SIGNS_ALL = of_each(no_deal=plain(-2), bargaining__aspiration=0, bargaining__noise=0, loadings={})
NOBODY_LEAVES = of_each(walkout=None)
# Nobody's numbers differ between draws, and no driver moves them.
SURE = of_each(
    weight_concentration=None,
    values__water__spread=0,
    values__upkeep__spread=0,
    loadings={},
    loadings_after={},
)


def walkout(rate, sensitivity=0):
    return {**WHY, "rate": rate, "sensitivity": sensitivity}


def deadline(kept=1.0, moved=0.0, dropped=0.0, **changes):
    """A deadline two days after the start."""
    fates = {**WHY, "kept": kept, "moved": moved, "dropped": dropped}
    return {**WHY, "date": "2025-01-08", "fates": fates, "weeks": 1, "times": 0, **changes}


def body(**changes):
    """A body at home that ratifies nothing in particular: half of the time, and at once."""
    return {
        "name": "family",
        "label": "a family",
        **WHY,
        "threshold": 0,
        "people_noise": 1,
        "quota": 0.5,
        "vote_noise": 0.1,
        "lag": 0,
        **changes,
    }


def sure_body(yes, **changes):
    """A body at home whose people back everything or nothing."""
    return body(threshold=-10 if yes else 10, people_noise=0.01, vote_noise=0.001, **changes)


def even_body(**changes):
    """A body at home that ratifies any text with one chance in two."""
    return body(threshold=0, people_noise=1e6, **changes)


# Of mediated talks in which everything may happen, some of it several times.
EVENTFUL = {
    "actors__her__domestic": {
        **even_body(lag=2.3, name="her_family"),
        "loadings": {**WHY, "drought": 0.2},
    },
    "actors__his__domestic": body(threshold=0.3, people_noise=0.3, lag=4, name="his_family"),
    "actors__her__walkout": walkout(0.03, 2),
    "actors__her__returns": plain(0.3),
    "actors__his__walkout": walkout(0.01),
    "actors__envoy__walkout": walkout(0.02),
    "actors__envoy__returns": plain(0.2),
    "actors__his__bargaining__misforesight": plain(0.5),
    "calendar__deadline": deadline(kept=0.2, moved=0.7, dropped=0.1, weeks=3.2, times=9),
    "clauses__water__options__shared__breach": plain(0.1),
    "aftermath__renegotiation": 0.7,
    "aftermath__swing": plain(0.5),
    "answers__memory": {"uniform": [1, 6], **WHY},
    **of_each(bargaining__patience=30, refusal_cost=plain(0.05)),
    "questions": {
        "half": {
            "label": "half of the water",
            "event": "tabled",
            "all": {"water": "shared"},
            "by": "2025-03-01",
        },
        "kin": {"label": "k", "event": "ratified", "who": ["his"], "by": "2025-06-01"},
    },
}


def model_of(scenario, worlds=1000, seed=0, replications=1, **options):
    return NegotiationModel(scenario, seed, replications, np.arange(worlds), **options)


def played(scenario, worlds=1000, seed=0, replications=1):
    return model_of(scenario, worlds, seed, replications).run()


def column(scenario, name, seeds=range(4), worlds=1000):
    """A column of the records of several seeds."""
    return np.concatenate([getattr(played(scenario, worlds, s), name) for s in seeds])


def weeks_of(record, scenario, event):
    """The week in which an event of a scenario first happened in each world."""
    return record.event_week[:, list(events_of(scenario)).index(event)]


def share(outcomes, scenario, name):
    names = [*scenario.outcomes, "other"]
    return float(np.mean(outcomes == names.index(name)))


def assert_same(one, two, rows=slice(None), other_rows=None, but=()):
    """Assert that two records tell the same of some rows, in all but some columns."""
    places = (rows, rows if other_rows is None else other_rows)
    one, two = (
        record.of(np.arange(len(record.world))[place])
        for record, place in zip((one, two), places, strict=True)
    )
    for name in ("row", "actor", "week") if "turns" not in but else ():
        np.testing.assert_array_equal(getattr(one.turns, name), getattr(two.turns, name))
    for field in fields(one):
        if field.name not in (*but, "turns"):
            a, b = getattr(one, field.name), getattr(two, field.name)
            np.testing.assert_array_equal(a, b, err_msg=field.name)


def error(p, worlds, errors=4.0):
    """So many standard errors of a share p in some worlds."""
    return errors * np.sqrt(p * (1 - p) / worlds) + 1e-12
