"""One world told as a story: who criticised what, what was drafted, who would sign, how it ended.

Sessions in which neither the text nor anybody's answer changed are told in one line, and so are
those that were not held; what befell the talks between sessions stands under its day. Clauses have
the names under which the scenario knows them, options the words in which it puts them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from textwrap import fill

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.protocols.protocol import Session, Words
from sim.draws.streams import Ints
from sim.numbers.naming import called
from sim.play.days import day_of
from sim.scenario.events import Happening
from sim.scenario.outcomes import OTHER, Ending
from sim.scenario.scenario import Scenario
from sim.show.words import listed, percent
from sim.talks.diary import Noted
from sim.talks.model import NegotiationModel
from sim.talks.outcomes import ENDINGS
from sim.talks.record import Record

WIDTH = 80
MOST = 9.99  # that is told of what a text must be worth
_HOW_TO_READ = (
    "Worth is on each actor's own scale: 1 is the text that it asks for, 0 the one that it calls "
    "unacceptable. No deal is what going on without one is worth to it."
)
_ANSWERS = "It would sign when worth and the mood of the day come to what it demands."
_FORESEEING = (
    "It would sign when worth and the mood of the day come to what it needs: what it demands, and "
    "the more the less likely it thinks that all bodies at home which decide on the text ratify "
    "(votes)."
)
_OVER_BEFORE = (
    "Here a text was signed before the first day, as none was. So this world contradicts what is "
    "known: it does not count, and is played no further."
)


@dataclass(frozen=True)
class Step:
    """A session of a single world, or the time in which one would have been.

    Attributes:
        number: of the session, counted from 0.
        week: of the session, in weeks from the start.
        planned: whether a session was due: none is after the horizon.
        held: whether it was held.
        pending: whether a signed text waited for votes at home.
        suspended: whether somebody whom the talks need was away.
        text: on the table before: (B,).
        away: who was away: (A,).
        happened: what happened in it and before the next, in order.
    """

    number: int
    week: float
    planned: bool
    held: bool
    pending: bool
    suspended: bool
    text: Ints
    away: Flags
    happened: tuple[Noted, ...]


def steps(model: NegotiationModel) -> Iterator[Step]:
    """Hold the sessions of a single world that keeps its story, and yield each."""
    while model.running:
        number, week, story = model.round, model.week, _story(model)
        text, away = model.text[0].copy(), model.happenings.away[0].copy()
        pending, suspended = bool(model.happenings.pending[0]), bool(model.happenings.suspended[0])
        planned, told = number < model.rules.sessions, len(story)
        model.step()
        held, news = bool(model.held[0]), tuple(_news(story[told:], suspended))
        yield Step(number, week, planned, held, pending, suspended, text, away, news)


def transcript(model: NegotiationModel, held: Iterable[Step], heading: str) -> tuple[str, Record]:
    """Return the story of a single world, told while its sessions are held, and its record.

    Args:
        model: of one world that keeps its story, not yet played.
        held: its sessions, as `steps` yields them.
        heading: which world it is.
    """
    how = f"{_HOW_TO_READ} {_FORESEEING if _foresees(model) else _ANSWERS}"
    told = [model.spec.title, heading, "", fill(how, WIDTH), "", *_sessions(model, held)]
    before = len(_story(model))
    record = model.record()  # which plays the time in force
    if after := list(_happened(model, _story(model)[before:])):
        told += [*after, ""]
    return "\n".join([*told, *_ending(model, record)]) + "\n", record


def _story(model: NegotiationModel) -> list[Noted]:
    story = model.ledger.diary.story
    assert story is not None, "the model does not keep its story"
    return story


def _news(happened: Iterable[Noted], suspended: bool) -> Iterator[Noted]:
    """Yield what happened, less suspensions of talks that were suspended already."""
    for each in happened:
        if suspended and each.kind is Happening.SUSPENDED:
            continue
        suspended = {Happening.SUSPENDED: True, Happening.RESUMED: False}.get(each.kind, suspended)
        yield each


def _foresees(model: NegotiationModel) -> bool:
    """Return whether somebody looks ahead to votes at home."""
    return bool(model.parties.anticipates.any()) and bool(model.parties.home.names)


def _sessions(model: NegotiationModel, held: Iterable[Step]) -> Iterator[str]:
    """Tell the sessions, those of which there is nothing new to tell in a line for all."""
    words = _words(model)
    yield from model.table.opens(model.text[0], words)
    alike: list[int] = []
    why, state = "", None
    for step in held:
        last, state = state, _state(model) if step.held else state
        said = _nothing_new(model, step, as_before=state == last)
        if alike and said != why:
            yield from _in_one_line(alike, why)
            alike = []
        if said:
            alike, why = [*alike, step.number], said
        elif step.held:
            yield f"Session {step.number}, {_day(model.spec, step.week)}"
            yield from model.table.tells(_session(model, step), words)
            yield from _answers(model, step.away)
        told = list(_happened(model, step.happened))
        if told and alike:
            yield from _in_one_line(alike, why)
            alike = []
        yield from told
        yield from [""] if told or (step.held and not said) else []
    yield from _in_one_line(alike, why) if alike else ()


def _state(model: NegotiationModel) -> tuple[object, ...]:
    """Return what a session must change to be told: the text, the answers, who speaks."""
    answers = [bool(actor.accepted[0]) for actor in model.actors]
    return (*model.text[0].tolist(), *answers, int(model.speaker[0]))


def _nothing_new(model: NegotiationModel, step: Step, as_before: bool) -> str:
    """Return in words why there is nothing to tell of a session; nothing where there is."""
    if not step.planned:
        return ""
    if step.held:
        signed = any(noted.kind is Happening.SIGNED for noted in step.happened)
        return "the same text, the same answers" if as_before and not signed else ""
    if step.pending:
        return "not held, as the signed text waits for votes at home"
    away = zip(model.actors, step.away & model.happenings.needed, strict=True)
    names = [actor.spec.label for actor, gone in away if gone]
    return f"not held, as {listed(names)} {'is' if len(names) == 1 else 'are'} away"


def _in_one_line(numbers: list[int], why: str) -> Iterator[str]:
    one = len(numbers) == 1
    some = f"Session {numbers[0]}" if one else f"Sessions {numbers[0]} to {numbers[-1]}"
    yield fill(f"{some}: {why}.", WIDTH, subsequent_indent="  ")
    yield ""


def _session(model: NegotiationModel, step: Step) -> Session:
    """Return a session that was just held."""
    text, speaker = model.text[0].copy(), int(model.speaker[0])
    return Session(step.number, speaker, step.text, text, step.away)


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


def _answers(model: NegotiationModel, away: Flags) -> Iterator[str]:
    """Tell what the text is worth to each, what it would have to be, and whether it would sign."""
    width = max(len(actor.spec.label) for actor in model.actors)
    foresees = _foresees(model)
    heads = "  votes  needs" if foresees else ""
    yield f"  {'':{width}}  worth   mood  no deal  demands{heads}  signs"
    for actor in model.actors:
        if away[actor.index]:
            yield f"  {actor.spec.label:{width}}  is away"
            continue
        says = "yes" if actor.accepted[0] else "no"
        need = "" if model.must_sign[0, actor.index] else ", need not"
        yield (
            f"  {actor.spec.label:{width}}  {actor.utility[0]:5.2f}  {actor.wavering[0]:+5.2f}"
            f"  {actor.no_deal[0]:7.2f}  {actor.threshold[0]:7.2f}"
            f"{_foreseen(model, actor.index) if foresees else ''}  {says}{need}"
        )


def _foreseen(model: NegotiationModel, actor: int) -> str:
    """Tell the chance of ratification that an actor sees, and what the text must be worth to it."""
    parties = model.parties
    asks = float(parties.asks[0, actor])
    needs = f"{asks:5.2f}" if asks <= MOST else f">{MOST:.2f}"
    chance = 1.0 / (1.0 + float(parties.odds_against[0, actor]))
    votes = percent(chance, 0) if parties.anticipates[actor] else ""
    return f"  {votes:>5}  {needs}"


def _happened(model: NegotiationModel, happened: Iterable[Noted]) -> Iterator[str]:
    """Tell what happened, day by day."""
    for day, noted in groupby(happened, lambda each: _date(model.spec, each.week)):
        sentences = [said for each in noted if (said := _TELLS[each.kind](model, each))]
        if sentences:
            lead = f"  {day:%-d %B %Y}: "
            yield fill(lead + " ".join(sentences), WIDTH, subsequent_indent="    ")


def _signed(model: NegotiationModel, noted: Noted) -> str:
    """Tell who signed, and before whom the text comes now."""
    signed = (model.must_sign & model.parties.accepted)[0]
    names = [actor.spec.label for actor in model.actors if signed[actor.index]]
    home = model.parties.home
    decide = home.actors[home.decide(model.must_sign)[0]]
    stated = [model.actors[actor].spec.domestic for actor in decide.tolist()]
    bodies = [body.label for body in stated if body]
    comes = f" Who has to ratify it: {'; '.join(bodies)}." if bodies else ""
    return f"Signed by {listed(names)}.{comes}"


def _in_effect(model: NegotiationModel, noted: Noted) -> str:
    """Tell which terms take effect at signature; nothing where it is in force, as told beside."""
    if not noted.in_part:
        return ""
    early = [
        f"{called(clause, model.spec.clauses[clause].label)} ({stated.label})"
        for clause, option in model.space.terms(model.text[0]).items()
        if (stated := model.spec.clauses[clause].options[option]).breach is not None
    ]
    return f"In effect at once: {', '.join(early)}."


def _refused(model: NegotiationModel, noted: Noted) -> str:
    """Tell who refused the text, and whether the talks go on from it."""
    over = ENDINGS[int(model.ledger.ending[0])] is Ending.REJECTED
    then = "That was the end." if over else "The talks go on from it."
    return f"{_body(model, noted)} refused it. {then}"


def _broken(model: NegotiationModel, noted: Noted) -> str:
    """Tell that a text was broken, or what of it was in effect before it came into force."""
    early = np.isnan(model.ledger.in_force_week[0])
    return f"{'What was in effect' if early else 'It'} was broken."


def _moved(model: NegotiationModel, noted: Noted) -> str:
    """Tell to which day a deadline was moved."""
    until = _date(model.spec, noted.until)
    return f"The deadline passed and was moved to {until:%-d %B %Y}."


def _who(model: NegotiationModel, noted: Noted) -> str:
    assert noted.who is not None
    return listed([actor.spec.label for actor in model.actors if noted.who[actor.index]])


def _body(model: NegotiationModel, noted: Noted) -> str:
    """Return the body at home that voted."""
    assert noted.who is not None
    bodies = [actor.spec.domestic for actor in model.actors if noted.who[actor.index]]
    return listed([body.label for body in bodies if body])


def _said(sentence: str) -> Callable[[NegotiationModel, Noted], str]:
    """Return what tells something of which there is nothing more to say."""
    return lambda model, noted: sentence


_TELLS: Mapping[Happening, Callable[[NegotiationModel, Noted], str]] = {
    Happening.TABLED: _said(""),  # as the session tells
    Happening.SIGNED: _signed,
    Happening.IN_EFFECT: _in_effect,
    Happening.RATIFIED: lambda model, noted: f"{_body(model, noted)} ratified it.",
    Happening.REFUSED: _refused,
    Happening.IN_FORCE: _said("It is in force."),
    Happening.BROKEN: _broken,
    Happening.LEFT: lambda model, noted: f"{_who(model, noted)} left the talks.",
    Happening.RETURNED: lambda model, noted: f"{_who(model, noted)} came back.",
    Happening.SUSPENDED: _said("They are suspended."),
    Happening.RESUMED: _said("The talks go on."),
    Happening.LAPSED: _said("The deadline passed and was kept."),
    Happening.MOVED: _moved,
    Happening.DROPPED: _said("The deadline passed and was dropped."),
}


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
    """Tell where the world stands in the end, and its outcome."""
    if model.ledger.contradicts[0]:
        yield fill(_OVER_BEFORE, WIDTH)
        return
    scenario, day = model.spec, _day(model.spec, record.week[0])
    match ENDINGS[int(model.ledger.ending[0])]:
        case Ending.TALKING:
            yield f"Still talking on {day}, where we stop looking."
        case Ending.SUSPENDED:
            gone = [actor.spec.label for actor in model.actors if record.by[0, actor.index]]
            at_the_end = record.week[0] >= model.rules.horizon
            until = f"on {day}, where we stop looking" if at_the_end else f"for good since {day}"
            yield fill(f"Suspended {until}: {listed(gone)} away.", WIDTH, subsequent_indent="  ")
        case Ending.IN_FORCE:
            yield f"Still standing {scenario.aftermath.months.mean:g} months after the signature."
        case Ending.REJECTED | Ending.BROKEN:
            pass
    labels = [*scenario.outcome_labels.values(), OTHER]
    yield f"Outcome: {labels[int(record.outcome[0])]}."
