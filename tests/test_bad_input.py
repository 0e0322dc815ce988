"""What Parley answers to input that it cannot use: where, which rule, and what would be right.

Each row is a way to be wrong and what the message must say of it. The files are the shipped
scenario with one thing changed; every one goes through the whole command.
"""

from __future__ import annotations

import sys
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.cli import main
from sim.scenario.reading.files import read_file
from tests.command import parley, small_file
from tests.small import put

ROOT = Path(__file__).parents[1]
DROP = object()
A = "actors.ukraine"
CLAUSES = ("territory", "forces", "nato", "guarantee", "money", "sequence")
ORDER = "ceasefire_first"
SURE = {"basis": "assumption", "why": "for a test"}
LINKED = {"label": "a chain", "worth": {**SURE, "us": 0.1}}
WALK = {
    "label": "a walk",
    "kind": "random_walk",
    "start": 0,
    "drift": 0,
    "volatility": 0.1,
    **SURE,
}
FACT = {
    "id": "own-1",
    "statement": "The well is dry in summer.",
    "source": "The village",
    "date": "2025-11-01",
    "where": "page 1",
    "confidence": "high",
}

# (what is wrong, the changes by dotted path, what the message must say)
SCENARIOS: list[tuple[str, dict[str, Any], str]] = [
    # Names that lead nowhere
    (
        "weight of an unknown clause",
        {f"{A}.weights.teritory": 0.1},
        f"{A}.weights.teritory: no such clause; did you mean 'territory'?",
    ),
    (
        "value of an unknown option",
        {f"{A}.values.nato.banned": 0.1},
        f"{A}.values.nato.banned: no such option; did you mean 'barred'?",
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
        {f"{A}.bargaining.patiense": 3},
        f"{A}.bargaining.patiense: no such field; did you mean 'patience'?",
    ),
    (
        "unknown form of a number",
        {f"{A}.no_deal": {"triangle": [0, 0.1, 0.2], **SURE}},
        f"{A}.no_deal.triangle: no such field; did you mean 'triangular'?",
    ),
    (
        "_target_ key",
        {f"{A}.bargaining._target_": "os.system"},
        f"{A}.bargaining._target_: no such field",
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
        {f"{A}.stances.0.text": "us_plans"},
        f"{A}.stances.0.text: no such text; did you mean 'us_plan'?",
    ),
    (
        "unknown reference text",
        {f"{A}.asks_for": "kiev_maximum"},
        f"{A}.asks_for: no such text; did you mean 'kyiv_maximum'?",
    ),
    (
        "unknown driver in a loading",
        {f"{A}.loadings.battle_field": 0.1},
        f"{A}.loadings.battle_field: no such driver; did you mean 'battlefield'?",
    ),
    (
        "unknown signatory",
        {"signatories.base": ["ukraine", "rusia"]},
        "signatories.base: no such actor; did you mean 'russia'? (got 'rusia')",
    ),
    (
        "floor and ceiling that meet over their ranges",
        {
            f"{A}.domestic.floor": {"triangular": [0.1, 0.2, 0.5], **SURE},
            f"{A}.domestic.ceiling": {"uniform": [0.2, 0.6], **SURE},
        },
        f"{A}.domestic.ceiling: must leave people who weigh the text: floor and ceiling stay "
        "below 1 together (got 1.1)",
    ),
    (
        "floor of everybody",
        {f"{A}.domestic.floor": {"value": 1, **SURE}, f"{A}.domestic.ceiling": DROP},
        f"{A}.domestic.floor: must leave people who weigh the text: floor and ceiling stay ",
    ),
    (
        "poll of an unknown text",
        {f"{A}.domestic.polls.us_plan_august.texts": {"us_plan_of_july": 1}},
        f"{A}.domestic.polls.us_plan_august.texts.us_plan_of_july: no such text; did you mean "
        "'us_plan_of_august'?",
    ),
    (
        "poll of a misspelt text",
        {f"{A}.domestic.polls.european_plan_august.text": "european_txt"},
        f"{A}.domestic.polls.european_plan_august.text: no such text; did you mean "
        "'european_text'?",
    ),
    (
        "poll of a mix that is no whole",
        {f"{A}.domestic.polls.us_plan_august.texts": {"us_plan": 0.5, "european_text": 0.4}},
        f"{A}.domestic.polls.us_plan_august.texts: must have shares that sum to 1 (got 0.9)",
    ),
    (
        "poll about nothing",
        {f"{A}.domestic.polls.us_plan_august.texts": DROP},
        f"{A}.domestic.polls.us_plan_august.text: must be there, or else `texts` with shares",
    ),
    (
        "poll about two things",
        {f"{A}.domestic.polls.us_plan_august.text": "us_plan"},
        f"{A}.domestic.polls.us_plan_august.text: must be there, or else `texts` with shares",
    ),
    (
        "poll of more than everybody",
        {f"{A}.domestic.polls.us_plan_august.unacceptable": 0.7},
        f"{A}.domestic.polls.us_plan_august.unacceptable: must not exceed what `acceptable` leaves",
    ),
    (
        "poll that all accept",
        {f"{A}.domestic.polls.us_plan_august.acceptable": 1},
        f"{A}.domestic.polls.us_plan_august.acceptable: must be less than 1",
    ),
    (
        "poll after the start",
        {f"{A}.domestic.polls.us_plan_august.date": "2025-11-25"},
        f"{A}.domestic.polls.us_plan_august.date: lies after the start (2025-11-24); nothing later",
    ),
    (
        "poll on a fact that is none",
        {f"{A}.domestic.polls.us_plan_august.basis": ["kiis-aug-usa"]},
        f"{A}.domestic.polls.us_plan_august.basis: no such evidence id; did you mean "
        "'kiis-aug-us'?",
    ),
    (
        "polls without their errors",
        {f"{A}.domestic.poll_errors": DROP},
        f"{A}.domestic.poll_errors: is missing; where there are polls it says how far they may be",
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
        {f"{A}.no_deal.common": {"factor": "war_outlok", "loading": 0.5}},
        f"{A}.no_deal.common.factor: no such factor; did you mean 'war_outlook'?",
    ),
    (
        "evidence id that does not exist",
        {f"{A}.weights.basis": ["art-999"]},
        f"{A}.weights.basis: no such evidence id; did you mean 'art-",
    ),
    (
        "unknown protocol",
        {"protocol": "single-text"},
        "protocol: no such choice; did you mean 'single_text'? (got 'single-text')",
    ),
    (
        "unknown tactic",
        {f"{A}.tactic": "boulware"},
        f"{A}.tactic: no such choice; known: ",
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
        {f"{A}.stances.0.stance": "hates"},
        f"{A}.stances.0.stance: no such choice; known: accepts, open, prefers, rejects",
    ),
    # What is missing or empty
    (
        "weight missing",
        {f"{A}.weights.nato": DROP},
        f"{A}.weights.nato: is missing; every clause needs an entry",
    ),
    (
        "values of a clause missing",
        {f"{A}.values.nato": DROP},
        f"{A}.values.nato: is missing; every clause needs an entry",
    ),
    (
        "value of an option missing",
        {f"{A}.values.nato.barred": DROP},
        f"{A}.values.nato.barred: is missing; every option has a value",
    ),
    (
        "text that misses a clause",
        {"texts.us_plan.terms.nato": DROP},
        "texts.us_plan.terms.nato: is missing; every clause needs an entry",
    ),
    ("title missing", {"title": DROP}, "title: is missing"),
    ("actors missing", {"actors": DROP}, "actors: is missing"),
    ("no-deal value missing", {f"{A}.no_deal": DROP}, f"{A}.no_deal: is missing"),
    (
        "kind of driver missing",
        {"drivers.battlefield.kind": DROP},
        "drivers.battlefield.kind: is missing",
    ),
    (
        "basis missing",
        {f"{A}.weights.basis": DROP},
        f"{A}.weights.territory.basis: is missing: name evidence ids, or say `assumption` and why",
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
        {f"{A}.weights.basis": []},
        f"{A}.weights.basis: is empty; it must be a list of evidence ids",
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
        {f"{A}.label": ""},
        f"{A}.label: must be one line of text, not empty and without control characters (got '')",
    ),
    (
        "label that paints the terminal",
        {f"{A}.label": "\x1b[31mUkraine"},
        f"{A}.label: must be one line of text",
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
    # Numbers out of bounds
    (
        "negative weight",
        {f"{A}.weights.nato": -0.1},
        f"{A}.weights.nato: must be between 0 and 1,000,000 (got -0.1)",
    ),
    (
        "all weights zero",
        {f"{A}.weights.{clause}": 0 for clause in CLAUSES},
        f"{A}.weights: are all zero; at least one must count",
    ),
    (
        "all regard zero",
        {f"{A}.regard": {**SURE, "us": 0, "russia": {"value": 0, **SURE}}},
        f"{A}.regard: are all zero; at least one must count",
    ),
    (
        "probability 1.2",
        {"calendar.deadline.extension": {"value": 1.2, **SURE}},
        "calendar.deadline.extension: must be between 0 and 1 (got 1.2)",
    ),
    (
        "probability whose range is too wide",
        {"calendar.deadline.extension": {"triangular": [0.5, 0.9, 1.1], **SURE}},
        "calendar.deadline.extension: must be between 0 and 1 over all of its range",
    ),
    (
        "NaN",
        {f"{A}.no_deal": {"value": float("nan"), **SURE}},
        f"{A}.no_deal.value: must be a finite number (got nan)",
    ),
    (
        "infinity",
        {f"{A}.no_deal": {"uniform": [0, float("inf")], **SURE}},
        f"{A}.no_deal.uniform.1: must be a finite number (got inf)",
    ),
    (
        "low above high",
        {f"{A}.no_deal": {"uniform": [0.4, 0.1], **SURE}},
        f"{A}.no_deal: uniform must be [low, high] with low < high",
    ),
    (
        "mode outside the range",
        {f"{A}.no_deal": {"triangular": [0, 0.5, 0.4], **SURE}},
        f"{A}.no_deal: triangular must be [low, mode, high] with low <= mode <= high",
    ),
    (
        "normal without spread",
        {f"{A}.no_deal": {"normal": {"mean": 0.2, "sd": 0, "low": 0, "high": 1}, **SURE}},
        f"{A}.no_deal.normal.sd: must be more than 0 (got 0)",
    ),
    (
        "chances that do not sum to 1",
        {f"{A}.no_deal": {"choice": {"values": [0, 1], "chances": [0.5, 0.6]}, **SURE}},
        f"{A}.no_deal.choice: must have one chance for each value, and chances that sum to 1",
    ),
    (
        "two forms of one number",
        {f"{A}.no_deal": {"value": 0.1, "uniform": [0, 1], **SURE}},
        f"{A}.no_deal: must have exactly one of value, uniform, triangular, normal, beta, choice",
    ),
    (
        "loading of 1.5",
        {f"{A}.no_deal.common": {"factor": "war_outlook", "loading": 1.5}},
        f"{A}.no_deal.common.loading: must be at most 1 (got 1.5)",
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
        {f"{A}.values.nato.spread": -0.1},
        f"{A}.values.nato.spread: must be a number between 0 and 1 (got -0.1)",
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
        "half a session remembered",
        {"memory": 2.5},
        "memory: must be a whole number between 1 and 52 (got 2.5)",
    ),
    # Values of the wrong kind
    (
        "number as text",
        {f"{A}.weights.nato": "0.1"},
        f"{A}.weights.nato: must be a number, or a distribution such as {{triangular: [low, ",
    ),
    (
        "number as text in a distribution",
        {f"{A}.no_deal": {"uniform": ["0", 1], **SURE}},
        f"{A}.no_deal.uniform.0: must be a number (got '0')",
    ),
    (
        "truth value as a number",
        {f"{A}.weights.nato": True},
        f"{A}.weights.nato: must be a number, or a distribution",
    ),
    (
        "list as a number",
        {f"{A}.no_deal": [0, 0.1, 0.2]},
        f"{A}.no_deal: must be a number, or a distribution such as {{triangular: [low, mode, high]",
    ),
    (
        "null as a number",
        {f"{A}.no_deal": None},
        f"{A}.no_deal: must be a number, or a distribution",
    ),
    (
        "null where a mapping belongs",
        {"actors": None},
        "actors: must be a mapping of names to values (got None)",
    ),
    (
        "null for an actor",
        {A: None},
        f"{A}: must be a mapping of fields to values (got None)",
    ),
    (
        "list where a mapping belongs",
        {"clauses": ["territory", "nato"]},
        "clauses: must be a mapping of names to values (got ['territory', 'nato'])",
    ),
    (
        "text where a mapping belongs",
        {f"{A}.weights": "high"},
        f"{A}.weights: must be a mapping of names to values (got 'high')",
    ),
    (
        "number as a label",
        {f"{A}.label": 7},
        f"{A}.label: must be text (got 7)",
    ),
    (
        "text as a truth value",
        {"clauses.nato.ordered": "yes"},
        "clauses.nato.ordered: must be true or false (got 'yes')",
    ),
    (
        "basis that is neither",
        {f"{A}.weights.basis": "asumption"},
        f"{A}.weights.basis: must be a list of evidence ids, or assumption or override; "
        "did you mean assumption? (got 'asumption')",
    ),
    (
        "evidence id outside a list",
        {f"{A}.weights.basis": "art-8"},
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
    # Dates
    (
        "deadline after the horizon",
        {"calendar.deadline.date": "2027-11-27"},
        "calendar.deadline.date: must lie between the start (2025-11-24) and the horizon (2026-",
    ),
    (
        "deadline before the start",
        {"calendar.deadline.date": "2025-11-20"},
        "calendar.deadline.date: must lie between the start (2025-11-24) and the horizon (2026-",
    ),
    (
        "no date",
        {"calendar.start": "24 November 2025"},
        "calendar.start: must be a date such as 2025-11-27 (got '24 November 2025')",
    ),
    (
        "a day that does not exist",
        {"calendar.start": "2025-11-31"},
        "calendar.start: must be a date such as 2025-11-27 (got '2025-11-31')",
    ),
    (
        "start at the end of time",
        {"calendar.start": "9999-12-31", "calendar.deadline": None},
        "calendar.start: must lie in the years 1000 to 3000 (got '9999-12-31')",
    ),
    (
        "evidence later than the start",
        {"calendar.start": "2025-10-31", "calendar.deadline": None},
        "which is dated after the start",
    ),
    # Parts that do not go together
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
        {f"{A}.unacceptable": "kyiv_maximum"},
        f"{A}.unacceptable: must be another text than asks_for",
    ),
    (
        "utilities without a span",
        {f"{A}.asks_for": "us_plan", f"{A}.unacceptable": "kyiv_maximum"},
        f"{A}.asks_for: in draw ",
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
        {f"{A}.regard.ukraine": 0.2},
        f"{A}.regard.ukraine: is the actor itself; regard is for others",
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

# (what is wrong, the bytes of the file, what the message must say)
FILES: list[tuple[str, bytes, str]] = [
    ("empty file", b"", "broken.yaml: is empty; a scenario begins with title, clauses"),
    ("only a comment", b"# nothing\n", "broken.yaml: is empty"),
    ("a list", b"- title\n- clauses\n", "broken.yaml: must be a mapping of names to values"),
    ("a word", b"peace\n", "broken.yaml: must be a mapping of names to values"),
    ("no YAML", b"title: [a, b\nclauses: }", "broken.yaml: is no valid YAML: line 2, column 8"),
    ("tabs", b"title:\n\tlabel: x\n", "broken.yaml: is no valid YAML: line 2, column 1"),
    ("two documents", b"title: a\n---\ntitle: b\n", "broken.yaml: is no valid YAML: line 2"),
    (
        "a key twice",
        b"title: a\nmemory: 3\ntitle: b\n",
        "broken.yaml: is no valid YAML: line 3, column 1: 'title' is given twice",
    ),
    ("binary", bytes(range(256)), "broken.yaml: is no text file in UTF-8"),
    ("a null byte", b"title: a\0b\n", "broken.yaml: is no valid YAML"),
    (
        "code",
        b"title: !!python/object/apply:os.system ['touch owned']\n",
        "broken.yaml: is no valid YAML: line 1, column 8: the tag 'tag:yaml.org,2002:python",
    ),
    (
        "a bomb of aliases",
        b"a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + b"".join(
            f"{new}: &{new} [{', '.join(['*' + old] * 10)}]\n".encode()
            for old, new in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "stands for more than 100,000 values",
    ),
    ("an alias of itself", b"title: &a [*a]\n", "is nested more than 40 deep"),
    ("deep nesting", b"title: " + b"[" * 300 + b"]" * 300, "is nested more than 40 deep"),
    ("very deep nesting", b"title: " + b"[" * 50_000, "is nested too deep"),
    (
        "half a sign",
        b'title: "\\ud800"\n',
        "title: holds a sign that is no Unicode text (got '",
    ),
    ("too large", b"# " + b"x" * 2**20, "broken.yaml: is larger than 1 MiB"),
    ("a number too long", b"memory: " + b"9" * 5000, "a number of more than 300 digits"),
]

# (what is wrong, the arguments, what the message must say)
COMMANDS: list[tuple[str, list[str], str]] = [
    ("misspelt setting", ["run", "sede=7"], "sede: no such setting; did you mean 'seed'?"),
    (
        "misspelt nested setting",
        ["run", "ensemble.drws=7"],
        "ensemble.drws: no such field; did you mean 'draws'?",
    ),
    (
        "misspelt group",
        ["run", "scenarios=geneva_2025"],
        "scenarios: no such setting; did you mean 'scenario'?",
    ),
    (
        "misspelt scenario",
        ["run", "scenario=geneva"],
        "scenario: no such scenario; did you mean 'geneva_2025'? (a file's path must end in .yaml)",
    ),
    (
        "scenario that is a folder",
        ["run", "scenario=."],
        "scenario: is a folder; name a file in it (a run's is config.yaml), or `parley import` a",
    ),
    ("scenario null", ["run", "scenario=null"], "scenario: must be a name or a path (got None)"),
    (
        "file that is missing",
        ["run", "scenario=missing.yaml"],
        "missing.yaml: cannot be read: No such file or directory",
    ),
    (
        "folder instead of a file",
        ["run", "scenario=folder.yaml"],
        "folder.yaml: cannot be read: Is a directory",
    ),
    (
        "misspelt protocol",
        ["run", "protocol=ofers"],
        "protocol: no such choice; did you mean 'offers'? (got 'ofers')",
    ),
    ("unknown tactic", ["run", "tactic=x"], "tactic: no such choice; known: "),
    (
        "seed of letters",
        ["run", "seed=abc"],
        "seed: must be a whole number between 0 and 9,223,372,036,854,775,807 (got 'abc')",
    ),
    ("seed below 0", ["run", "seed=-1"], "seed: must be a whole number between 0 and"),
    ("half a seed", ["run", "seed=1.5"], "seed: must be a whole number between 0 and"),
    ("seed null", ["run", "seed=null"], "seed: must be a whole number between 0 and"),
    ("seed true", ["run", "seed=true"], "seed: must be a whole number between 0 and"),
    ("no seed", ["run", "seed="], "seed: must be a whole number between 0 and"),
    ("seed of 5000 digits", ["run", "seed=" + "9" * 5000], "is no override"),
    (
        "no draws",
        ["run", "ensemble.draws=0"],
        "ensemble.draws: must be a whole number between 1 and 1,000,000 (got 0)",
    ),
    (
        "too many draws",
        ["run", "ensemble.draws=1e9"],
        "ensemble.draws: must be a whole number between 1 and 1,000,000 (got 1000000000.0)",
    ),
    (
        "too many replications",
        ["run", "ensemble.replications=10001"],
        "ensemble.replications: must be a whole number between 1 and 10,000 (got 10001)",
    ),
    (
        "no workers",
        ["run", "ensemble.workers=0"],
        "ensemble.workers: must be a whole number between 1 and 64 (got 0)",
    ),
    (
        "unknown executor",
        ["run", "executor=dsk"],
        "executor.kind: no such executor; did you mean 'dask'? (got 'dsk')",
    ),
    ("executor by number", ["run", "executor=5"], "executor.kind: must be text (got 5)"),
    (
        "address without an executor",
        ["run", "executor.address=tcp://localhost:8786"],
        "executor.address: needs executor=dask beside it (got 'tcp://localhost:8786')",
    ),
    (
        "address beside another executor",
        ["run", "executor=serial", "executor.address=tcp://localhost:8786"],
        "executor.address: needs executor=dask beside it (got 'tcp://localhost:8786')",
    ),
    (
        "misspelt address",
        ["run", "executor=dask", "executor.adress=tcp://localhost:8786"],
        "executor.adress: no such field; did you mean 'address'?",
    ),
    (
        "many workers in one process",
        ["run", "executor=serial", "ensemble.workers=2"],
        "ensemble.workers: must be 1 or null with executor=serial (got 2)",
    ),
    ("null for a group", ["run", "ensemble=null"], "ensemble: must be a mapping of fields"),
    ("null for the actors", ["run", "actors=null"], "actors: must be a mapping of names"),
    (
        "misspelt actor",
        ["run", "actors.ukrane.no_deal=0.3"],
        "actors.ukrane: no such actor; did you mean 'ukraine'?",
    ),
    (
        "misspelt clause",
        ["run", "actors.ukraine.weights.teritory=0.3"],
        "actors.ukraine.weights.teritory: no such clause; did you mean 'territory'?",
    ),
    (
        "misspelt option",
        ["run", "actors.ukraine.values.nato.bared=0.3"],
        "actors.ukraine.values.nato.bared: no such option; did you mean 'barred'?",
    ),
    (
        "misspelt driver",
        ["run", "drivers.us_presure.volatility=0.1"],
        "drivers.us_presure: no such driver; did you mean 'us_pressure'?",
    ),
    (
        "misspelt number of a driver",
        ["run", "drivers.us_pressure.volatilty=0.1"],
        "drivers.us_pressure.volatilty: no such field; did you mean 'volatility'?",
    ),
    (
        "part of a word",
        ["run", "title.first=x"],
        "title: holds no parts, so it has no 'first'",
    ),
    (
        "entry of a list that is not there",
        ["run", "signatories.base.9=us"],
        "signatories.base.9: no such entry; there are 2, counted from 0",
    ),
    (
        "number out of range",
        ["run", "calendar.deadline.extension=1.2"],
        "calendar.deadline.extension: must be between 0 and 1 (got 1.2)",
    ),
    (
        "list for a number",
        ["run", "actors.ukraine.no_deal=[0,0.2,0.4]"],
        "actors.ukraine.no_deal: must be a number, or a distribution such as",
    ),
    (
        "text for a number",
        ["run", "actors.ukraine.no_deal=low"],
        "actors.ukraine.no_deal: must be a number, or a distribution such as",
    ),
    (
        "null for a number",
        ["run", "actors.ukraine.no_deal=null"],
        "actors.ukraine.no_deal: must be a number, or a distribution such as",
    ),
    (
        "distribution as a function",
        ["run", "actors.ukraine.no_deal=triangular(0,0.2,0.4)"],
        "a distribution is written 'PATH={triangular: [0, 0.2, 0.4]}'",
    ),
    (
        "basis by hand",
        ["run", "actors.ukraine.no_deal.basis=[art-1]"],
        "actors.ukraine.no_deal.basis: is not for overrides",
    ),
    (
        "name that is new by mistake",
        ["run", "drivers.weather=0.3"],
        "drivers.weather: no such driver; known: allied_support, battlefield",
    ),
    (
        "reserved for code",
        ["run", "actors.ukraine._target_=os.system"],
        "actors.ukraine._target_: no such field",
    ),
    (
        "environment",
        ["run", "title=${oc.env:HOME}"],
        "title: interpolations are not allowed: write the value (got '${oc.env:HOME}')",
    ),
    (
        "environment in the folder",
        ["run", "hydra.run.dir=${oc.env:HOME}"],
        "hydra.run.dir: interpolations are not allowed",
    ),
    ("half a sign", ["run", "title=\udcff"], "title: holds a sign that is no Unicode text"),
    ("plus sign", ["run", "+seed=1"], "seed: needs no plus sign; write seed=value"),
    ("all actors away", ["run", "~actors"], "actors: is missing"),
    (
        "away with what is not there",
        ["run", "~actors.ukrane"],
        "actors.ukrane: no such actor; did you mean 'ukraine'?",
    ),
    (
        "away with a value",
        ["run", "~seed=0"],
        "seed: takes a part away and has no value; write '~seed'",
    ),
    ("away with the scenario", ["run", "~scenario"], "scenario: cannot be taken away"),
    (
        "Hydra's own setting",
        ["run", "hydra.foo=1"],
        "hydra.foo: is not used here; of Hydra's own settings only hydra.run.dir is",
    ),
    ("sweep", ["run", "seed=1,2"], "seed: must have one value in a run"),
    ("package", ["run", "scenario@here=geneva_2025"], "has a package (@...)"),
    ("unbalanced quotes", ["run", "seed='1"], "is no override; write path=value"),
    ("empty override", ["run", ""], "'' is no override; write path=value, such as seed=7"),
    ("no path", ["run", "=3"], "'=3' is no override; write path=value, such as seed=7"),
    ("no value", ["run", "seed"], "'seed' is no override; write path=value, such as seed=7"),
    (
        "file without its setting",
        ["run", "mine.yaml"],
        "(a scenario's file: scenario=mine.yaml)",
    ),
    (
        "file without its setting, of an odd name",
        ["run", "mine (1).yaml"],
        """(a scenario's file: 'scenario="mine (1).yaml"')""",
    ),
    (
        "horizon of centuries",
        ["run", "calendar.horizon=2000"],
        "calendar.horizon: must be between weeks_between_sessions (1) and 1,040 weeks (got 2000",
    ),
    (
        "foresight without end",
        ["run", "protocols.offers.foresight=20000"],
        "protocols.offers.foresight: must be between 1 and 10,000 weeks (got 20000",
    ),
    ("brackets without end", ["run", "seed=" + "[" * 5000], "is no override"),
    (
        "scenario beside --config",
        ["run", "--config", "run.yaml", "scenario=geneva_2025"],
        "scenario: cannot be chosen beside --config",
    ),
    ("no such config", ["run", "--config", "run.yaml"], "run.yaml: cannot be read"),
    ("unknown command", ["runn"], "No such command 'runn'"),
    ("unknown option", ["run", "--draws", "7"], "No such option"),
    ("option without value", ["run", "--config"], "requires an argument"),
    ("check of nothing", ["check", "missing.yaml"], "missing.yaml: cannot be read"),
    ("check of a name", ["check", "genva_2025"], "did you mean 'geneva_2025'?"),
    ("evidence of a name", ["evidence", "genva_2025"], "did you mean 'geneva_2025'?"),
    ("stances of a name", ["stances", "genva_2025"], "did you mean 'geneva_2025'?"),
    ("transcript of nothing", ["transcript", "missing"], "missing"),
    (
        "world that is no number",
        ["transcript", "missing", "--world", "x"],
        "Invalid value for '--world'",
    ),
]


@pytest.mark.parametrize(
    ("changes", "says"), [row[1:] for row in SCENARIOS], ids=[row[0] for row in SCENARIOS]
)
def test_a_broken_scenario_is_refused(changes, says, tmp_path, monkeypatch, capsys):
    file = tmp_path / "broken.yaml"
    file.write_text(yaml.safe_dump(_changed(changes), sort_keys=False))
    arguments = ["run", "scenario=broken.yaml", "ensemble.draws=2", "ensemble.replications=1"]
    refused(arguments, says, tmp_path, monkeypatch, capsys)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("content", "says"), [row[1:] for row in FILES], ids=[row[0] for row in FILES]
)
def test_a_file_that_is_no_scenario_is_refused(content, says, tmp_path, monkeypatch, capsys):
    file = tmp_path / "broken.yaml"
    file.write_bytes(content)
    refused(["run", "scenario=broken.yaml"], says, tmp_path, monkeypatch, capsys)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("arguments", "says"), [row[1:] for row in COMMANDS], ids=[row[0] for row in COMMANDS]
)
def test_a_command_that_makes_no_sense_is_refused(arguments, says, tmp_path, monkeypatch, capsys):
    (tmp_path / "folder.yaml").mkdir()
    refused(arguments, says, tmp_path, monkeypatch, capsys)
    assert [item.name for item in tmp_path.iterdir()] == ["folder.yaml"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "sede=7"], "did you mean 'seed'?"),
        (["run", "scenario=folder.yaml"], "cannot be read"),
        (["run", "actors.ukrane.no_deal=0.3", "--json"], "did you mean 'ukraine'?"),
        (["check", "folder.yaml"], "cannot be read"),
        (["runn"], "No such command"),
    ],
)
def test_the_command_itself_says_so_and_exits_with_2(arguments, says, tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    done = parley(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert [item.name for item in tmp_path.iterdir()] == ["folder.yaml"]


def test_a_world_that_a_run_does_not_have_is_refused(tmp_path, monkeypatch, capsys):
    small_file(tmp_path)
    counts = ["ensemble.draws=2", "ensemble.replications=2", "ensemble.workers=1"]
    done = parley("run", "scenario=well.yaml", "hydra.run.dir=run", *counts, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for world in ("99999", "4", "-1"):
        arguments = ["transcript", "run", "--world", world]
        refused(arguments, "world: must be between 0 and 3", tmp_path, monkeypatch, capsys)


def refused(arguments, says, folder, monkeypatch, capsys):
    """Call the command in a folder: it must exit with 2 and say so, in few lines."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "argv", ["parley", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    printed = capsys.readouterr()
    assert stopped.value.code == 2, printed.err
    assert says in printed.err
    assert "Traceback" not in printed.err
    assert "pydantic" not in printed.err
    assert "omegaconf" not in printed.err.lower()
    assert printed.out == ""


@cache
def _shipped() -> dict[str, Any]:
    return read_file(ROOT / "conf" / "scenario" / "geneva_2025.yaml")


def _changed(changes: dict[str, Any]) -> dict[str, Any]:
    tree = deepcopy(_shipped())
    for path, value in changes.items():
        if value is DROP:
            parent, _, last = path.rpartition(".")
            _at(tree, parent).pop(last)
        else:
            put(tree, path, value)
    return tree


def _at(tree: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        tree = tree[int(step)] if isinstance(tree, list) else tree[step]
    return tree
