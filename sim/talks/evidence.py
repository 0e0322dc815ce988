"""What is known on the day weighs the draws: stances on the record, and polls at home.

A stance is likely, 1 - e, in a draw that agrees with it, and unlikely, e, in one that does not. A
poll's share is normal around the support that the draw gives the text described, on the scale of
log-odds, with the errors of sampling, of wording and of its wave. Draws that explain what was seen
count for more: annealed importance sampling moves each towards what evidence leaves likely.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from sim.bargaining.packages import Space
from sim.bargaining.votes import poll_covariance, support
from sim.draws.annealing import Address, Scores, annealed
from sim.draws.draws import Draws, Weighting, drawn
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats, Purpose, Uniforms
from sim.numbers.uncertain import Number
from sim.scenario.actors import Domestic, Stance, StatedStance
from sim.scenario.scenario import Scenario
from sim.talks.holdings import Holdings, starting_values_of
from sim.talks.preferences import home_table, own_table, utility_of

_HARDLY = 1e-9  # how near to 0 or 1 the support of people is taken to come
_NEVER = -1e6  # log likelihood where utilities have no scale: no such draw is gone to


@dataclass(frozen=True)
class Evidence:
    """What is known of the actors of a scenario.

    Attributes:
        scenario: what is negotiated.
        space: its packages.
        stances: whether stances count.
        polls: whether polls do.
    """

    scenario: Scenario
    space: Space
    stances: bool
    polls: bool

    @cached_property
    def actors(self) -> tuple[str, ...]:
        """Return the actors of whom something is known: G."""
        return tuple(n for n in self.scenario.actors if self._stated(n) or self._polled(n))

    def log_likelihood(self, draws: Draws) -> Floats:
        """Return the log likelihood of what is known of each actor: (D, G)."""
        return np.column_stack([self._of(name, draws) for name in self.actors])

    def pieces(self, draws: Draws) -> Iterator[tuple[str, str, Floats]]:
        """Yield each piece of evidence: of whom it is, what it is called, its log likelihood (D,).

        A stance is a piece; the polls of one body are one, as their errors hang together.
        """
        for name in self.actors:
            known = self._of_stances(name, draws)
            for stance, each in zip(self._stated(name), known, strict=True):
                beside = f" to {stance.other}" if stance.other else ""
                holds = "is open to" if stance.stance is Stance.OPEN else stance.stance
                yield name, f"{name} {holds} {stance.text}{beside}", each
            if self._polled(name):
                yield name, f"polls of {name}", self._of_polls(name, draws)

    def reads(self, name: str, draws: Draws) -> set[str]:
        """Return the paths of the numbers that the log likelihood of an actor's evidence reads."""
        read = _Read(draws.first, draws.numbers, draws.log_weight)
        self._of(name, read)
        return read.paths

    def refuse_without_scale(self, draws: Draws) -> None:
        """Refuse draws in which the utilities of somebody of whom something is known have no scale.

        Raises:
            ScenarioError: naming the actor and the draw.
        """
        for name in self.actors:
            actor = self.scenario.actors[name]
            own, _ = own_table(self.scenario, self.space, draws, name, actor)
            home_table(self.scenario, self.space, draws, name, actor, own)

    def _of(self, name: str, draws: Draws) -> Floats:
        known = np.zeros(draws.size)
        for each in self._of_stances(name, draws):
            known += each
        if self._polled(name):
            known += self._of_polls(name, draws)
        return np.where(np.isnan(known), _NEVER, known)

    def _of_stances(self, name: str, draws: Draws) -> Iterator[Floats]:
        if stated := self._stated(name):
            e = self.scenario.stance_error
            holds = Holdings.of(self.scenario, self.space, draws, name, strict=False)
            lost = np.where(np.isnan(holds.own[:, 0]), np.nan, 0.0)
            for stance in stated:
                yield np.where(holds.agrees(stance), np.log1p(-e), np.log(e)) + lost

    def _of_polls(self, name: str, draws: Draws) -> Floats:
        """Return the log likelihood of a body's polls, up to a constant: (D,)."""
        body = self.scenario.actors[name].domestic
        assert body is not None
        assert body.poll_errors is not None
        polls, errors = list(body.polls.values()), body.poll_errors
        shares = np.array([poll.acceptable for poll in polls])
        asked, waves = np.array([p.asked for p in polls]), np.array([p.wave for p in polls])
        spread = poll_covariance(shares, asked, waves, errors.wording, errors.wave)
        q = np.clip(self._support(name, body, draws), _HARDLY, 1 - _HARDLY)
        apart = special.logit(shares) - special.logit(q)
        return np.asarray(-0.5 * (apart @ np.linalg.inv(spread) * apart).sum(axis=1))

    def _support(self, name: str, body: Domestic, draws: Draws) -> Floats:
        """Return what support people give the texts of a body's polls: (D, J)."""
        spec, path = self.scenario, f"actors.{name}.domestic"
        own = Holdings.of(spec, self.space, draws, name, strict=False).own
        home = home_table(spec, self.space, draws, name, spec.actors[name], own, strict=False)
        theta = draws[f"{path}.threshold"]
        for driver, value in starting_values_of(spec, draws, body.loadings).items():
            theta = theta + draws[f"{path}.loadings.{driver}"] * value
        floor, ceiling = (
            draws[f"{path}.{field}"] if getattr(body, field) is not None else 0.0
            for field in ("floor", "ceiling")
        )
        found = []
        for poll in body.polls.values():
            worth = sum(share * self._worth(home, text) for text, share in poll.mix.items())
            noise = draws[f"{path}.people_noise"]
            found.append(support(np.asarray(worth), theta, noise, floor, ceiling))
        return np.column_stack(found)

    def _worth(self, home: Floats, text: str) -> Floats:
        cells = self.space.text(self.scenario.texts[text].terms)
        return utility_of(home, np.broadcast_to(cells, (len(home), len(cells))))

    def _stated(self, name: str) -> tuple[StatedStance, ...]:
        return self.scenario.actors[name].stances if self.stances else ()

    def _polled(self, name: str) -> bool:
        body = self.scenario.actors[name].domestic
        return self.polls and body is not None and bool(body.polls)


def evidence_of(scenario: Scenario, space: Space) -> Evidence:
    """Return what is known that a scenario lets count."""
    counts = scenario.evidence
    return Evidence(scenario, space, counts in ("all", "stances"), counts in ("all", "polls"))


@dataclass(frozen=True)
class Learnt:
    """What evidence makes of some draws: where it moves their uniforms, and what each weighs.

    Attributes:
        scores: the normal scores that it moves; none where it tells of no uncertain number.
        log_weight: the logarithm of each draw's weight: (D,).
    """

    scores: Scores
    log_weight: Floats

    def draws(self, scenario: Scenario, streams: Uniforms) -> Draws:
        """Return every number of a scenario in these draws, from streams at their beginning.

        All are drawn again: one that shares a factor with what has moved goes with it. Of a
        scenario that is changed, numbers that are as they were keep their values, others are what
        the same uniforms make of them.
        """
        moved = _Moved(self.scores, streams)
        numbers = drawn(scenario.numbers, scenario.weightings, moved).numbers
        return Draws(streams.first_draw, numbers, self.log_weight)


def learnt(evidence: Evidence, prior: Draws, streams: Uniforms) -> Learnt:
    """Return what evidence makes of draws of the prior.

    Args:
        evidence: what is known.
        prior: draws of the prior, in every batch of the streams.
        streams: those that the prior was drawn from.
    """
    nothing = Learnt(Scores(prior.first, {}), prior.log_weight)
    if not evidence.actors:
        return nothing
    moving = Moving.of(evidence, prior)
    if not any(moving.groups):  # every number that it tells of is known: all draws are as likely
        return nothing
    start = moving.start(streams)
    found = annealed(
        start, moving.groups, lambda s: evidence.log_likelihood(moving.drawn(s)), streams
    )
    return Learnt(found.scores, found.log_weight)


def posterior(evidence: Evidence, prior: Draws, streams: Uniforms) -> Draws:
    """Return draws that evidence has moved and weighed: of the arguments of `learnt`."""
    found = learnt(evidence, prior, streams)
    return found.draws(evidence.scenario, streams) if found.scores.scores else prior


def behind(evidence: Evidence, name: str, draws: Draws) -> frozenset[str]:
    """Return the paths of the numbers that what is known of an actor says something of.

    Those that its likelihood depends on, and those that share a common factor with one of them.
    """
    spec = evidence.scenario
    own, shares = _behind(spec, evidence.reads(name, draws))
    factors = {number.common.factor for number in own.values() if number.common}
    companions = {
        path for path, each in spec.numbers.items() if each.common and each.common.factor in factors
    }
    return frozenset({*own, *companions, *(f"{w.path}.{n}" for w in shares for n in w.names)})


@dataclass(frozen=True)
class Moving:
    """The numbers that evidence depends on, and the addresses of their uniforms.

    Attributes:
        prior: all numbers, as they were drawn.
        numbers: those that move, by path.
        weightings: shares of a sum that move.
        groups: the addresses that what is known of each actor depends on.
    """

    prior: Draws
    numbers: Mapping[str, Number]
    weightings: tuple[Weighting, ...]
    groups: tuple[frozenset[Address], ...]

    @classmethod
    def of(cls, evidence: Evidence, prior: Draws) -> Moving:
        """Find them, by watching which numbers the log likelihood reads."""
        spec = evidence.scenario
        numbers: dict[str, Number] = {}
        weightings: dict[str, Weighting] = {}
        groups = []
        for name in evidence.actors:
            own, shares = _behind(spec, evidence.reads(name, prior))
            numbers |= own
            weightings |= {each.path: each for each in shares}
            groups.append(_addresses(own, shares))
        return cls(prior, numbers, tuple(weightings.values()), tuple(groups))

    def start(self, streams: Uniforms) -> Scores:
        """Return the normal scores of the prior: streams from their beginning."""
        addresses = sorted(frozenset().union(*self.groups))
        scores = {a: normal_quantile(streams.draw_uniforms(*a)) for a in addresses}
        return Scores(self.prior.first, scores)

    def drawn(self, scores: Scores) -> Draws:
        """Return all numbers, those that move as their scores say."""
        moved = drawn(self.numbers, self.weightings, scores)
        return Draws(self.prior.first, {**self.prior.numbers, **moved.numbers})


def _behind(spec: Scenario, paths: Collection[str]) -> tuple[dict[str, Number], list[Weighting]]:
    """Return the uncertain numbers behind some paths, and the weightings, with all they rest on."""
    shares = [
        w
        for w in spec.weightings
        if w.concentration in paths or any(f"{w.path}.{n}" in paths for n in w.names)
    ]
    rests = {f"{w.path}.{n}" for w in shares for n in w.names}
    rests |= {w.concentration for w in shares if w.concentration}
    every = {*paths, *rests}
    moving = [w for w in shares if w.concentration or _any_uncertain(spec, w)]
    needed = {f"{w.path}.{n}" for w in moving for n in w.names}
    own = {
        path: number
        for path, number in spec.numbers.items()
        if path in every and (not number.is_plain or path in needed or path in _sure(moving))
    }
    return own, moving


def _addresses(
    numbers: Mapping[str, Number], weightings: Collection[Weighting]
) -> frozenset[Address]:
    """Return the addresses of the uniforms that some numbers and weightings are drawn from."""
    asked = _Asked()
    drawn(numbers, list(weightings), asked)
    return frozenset(asked.addresses)


def _any_uncertain(spec: Scenario, weighting: Weighting) -> bool:
    return any(not spec.numbers[f"{weighting.path}.{n}"].is_plain for n in weighting.names)


def _sure(weightings: Collection[Weighting]) -> set[str]:
    return {w.concentration for w in weightings if w.concentration}


@dataclass(frozen=True)
class _Moved:
    """Uniforms as they were drawn, those that moved as their scores say."""

    scores: Scores
    streams: Uniforms

    @property
    def first_draw(self) -> int:
        """Return the number of the first draw."""
        return self.streams.first_draw

    @property
    def all_draws(self) -> int:
        """Return the number of draws, D."""
        return self.streams.all_draws

    def draw_uniforms(self, purpose: Purpose, name: str) -> Floats:
        """Return the uniforms of an address: (D,)."""
        known = (purpose, name) in self.scores.scores
        source = self.scores if known else self.streams
        return source.draw_uniforms(purpose, name)


class _Read(Draws):
    """Draws that note which numbers are read."""

    @cached_property
    def paths(self) -> set[str]:
        """Return the paths read so far."""
        return set()

    def __getitem__(self, path: str) -> Floats:
        self.paths.add(path)
        return super().__getitem__(path)


@dataclass
class _Asked:
    """A source of uniforms that notes which are asked for."""

    first_draw: int = 0
    all_draws: int = 1

    @cached_property
    def addresses(self) -> set[Address]:
        """Return the addresses asked for so far."""
        return set()

    def draw_uniforms(self, purpose: Purpose, name: str) -> Floats:
        """Return one half, in every draw."""
        self.addresses.add((purpose, name))
        return np.full(self.all_draws, 0.5)
