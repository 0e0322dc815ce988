"""The chances of texts: that all who must sign it do, that it is ratified, that it stands.

The engine's own laws of answers (7.4), votes (7.10) and breakdown (7.11), with moods, votes and the
moment of a breach summed over and not drawn. A draw ties the three, so they are multiplied in it
before draws are averaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from scipy import special

from sim.bargaining import answers
from sim.bargaining.arrays import Flags
from sim.bargaining.logistic import logistic
from sim.bargaining.packages import Space
from sim.bargaining.votes import support
from sim.draws.streams import Floats, Ints
from sim.scenario.outcomes import WEEKS_PER_MONTH
from sim.theory.texts.circumstances import Circumstances

AT_ONCE = 2**16  # worlds times texts: as many as stay in a processor's own memory
MOST_TEXTS = 2**13
TODAY, LATER, VOTES = 0, 1, 2


@dataclass(frozen=True)
class InDraws:
    """The chances of n texts in each of W worlds.

    Attributes:
        signs: who must sign: (A, W, n).
        accepts: whether each would, today and later: (2, A, W, n).
        signed: whether all who must would, today and later: (2, W, n).
        ratified: whether all bodies that decide would ratify: (W, n).
        stands: whether it holds, once they have, to the end of the time that is watched: (W, n).
    """

    signs: Flags
    accepts: Floats
    signed: Floats
    ratified: Floats
    stands: Floats


@dataclass(frozen=True)
class Chances:
    """The chances of n texts, as means over draws by their weight.

    Attributes:
        signed_today: that all who must would sign it today: (n,).
        signed: the same, on the later day: (n,).
        ratified: of that, that all bodies ratify it: (n,).
        stands: of that, that it holds to the end of the time that is watched: (n,).
        all: all of it, of the later day: (n,).
        error: the standard error of `all` over draws: (n,).
        accepts: that each actor would sign it later, where it must; else nan: (n, A).
        pair: that both of two actors would, whether they must or not: (n,).
    """

    signed_today: Floats
    signed: Floats
    ratified: Floats
    stands: Floats
    all: Floats
    error: Floats
    accepts: Floats
    pair: Floats

    def of(self, rows: Ints | slice) -> Chances:
        """Return those of some of the texts."""
        return Chances(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})


def joined(parts: list[Chances]) -> Chances:
    """Return the chances of several lots of texts, one lot after another."""
    names = [each.name for each in fields(Chances)]
    return Chances(**{n: np.concatenate([getattr(part, n) for part in parts]) for n in names})


def chances(where: Circumstances, texts: Ints, pair: tuple[int, int]) -> Chances:
    """Return the chances of texts (n, B), and that both of a pair of actors would sign."""
    lots = range(0, len(texts), MOST_TEXTS)
    return joined([_chances(where, texts[lot : lot + MOST_TEXTS], pair) for lot in lots])


def _chances(where: Circumstances, texts: Ints, pair: tuple[int, int]) -> Chances:
    has = cells_of(where.space, texts)
    sums = np.sum([_sums(some, has, pair) for some in _few_at_a_time(where, len(texts))], axis=0)
    today, signed, ratified, every, square, product, both = sums[:7]
    accepts, asked = np.split(sums[7:], 2)
    rest = float((where.part**2).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        return Chances(
            signed_today=today,
            signed=signed,
            ratified=ratified / signed,
            stands=every / ratified,
            all=every,
            error=np.sqrt(np.maximum(square - 2 * every * product + rest * every**2, 0.0)),
            accepts=(accepts / asked).T,
            pair=both,
        )


def _few_at_a_time(where: Circumstances, texts: int) -> Iterator[Circumstances]:
    step = max(1, AT_ONCE // texts)
    for start in range(0, where.worlds, step):
        yield where.of(slice(start, start + step))


def _sums(where: Circumstances, has: Floats, pair: tuple[int, int]) -> Floats:
    """Return sums over worlds of all that `Chances` is made of: (7 + 2 A, n)."""
    found, part = in_draws(where, has), where.part
    once = found.signed[LATER] * found.ratified
    every = once * found.stands
    one, other = pair
    both = found.accepts[LATER, one] * found.accepts[LATER, other]
    accepts = np.einsum("w,awn,awn->an", part, found.accepts[LATER], found.signs)
    signs = np.broadcast_to(found.signs, found.accepts[LATER].shape)
    rows = [part @ found.signed[TODAY], part @ found.signed[LATER], part @ once, part @ every]
    rows += [part**2 @ every**2, part**2 @ every, part @ both]
    return np.concatenate([rows, accepts, np.einsum("w,awn->an", part, signs.astype(float))])


def in_draws(where: Circumstances, has: Floats) -> InDraws:
    """Return the chances in every world of texts that have cells (N, n), as `cells_of` tells."""
    own, home = worth(where.own, has), worth(where.home, has)
    signs = (worth(where.consent.astype(float), has) > 0) | where.base[:, None, None]
    decides = signs[where.bodies]
    days = (TODAY, LATER)
    accepts = np.stack([_accepts(where, day, own, home, decides) for day in days])
    return InDraws(
        signs=signs,
        accepts=accepts,
        signed=np.stack([_signed(where, accepts[day], signs) for day in days]),
        ratified=_ratified(where, home, decides),
        stands=_stands(where, has, own, decides),
    )


def worth(table: Floats, has: Floats) -> Floats:
    """Return what texts that have cells (N, n) are worth by tables (W, K, N): (K, W, n)."""
    worlds, rows, cells = table.shape
    flat = np.ascontiguousarray(table.swapaxes(0, 1)).reshape(rows * worlds, cells)
    return (flat @ has).reshape(rows, worlds, has.shape[1])


def cells_of(space: Space, texts: Ints) -> Floats:
    """Return which cells texts (n, B) have, as 1 and 0: (N, n)."""
    has = np.zeros((space.cells, len(texts)))
    has[texts.T, np.arange(len(texts))] = 1.0
    return has


def _accepts(where: Circumstances, day: int, own: Floats, home: Floats, decides: Flags) -> Floats:
    """Return the chance that each would sign on a day, the votes at home in view: (A, W, n)."""
    against = _odds_against(where, day, home, decides)
    found = np.empty_like(own)
    for actor, worth_of_it in enumerate(own):
        bar = where.threshold[:, day, actor, None]
        if where.foresees[actor] and len(against):
            odds = _misread(against, where.seen[:, actor])
            bar = answers.line(bar, odds, where.lost[:, day, actor, None])
        found[actor] = answers.chance_to_accept(worth_of_it, bar, where.noise[:, actor, None])
    return found


def _leaning(where: Circumstances, day: int, home: Floats, body: int) -> Floats:
    """Return the logit of a body's chance to ratify: (W, n)."""
    numbers = (where.theta[:, day], where.people_noise, where.floor, where.ceiling)
    theta, noise, floor, ceiling = (each[:, body, None] for each in numbers)
    backing = support(home[body], theta, noise, floor, ceiling)
    backing -= where.quota[:, body, None]
    backing /= where.vote_noise[:, body, None]
    return backing


def _odds_against(where: Circumstances, day: int, home: Floats, decides: Flags) -> list[Floats]:
    """Return the odds that each body refuses, 0 where it has no say: K of (W, n)."""
    found = []
    with np.errstate(over="ignore"):
        for body in range(len(where.bodies)):
            refuses = np.exp(-_leaning(where, day, home, body))
            found.append(np.where(decides[body], refuses, 0.0))
    return found


def _misread(against: list[Floats], seen: Floats) -> Floats:
    """Return (1 - p) / p as an actor sees it that misreads each body by factors (W, K): (W, n)."""
    ratified = 1.0 + against[0] * seen[:, :1]
    with np.errstate(over="ignore"):
        for body in range(1, len(against)):
            ratified *= 1.0 + against[body] * seen[:, body, None]
    ratified -= 1.0
    return ratified


def _signed(where: Circumstances, accepts: Floats, signs: Flags) -> Floats:
    """Return the chance that all who must sign do, or that a quota is met: (W, n)."""
    if where.share is not None:
        return _by_quota(where, accepts, signs)
    found = np.ones(accepts.shape[1:])
    for chance, asked in zip(accepts, signs, strict=True):
        found *= chance if asked.all() else np.where(asked, chance, 1.0)
    return found


def _by_quota(where: Circumstances, accepts: Floats, signs: Flags) -> Floats:
    """Return the chance that those who sign hold the share of votes, over all coalitions: (W, n).

    Those that hold the same votes are counted together.
    """
    assert where.share is not None
    shape = accepts.shape[1:]
    held = {b"": (np.zeros(shape), np.ones(shape))}
    total = np.zeros(shape)
    for actor, chance in enumerate(accepts):
        votes = np.where(np.broadcast_to(signs[actor], shape), where.votes[:, actor, None], 0.0)
        total, after = total + votes, dict[bytes, tuple[Floats, Floats]]()
        for before, so_far in held.values():
            for holds, share in ((before, 1.0 - chance), (before + votes, chance)):
                key = np.round(holds, 12).tobytes()
                more = after[key][1] if key in after else 0.0
                after[key] = holds, more + so_far * share
        held = after
    needed = where.share * total - 1e-12
    return np.sum([share * (holds >= needed) for holds, share in held.values()], axis=0)


def _ratified(where: Circumstances, home: Floats, decides: Flags) -> Floats:
    """Return the chance that all bodies that decide ratify, each on its day: (W, n).

    Given what the votes on a text share they are independent (Gaussian copula).
    """
    found, tied = np.ones((len(where.part), home.shape[2])), bool(where.swing.any())
    own, shared = np.sqrt(1.0 - where.swing**2), where.swing * where.shared
    for body in range(len(where.bodies)):
        chance = logistic(_leaning(where, VOTES, home, body))
        if tied:
            with np.errstate(divide="ignore", invalid="ignore"):
                chance = special.ndtr((special.ndtri(chance) - shared[:, None]) / own[:, None])
        found *= np.where(decides[body], chance, 1.0)
    return found


def _stands(where: Circumstances, has: Floats, own: Floats, decides: Flags) -> Floats:
    """Return the chance that nothing breaks, before it is in force and after: (W, n).

    Until the last vote what is in effect has a hazard of its own; then the hazard of breakdown is
    summed over equal steps of the time that is watched.
    """
    lag = np.zeros((len(where.part), has.shape[1]))
    for body in range(len(where.bodies)):
        np.maximum(lag, np.where(decides[body], where.lag[:, body, None], 0.0), out=lag)
    steps = where.no_deal_after.shape[2]
    edges, worse = np.linspace(0.0, where.weeks, steps + 1), np.zeros_like(lag)
    phi = where.sensitivity[:, None]
    for step, (start, end) in enumerate(pairwise(edges)):
        regret = _regret(where, own, step)
        regret *= phi
        np.exp(regret, out=regret)
        regret *= np.maximum(end - np.maximum(start, lag), 0.0)
        worse += regret
    deterred = np.exp(-where.effect[:, None] * (where.deterrence @ has))
    after = where.hazard[:, None] * deterred * worse / WEEKS_PER_MONTH
    return np.exp(-(where.breach @ has) * lag - after)


def _regret(where: Circumstances, own: Floats, step: int) -> Floats:
    """Return what the belligerent with most to gain by war would gain, at least 0: (W, n)."""
    found = np.zeros(own.shape[1:])
    for side, actor in enumerate(where.sides.tolist()):
        np.maximum(found, where.no_deal_after[:, side, step, None] - own[actor], out=found)
    return found
