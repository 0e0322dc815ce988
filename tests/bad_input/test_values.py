"""Values of the wrong kind: where, and what should stand there."""

from __future__ import annotations

from tests.bad_input.refusing import KYIV, SURE, Row, each_of

WALK = {
    "label": "a walk",
    "kind": "random_walk",
    "start": 0,
    "drift": 0,
    "volatility": 0.1,
    **SURE,
}

ROWS: list[Row] = [
    (
        "number as text",
        {f"{KYIV}.weights.nato": "0.1"},
        f"{KYIV}.weights.nato: must be a number, or a distribution such as {{triangular: [low, ",
    ),
    (
        "number as text in a distribution",
        {f"{KYIV}.no_deal": {"uniform": ["0", 1], **SURE}},
        f"{KYIV}.no_deal.uniform.0: must be a number (got '0')",
    ),
    (
        "truth value as a number",
        {f"{KYIV}.weights.nato": True},
        f"{KYIV}.weights.nato: must be a number, or a distribution",
    ),
    (
        "list as a number",
        {f"{KYIV}.no_deal": [0, 0.1, 0.2]},
        f"{KYIV}.no_deal: must be a number, or a distribution such as "
        "{triangular: [low, mode, high]",
    ),
    (
        "null as a number",
        {f"{KYIV}.no_deal": None},
        f"{KYIV}.no_deal: must be a number, or a distribution",
    ),
    (
        "null where a mapping belongs",
        {"actors": None},
        "actors: must be a mapping of names to values (got None)",
    ),
    (
        "null for an actor",
        {KYIV: None},
        f"{KYIV}: must be a mapping of fields to values (got None)",
    ),
    (
        "list where a mapping belongs",
        {"clauses": ["territory", "nato"]},
        "clauses: must be a mapping of names to values (got ['territory', 'nato'])",
    ),
    (
        "text where a mapping belongs",
        {f"{KYIV}.weights": "high"},
        f"{KYIV}.weights: must be a mapping of names to values (got 'high')",
    ),
    (
        "number as a label",
        {f"{KYIV}.label": 7},
        f"{KYIV}.label: must be text (got 7)",
    ),
    (
        "text as a truth value",
        {"clauses.nato.ordered": "yes"},
        "clauses.nato.ordered: must be true or false (got 'yes')",
    ),
    (
        "basis that is neither",
        {f"{KYIV}.weights.basis": "asumption"},
        f"{KYIV}.weights.basis: must be a list of evidence ids, or assumption or override; "
        "did you mean assumption? (got 'asumption')",
    ),
    (
        "evidence id outside a list",
        {f"{KYIV}.weights.basis": "art-8"},
        "did you mean [art-8]? (got 'art-8')",
    ),
    (
        "name with capitals",
        {"drivers.Weather": WALK},
        "drivers.Weather: is no valid name: small letters, digits and underscores",
    ),
    (
        "name with a meaning of its own",
        {"drivers.basis": WALK},
        "drivers.basis: is a word with a meaning of its own here; choose another name",
    ),
]


@each_of(ROWS)
def test_it_is_refused_with_where_and_why(changes, says, shipped_is_refused):
    shipped_is_refused(changes, says)
