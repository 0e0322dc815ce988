"""What a scenario lacks: where, and what should stand there."""

from __future__ import annotations

from tests.bad_input.refusing import DROP, KYIV, Row, each_of

ROWS: list[Row] = [
    (
        "weight missing",
        {f"{KYIV}.weights.nato": DROP},
        f"{KYIV}.weights.nato: is missing; every clause needs an entry",
    ),
    (
        "values of a clause missing",
        {f"{KYIV}.values.nato": DROP},
        f"{KYIV}.values.nato: is missing; every clause needs an entry",
    ),
    (
        "value of an option missing",
        {f"{KYIV}.values.nato.barred": DROP},
        f"{KYIV}.values.nato.barred: is missing; every option has a value",
    ),
    (
        "text that misses a clause",
        {"texts.us_plan.terms.nato": DROP},
        "texts.us_plan.terms.nato: is missing; every clause needs an entry",
    ),
    ("title missing", {"title": DROP}, "title: is missing"),
    ("actors missing", {"actors": DROP}, "actors: is missing"),
    ("no-deal value missing", {f"{KYIV}.no_deal": DROP}, f"{KYIV}.no_deal: is missing"),
    (
        "kind of driver missing",
        {"drivers.battlefield.kind": DROP},
        "drivers.battlefield.kind: is missing",
    ),
    (
        "basis missing",
        {f"{KYIV}.weights.basis": DROP},
        f"{KYIV}.weights.territory.basis: is missing: "
        "name evidence ids, or say `assumption` and why",
    ),
    (
        "assumption without why",
        {"actors.us.bargaining.patience": {"value": 5, "basis": "assumption"}},
        "actors.us.bargaining.patience.why: is missing: an assumption must say why",
    ),
    (
        "empty option list",
        {"clauses.nato.options": {}},
        "clauses.nato.options: must have at least 2 entries",
    ),
    (
        "empty list of endings",
        {"outcomes.broken.ended": []},
        "outcomes.broken.ended: must have at least 1 entry (got [])",
    ),
    (
        "empty basis",
        {f"{KYIV}.weights.basis": []},
        f"{KYIV}.weights.basis: is empty; it must be a list of evidence ids",
    ),
    (
        "no signatories",
        {"signatories.base": []},
        "signatories.base: must have at least 1 entry (got [])",
    ),
    ("no outcomes", {"outcomes": {}}, "outcomes: must have at least 1 entry (got {})"),
    (
        "one actor",
        {f"actors.{name}": DROP for name in ("us", "europe", "russia")},
        "actors: must have at least 2 entries",
    ),
    (
        "empty label",
        {f"{KYIV}.label": ""},
        f"{KYIV}.label: must be one line of text, not empty and without control "
        "characters (got '')",
    ),
    (
        "label that paints the terminal",
        {f"{KYIV}.label": "\x1b[31mUkraine"},
        f"{KYIV}.label: must be one line of text",
    ),
    (
        "single_text without its settings",
        {"protocols.single_text": DROP},
        "protocols.single_text: is missing; the protocol is single_text",
    ),
    (
        "deadline without a mediator",
        {"mediator": DROP},
        "mediator: is missing; a deadline needs somebody who sets it",
    ),
    (
        "prefers without the other text",
        {"actors.europe.stances": [{"text": "us_plan", "stance": "prefers", "basis": ["art-9"]}]},
        "actors.europe.stances.0.other: belongs to the stance `prefers`, which needs it",
    ),
]


@each_of(ROWS)
def test_it_is_refused_with_where_and_why(changes, says, shipped_is_refused):
    shipped_is_refused(changes, says)
