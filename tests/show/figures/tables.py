"""Small tables that figures draw in tests."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from sim.show.figures.dates import EVENTS as EVENTS_COLUMNS
from sim.show.figures.outcomes import ODDS as ODDS_COLUMNS
from tests.show.figures.pages import NAN


def odds_rows(*rows):
    """Label, probability, low, high, and the assumption range or None."""
    return pd.DataFrame(
        [
            (f"outcome_{i}", label, p, low, high, *(known or (NAN, NAN)), round(1000 * p))
            for i, (label, p, low, high, known) in enumerate(rows)
        ],
        columns=[*ODDS_COLUMNS, "worlds"],
    )


ODDS = odds_rows(
    ("A deal", 0.2, 0.18, 0.22, (0.05, 0.4)),
    ("War", 0.7, 0.67, 0.73, (0.5, 0.9)),
    ("A truce", 0.1, 0.08, 0.12, (NAN, NAN)),
    ("Peace", 0.0, 0.0, 0.01, (NAN, NAN)),
)
BASE = pd.DataFrame(
    [("Wars that end", 0.3, 0.07, 0.05, 0.07), ("Deals that last", NAN, 0.74, 0.68, 0.74)],
    columns=["label", "model", "base", "base_low", "base_high"],
)

START, HORIZON = date(2025, 1, 6), date(2026, 1, 5)
DAYS = [START + timedelta(weeks=week) for week in range(157)]  # a year of talks, two after them


def events(**curves):
    """Name of each event: probability on each day, with an interval of a point either way."""
    return pd.DataFrame(
        [
            (name, day, p, max(p - 0.01, 0), min(p + 0.01, 1))
            for name, shares in curves.items()
            for day, p in zip(DAYS, shares, strict=True)
        ],
        columns=EVENTS_COLUMNS,
    )


def rising(last, first_week=0, last_week=52):
    """Shares that rise evenly from the one week to the other."""
    return [last * min(max(w - first_week, 0) / (last_week - first_week), 1) for w in range(157)]


TALKED = events(
    signed=rising(0.3),
    in_force=rising(0.2, 8, 70),
    refused=rising(0.1, 8, 70),
    broken=rising(0.05, 20, 150),
    left_moscow=rising(0.4, 4),
    left_paris=rising(0.0),
)
SIGNATURES = TALKED.loc[TALKED["event"] == "signed", ["date", "probability"]]
CLAUSES = pd.DataFrame(
    [
        ("land", "kept", 0.6, 0.9),
        ("land", "ceded", 0.4, 0.1),
        ("army", "no_cap", 0.95, 0.5),
        ("army", "capped", 0.05, 0.5),
    ],
    columns=["clause", "option", "signed_share", "first_text_share"],
)
TALKS = pd.DataFrame(
    [
        (0, "kyiv", 0.2, 0.9, 0.3, False),
        (1, "kyiv", 0.5, 0.7, 0.3, False),
        (2, "kyiv", 0.6, 0.5, 0.4, True),
        (3, "kyiv", 0.7, 0.4, 0.4, True),
        (0, "moscow", 0.9, 0.8, 0.5, False),
    ],
    columns=["week", "actor", "utility", "threshold", "no_deal", "accepted"],
)
GRID = pd.DataFrame(
    [(0.0, "low", 0.1), (0.5, "low", 0.2), (0.0, "high", 0.4), (0.5, "high", 0.0)],
    columns=["x", "y", "probability"],
)
CHANGES = pd.DataFrame(
    [("deal", "A deal", 0.12, 0.08, 0.16), ("war", "War", -0.2, -0.3, -0.1),
     ("truce", "A truce", 0.01, -0.02, 0.04)],
    columns=["outcome", "label", "difference", "low", "high"],
)  # fmt: skip
CASES = pd.DataFrame(
    [
        ("deal", "A deal", 0.12, 0.08, 0.16, "a scandal"),
        ("deal", "A deal", -0.2, -0.3, -0.1, "both at once"),
        ("war", "War", 0.01, -0.02, 0.04, "a scandal"),
        ("war", "War", 0.031, 0.02, 0.04, "both at once"),
    ],
    columns=[*CHANGES.columns, "case"],
)
COVERED = pd.DataFrame(
    [(0.1, 0.12, 0.08, 0.16), (0.5, 0.55, 0.48, 0.62), (0.9, 0.88, 0.83, 0.93)],
    columns=["share", "inside", "low", "high"],
)
CHANCES = pd.DataFrame(
    [(0.12, 0.42, 0.38, 0.47, 440), (0.61, 0.6, 0.55, 0.65, 438), (0.99, 0.9, 0.87, 0.93, 1324)],
    columns=["chance", "share", "low", "high", "count"],
)
LOSSES = pd.DataFrame(
    [("crps", "CRPS: Parley 15.0", "logit over options", -0.04, -0.08, 0.01),
     ("crps", "CRPS: Parley 15.0", "compromise", -0.1, -0.16, -0.04),
     ("brier", "Brier score: Parley 0.18", "share of deals", 0.17, 0.13, 0.21)],
    columns=["metric", "label", "method", "difference", "low", "high"],
)  # fmt: skip
LEARNT = pd.DataFrame(
    [
        ("actors.us.domestic.noise", 0.4, 0.2, 0.1, 0.7, 0.0, 0.05, -0.1, 0.1, -2.0, 0.25,
         "conflict", "polls of us"),
        ("actors.us.no_deal", 1.0, 0.5, 0.2, 1.8, 1.5, 0.4, 0.9, 2.1, 1.0, 0.8,
         "moved", "us is open to their_plan"),
        ("drivers.war.level", 0.0, 1.0, -1.6, 1.6, 0.04, 0.5, -0.8, 0.8, 0.04, 0.5,
         "narrowed", "the record of the talks"),
        ("actors.us.walkout.rate", 0.02, 0.01, 0.0, 0.04, 0.0204, 0.01, 0.0, 0.04, 0.04, 1.0,
         "nothing", ""),
        ("actors.them.walkout.rate", 0.02, 0.01, 0.0, 0.04, 0.0182, 0.01, 0.0, 0.04, -0.18, 1.0,
         "little", ""),
    ],
    columns=["path", "prior_mean", "prior_sd", "prior_low", "prior_high", "mean", "sd", "low",
             "high", "shift", "narrowing", "verdict", "moved_by"],
)  # fmt: skip
HEIGHTS = np.array([2.1, 1.0, 0.9, 0.8, 1.0, 1.1, 0.9, 0.1, 1.0, 1.1])
DRIVEN = pd.DataFrame(
    [
        ("form", "How it is modelled", 0.12, 0, 0.02, 0.2, "assumption: a guess"),
        ("actors.us.no_deal", "us: no deal", 0.08, -1, 0.3, 0.04, "art-1, art-2"),
        ("actors.us.patience", "us: patience", -0.01, 0, 0.09, 0.12, "assumption: another"),
    ],
    columns=["path", "label", "importance", "sign", "low_mean", "high_mean", "basis"],
)

_AT = np.geomspace(1e-4, 0.9, 60)
ACCEPTED = pd.DataFrame(
    {"accepts_her": _AT, "accepts_his": _AT[::-1], "both": np.linspace(0.125, 0, 60)}
)
NAMED_TEXTS = pd.DataFrame(
    [
        (0.0, 0.0, 0.0, "Nothing"),
        (0.00001, 0.00002, 0.0, "Next to nothing, and costs $5 or $6"),
        (0.3, 0.31, 0.09, "Halves"),
        (0.3, 0.31, 0.09, "The same halves, in other words that go on and on until nobody reads"),
        (NAN, 1.0, NAN, "All of it"),
    ],
    columns=["accepts_her", "accepts_his", "both", "label"],
)
ALLOWED = pd.DataFrame(
    [
        ("water", "hers", 0.01, 0.02, 0.01),
        ("water", "shared", 0.2, 0.3, 0.25),
        ("water", "his", NAN, NAN, NAN),
        ("upkeep", "both_pay", 0.2, 0.3, 0.25),
        ("upkeep", "an_option_whose_name_goes_on_until_nobody_would_read_it", 0.0, 0.0, 0.0),
    ],
    columns=["clause", "option", "signed_today", "signed", "all"],
)
