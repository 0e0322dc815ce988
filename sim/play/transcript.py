"""One world told as a story: who asked for what, what was drafted, who would sign, how it ended.

Sessions in which neither the text nor anybody's answer changed are told in one line; clauses have
the names under which the scenario knows them, options the words in which it puts them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import fill

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.protocols.protocol import Session, Words
from sim.draws.streams import Ints
from sim.numbers.naming import called
from sim.play.days import day_of
from sim.scenario.outcomes import OTHER
from sim.scenario.scenario import Scenario
from sim.talks.model import NegotiationModel
from sim.talks.record import Record

WIDTH = 80
_HOW_TO_READ = (
    "Worth is on each actor's own scale: 1 is the text that it asks for, 0 the one that it calls "
    "unacceptable. It would sign when worth and the mood of the day come to what it demands. "
    "No deal is what going on without one is worth to it."
)


@dataclass(frozen=True)
class Before:
    """What held before a session of a single world.

    Attributes:
        number: of the session, counted from 0.
        week: when it was held, in weeks from the start.
        text: on the table: (B,).
        left: who had left the talks: (A,).
        deadline: the week of the deadline in force.
    """

    number: int
    week: float
    text: Ints
    left: Flags
    deadline: float


def sessions(model: NegotiationModel) -> Iterator[Before]:
    """Hold the sessions of a single world, and yield after each what held before it."""
    while model.running:
        before = Before(
            model.round,
            model.week,
            model.text[0].copy(),
            model.left[0].copy(),
            float(model.deadline[0]),
        )
        model.step()
        yield before


def transcript(model: NegotiationModel, held: Iterable[Before], heading: str) -> tuple[str, Record]:
    """Return the story of a single world, told while its sessions are held, and its record.

    Args:
        model: of one world, not yet played.
        held: its sessions, as `sessions` yields them.
        heading: which world it is.
    """
    told = [model.spec.title, heading, "", fill(_HOW_TO_READ, WIDTH), "", *_sessions(model, held)]
    record = model.record()
    return "\n".join([*told, *_ending(model, record)]) + "\n", record


def _sessions(model: NegotiationModel, held: Iterable[Before]) -> Iterator[str]:
    """Tell the sessions, the uneventful ones in a line."""
    words = _words(model)
    yield from model.table.opens(model.text[0], words)
    quiet: list[int] = []
    state: tuple[object, ...] = ()
    for before in held:
        events = list(_events(model, before))
        answers = [bool(actor.accepted[0]) for actor in model.actors]
        last, state = state, (*model.text[0].tolist(), *answers, int(model.speaker[0]))
        if state == last and not events and model.running:
            quiet.append(before.number)
            continue
        yield from _quiet(quiet)
        quiet = []
        yield f"Session {before.number}, {_day(model.spec, before.week)}"
        yield from model.table.tells(_session(model, before), words)
        yield from _answers(model, before.left)
        yield from events
        yield ""


def _session(model: NegotiationModel, before: Before) -> Session:
    """Return a session that was just held."""
    text, speaker = model.text[0].copy(), int(model.speaker[0])
    return Session(before.number, speaker, before.text, text, before.left)


def _quiet(numbers: list[int]) -> Iterator[str]:
    if numbers:
        one = len(numbers) == 1
        some = f"Session {numbers[0]}" if one else f"Sessions {numbers[0]} to {numbers[-1]}"
        yield f"{some}: the same text, the same answers."
        yield ""


def _words(model: NegotiationModel) -> Words:
    """Return how the model's actors and texts are called."""
    return Words(
        actors=[actor.spec.label for actor in model.actors],
        texts={name: text.label for name, text in model.spec.texts.items()},
        blocks=[
            " and ".join(called(name, model.spec.clauses[name].label) for name in block)
            for block in model.space.blocks
        ],
        terms=lambda text, before, indent: _terms(model, text, before, indent),
        changes=lambda before, after: len(_changed(model, before, after)),
    )


def _answers(model: NegotiationModel, left: Flags) -> Iterator[str]:
    """Tell what the text is worth to each, and whether it would sign."""
    width = max(len(actor.spec.label) for actor in model.actors)
    yield f"  {'':{width}}  worth   mood  demands  no deal"
    for actor in model.actors:
        if left[actor.index]:
            yield f"  {actor.spec.label:{width}}  has left"
            continue
        says = "would sign" if actor.accepted[0] else "would not sign"
        need = "" if model.must_sign[0, actor.index] else ", and need not"
        yield (
            f"  {actor.spec.label:{width}}  {actor.utility[0]:5.2f}  {actor.wavering[0]:+5.2f}"
            f"  {actor.threshold[0]:7.2f}  {actor.no_deal[0]:7.2f}  {says}{need}"
        )


def _events(model: NegotiationModel, before: Before) -> Iterator[str]:
    """Tell what befell the talks before the next session, if they go on."""
    if not model.running:
        return
    for actor in model.actors:
        if model.left[0, actor.index] and not before.left[actor.index]:
            yield f"  {actor.spec.label} left the talks, which went on."
    if before.deadline < model.deadline[0] < np.inf:
        then, now = _date(model.spec, before.deadline), _date(model.spec, model.deadline[0])
        yield f"  The deadline of {then:%-d %B %Y} was extended to {now:%-d %B %Y}."


def _changed(model: NegotiationModel, before: Ints, after: Ints) -> list[str]:
    """Return the clauses that two texts settle otherwise."""
    old, new = model.space.terms(before), model.space.terms(after)
    return [clause for clause in new if new[clause] != old[clause]]


def _terms(
    model: NegotiationModel, text: Ints, before: Ints | None = None, indent: int = 2
) -> Iterator[str]:
    """Tell the terms of a text, or those that it changes."""
    terms = model.space.terms(text)
    told = list(terms) if before is None else _changed(model, before, text)
    names = {name: called(name, clause.label) for name, clause in model.spec.clauses.items()}
    width = max(map(len, names.values())) + 2
    for clause in told:
        option = model.spec.clauses[clause].options[terms[clause]]
        lead = " " * indent + f"{names[clause]:{width}}"
        yield fill(option.label, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead))


def _date(scenario: Scenario, week: float) -> datetime.date:
    return scenario.calendar.start + datetime.timedelta(days=int(day_of(np.array(week))))


def _day(scenario: Scenario, week: float) -> str:
    return f"{_date(scenario, week):%A %-d %B %Y}"


def _ending(model: NegotiationModel, record: Record) -> Iterator[str]:
    """Tell how the talks ended, and what became of the text."""
    scenario, day = model.spec, _day(model.spec, record.week[0])
    if record.option[0, 0] >= 0:
        yield f"Signed on {day}."
        yield from _aftermath(scenario, record)
    elif record.by[0].any():
        gone = zip(scenario.actors.values(), record.by[0], strict=True)
        yield f"{' and '.join(actor.label for actor, left in gone if left)} left on {day}."
    else:
        yield f"Still talking on {day}, where we stop looking."
    labels = [*scenario.outcome_labels.values(), OTHER]
    yield f"Outcome: {labels[int(record.outcome[0])]}."


def _aftermath(scenario: Scenario, record: Record) -> Iterator[str]:
    for actor, verdict in zip(scenario.actors.values(), record.ratified[0], strict=True):
        if actor.domestic and verdict >= 0:
            ratified = "ratified" if verdict else "did not ratify"
            yield f"  {actor.label} {ratified} ({actor.domestic.label})."
    if np.isnan(record.in_force_week[0]):
        return
    yield f"  In force from {_day(scenario, record.in_force_week[0])}."
    if np.isnan(record.broken_week[0]):
        yield f"  Still standing {scenario.aftermath.months.mean:g} months after the signature."
    else:
        yield f"  Broken on {_day(scenario, record.broken_week[0])}."
