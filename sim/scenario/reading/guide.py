"""The author's guide to scenario files, generated from the schema so that it cannot be wrong."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, JsonValue
from pydantic.fields import FieldInfo

from sim.numbers.marks import KeysAre, Refers
from sim.numbers.names import OneOf, free_name
from sim.numbers.uncertain import Whole, Within, must_be_plain
from sim.scenario.scenario import Scenario

PREFACE = """\
# How to write a scenario

This page is generated from the schema (`make docs`). A scenario is one YAML
file. Check it with `parley check FILE.yaml`, which lists everything that is
wrong with it, and tells what has no effect: outcomes and questions that no
world can come to, numbers that change nothing. Run it with
`parley run scenario=FILE.yaml`. Start from the small one at the end of this
page, which `parley new NAME` writes to NAME.yaml.

**Names** are small letters, digits and underscores. Clauses, options, texts,
drivers and actors are named once, where they are declared, and mentioned
everywhere else; a wrong mention is an error that says the nearest right name.
`basis`, `why`, `spread` and `common` cannot be names, nor `chair` an actor.

**Numbers** are known, half known or assumed, and say what they rest on:

| written | meaning |
|---|---|
| `0.3` | known, or taken as known; its `basis` stands beside it, once for all of a mapping |
| `{value: 0.3, basis: [art-8]}` | the same with a basis of its own: ids of evidence |
| `{triangular: [0.1, 0.2, 0.4], basis: assumption, why: a guess}` | low, mode, high |
| `{uniform: [0.1, 0.4], ...}` | anything between low and high |
| `{normal: {mean: 0.3, sd: 0.1, low: 0, high: 1}, ...}` | cut off at low and high |
| `{beta: {mean: 0.3, concentration: 20}, ...}` | on 0 to 1 |
| `{gamma: {shape: 2.5, rate: 40, high: 0.5}, ...}` | a rate: 2.5 events in 40 weeks |
| `{choice: {values: [0, 1], chances: [0.8, 0.2]}, ...}` | one of a few values |

In a mapping of numbers by name, `spread: 0.1` makes every plain number strictly
between 0 and 1 a normal with that standard deviation, cut off at 0 and 1.
Numbers that may all be wrong in the same direction share a factor:
`common: {factor: war_outlook, loading: 0.6}`, the factor being declared under
`factors`; a negative loading goes against it.

A number counts as uncertain where it is a distribution, and where what is made
of it differs between worlds: weights and fates that are drawn
(`weight_concentration`, `concentration`), shares of a sum of which another part
is uncertain, and the sizes of errors about others (`misreading`,
`misjudgement`, `misforesight`).

**What happens**, and which fields say how, in the order of things:

1. *Before the start* they may have talked already: `calendar.talks_since`, and
   `calendar.patience_spent`, the share of those weeks that counts as patience
   spent.
2. *A text comes to the table* in every session, as `protocol` says. Under
   `offers` one actor proposes a whole text; one that looks ahead thinks of
   `protocols.offers.drafts` texts first and weighs what would become of each.
   Under `single_text` all criticise one standing text and the `drafter` amends
   it: an actor, or `chair`, who wants nothing for itself.
3. *They answer.* `signatories` says who must sign; an option may need the
   `consent` of others. Who has to carry a text at home, or depends on others
   who have to, looks ahead to the votes unless `anticipates: false`; a refusal
   there costs it its `refusal_cost`, and it errs about a vote by its
   `misforesight`.
4. *Somebody leaves*: at the rate of its `walkout`, faster where the best of the
   last `answers.memory` texts is worse than no deal, and `returns` at another.
   While one is away without whom there are no talks (who must sign every text,
   who drafts, who mediates), they are suspended; and for good if it never
   returns. Without the `mediator` the others may make offers instead:
   `without_mediator: offers`.
5. *A deadline passes*: it is kept (the mediator leaves), moved or dropped, by
   the shares in `calendar.deadline.fates`.
6. *What was signed* comes before the bodies at home (`domestic`), each `lag`
   weeks later; `aftermath.swing` lets their votes go together. A refused text
   goes back to the talks with the chance `aftermath.renegotiation`. An option
   with a `breach` takes effect at signature, and may be broken before the
   votes; the rest takes effect with the last of them.
7. *In force* it is watched for `aftermath.months`, and may break.

`outcomes` name how a world ended: `in_force`, `rejected`, `broken`, `suspended`
or `talking`, where it matters `by` whom (who is away, or was refused at home),
and by what the text says. `questions` ask whether an event happens by a day:
tabled, signed, in effect, ratified, refused, in force, broken; somebody left;
talks suspended, resumed; a deadline lapsed, moved, dropped.

**Paths** lead to every number: `actors.ukraine.no_deal`,
`drivers.us_pressure.volatility`, with list entries counted from 0. Messages use
them, and so does the command line:

```
parley run actors.ukraine.no_deal=0.4
parley run 'actors.ukraine.no_deal={triangular: [0, 0.2, 0.4]}'
parley run actors.us.walkout=null
```

What is set so rests on `override` in the run's own record. A mapping is
replaced as a whole.

**Levers** are what somebody could do from the scenario's day on: changes by
path under `levers`, each lever with a label and a basis. They enter no odds;
`parley levers RUN` plays each alone and in pairs, `parley what-if` any change.
What is known on the day (stances, polls, the record, news), which forms of the
model there are and how worlds are told are no lever's to change.

**YAML** is read as plain data: text, numbers, `true`, `false`, `null`, lists,
mappings. There are no tags, no `${...}`, and a file is at most 1 MiB. Dates are
written 2025-11-27.

In the tables below, *name: X* is a mapping from names to X.
"""

EXAMPLE = """\
# A small scenario that runs: a shop and its lease. Change it into your own, part
# by part. Every field is explained by `parley schema`; `parley check` lists what
# is wrong, all at once.
title: A shop and its lease

# What a text must settle. Each clause has options, named here and mentioned
# everywhere else; `ordered` says that they lie on a line, so that the middle lies
# between the ends.
clauses:
  rent:
    label: What the rent is
    ordered: true
    options:
      low: {label: 1000 a month}
      middle: {label: 1200 a month}
      high: {label: 1400 a month}
  term:
    label: How long the lease runs
    options:
      one_year: {label: one year}
      five_years: {label: five years}

# The drafts and demands that people speak of: one option for every clause. What
# each rests on (`basis`) is a list of ids of evidence, or `assumption` with a
# line that says `why`.
texts:
  tenant_offer:
    label: the tenant's offer
    terms: {rent: low, term: five_years}
    basis: assumption
    why: The letter of the first of March.
  owner_offer:
    label: the owner's offer
    terms: {rent: high, term: one_year}
    basis: assumption
    why: Said on the telephone.

# Who negotiates. Each has a scale of its own, on which the text that it asks for
# is worth 1 and the one that it calls unacceptable 0.
actors:
  tenant:
    label: the tenant
    asks_for: tenant_offer
    unacceptable: owner_offer
    # How much each clause matters to it, and how good each option is. `spread`
    # makes the numbers between 0 and 1 uncertain by so much.
    weights: {rent: 0.7, term: 0.3, basis: assumption, why: She lives on the shop.}
    values:
      rent: {low: 1, middle: 0.6, high: 0, spread: 0.1, basis: assumption, why: Sales.}
      term: {one_year: 0, five_years: 1, basis: assumption, why: She has to refit.}
    # What going on without a deal is worth to it on its scale: least, most likely,
    # greatest.
    no_deal: {triangular: [0.1, 0.3, 0.5], basis: assumption, why: Another shop to let.}
    # How it bargains: what it asks at first, how fast and until when (in weeks) it
    # gives way, and how well it knows the owner.
    bargaining:
      basis: assumption
      why: A person who bargains seldom and wants to be done.
      aspiration: 0.8
      concession: 1
      patience: 10
      noise: 0.05
      imprecision: 0.05
      accommodation: 0.3
      misreading: 0.1
      misjudgement: 0.1
    # How readily she leaves the talks, and comes back: times a week.
    walkout: {rate: 0.03, sensitivity: 2, basis: assumption, why: She is proud.}
    returns: {value: 0.3, basis: assumption, why: But she needs a shop.}
  owner:
    label: the owner
    asks_for: owner_offer
    unacceptable: tenant_offer
    weights: {rent: 0.8, term: 0.2, basis: assumption, why: He may sell the house.}
    values:
      rent: {low: 0, middle: 0.6, high: 1, spread: 0.1, basis: assumption, why: Rents.}
      term: {one_year: 1, five_years: 0, basis: assumption, why: He may sell it.}
    no_deal: {uniform: [0, 0.4], basis: assumption, why: It may stand empty for months.}
    bargaining:
      basis: assumption
      why: He has let shops before.
      aspiration: 0.9
      concession: 0.5
      patience: 16
      noise: 0.05
      imprecision: 0.02
      accommodation: 0.1
      misreading: 0.1
      misjudgement: 0.1

# Who must sign, when they meet and until when we look (in weeks), and how a text
# comes to the table.
signatories: {base: [tenant, owner]}
calendar:
  start: 2025-03-03
  weeks_between_sessions: 1
  horizon: 20
  basis: assumption
  why: They meet on Mondays; the old lease ends in July.
protocol: offers
answers: {relaxation: 4, basis: assumption, why: Quarrels last a month.}

# The time after a signature: how long it is watched, and how easily what was
# signed breaks. Nothing deters a breach here, and nobody goes back to war.
aftermath:
  basis: assumption
  why: A lease is seldom broken in its first year.
  months: 12
  hazard: 0.005
  deterrence: 0
  regret: 1
  belligerents: []

# What people ask: whether something happens by a day.
questions:
  soon:
    label: A lease is signed
    event: signed
    by: [2025-04-30, 2025-06-30]
    resolves: Both names are on the paper.

# What the odds are told of. The first rule that fits a world names its outcome.
outcomes:
  long_lease: {label: A long lease, ended: in_force, all: {term: five_years}}
  short_lease: {label: A short lease, ended: in_force}
  broken_lease: {label: A lease that was broken, ended: broken}
  no_lease: {label: No lease, ended: [talking, suspended]}
"""


def guide() -> str:
    """Return the guide in Markdown."""
    sections = ["\n".join(_section(model)) for model in _models(Scenario)]
    example = f"\n## A whole scenario\n\n```yaml\n{EXAMPLE}```"
    return "\n".join([PREFACE, *sections, example]) + "\n"


def _models(root: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the models of the schema, each after the first that mentions it."""
    found: list[type[BaseModel]] = [root]
    for model in found:
        for field in model.model_fields.values():
            found += [inner for inner in _inside(field.annotation) if inner not in found]
    return found


def _inside(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _inside(argument)


def _section(model: type[BaseModel]) -> Iterator[str]:
    yield f"\n## {model.__name__}\n"
    yield " ".join(str(model.__doc__).split())
    yield "\n| field | holds | default | what it is |\n|---|---|---|---|"
    for name, field in model.model_fields.items():
        default = "required" if field.is_required() else _default(field)
        holds = _holds(field.annotation, tuple(field.metadata))
        yield f"| `{name}` | {holds} | {default} | {field.description} |"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return "absent"
    if isinstance(value, BaseModel):
        return "its own defaults"
    is_empty = not value and not isinstance(value, bool | int | float)
    return "empty" if is_empty else f"`{str(value).lower()}`"


def _holds(annotation: Any, marks: tuple[Any, ...] = ()) -> str:
    """Return in words what a field holds, within the limits that its marks set."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is None:
        return _kind(annotation, [getattr(mark, "func", mark) for mark in marks])
    if origin in {Union, types.UnionType}:
        return " or ".join(dict.fromkeys(_holds(a) for a in arguments if a is not type(None)))
    if origin is tuple:
        count = "" if arguments[-1] is Ellipsis else f" of {len(arguments)}"
        referring = tuple(mark for mark in marks if isinstance(mark, Refers))
        return f"list{count}: {_holds(arguments[0], referring)}"
    if origin is Literal:
        return _choices(arguments)
    if origin is dict:
        key = "path" if arguments[1] is JsonValue else _name(marks)
        return f"{key}: {_holds(arguments[1])}"
    return _holds(arguments[0], (*arguments[1:], *marks))


def _kind(plain: Any, checks: list[Any]) -> str:
    """Return in words what a class of values is: a part of a scenario, a choice, text ..."""
    if plain is JsonValue:
        return "value"
    if issubclass(plain, StrEnum):
        return _choices(plain)
    named = [check.names for check in checks if isinstance(check, OneOf)]
    if named:
        return _choices(named[0])
    limits = [str(check) for check in checks if isinstance(check, Within | Whole)]
    reach = f", {limits[0]}" if limits else ""
    if issubclass(plain, BaseModel):
        plainly = "plain " if must_be_plain in checks else ""
        return f"{plainly}[{plain.__name__}](#{plain.__name__.lower()}){reach}"
    words = {"str": "text", "float": "number", "int": "whole number", "bool": "true or false"}
    return (
        _name(checks) if free_name in checks else words.get(plain.__name__, plain.__name__) + reach
    )


def _name(marks: Iterable[Any]) -> str:
    """Return in words what a name is a name of, where a mark says so."""
    kinds = [mark.kind for mark in marks if isinstance(mark, Refers | KeysAre)]
    return f"name of {'an' if kinds[0][0] in 'aeiou' else 'a'} {kinds[0]}" if kinds else "name"


def _choices(values: Iterable[object]) -> str:
    return " or ".join(f"`{value}`" for value in values)
