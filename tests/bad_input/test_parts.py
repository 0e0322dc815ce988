"""Parts of a scenario that do not go together."""

from __future__ import annotations

from tests.bad_input.refusing import KYIV, SURE, Row, each_of

ORDER = "ceasefire_first"
LINKED = {"label": "a chain", "worth": {**SURE, "us": 0.1}}
FACT = {
    "id": "own-1",
    "statement": "The well is dry in summer.",
    "source": "The village",
    "date": "2025-11-01",
    "where": "page 1",
    "confidence": "high",
}

ROWS: list[Row] = [
    (
        "duplicate fact id",
        {"facts": [FACT, FACT]},
        "facts: the evidence id own-1 is used 2 times",
    ),
    (
        "fact with the id of a shared one",
        {"facts": [{**FACT, "id": "art-1"}]},
        "facts: the evidence id art-1 is used 2 times",
    ),
    (
        "linkage with itself",
        {"linkages.own": {**LINKED, "when": {"nato": ["barred", "invited"]}}},
        "linkages.own.when: must have at least 2 entries",
    ),
    (
        "linkage with one option twice",
        {"linkages.own": {**LINKED, "when": {"nato": ["barred", "barred"], "forces": "no_cap"}}},
        "linkages.own.when.nato: names barred more than once",
    ),
    (
        "block too large",
        {
            "linkages.one": {**LINKED, "when": {"nato": "barred", "territory": "line_frozen"}},
            "linkages.two": {**LINKED, "when": {"money": "shared_fund", "nato": "barred"}},
            "linkages.three": {**LINKED, "when": {"money": "shared_fund", "sequence": ORDER}},
        },
        "linkages: join territory - forces - nato - guarantee - money - sequence into one block of",
    ),
    (
        "one text for both ends of a scale",
        {f"{KYIV}.unacceptable": "kyiv_maximum"},
        f"{KYIV}.unacceptable: must be another text than asks_for",
    ),
    (
        "utilities without a span",
        {f"{KYIV}.asks_for": "us_plan", f"{KYIV}.unacceptable": "kyiv_maximum"},
        f"{KYIV}.asks_for: in draw ",
    ),
    (
        "preferred to itself",
        {"actors.europe.stances.1.other": "european_text"},
        "actors.europe.stances.1.other: must be another text than the preferred one",
    ),
    (
        "two bodies of one name",
        {"actors.europe.domestic.name": "congress"},
        "actors.europe.domestic.name: is also the name of actors.us.domestic; results need both",
    ),
    (
        "body with the name of an actor",
        {"actors.europe.domestic.name": "russia"},
        "actors.europe.domestic.name: is also the name of actors.russia; results need both",
    ),
    (
        "signatory named twice",
        {"signatories.base": ["ukraine", "russia", "ukraine"]},
        "signatories.base: names ukraine more than once",
    ),
    (
        "outcome called other",
        {"outcomes.other": {"label": "Else", "ended": "talking"}},
        "outcomes.other: is the name of what no rule takes; choose another",
    ),
    (
        "terms of an ending without a text",
        {"outcomes.still_talking.all": {"nato": "barred"}},
        "outcomes.still_talking.ended: names endings without a signed text",
    ),
    (
        "regard for itself",
        {f"{KYIV}.regard.ukraine": 0.2},
        f"{KYIV}.regard.ukraine: is the actor itself; regard is for others",
    ),
    (
        "interpolation of the environment",
        {"title": "${oc.env:HOME}"},
        "title: interpolations are not allowed: write the value (got '${oc.env:HOME}')",
    ),
    (
        "interpolation in a name",
        {"factors": {"${oc.env:HOME}": "home"}},
        "factors.${oc.env:HOME}: interpolations are not allowed",
    ),
]


@each_of(ROWS)
def test_it_is_refused_with_where_and_why(changes, says, shipped_is_refused):
    shipped_is_refused(changes, says)
