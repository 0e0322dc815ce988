"""What a text meets on two days: today, and in a week to come, with all that comes after it.

In every draw one world: a course of its drivers and what its actors misread of bodies at home are
drawn, as the engine draws them. Moods, votes and breakdown are chances in it, so no text is played.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.bargaining.arrays import Flags, of_worlds
from sim.bargaining.packages import Space
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats, Ints, Purpose
from sim.talks.batch import Batch
from sim.talks.before import signed_before
from sim.talks.course import at_moments, starting_values
from sim.talks.happenings import breach_of_cells
from sim.talks.home import Home
from sim.talks.parties import Parties
from sim.talks.rules import rules_of

STEPS = 12  # equal parts of the time that is watched; drivers are looked at in the middle of each


@dataclass(frozen=True)
class Circumstances:
    """W worlds, one of each draw; A actors, K bodies, N cells, S belligerents, J steps.

    Attributes:
        space: the packages.
        part: what each draw counts, 1 in all: (W,).
        own: utilities of cells: (W, A, N).
        home: those of the bodies: (W, K, N).
        deterrence: G of cells: (W, N).
        breach: hazard a week of what cells put into effect at signature: (W, N).
        consent: whose signature a cell needs: (W, A, N), or (1, A, N) where all draws agree.
        base: who must sign every text: (A,).
        share: the share of votes that signs; None: all must.
        votes: (W, A).
        noise: tau of answers: (W, A).
        threshold: a_i, today and later: (W, 2, A).
        lost: (1 - rho_r) (a - d) + c, today and later; 0 for who does not foresee: (W, 2, A).
        foresees: who foresees the votes at home: (A,).
        bodies: whose they are: (K,).
        seen: by which factor each actor misreads the odds against a body: (W, A, K).
        people_noise, floor, ceiling, quota, vote_noise, lag: of the bodies: (W, K).
        theta: today, later, and each body on the day of its vote: (W, 3, K).
        swing: how far the votes share a factor: (W,).
        shared: that factor: (W,).
        sides: the belligerents: (S,).
        no_deal_after: what no deal is worth to them after a signature: (W, S, J).
        hazard, effect, sensitivity: h0, gamma and phi of breakdown: (W,).
        weeks: how long a signed text is watched.
    """

    space: Space
    part: Floats
    own: Floats
    home: Floats
    deterrence: Floats
    breach: Floats
    consent: Flags
    base: Flags
    share: float | None
    votes: Floats
    noise: Floats
    threshold: Floats
    lost: Floats
    foresees: Flags
    bodies: Ints
    seen: Floats
    people_noise: Floats
    floor: Floats
    ceiling: Floats
    quota: Floats
    vote_noise: Floats
    lag: Floats
    theta: Floats
    swing: Floats
    shared: Floats
    sides: Ints
    no_deal_after: Floats
    hazard: Floats
    effect: Floats
    sensitivity: Floats
    weeks: float

    @property
    def worlds(self) -> int:
        """Return the number of worlds, W."""
        return len(self.part)

    def of(self, rows: slice) -> Circumstances:
        """Return some of the worlds; their parts stay what they are of all."""
        cut: dict[str, Any] = {name: getattr(self, name)[rows] for name in _PER_WORLD}
        consent = self.consent if len(self.consent) == 1 else self.consent[rows]
        return replace(self, **cut, consent=consent)

    def first(self, worlds: int) -> Circumstances:
        """Return the first worlds alone, with parts that sum to 1 again."""
        cut = self.of(slice(worlds))
        return replace(cut, part=cut.part / cut.part.sum())


_PER_WORLD = (
    *("part", "own", "home", "deterrence", "breach", "votes", "noise", "threshold", "lost"),
    *("seen", "people_noise", "floor", "ceiling", "quota", "vote_noise", "lag", "theta"),
    *("swing", "shared", "no_deal_after", "hazard", "effect", "sensitivity"),
)


def circumstances(batch: Batch, week: float, mass: Floats | None = None) -> Circumstances:
    """Return what texts meet today and in a week to come; parts are not yet shares of all.

    Args:
        batch: a world of each of some draws, before anything has happened in it.
        week: weeks from the start to the later day.
        mass: what each draw counts: (W,); None: by its weight, where its world does not sign in the
            sessions before the start, if that is known.
    """
    parties = Parties(batch, rules_of(batch.spec), first := _first_text(batch))
    start = starting_values(batch)
    if mass is None:
        mass = np.exp(batch.draws.log_weight - batch.draws.log_weight.max())[batch.draw]
        if batch.spec.record:
            table = batch.spec.protocols.at_the_table(batch.spec.protocol, parties)
            mass = mass * ~signed_before(batch, parties, table, first, start)
    home, aftermath = parties.home, batch.spec.aftermath
    nodes = aftermath.weeks * (np.arange(STEPS) + 0.5) / STEPS
    later, votes, after = _drivers(batch, home, week, nodes)
    days = [_day(parties, 0.0, start), _day(parties, week, later)]
    quota = batch.spec.signatories.quota
    tied = "aftermath.swing" in batch.draws and len(home.names) > 1
    names = list(batch.spec.actors)
    theta = [home.theta(start), home.theta(later), _theta_of_votes(home, votes)]
    return Circumstances(
        space=batch.space,
        part=mass,
        own=of_worlds(batch.utilities.own, batch.draw),
        home=of_worlds(home.table, batch.draw),
        deterrence=of_worlds(batch.utilities.deterrence, batch.draw),
        breach=of_worlds(breach_of_cells(batch), batch.draw),
        consent=_consent(of_worlds(batch.consent, batch.draw)),
        base=parties.rules.base,
        share=parties.rules.quota,
        votes=batch.shares("signatories.quota.weights", quota.weights if quota else ()),
        noise=parties.noise,
        threshold=np.stack([threshold for threshold, _ in days], axis=1),
        lost=np.stack([lost for _, lost in days], axis=1),
        foresees=parties.anticipates,
        bodies=home.actors,
        seen=np.broadcast_to(home.seen, (len(start), len(names), len(home.names))),
        **{name: getattr(home, name) for name in _OF_BODIES},
        theta=np.stack(theta, axis=1),
        swing=batch.number("aftermath.swing") if tied else np.zeros(len(start)),
        shared=_shared(batch) if tied else np.zeros(len(start)),
        sides=np.array([names.index(side) for side in aftermath.belligerents], dtype=np.int64),
        no_deal_after=_no_deal_after(batch, parties.no_deal, after - later[:, None]),
        hazard=batch.number("aftermath.hazard"),
        effect=batch.number("aftermath.deterrence"),
        sensitivity=batch.number("aftermath.regret"),
        weeks=aftermath.weeks,
    )


_OF_BODIES = ("people_noise", "floor", "ceiling", "quota", "vote_noise", "lag")


def joined(parts: Sequence[Circumstances], draws: Ints) -> Circumstances:
    """Return the worlds of several as those of one, with parts that sum to 1, in order of draws.

    Worlds that do not count are left out.

    Args:
        parts: W worlds in all.
        draws: the number of the draw of each: (W,).
    """
    order = np.argsort(draws, kind="stable")
    order = order[np.concatenate([part.part for part in parts])[order] > 0]
    cells = [np.broadcast_to(p.consent, (p.worlds, *p.consent.shape[1:])) for p in parts]
    together: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])[order] for name in _PER_WORLD
    }
    together["part"] = together["part"] / together["part"].sum()
    return replace(parts[0], **together, consent=_consent(np.concatenate(cells)[order]))


def _first_text(batch: Batch) -> Ints:
    """Return the text on which the talks open, as the engine has it: (W, B)."""
    text = np.zeros((len(batch.worlds), len(batch.space.blocks)), dtype=np.int64, order="F")
    if opening := batch.spec.protocols.of(batch.spec.protocol).opening:
        text[:] = batch.space.text(batch.spec.texts[opening].terms)
    return text


def _day(parties: Parties, week: float, drivers: Floats) -> tuple[Floats, Floats]:
    """Return what all demand on a day, and what a refusal at home takes from each: (W, A) both."""
    nobody = np.zeros((len(drivers), len(parties.names)), dtype=bool)
    session = round(week / parties.rules.weeks_between)
    parties.look_around(session, week, drivers, nobody)
    return parties.threshold, np.where(parties.anticipates, parties.lost_by_refusal(), 0.0)


def _drivers(batch: Batch, home: Home, week: float, nodes: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the drivers on the later day (W, F), on days of votes (W, K, F), after (W, J, F)."""
    worlds, bodies = home.lag.shape
    after = np.broadcast_to(week + nodes, (worlds, len(nodes)))
    weeks = np.concatenate([np.full((worlds, 1), week), week + home.lag, after], axis=1)
    order = np.argsort(weeks, axis=1, kind="stable")
    course = at_moments(batch, np.take_along_axis(weeks, order, axis=1))
    values = np.empty_like(course)
    np.put_along_axis(values, order[..., None], course, axis=1)
    return values[:, 0], values[:, 1 : 1 + bodies], values[:, 1 + bodies :]


def _theta_of_votes(home: Home, drivers: Floats) -> Floats:
    """Return theta of each body on the day of its vote, with drivers (W, K, F) there: (W, K)."""
    moved = (home.loadings * drivers).sum(axis=2)
    return home.threshold + moved


def _shared(batch: Batch) -> Floats:
    """Return what moves all votes on a text: (W,)."""
    return normal_quantile(batch.streams.uniforms(Purpose.RATIFICATION, "all"))


def _no_deal_after(batch: Batch, no_deal: Floats, moved: Floats) -> Floats:
    """Return what no deal is worth to belligerents, drivers having moved (W, J, F): (W, S, J)."""
    names, found = list(batch.spec.actors), []
    for side in batch.spec.aftermath.belligerents:
        stated = batch.spec.actors[side].loadings_after
        loadings = batch.loadings(f"actors.{side}.loadings_after", stated)
        at_signature = no_deal[:, names.index(side), None]
        found.append(at_signature + (loadings[:, None] * moved).sum(axis=2))
    return np.stack(found, axis=1) if found else np.zeros((len(no_deal), 0, moved.shape[1]))


def _consent(consent: Flags) -> Flags:
    """Return whose consent cells need, once where all draws agree."""
    return consent[:1] if (consent == consent[:1]).all() else consent
