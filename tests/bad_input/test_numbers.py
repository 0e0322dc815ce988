"""Numbers that cannot be: where, and between what they must lie."""

from __future__ import annotations

from tests.bad_input.refusing import KYIV, SURE, Row, each_of

CLAUSES = ("territory", "forces", "nato", "guarantee", "money", "sequence")

ROWS: list[Row] = [
    (
        "negative weight",
        {f"{KYIV}.weights.nato": -0.1},
        f"{KYIV}.weights.nato: must be between 0 and 1,000,000 (got -0.1)",
    ),
    (
        "all weights zero",
        {f"{KYIV}.weights.{clause}": 0 for clause in CLAUSES},
        f"{KYIV}.weights: are all zero; at least one must count",
    ),
    (
        "all regard zero",
        {f"{KYIV}.regard": {**SURE, "us": 0, "russia": {"value": 0, **SURE}}},
        f"{KYIV}.regard: are all zero; at least one must count",
    ),
    (
        "probability 1.2",
        {"aftermath.renegotiation": {"value": 1.2, **SURE}},
        "aftermath.renegotiation: must be between 0 and 1 (got 1.2)",
    ),
    (
        "probability whose range is too wide",
        {"aftermath.swing": {"triangular": [0.5, 0.9, 1.1], **SURE}},
        "aftermath.swing: must be between 0 and 1 over all of its range",
    ),
    (
        "NaN",
        {f"{KYIV}.no_deal": {"value": float("nan"), **SURE}},
        f"{KYIV}.no_deal.value: must be a finite number (got nan)",
    ),
    (
        "infinity",
        {f"{KYIV}.no_deal": {"uniform": [0, float("inf")], **SURE}},
        f"{KYIV}.no_deal.uniform.1: must be a finite number (got inf)",
    ),
    (
        "low above high",
        {f"{KYIV}.no_deal": {"uniform": [0.4, 0.1], **SURE}},
        f"{KYIV}.no_deal: uniform must be [low, high] with low < high",
    ),
    (
        "mode outside the range",
        {f"{KYIV}.no_deal": {"triangular": [0, 0.5, 0.4], **SURE}},
        f"{KYIV}.no_deal: triangular must be [low, mode, high] with low <= mode <= high",
    ),
    (
        "normal without spread",
        {f"{KYIV}.no_deal": {"normal": {"mean": 0.2, "sd": 0, "low": 0, "high": 1}, **SURE}},
        f"{KYIV}.no_deal.normal.sd: must be more than 0 (got 0)",
    ),
    (
        "chances that do not sum to 1",
        {f"{KYIV}.no_deal": {"choice": {"values": [0, 1], "chances": [0.5, 0.6]}, **SURE}},
        f"{KYIV}.no_deal.choice: must have one chance for each value, and chances that sum to 1",
    ),
    (
        "two forms of one number",
        {f"{KYIV}.no_deal": {"value": 0.1, "uniform": [0, 1], **SURE}},
        f"{KYIV}.no_deal: must have exactly one of value, uniform, triangular, normal, beta, "
        "gamma, choice",
    ),
    (
        "loading of 1.5",
        {f"{KYIV}.no_deal.common": {"factor": "war_outlook", "loading": 1.5}},
        f"{KYIV}.no_deal.common.loading: must be at most 1 (got 1.5)",
    ),
    (
        "common factor of a plain number",
        {
            "answers.relaxation": {
                "value": 3,
                "common": {"factor": "war_outlook", "loading": 0.5},
                **SURE,
            }
        },
        "answers.relaxation.common: is for distributions: a plain number is known (got 3.0)",
    ),
    (
        "negative spread",
        {f"{KYIV}.values.nato.spread": -0.1},
        f"{KYIV}.values.nato.spread: must be a number between 0 and 1 (got -0.1)",
    ),
    (
        "horizon that is a distribution",
        {"calendar.horizon": {"uniform": [26, 52], **SURE}},
        "calendar.horizon: must be a plain number: it cannot differ between draws",
    ),
    (
        "horizon of nothing",
        {"calendar.horizon": {"value": 0, **SURE}},
        "calendar.horizon: must be between weeks_between_sessions (1) and 1,040 weeks (got 0",
    ),
    (
        "sessions every hour",
        {"calendar.weeks_between_sessions": {"value": 0.001, **SURE}},
        "calendar.weeks_between_sessions: must be between a day (0.143 weeks) and 52 weeks",
    ),
    (
        "no session remembered",
        {"answers.memory": {"value": 0, **SURE}},
        "answers.memory: must be between 1 and 52 sessions (got 0)",
    ),
]


@each_of(ROWS)
def test_it_is_refused_with_where_and_why(changes, says, shipped_is_refused):
    shipped_is_refused(changes, says)
