"""One world told as a story: who asked for what, what was drafted, who would sign, how it ended.

Sessions in which neither the text nor anybody's answer changed are told in one line.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from sim.bargaining.ledger import Record
from sim.bargaining.packages import Space
from sim.model import NegotiationModel
from sim.randomness import Ints
from sim.scenario.outcomes import OTHER
from sim.scenario.scenario import Scenario


def transcript(scenario: Scenario, seed: int, replications: int, world: int) -> str:
    """Return the story of one world.

    Raises:
        ScenarioError: when an actor's utilities have no scale in the world's draw.
    """
    model = NegotiationModel(scenario, seed, replications, [world])
    lines = [
        f"{scenario.title}",
        f"World {world} (draw {world // replications}, replication {world % replications}), "
        f"seed {seed}, protocol {scenario.protocol}",
        "",
        *_opening(model),
        *_sessions(model),
        *_ending(scenario, model.record()),
    ]
    return "\n".join(lines) + "\n"


def _opening(model: NegotiationModel) -> Iterator[str]:
    single = model.spec.protocols.single_text
    if model.drafter is not None and single is not None:
        pen = model.spec.actors[single.drafter].label
        yield f"On the table: {model.spec.texts[single.initial].label}. {pen} holds the pen."
        yield from _terms(model.space, model.text[0], "  ")
        yield ""


def _sessions(model: NegotiationModel) -> Iterator[str]:
    quiet: list[int] = []
    told: tuple[object, ...] = ()
    while model.running:
        before, extensions = model.text[0].copy(), int(model.extensions[0])
        number, week = model.round, model.week
        model.step()
        answers = [bool(actor.accepted[0]) for actor in model.actors]
        state = (*model.text[0].tolist(), *answers, int(model.speaker[0]))
        extended = int(model.extensions[0]) > extensions
        ended = not model.running
        if state == told and not extended and not ended:
            quiet.append(number)
            continue
        yield from _quiet(quiet)
        quiet, told = [], state
        yield f"Session {number}, {_day(model.spec, week)}"
        yield from _session(model, before if model.drafter is not None else None)
        if extended:
            yield f"  The deadline passes and is extended to {_day(model.spec, model.deadline[0])}."
        yield ""


def _quiet(sessions: list[int]) -> Iterator[str]:
    if sessions:
        some = f"Session {sessions[0]}"
        some = some if len(sessions) == 1 else f"Sessions {sessions[0]} to {sessions[-1]}"
        yield f"{some}: the same text, the same answers."
        yield ""


def _session(model: NegotiationModel, before: Ints | None) -> Iterator[str]:
    """Tell what came to the table, and what each said to it."""
    space, text = model.space, model.text[0]
    speaker = model.actors[int(model.speaker[0])]
    drafted = before is not None and speaker.name == model.drafter
    if drafted and before is not None:
        for actor in model.actors:
            if not model.left[0, actor.index] or model.ledger.by[0, actor.index]:
                wish = _changes(space, before, model_amended(space, before, int(actor.asked[0])))
                yield f"  {actor.spec.label} asks for {wish or 'the text as it is'}."
        change = _changes(space, before, text)
        verb = f"writes in {change}" if change else "leaves the text as it is"
        yield f"  {speaker.spec.label} {verb}."
    else:
        yield f"  {speaker.spec.label} proposes:"
        yield from _terms(space, text, "    ")
    for actor in model.actors:
        must = "" if model.must_sign[0, actor.index] else " (need not sign)"
        says = "would sign" if actor.accepted[0] else "would not sign"
        worth = f"worth {actor.utility[0]:+.2f}, demands {actor.threshold[0]:+.2f}"
        yield f"  {actor.spec.label:<18} {says:<15} {worth}, no deal {actor.no_deal[0]:+.2f}{must}"


def model_amended(space: Space, text: Ints, cell: int) -> Ints:
    """Return a text (B,) with one cell put in."""
    changed = text.copy()
    changed[space.block_of[cell]] = cell
    return changed


def _changes(space: Space, before: Ints, after: Ints) -> str:
    old, new = space.terms(before), space.terms(after)
    return ", ".join(
        f"{_words(clause)}: {_words(option)}"
        for clause, option in new.items()
        if old[clause] != option
    )


def _terms(space: Space, text: Ints, indent: str) -> Iterator[str]:
    for clause, option in space.terms(text).items():
        yield f"{indent}{_words(clause)}: {_words(option)}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _day(scenario: Scenario, week: float) -> str:
    day = scenario.calendar.start + datetime.timedelta(days=int(week * 7 + 1e-6))
    return f"{day.day} {day:%B %Y}"


def _ending(scenario: Scenario, record: Record) -> Iterator[str]:
    """Tell how the talks ended, and what became of the text."""
    day = _day(scenario, record.week[0])
    actors = list(scenario.actors.values())
    if record.option[0, 0] >= 0:
        yield f"Signed on {day}."
        for actor, verdict in zip(actors, record.ratified[0], strict=True):
            if actor.domestic and verdict >= 0:
                yield f"  {actor.domestic.label} {'ratifies' if verdict else 'refuses'}."
        if record.broken_week[0] == record.broken_week[0]:
            yield f"  The deal breaks on {_day(scenario, record.broken_week[0])}."
    else:
        left = [actor.label for actor, gone in zip(actors, record.by[0], strict=True) if gone]
        yield (
            f"{' and '.join(left)} left; the talks ended on {day}."
            if left
            else (f"Still talking on {day}, where we stop looking.")
        )
    labels = [*scenario.outcome_labels.values(), OTHER]
    yield f"Outcome: {labels[int(record.outcome[0])]}."
