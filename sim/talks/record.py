"""What is written down of each world: how and when its talks ended, and what came after.

The ledger is kept while the talks go on; `settle` then plays the time after the signatures and
returns the record, one row a world, that all results are made from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.bargaining.answers import signatories
from sim.bargaining.arrays import Flags, side_by_side
from sim.draws.streams import Floats, Ints, Purpose
from sim.scenario.outcomes import Ending
from sim.talks import aftermath
from sim.talks.batch import Batch
from sim.talks.course import Course
from sim.talks.outcomes import ENDINGS, outcome_codes
from sim.talks.preferences import utility_of

NOBODY = -1


@dataclass(frozen=True)
class Record:
    """How each world went: arrays with one row a world.

    Attributes:
        world: number of the world in the ensemble.
        outcome: index into the scenario's outcomes; one more than the last is `other`.
        by: actors that left, or whose bodies refused: (W, A).
        round: session of the signature or of the end of the talks.
        week: weeks from the start to the signature or the end of the talks.
        settled_week: weeks from the start until the outcome was certain.
        left_week: weeks from the start until each actor left the talks, else nan: (W, A).
        lapsed_week: weeks from the start until the last deadline lapsed, else nan.
        option: options of the signed text, -1 where nothing was signed: (W, C).
        first_option: options of the text on the table after the first session: (W, C).
        utility: utility of the signed text, else the value of no deal at the end: (W, A).
        ratified: 1 yes, 0 no, -1 not reached: (W, A).
        in_force_week: weeks from the start to the last ratification, else nan.
        broken_week: weeks from the start to the breakdown, else nan.
        hopeless: share of the draw's offers that hardly anybody would sign, where actors look
            ahead, else nan.
        step: what the draw's values still changed by where they came to rest, likewise.
    """

    world: Ints
    outcome: Ints
    by: Flags
    round: Ints
    week: Floats
    settled_week: Floats
    left_week: Floats
    lapsed_week: Floats
    option: Ints
    first_option: Ints
    utility: Floats
    ratified: Ints
    in_force_week: Floats
    broken_week: Floats
    hopeless: Floats
    step: Floats

    @property
    def signed(self) -> Flags:
        """Return in which worlds a text was signed: (W,)."""
        return np.asarray(self.option[:, 0] >= 0)

    @property
    def signed_week(self) -> Floats:
        """Return the weeks from the start to the signature, else nan: (W,)."""
        return np.where(self.signed, self.week, np.nan)

    @property
    def refused_week(self) -> Floats:
        """Return the weeks from the start until a body refused, else nan: (W,)."""
        return np.where((self.ratified == 0).any(axis=1), self.settled_week, np.nan)


class Ledger:
    """The endings of a batch, noted as they happen."""

    def __init__(self, worlds: int, actors: int, blocks: int, drivers: int) -> None:
        self.ending = np.full(worlds, NOBODY)
        self.round = np.zeros(worlds, dtype=np.int64)
        self.week = np.zeros(worlds)
        self.by = np.zeros((worlds, actors), dtype=bool)
        self.left_week = np.full((worlds, actors), np.nan)
        self.lapsed_week = np.full(worlds, np.nan)
        self.text = np.full((worlds, blocks), NOBODY)
        self.first_text = np.full((worlds, blocks), NOBODY)
        self.drivers = np.zeros((worlds, drivers))
        self.no_deal = np.zeros((worlds, actors))

    def talking(self, rows: Ints) -> Flags:
        """Return in which of some worlds the talks go on."""
        return np.asarray(self.ending[rows] == NOBODY)

    def leave(self, rows: Ints, actor: int, week: Floats) -> None:
        """Note when an actor left the talks of some worlds, if it was still there."""
        self.left_week[rows, actor] = np.fmin(self.left_week[rows, actor], week)

    def end(
        self,
        rows: Ints,
        ending: Ending,
        round_number: int,
        week: Floats,
        driver_values: Floats,
        no_deal: Floats,
    ) -> None:
        """Note how, when and in which state of the world the talks of some worlds ended."""
        self.ending[rows] = ENDINGS.index(ending)
        self.round[rows] = round_number
        self.week[rows] = week
        self.drivers[rows] = driver_values
        self.no_deal[rows] = no_deal


def settle(ledger: Ledger, batch: Batch) -> Record:
    """Return how each world went; `batch` holds all of the ledger's worlds, streams afresh."""
    rows = np.flatnonzero(ledger.ending == ENDINGS.index(Ending.IN_FORCE))
    after = _play_aftermath(ledger, batch.afresh(rows), rows)
    refused = after.refused.any(axis=1)
    endings, by = ledger.ending.copy(), ledger.by.copy()
    endings[rows[refused]] = ENDINGS.index(Ending.REJECTED)
    endings[rows[after.broken]] = ENDINGS.index(Ending.BROKEN)
    by[rows] = after.refused

    def spread(values: NDArray[Any], elsewhere: NDArray[Any] | float) -> NDArray[Any]:
        """Return values of the signed worlds in all worlds' rows."""
        every = np.array(np.broadcast_to(elsewhere, (len(endings), *values.shape[1:])))
        every[rows] = values
        return every

    signed_week, ended = ledger.week[rows], after.ended_week
    watched = batch.spec.aftermath.weeks
    options = batch.space.options_of(ledger.text[rows])
    decision = np.where(after.decided, ~after.refused, NOBODY)
    return Record(
        world=batch.worlds,
        outcome=outcome_codes(batch.spec, batch.space, endings, spread(options, NOBODY)),
        by=by,
        round=ledger.round,
        week=ledger.week,
        settled_week=spread(signed_week + np.where(np.isnan(ended), watched, ended), ledger.week),
        left_week=ledger.left_week,
        lapsed_week=ledger.lapsed_week,
        option=spread(options, NOBODY),
        first_option=batch.space.options_of(ledger.first_text),
        utility=spread(
            utility_of(batch.utilities.own, ledger.text[rows], batch.draw[rows]), ledger.no_deal
        ),
        ratified=spread(decision, NOBODY),
        in_force_week=spread(signed_week + after.in_force_week, np.nan),
        broken_week=spread(np.where(after.broken, signed_week + ended, np.nan), np.nan),
        hopeless=np.full(len(endings), np.nan),
        step=np.full(len(endings), np.nan),
    )


def bodies_of(batch: Batch, text: Ints) -> aftermath.Bodies:
    """Return the domestic bodies that texts (W, B) of the batch's worlds would come before."""
    bodies = {name: actor.domestic for name, actor in batch.spec.actors.items()}
    homes = [f"actors.{name}.domestic" if body else None for name, body in bodies.items()]
    has_body = np.array([body is not None for body in bodies.values()])
    base = np.isin(list(batch.spec.actors), batch.spec.signatories.base)

    def trait(field: str) -> Floats:
        return batch.numbers([home and f"{home}.{field}" for home in homes], unstated=1.0)

    def share(field: str) -> Floats:
        stated = [getattr(body, field, None) is not None for body in bodies.values()]
        return batch.numbers(
            [f"{home}.{field}" if has else None for home, has in zip(homes, stated, strict=True)]
        )

    return aftermath.Bodies(
        utility=utility_of(batch.utilities.home, text, batch.draw),
        threshold=trait("threshold"),
        loadings=side_by_side(
            [
                batch.loadings(f"actors.{name}.domestic.loadings", body.loadings if body else ())
                for name, body in bodies.items()
            ]
        ),
        people_noise=trait("people_noise"),
        floor=share("floor"),
        ceiling=share("ceiling"),
        quota=trait("quota"),
        vote_noise=trait("vote_noise"),
        lag=trait("lag"),
        decides=signatories(batch.space, base, text) & has_body,
    )


def chance_of_ratification(batch: Batch, text: Ints, driver_values: Floats) -> Floats:
    """Return the chance that all bodies concerned would ratify texts (W, B) today: (W,)."""
    bodies = bodies_of(batch, text)
    chance = aftermath.chances(bodies, driver_values)
    return np.asarray(np.where(bodies.decides, chance, 1.0).prod(axis=1))


def _play_aftermath(ledger: Ledger, batch: Batch, rows: Ints) -> aftermath.Aftermath:
    """Play the time after signature in the signed worlds, whose rows are given."""
    names = list(batch.spec.actors)
    at_signature, week = ledger.drivers[rows], ledger.week[rows]
    text, no_deal = ledger.text[rows], ledger.no_deal[rows]
    utility = utility_of(batch.utilities.own, text, batch.draw)
    sides = batch.spec.aftermath.belligerents
    fighting = [names.index(name) for name in sides]
    after = [
        batch.loadings(f"actors.{name}.loadings_after", batch.spec.actors[name].loadings_after)
        for name in sides
    ]
    deterrence = utility_of(batch.utilities.deterrence, text, batch.draw)
    base, effect, sensitivity = (
        batch.number(f"aftermath.{field}") for field in ("hazard", "deterrence", "regret")
    )
    steps = aftermath.weekly_steps(batch.spec.aftermath.weeks)
    course = Course(batch, at_signature, week, iter(steps), Purpose.DRIVER_AFTER)

    def monthly_hazard(now: Floats) -> Floats:
        moved = now - at_signature
        regrets = [
            no_deal[:, side] + (loadings * moved).sum(axis=1) - utility[:, side]
            for side, loadings in zip(fighting, after, strict=True)
        ]
        regret = np.max([np.zeros(len(rows)), *regrets], axis=0)
        return aftermath.breakdown_hazard(base, deterrence, effect, regret, sensitivity)

    return aftermath.play_out(
        bodies=bodies_of(batch, text),
        steps=steps,
        drivers=at_signature,
        move=course.move,
        monthly_hazard=monthly_hazard,
        u_ratify=side_by_side([batch.streams.uniforms(Purpose.RATIFICATION, n) for n in names]),
        u_break=lambda: batch.streams.session_uniforms(Purpose.BREAKDOWN, ("deal",))[:, 0],
    )
