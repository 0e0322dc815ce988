"""What is written down of each world: how and when its talks ended, and what came after.

The ledger is kept while the talks go on; `settled` then plays the time in force and returns the
record, one row a world, that all results are made from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from sim.bargaining.arrays import Flags
from sim.draws.streams import Floats, Ints, Purpose
from sim.scenario.events import Happening
from sim.scenario.outcomes import SIGNED, Ending
from sim.talks import aftermath
from sim.talks.batch import Batch
from sim.talks.course import Course
from sim.talks.diary import Diary, Turns
from sim.talks.outcomes import ENDINGS, outcome_codes
from sim.talks.preferences import utility_of
from sim.talks.refusals import Refusals

NOBODY = -1
OVER_BEFORE = -2  # in the place of an ending, where talks were over before the start


@dataclass(frozen=True)
class Record:
    """How each world went: arrays with one row a world.

    Attributes:
        world: number of the world in the ensemble.
        outcome: index into the scenario's outcomes; one more than the last is `other`; -1 where the
            talks were over before the start, as they were not: all else is empty there.
        by: actors that are away at the end, or whose bodies refused: (W, A).
        round: session of the last signature or of the end of the talks.
        week: weeks from the start to the last signature or the end of the talks.
        settled_week: weeks from the start until the outcome was certain.
        option: options of the text that was signed last, -1 where the talks went on: (W, C).
        first_option: options of the text on the table after the first session: (W, C).
        utility: utility of the signed text, else the value of no deal at the end: (W, A).
        ratified: what each body said of that text, 1 yes, 0 no, -1 nothing: (W, A).
        in_force_week: weeks from the start to the last ratification, else nan.
        broken_week: weeks from the start to a breach, else nan.
        event_week: weeks from the start until each event first happened, else nan: (W, E).
        turns: when actors left and came back.
        last_option: options of the text in the last session held, -1 where none was: (W, C).
        refused: who refused that text, 1 yes, 0 no, -1 gave no answer: (W, A).
        obstacle: the clause that cost it most, where it did, else -1: (W, A).
        doubted: the actor at whose home the vote was in doubt, where that alone made it refuse,
            else -1: (W, A).
        declined: whether its body at home ever refused a signed text: (W, A).
        hopeless: share of the draw's offers that hardly anybody would sign, where actors look
            ahead, else nan.
        step: what the draw's values still changed by where they came to rest, likewise.
        counts: whether the world contradicts nothing that is known.
        log_weight: the logarithm of the weight of its draw.
        form: how the world was modelled, an index into the scenario's forms; 0 where there is one.
    """

    world: Ints
    outcome: Ints
    by: Flags
    round: Ints
    week: Floats
    settled_week: Floats
    option: Ints
    first_option: Ints
    utility: Floats
    ratified: Ints
    in_force_week: Floats
    broken_week: Floats
    event_week: Floats
    turns: Turns
    last_option: Ints
    refused: Ints
    obstacle: Ints
    doubted: Ints
    declined: Flags
    hopeless: Floats
    step: Floats
    counts: Flags
    log_weight: Floats
    form: Ints

    @property
    def signed(self) -> Flags:
        """Return in which worlds the talks ended with a signature: (W,)."""
        return np.asarray(self.option[:, 0] >= 0)

    @property
    def signed_week(self) -> Floats:
        """Return the weeks from the start to that signature, else nan: (W,)."""
        return np.where(self.signed, self.week, np.nan)

    def of(self, rows: Ints) -> Record:
        """Return the record of some of the worlds, in order."""
        place = np.full(len(self.world), NOBODY)
        place[rows] = np.arange(len(rows))
        here = place[self.turns.row] >= 0
        turns = Turns(place[self.turns.row[here]], self.turns.actor[here], self.turns.week[here])
        return Record(**{n: each[rows] for n, each in self._columns().items()}, turns=turns)

    def _columns(self) -> dict[str, Any]:
        """Return what has a row a world."""
        names = (each.name for each in fields(self) if each.name != "turns")
        return {name: getattr(self, name) for name in names}


def joined(records: Sequence[Record]) -> Record:
    """Return several records as one, in the order of the worlds."""
    every = [record._columns() for record in records]
    columns = {name: np.concatenate([each[name] for each in every]) for name in every[0]}
    starts = np.cumsum([0, *(len(record.world) for record in records[:-1])])
    turns = [record.turns for record in records]
    rows = [turn.row + start for turn, start in zip(turns, starts, strict=True)]
    actor, week = (np.concatenate([getattr(t, n) for t in turns]) for n in ("actor", "week"))
    order = np.argsort(columns["world"])
    place = np.argsort(order)  # of each row, in the order of the worlds
    row = place[np.concatenate(rows)]
    again = np.argsort(row, kind="stable")
    sorted_turns = Turns(row[again], actor[again], week[again])
    return Record(**{n: each[order] for n, each in columns.items()}, turns=sorted_turns)


class Ledger:
    """How the worlds of a batch fare, noted as it happens.

    Attributes:
        ending: how each ended, an index into `ENDINGS`, -1 where it goes on, -2 where it was over
            before the start: (W,).
        diary: when what first happened.
        refusals: what was said in the last session of each.
    """

    def __init__(self, batch: Batch) -> None:
        worlds, actors = len(batch.worlds), len(batch.spec.actors)
        blocks, drivers = len(batch.space.blocks), len(batch.spec.drivers)
        self.diary = Diary(batch.spec, batch.space, worlds)
        self.refusals = Refusals(worlds, actors, blocks)
        self.ending = np.full(worlds, NOBODY)
        self.round = np.zeros(worlds, dtype=np.int64)
        self.week, self.settled_week = np.zeros(worlds), np.full(worlds, np.nan)
        self.in_force_week, self.broken_week = np.full((2, worlds), np.nan)
        self.by, self.declined = np.zeros((2, worlds, actors), dtype=bool)
        self.ratified = np.full((worlds, actors), NOBODY)
        self.text = np.full((worlds, blocks), NOBODY)
        self.first_text = np.full((worlds, blocks), NOBODY)
        self.signed_drivers, self.drivers = np.zeros((2, worlds, drivers))
        self.no_deal = np.zeros((worlds, actors))

    def goes_on(self, rows: Ints) -> Flags:
        """Return which of some worlds have not ended, signed texts that wait for votes included."""
        return np.asarray(self.ending[rows] == NOBODY)

    @property
    def contradicts(self) -> Flags:
        """Return which worlds contradict what is known of the time before: (W,)."""
        return np.asarray(self.ending == OVER_BEFORE)

    def set_aside(self, contradicts: Flags) -> None:
        """Play no further the worlds (W,) that contradict what is known of the time before."""
        self.ending[contradicts] = OVER_BEFORE
        self.week[contradicts], self.no_deal[contradicts] = np.nan, np.nan

    def sign(
        self, rows: Ints, session: int, week: float, text: Ints, drivers: Floats, no_deal: Floats
    ) -> None:
        """Note a signature: of which texts (n, B), in which state of the world."""
        self.round[rows], self.week[rows], self.text[rows] = session, week, text
        self.signed_drivers[rows], self.no_deal[rows] = drivers, no_deal
        self.ratified[rows] = NOBODY

    def enter_into_force(self, rows: Ints, week: Floats, drivers: Floats) -> None:
        """Note that the last body has ratified, and the drivers (n, F) then."""
        self.in_force_week[rows], self.drivers[rows] = week, drivers
        self.settle(rows, Ending.IN_FORCE, np.full(len(rows), np.nan))

    def settle(self, rows: Ints, ending: Ending, week: Floats | float) -> None:
        """Note what became of a signed text, and when."""
        self.ending[rows], self.settled_week[rows] = ENDINGS.index(ending), week

    def end(
        self, rows: Ints, ending: Ending, session: int, week: Floats | float, no_deal: Floats
    ) -> None:
        """Note the end of talks without a text that stands."""
        self.round[rows], self.week[rows], self.no_deal[rows] = session, week, no_deal
        self.ratified[rows] = NOBODY
        self.settle(rows, ending, week)


def settled(ledger: Ledger, batch: Batch) -> Record:
    """Return how each world went; `batch` holds all of the ledger's worlds, streams afresh."""
    _play_the_time_in_force(ledger, batch)
    signed = np.isin(ledger.ending, [ENDINGS.index(ending) for ending in SIGNED])
    text = np.where(signed[:, None], ledger.text, 0)
    options = np.where(signed[:, None], batch.space.options_of(text), NOBODY)
    worth = utility_of(batch.utilities.own, text, batch.draw)
    watched = ledger.week + batch.spec.aftermath.weeks
    nothing = np.full(len(signed), np.nan)
    outcome = outcome_codes(batch.spec, batch.space, ledger.ending, options, ledger.by)
    return Record(
        world=batch.worlds,
        outcome=np.where(ledger.contradicts, NOBODY, outcome),
        by=ledger.by,
        round=ledger.round,
        week=ledger.week,
        settled_week=np.where(np.isnan(ledger.settled_week), watched, ledger.settled_week),
        option=options,
        first_option=batch.space.options_of(ledger.first_text),
        utility=np.where(signed[:, None], worth, ledger.no_deal),
        ratified=ledger.ratified,
        in_force_week=ledger.in_force_week,
        broken_week=ledger.broken_week,
        event_week=ledger.diary.weeks,
        turns=ledger.diary.turns(),
        last_option=ledger.refusals.options(batch.space),
        refused=ledger.refusals.refused,
        obstacle=ledger.refusals.obstacles(batch),
        doubted=ledger.refusals.doubted,
        declined=ledger.declined,
        hopeless=nothing,
        step=nothing,
        counts=~ledger.contradicts,
        log_weight=batch.draws.log_weight[batch.draw],
        form=np.zeros(len(signed), dtype=np.int64),
    )


def _play_the_time_in_force(ledger: Ledger, batch: Batch) -> None:
    """Note which deals in force break within the time that is watched after the signature."""
    rows = np.flatnonzero(ledger.ending == ENDINGS.index(Ending.IN_FORCE))
    if not len(rows):
        return
    within = batch.afresh(rows)
    begin, drivers = ledger.in_force_week[rows], ledger.drivers[rows]
    watched = np.maximum(0.0, ledger.week[rows] + batch.spec.aftermath.weeks - begin)
    steps = aftermath.weekly_steps(batch.spec.aftermath.weeks)
    steps = steps[np.append(0.0, steps.cumsum()[:-1]) < watched.max()]
    course = Course(within, drivers, begin, iter(steps), Purpose.DRIVER_AFTER)
    weeks = aftermath.weeks_until_broken(
        watched=watched,
        steps=steps,
        drivers=drivers,
        move=course.move,
        monthly_hazard=_hazard_of(ledger, within, rows),
        u=within.streams.uniforms(Purpose.BREAKDOWN, "deal"),
    )
    broken = ~np.isnan(weeks)
    week = (begin + weeks)[broken]
    ledger.broken_week[rows[broken]] = week
    ledger.settle(rows[broken], Ending.BROKEN, week)
    ledger.diary.note(Happening.BROKEN, rows[broken], week, ledger.text[rows[broken]])


def _hazard_of(ledger: Ledger, batch: Batch, rows: Ints) -> Callable[[Floats], Floats]:
    """Return drivers (S, F) -> the monthly hazard (S,) of the deals of some worlds."""
    at_signature, no_deal = ledger.signed_drivers[rows], ledger.no_deal[rows]
    utility = utility_of(batch.utilities.own, ledger.text[rows], batch.draw)
    deterrence = utility_of(batch.utilities.deterrence, ledger.text[rows], batch.draw)
    sides, names = batch.spec.aftermath.belligerents, list(batch.spec.actors)
    fighting = [names.index(name) for name in sides]
    after = [
        batch.loadings(f"actors.{name}.loadings_after", batch.spec.actors[name].loadings_after)
        for name in sides
    ]
    base, effect, sensitivity = (
        batch.number(f"aftermath.{field}") for field in ("hazard", "deterrence", "regret")
    )

    def monthly_hazard(now: Floats) -> Floats:
        moved = now - at_signature
        regrets = [
            no_deal[:, side] + (loadings * moved).sum(axis=1) - utility[:, side]
            for side, loadings in zip(fighting, after, strict=True)
        ]
        regret = np.max([np.zeros(len(rows)), *regrets], axis=0)
        return aftermath.breakdown_hazard(base, deterrence, effect, regret, sensitivity)

    return monthly_hazard
