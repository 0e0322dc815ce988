"""One world told as a story: who asked for what, what was drafted, who would sign, how it ended.

The world is played again, alone, from its address in the ensemble. Sessions in which neither the
text nor anybody's answer changed are told in one line; clauses have the names under which the
scenario knows them, options the words in which it puts them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.protocols.protocol import Session, Words
from sim.draws.streams import Ints
from sim.numbers.naming import called
from sim.play.tables import worlds_table
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
class Story:
    """A world told, and its row of the worlds table."""

    text: str
    row: Mapping[str, Any]

    def differs_from(self, written: Mapping[str, Any]) -> list[str]:
        """Return the columns in which this world is not the one of a written row."""
        return [name for name in self.row if not _same(self.row[name], written.get(name))]


def transcript(scenario: Scenario, seed: int, replications: int, world: int) -> Story:
    """Return the story of one world.

    Raises:
        ScenarioError: when an actor's utilities have no scale in the world's draw.
    """
    model = NegotiationModel(scenario, seed, replications, [world])
    told = [
        scenario.title,
        f"World {world} (draw {world // replications}, replication {world % replications}), "
        f"seed {seed}, protocol {scenario.protocol}",
        "",
        fill(_HOW_TO_READ, WIDTH),
        "",
        *_sessions(model),
    ]
    record = model.record()
    told += _ending(model, record)
    row = worlds_table(scenario, replications, record).to_pylist()[0]
    return Story("\n".join(told) + "\n", row)


def _same(now: Any, then: Any) -> bool:
    """Return whether two values of a table are the same, to 9 significant digits."""
    if isinstance(now, float) and isinstance(then, float):
        return f"{now + 0.0:.8e}" == f"{then + 0.0:.8e}"
    return bool(now == then)


def _sessions(model: NegotiationModel) -> Iterator[str]:
    """Tell the sessions, the uneventful ones in a line."""
    words = _words(model)
    yield from model.table.opens(model.text[0], words)
    quiet: list[int] = []
    state: tuple[object, ...] = ()
    while model.running:
        number, day = model.round, _day(model.spec, model.week)
        before, left, deadline = model.text[0].copy(), model.left[0].copy(), model.deadline[0]
        model.step()
        events = list(_events(model, left, deadline))
        answers = [bool(actor.accepted[0]) for actor in model.actors]
        last, state = state, (*model.text[0].tolist(), *answers, int(model.speaker[0]))
        if state == last and not events and model.running:
            quiet.append(number)
            continue
        yield from _quiet(quiet)
        quiet = []
        yield f"Session {number}, {day}"
        session = Session(number, int(model.speaker[0]), before, model.text[0].copy(), left)
        yield from model.table.tells(session, words)
        yield from _answers(model, left)
        yield from events
        yield ""


def _quiet(sessions: list[int]) -> Iterator[str]:
    if sessions:
        one = len(sessions) == 1
        some = f"Session {sessions[0]}" if one else f"Sessions {sessions[0]} to {sessions[-1]}"
        yield f"{some}: the same text, the same answers."
        yield ""


def _words(model: NegotiationModel) -> Words:
    """Return how the model's actors and texts are called."""
    return Words(
        actors=[actor.spec.label for actor in model.actors],
        texts={name: text.label for name, text in model.spec.texts.items()},
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


def _events(model: NegotiationModel, left: Flags, deadline: float) -> Iterator[str]:
    """Tell what befell the talks before the next session, if they go on."""
    if not model.running:
        return
    for actor in model.actors:
        if model.left[0, actor.index] and not left[actor.index]:
            yield f"  {actor.spec.label} left the talks, which went on."
    if deadline < model.deadline[0] < np.inf:
        then, now = _date(model.spec, deadline), _date(model.spec, model.deadline[0])
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
    return scenario.calendar.start + datetime.timedelta(days=int(week * 7 + 1e-6))


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
