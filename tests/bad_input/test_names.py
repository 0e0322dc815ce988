"""Names in a scenario that lead nowhere: where, and what was probably meant."""

from __future__ import annotations

from tests.bad_input.refusing import KYIV, SURE, Row, each_of

ROWS: list[Row] = [
    (
        "weight of an unknown clause",
        {f"{KYIV}.weights.teritory": 0.1},
        f"{KYIV}.weights.teritory: no such clause; did you mean 'territory'?",
    ),
    (
        "value of an unknown option",
        {f"{KYIV}.values.nato.banned": 0.1},
        f"{KYIV}.values.nato.banned: no such option; did you mean 'barred'?",
    ),
    (
        "text with an unknown option",
        {"texts.us_plan.terms.nato": "bared"},
        "texts.us_plan.terms.nato: no such option; did you mean 'barred'? (got 'bared')",
    ),
    (
        "text on an unknown clause",
        {"texts.us_plan.terms.prisoners": "all"},
        "texts.us_plan.terms.prisoners: no such clause",
    ),
    (
        "unknown key at top level",
        {"linkage": {}},
        "linkage: no such setting; did you mean 'linkages'?",
    ),
    (
        "unknown nested key",
        {f"{KYIV}.bargaining.patiense": 3},
        f"{KYIV}.bargaining.patiense: no such field; did you mean 'patience'?",
    ),
    (
        "unknown form of a number",
        {f"{KYIV}.no_deal": {"triangle": [0, 0.1, 0.2], **SURE}},
        f"{KYIV}.no_deal.triangle: no such field; did you mean 'triangular'?",
    ),
    (
        "_target_ key",
        {f"{KYIV}.bargaining._target_": "os.system"},
        f"{KYIV}.bargaining._target_: no such field",
    ),
    (
        "unknown drafter",
        {"protocols.single_text.drafter": "usa"},
        "protocols.single_text.drafter: no such actor; did you mean 'us'? (got 'usa')",
    ),
    (
        "unknown initial text",
        {"protocols.single_text.initial": "usplan"},
        "protocols.single_text.initial: no such text; did you mean 'us_plan'?",
    ),
    (
        "consent by an unknown actor",
        {"clauses.nato.options.invited.consent": ["nato_members"]},
        "clauses.nato.options.invited.consent: no such actor; known: europe, russia, ukraine, us",
    ),
    (
        "stance on an unknown text",
        {f"{KYIV}.stances.0.text": "us_plans"},
        f"{KYIV}.stances.0.text: no such text; did you mean 'us_plan'?",
    ),
    (
        "unknown reference text",
        {f"{KYIV}.asks_for": "kiev_maximum"},
        f"{KYIV}.asks_for: no such text; did you mean 'kyiv_maximum'?",
    ),
    (
        "unknown driver in a loading",
        {f"{KYIV}.loadings.battle_field": 0.1},
        f"{KYIV}.loadings.battle_field: no such driver; did you mean 'battlefield'?",
    ),
    (
        "unknown signatory",
        {"signatories.base": ["ukraine", "rusia"]},
        "signatories.base: no such actor; did you mean 'russia'? (got 'rusia')",
    ),
    (
        "unknown mediator",
        {"mediator": "turkey"},
        "mediator: no such actor; known: europe, russia, ukraine, us (got 'turkey')",
    ),
    (
        "unknown belligerent",
        {"aftermath.belligerents": ["ukrain"]},
        "aftermath.belligerents: no such actor; did you mean 'ukraine'?",
    ),
    (
        "outcome on an unknown clause",
        {"outcomes.us_plan_in_force.all.land": ["line_frozen"]},
        "outcomes.us_plan_in_force.all.land: no such clause",
    ),
    (
        "outcome with an unknown option",
        {"outcomes.us_plan_in_force.all.nato": ["bar"]},
        "outcomes.us_plan_in_force.all.nato: no such option; did you mean 'barred'?",
    ),
    (
        "linkage with an unknown option",
        {"linkages.neutral_and_capped.when.nato": ["neutral"]},
        "linkages.neutral_and_capped.when.nato: no such option; known: barred, invited, shelved",
    ),
    (
        "linkage worth to an unknown actor",
        {"linkages.neutral_and_capped.worth.rusia": 0.1},
        "linkages.neutral_and_capped.worth.rusia: no such actor; did you mean 'russia'?",
    ),
    (
        "unknown factor",
        {f"{KYIV}.no_deal.common": {"factor": "war_outlok", "loading": 0.5}},
        f"{KYIV}.no_deal.common.factor: no such factor; did you mean 'war_outlook'?",
    ),
    (
        "evidence id that does not exist",
        {f"{KYIV}.weights.basis": ["art-999"]},
        f"{KYIV}.weights.basis: no such evidence id; did you mean 'art-",
    ),
    (
        "unknown protocol",
        {"protocol": "single-text"},
        "protocol: no such choice; did you mean 'single_text'? (got 'single-text')",
    ),
    (
        "unknown tactic",
        {f"{KYIV}.tactic": "boulware"},
        f"{KYIV}.tactic: no such choice; known: ",
    ),
    (
        "unknown kind of driver",
        {"drivers.battlefield.kind": "drift"},
        "drivers.battlefield.kind: no such choice; known: jumps, mean_reverting, ramp, random_walk",
    ),
    (
        "unknown ending",
        {"outcomes.broken.ended": "breached"},
        "outcomes.broken.ended.0: no such choice",
    ),
    (
        "unknown stance",
        {f"{KYIV}.stances.0.stance": "hates"},
        f"{KYIV}.stances.0.stance: no such choice; known: accepts, open, prefers, rejects",
    ),
]


@each_of(ROWS)
def test_it_is_refused_with_where_and_why(changes, says, shipped_is_refused):
    shipped_is_refused(changes, says)
