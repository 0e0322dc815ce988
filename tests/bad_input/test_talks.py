"""What talks, votes and deadlines cannot be, in the small scenario with a mediator."""

from __future__ import annotations

from tests.bad_input.refusing import DROP, SURE, Row, each_of

DEADLINE = "calendar.deadline"
FATES = f"{DEADLINE}.fates"
CHAIR = {**SURE, "drafter": "chair", "initial": "halves", "persuasion": 1, "temperature": 0.05}
ASKED = {"label": "A text is signed", "event": "signed", "by": "2025-03-01"}
GAMMA = {"gamma": {"shape": 2, "rate": 40, "high": 0.5}, **SURE}


def gamma(**changes):
    return {**GAMMA, "gamma": {**GAMMA["gamma"], **changes}}


def rule(**parts):
    return {"outcomes.failed_deal": {"label": "x", **parts}}


def asked(**parts):
    return {"questions": {"early": {**ASKED, **parts}}}


ROWS: list[Row] = [
    # Deadlines
    ("a deadline without fates", {FATES: DROP}, f"{FATES}: is missing"),
    ("a fate missing", {f"{FATES}.kept": DROP}, f"{FATES}.kept: is missing"),
    (
        "no fate at all",
        {f"{FATES}.{fate}": 0 for fate in ("kept", "moved", "dropped")},
        f"{FATES}.kept: kept, moved and dropped are all zero; one must count (got 0)",
    ),
    ("a negative fate", {f"{FATES}.kept": -1}, f"{FATES}.kept: must be between 0 and 1,000,000"),
    (
        "a fate of the old schema",
        {f"{DEADLINE}.extension": {"value": 0.5, **SURE}},
        f"{DEADLINE}.extension: no such field; known: basis, date, fates, times, weeks, why",
    ),
    (
        "fates that are surer than sure",
        {f"{FATES}.concentration": {"value": 0, **SURE}},
        f"{FATES}.concentration: must be between 0.000001 and 1,000,000 (got 0)",
    ),
    ("moved by nothing", {f"{DEADLINE}.weeks": 0}, f"{DEADLINE}.weeks: must be between 0.142857"),
    # Before the start
    (
        "talks since tomorrow",
        {"calendar.talks_since": "2025-01-07"},
        "calendar.talks_since: must not lie after the start (2025-01-06) (got '2025-01-07')",
    ),
    (
        "patience spent in no weeks",
        {"calendar.patience_spent": {"value": 0.5, **SURE}},
        "calendar.patience_spent: is a share of the weeks since `talks_since`, which is missing",
    ),
    (
        "more than all patience spent",
        {
            "calendar.talks_since": "2024-12-01",
            "calendar.patience_spent": {"value": 1.5, **SURE},
        },
        "calendar.patience_spent: must be between 0 and 1 (got 1.5)",
    ),
    # Who is away, and votes at home
    (
        "talks without a mediator that are neither",
        {"without_mediator": "offer"},
        "without_mediator: no such choice; did you mean 'offers'? (got 'offer')",
    ),
    (
        "a negative return",
        {"actors.his.returns": {"value": -0.1, **SURE}},
        "actors.his.returns: must be between 0 and 100 (got -0.1)",
    ),
    (
        "a refusal that pays",
        {"actors.her.refusal_cost": {"value": -0.1, **SURE}},
        "actors.her.refusal_cost: must be between 0 and 1,000,000 (got -0.1)",
    ),
    (
        "foresight that is no truth",
        {"actors.her.anticipates": "yes"},
        "actors.her.anticipates: must be true or false (got 'yes')",
    ),
    (
        "foresight with a negative error",
        {"actors.her.bargaining.misforesight": -0.2},
        "actors.her.bargaining.misforesight: must be between 0 and 1,000,000 (got -0.2)",
    ),
    (
        "renegotiation for sure and more",
        {"aftermath.renegotiation": 1.2},
        "aftermath.renegotiation: must be between 0 and 1 (got 1.2)",
    ),
    ("a swing of more than 1", {"aftermath.swing": 1.2}, "aftermath.swing: must be between 0 and"),
    (
        "a breach that heals",
        {"clauses.water.options.shared.breach": {"value": -1, **SURE}},
        "clauses.water.options.shared.breach: must be between 0 and 100 (got -1)",
    ),
    # The drafter
    (
        "a chair without a temperature",
        {"protocols.single_text": {**CHAIR, "temperature": None}},
        "protocols.single_text.temperature: is missing; a chair needs it",
    ),
    (
        "a chair's number of an actor who drafts",
        {"protocols.single_text": {**CHAIR, "drafter": "her"}},
        "protocols.single_text.temperature: is for a chair; her states its own under actors",
    ),
    (
        "what a chair spares of an actor who drafts",
        {"protocols.single_text.sparing": 0.3},
        "protocols.single_text.sparing: is for a chair; envoy states its own under actors",
    ),
    (
        "sparing more than all",
        {"protocols.single_text": {**CHAIR, "sparing": 1.2}},
        "protocols.single_text.sparing: must be between 0 and 1 (got 1.2)",
    ),
    (
        "inventions more often than always",
        {"protocols.single_text.invention": 1.2},
        "protocols.single_text.invention: must be between 0 and 1 (got 1.2)",
    ),
    (
        "half a rewriting",
        {"protocols.single_text.rewrites": 0.5},
        "protocols.single_text.rewrites: must be a whole number between 0 and 100 (got 0.5)",
    ),
    (
        "an option that is somewhat invented",
        {"clauses.water.options.shared.invented": "rather"},
        "clauses.water.options.shared.invented: must be true or false (got 'rather')",
    ),
    (
        "an actor called chair",
        {"actors.chair": {}},
        "actors.chair: is the word for a neutral drafter; choose another",
    ),
    (
        "no draft to table",
        {"protocols.offers.drafts": 0},
        "protocols.offers.drafts: must be a whole number between 1 and 1,000 (got 0)",
    ),
    # A gamma distribution
    (
        "a gamma without a shape",
        {"actors.his.walkout.rate": gamma(shape=0)},
        "actors.his.walkout.rate.gamma.shape: must be more than 0 (got 0)",
    ),
    (
        "a gamma that is not cut off",
        {"actors.his.walkout.rate": {"gamma": {"shape": 2, "rate": 40}, **SURE}},
        "actors.his.walkout.rate.gamma.high: is missing",
    ),
    (
        "a rate that is cut off far below its mean",
        {"actors.his.walkout.rate": gamma(shape=200, rate=1)},
        "is cut off far below its mean, 200: `high` must leave some of it",
    ),
    (
        "a gamma beyond the bounds of its number",
        {"actors.his.walkout.rate": gamma(high=200)},
        "actors.his.walkout.rate: must be between 0 and 100 over all of its range",
    ),
    # Outcomes
    (
        "an ending of the old schema",
        rule(ended="collapsed"),
        "outcomes.failed_deal.ended.0: no such choice; known: broken, in_force, rejected, "
        "suspended, talking (got 'collapsed')",
    ),
    (
        "an ending by nobody that somebody ends",
        rule(ended=["broken", "rejected"], by=["her"]),
        "outcomes.failed_deal.by: goes with the endings rejected and suspended only",
    ),
    (
        "an ending by an unknown actor",
        rule(ended="rejected", by=["hers"]),
        "outcomes.failed_deal.by: no such actor; did you mean 'her'? (got 'hers')",
    ),
    # Questions
    (
        "an unknown event",
        asked(event="sign"),
        "questions.early.event: no such choice; did you mean 'signed'? (got 'sign')",
    ),
    ("no day", asked(by=[]), "questions.early.by: must have at least"),
    (
        "days out of order",
        asked(by=["2025-03-01", "2025-02-01"]),
        "questions.early.by: must be days in order, each once",
    ),
    (
        "a day before the start",
        asked(by="2025-01-05"),
        "questions.early.by: must not lie before the start (2025-01-06): what was then is known "
        "(got '2025-01-05')",
    ),
    (
        "terms of what happens to no text",
        asked(event="left", all={"water": "hers"}),
        "questions.early.event: is left, which happens to no text: terms go with tabled, signed,",
    ),
    (
        "somebody to whom it does not happen",
        asked(who=["her"]),
        "questions.early.who: goes with the events ratified, refused, left, returned, suspended",
    ),
    (
        "an unknown term",
        asked(all={"water": "his_own"}),
        "questions.early.all.water: no such option; did you mean 'his'? (got 'his_own')",
    ),
    (
        "the name of a usual event for another",
        {"questions": {"signed": {**ASKED, "all": {"water": "hers"}}}},
        "questions.signed: is the name of an event that every run notes, 'A text is signed'; "
        "choose another",
    ),
    (
        "questions of one id",
        {
            "questions": {
                "early": {**ASKED, "by": ["2025-02-01", "2025-03-01"]},
                "early_by_2025_02_01": ASKED,
            }
        },
        "questions: early_by_2025_02_01 would be the id of 2 questions; rename one",
    ),
]


@each_of(ROWS)
def test_it_is_refused_with_where_and_why(changes, says, small_is_refused):
    small_is_refused(changes, says)
