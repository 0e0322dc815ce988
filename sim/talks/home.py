"""The bodies at home: what their people think of a text, and whether they would ratify it today.

Two-level games (Putnam 1988): whoever signs must carry the text at home. Support among people is
q = f + (1 - f - g) logistic((r - theta) / tau_s), a body ratifies with the chance
logistic((q - q-bar) / tau_r), and an actor that looks ahead reckons with the product p over all
bodies concerned (Iida 1993), read with an error of its own until a vote has shown them.
"""

from __future__ import annotations

import numpy as np

from sim.bargaining.arrays import Flags, at_cells, of_worlds, side_by_side
from sim.bargaining.votes import support
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats, Ints, Purpose
from sim.scenario.roles import deciding
from sim.talks.batch import Batch
from sim.talks.preferences import sum_of_blocks

_FACTORS = (-700.0, 700.0)  # logarithms of what odds may be misread by, at most


class Home:
    """The K bodies at home that some text comes before, in the worlds in play: arrays (W, K)."""

    PER_WORLD = (
        "threshold",
        "loadings",  # (W, K, F)
        "people_noise",
        "floor",
        "ceiling",
        "quota",
        "vote_noise",
        "lag",
        "noise",  # 4 tau_s tau_r / (1 - f - g), a vote's own noise in units of utility
        "base",  # (q-bar - f) / tau_r
        "slope",  # -(1 - f - g) / tau_r
        "errors",  # of each actor about each body, on the logit, until it votes: (W, A, K)
        "seen",  # by which factor each misreads the odds against: (W, A, K), or (W, 1, K)
    )

    def __init__(self, batch: Batch, errs: bool = True) -> None:
        """Take their places; without errors all actors see them as they are."""
        self.batch = batch
        names = list(batch.spec.actors)
        self.names = tuple(name for name in names if name in deciding(batch.spec))
        self.actors = np.array([names.index(name) for name in self.names], dtype=np.int64)
        self.table = batch.utilities.home[:, self.actors]  # in each draw: (D, K, N)
        self.threshold, self.lag = self._numbers("threshold"), self._numbers("lag")
        self.people_noise = self._numbers("people_noise")
        self.quota, self.vote_noise = self._numbers("quota"), self._numbers("vote_noise")
        self.floor, self.ceiling = self._numbers("floor"), self._numbers("ceiling")
        self._derive()
        self.loadings = self._loadings()
        self.errors = self._errors() if errs else None
        alike = np.ones((len(self.threshold), 1, len(self.names)))
        self.seen = alike if self.errors is None else np.exp(np.clip(-self.errors, *_FACTORS))

    def _derive(self) -> None:
        """Work out what does not change while they talk."""
        swayed = 1 - self.floor - self.ceiling
        self.noise = 4 * self.people_noise * self.vote_noise / swayed
        self.base = (self.quota - self.floor) / self.vote_noise
        self.slope = -swayed / self.vote_noise
        by_draw = [self.batch.draws[f"actors.{n}.domestic.people_noise"] for n in self.names]
        shape = (self.batch.draws.size, 0)
        noise = side_by_side(by_draw) if by_draw else np.zeros(shape)
        self.gaps = self.table / -noise[..., None]  # in each draw: (D, K, N)

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds, as the batch does."""
        for name in self.PER_WORLD:
            if (values := getattr(self, name)) is not None:
                setattr(self, name, of_worlds(values, rows))

    def theta(self, drivers: Floats, rows: Ints | None = None) -> Floats:
        """Return the thresholds of support with the drivers (n, F) where they are: (n, K)."""
        rows = np.arange(len(self.threshold)) if rows is None else rows
        moved = (of_worlds(self.loadings, rows) * drivers[:, None]).sum(axis=2)
        return of_worlds(self.threshold, rows) + moved

    def decide(self, must_sign: Flags) -> Flags:
        """Return which bodies decide on texts that some actors must sign (W, A): (W, K)."""
        return np.asfortranarray(must_sign[:, self.actors])

    def parts(self, text: Ints) -> Floats:
        """Return what each block of texts (W, B) is worth at home: (W, K, B)."""
        return at_cells(self.table, text, self.batch.draw)

    def leaning(self, utility: Floats, theta: Floats) -> Floats:
        """Return the logit of each chance to ratify, (q - q-bar) / tau_r, at utilities (W, K)."""
        backing = support(utility, theta, self.people_noise, self.floor, self.ceiling)
        return (backing - self.quota) / self.vote_noise

    def show(self, body: Ints, rows: Ints) -> None:
        """Let a vote of a body (n,) of each of some worlds show what its people want."""
        if self.errors is not None:
            self.errors[rows, :, body], self.seen[rows, :, body] = 0.0, 1.0

    def worth(self, body: Ints, text: Ints, rows: Ints) -> Floats:
        """Return what texts (n, B) in some worlds are worth to a body (n,) of each: (n,)."""
        draw = self.batch.draw[rows]
        return sum_of_blocks(self.table[draw[:, None], body[:, None], text])

    def leaning_of(self, body: Ints | int, utility: Floats, theta: Floats, rows: Ints) -> Floats:
        """Return the same of one body, at utilities (n, ...) in some worlds (n,)."""

        def of(values: Floats) -> Floats:
            return values.reshape(len(rows), *[1] * (utility.ndim - 1))

        traits = (self.people_noise, self.floor, self.ceiling, self.quota, self.vote_noise)
        noise, floor, ceiling, quota, vote_noise = (of(each[rows, body]) for each in traits)
        return (support(utility, of(theta), noise, floor, ceiling) - quota) / vote_noise

    def errors_of(self, actor: int | None) -> Floats | None:
        """Return what an actor misreads of bodies that no vote has shown: (W, K); None: nothing."""
        if self.errors is None or actor is None:
            return None
        return np.asarray(self.errors[:, actor])

    def against(self, text: Ints, must_sign: Flags, drivers: Floats) -> Floats:
        """Return the odds against each body's yes to texts (W, B), 0 if it has no say: (W, K)."""
        leaning = self.leaning(sum_of_blocks(self.parts(text)), self.theta(drivers))
        with np.errstate(over="ignore"):
            return np.where(self.decide(must_sign), np.exp(-leaning), 0.0)

    def seen_by_all(self, against: Floats) -> Floats:
        """Return (1 - p) / p, that any refuses, as each actor sees it: (W, A), (W, 1) if alike."""
        with np.errstate(over="ignore"):
            ratified = np.ones((len(against), 1), order="F")  # 1 / p
            for body, seen in enumerate(self.seen.T):
                ratified = ratified * (1.0 + against[:, body, None] * seen.T)
        return ratified - 1.0

    def odds_against(self, text: Ints, must_sign: Flags, drivers: Floats) -> Floats:
        """Return (1 - p) / p of texts (W, B), as each actor sees it: (W, A), or (W, 1) if alike."""
        return self.seen_by_all(self.against(text, must_sign, drivers))

    def most_doubted(self, against: Floats, rows: Ints, actor: Ints) -> Ints:
        """Return whose body an actor (n,) in some worlds thinks least likely to ratify: (n,)."""
        with np.errstate(over="ignore"):
            seen = against[rows] * self.seen[rows, actor if self.seen.shape[1] > 1 else 0]
        return np.asarray(self.actors[seen.argmax(axis=1)])

    def _numbers(self, field: str) -> Floats:
        """Return a number of every body: (W, K)."""
        bodies = deciding(self.batch.spec)
        stated = {name: getattr(bodies[name], field, None) is not None for name in self.names}
        paths = [f"actors.{n}.domestic.{field}" if stated[n] else None for n in self.names]
        return self.batch.numbers(paths)

    def _loadings(self) -> Floats:
        bodies, drivers = deciding(self.batch.spec), len(self.batch.spec.drivers)
        columns = [
            self.batch.loadings(f"actors.{name}.domestic.loadings", bodies[name].loadings)
            for name in self.names
        ]
        nothing = np.zeros((len(self.batch.draw), 0, drivers))
        return side_by_side(columns) if columns else nothing

    def _errors(self) -> Floats | None:
        """Return the errors of each actor about each body: (W, A, K); None where all see right."""
        spec = self.batch.spec
        sd = {name: actor.bargaining.misforesight for name, actor in spec.actors.items()}
        if not self.names or all(number is None or number.is_zero for number in sd.values()):
            return None
        return side_by_side([self._errors_of(name, sd[name] is not None) for name in spec.actors])

    def _errors_of(self, name: str, errs: bool) -> Floats:
        if not errs:
            return np.zeros_like(self.threshold)
        sd = self.batch.number(f"actors.{name}.bargaining.misforesight")
        addresses = [f"{name}/{body}" for body in self.names]
        streams = self.batch.streams
        u = side_by_side([streams.uniforms(Purpose.MISFORESIGHT, each) for each in addresses])
        return sd[:, None] * normal_quantile(u)
