"""The parties side by side: what they hold, how they feel, what they demand, ask for and answer.

At a session all take stock, ask and answer at the same moment, so that each equation is computed
once for all of them: arrays (W, A) have a column for each actor. What one party does alone (to
speak, to draft) it does in the model.
"""

from __future__ import annotations

import numpy as np

from sim.bargaining import packages, protocols, tactics
from sim.bargaining.arrays import at_cells, of_actors, of_worlds, side_by_side
from sim.bargaining.foresight import Foresight
from sim.bargaining.protocols import Flags
from sim.draws.streams import Floats, Ints, Purpose, normal_quantile
from sim.talks.batch import Batch
from sim.talks.beliefs import Beliefs, beliefs_of
from sim.talks.preferences import sum_of_blocks
from sim.talks.record import NOBODY, chance_of_ratification
from sim.talks.rules import Rules


class Parties:
    """All actors in the worlds in play: arrays are (W, A) unless noted."""

    PER_WORLD = (
        "rows",  # of the worlds in play, in the beliefs, which are kept whole: (W,)
        "parts",  # what each block of the text on the table is worth: (W, A, B)
        "starting_no_deal",
        "loadings",  # what the drivers add to no deal: (W, A, F)
        "noise",
        "temperature",
        "memory",
        "walkout_rate",
        "walkout_sensitivity",
        "mood",
        "recent",  # utility of the texts polled in the last sessions: (W, A, memory)
    )

    def __init__(self, batch: Batch, rules: Rules, foresight: Foresight | None, text: Ints) -> None:
        """Take their places at a first text (W, B)."""
        self.batch, self.foresight, self.names = batch, foresight, tuple(batch.spec.actors)
        self.rows = np.arange(len(batch.worlds))
        self._take_their_numbers(rules)
        self.beliefs: list[Beliefs] = [
            beliefs_of(batch, name, holds_the_pen=name == rules.drafter) for name in self.names
        ]
        # What each actor believes of the others, weighted by its regard: (worlds, A, N).
        self.others = side_by_side([beliefs.others for beliefs in self.beliefs])
        self.parts = at_cells(batch.utilities.own, text, batch.draw)
        first = self.starting_no_deal
        if batch.spec.protocols.single_text is not None:
            first = sum_of_blocks(self.parts)
        self.recent = np.stack([first.T] * batch.spec.memory).T
        self.mood = np.zeros_like(first)
        self.no_deal = self.threshold = self.effort = self.utility = self.wavering = self.mood
        self.accepted = np.zeros(first.shape, dtype=bool)
        self.asked: Ints = np.full(first.shape, NOBODY)

    def look_around(self, session: int, week: float, drivers: Floats) -> None:
        """Take stock: moods, what no deal is worth today, and what each demands."""
        draw = self.batch.draw
        z = normal_quantile(self._chance(Purpose.MOOD))
        self.mood = tactics.next_mood(self.mood, self.memory, z) if session else z
        self.no_deal = self.starting_no_deal + (self.loadings * drivers[:, None, :]).sum(axis=2)
        if self.foresight is not None:
            self.threshold = self.foresight.thresholds(draw, session)
            return
        spent = tactics.patience_spent(week, self.patience, self.concession)
        aspiration, effort = of_worlds(self.aspiration, draw), self.accommodation * spent
        self.threshold = tactics.threshold(self.no_deal, aspiration, of_worlds(spent, draw))
        self.effort = of_worlds(effort, draw)

    def ask(self) -> Ints:
        """Return the one cell that each wants changed in the text on the table: (W, A)."""
        losses = of_worlds(self.best, self.batch.draw) - self.parts
        cells = protocols.amendment(
            self.batch.space,
            _by_voice(losses),
            self.ranks,
            _by_voice(self.temperature),
            _by_voice(self._chance(Purpose.BLOCK)),
            _by_voice(self._chance(Purpose.AMENDMENT)),
        )
        self.asked = cells.reshape(len(self.names), -1).T
        return self.asked

    def ranks(self, voices: Ints, cells: slice = slice(None)) -> Floats:
        """Return how some voices rank what they may propose: (voices, cells).

        A voice is an actor in a world: voices are numbered actor after actor.
        """
        actors, worlds = np.divmod(voices, len(self.rows))
        own = of_actors(self.batch.utilities.own[..., cells], self.batch.draw[worlds], actors)
        others = of_actors(self.others[..., cells], self.rows[worlds], actors)
        return tactics.proposal_scores(own, others, _by_voice(self.effort)[voices])

    def answer(self, text: Ints, session: int, speaker: Ints, left: Flags, drivers: Floats) -> None:
        """Say whether each would sign the text (W, B), and remember what it was worth."""
        self.parts = at_cells(self.batch.utilities.own, text, self.batch.draw)
        self.utility = sum_of_blocks(self.parts)
        noise = self.noise
        if self.foresight is not None:
            noise = np.where(speaker[:, None] == np.arange(len(self.names)), 0.0, noise)
        mood, worth = tactics.logistic_noise(self.mood), self._expected(text, drivers)
        self.wavering = noise * mood
        self.accepted = tactics.accepts(worth, self.threshold, noise, mood) & ~left
        self.recent[..., session % self.recent.shape[2]] = self.utility

    def weeks_until_they_leave(self, left: Flags) -> Floats:
        """Return when each would walk out at today's rate, in weeks from now."""
        regret = self.no_deal - self.recent.max(axis=2)
        rate = tactics.leaving_rate(self.walkout_rate, self.walkout_sensitivity, regret)
        return tactics.weeks_to_leave(np.where(left, 0.0, rate), self._chance(Purpose.WALKOUT))

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds, as the batch does."""
        for name in self.PER_WORLD:
            setattr(self, name, of_worlds(getattr(self, name), rows))

    def _take_their_numbers(self, rules: Rules) -> None:
        batch, paths = self.batch, [f"actors.{name}" for name in self.names]

        def numbers(field: str) -> Floats:
            return batch.numbers([f"{path}.{field}" for path in paths])

        def by_draw(field: str) -> Floats:
            return side_by_side([batch.draws[f"{path}.bargaining.{field}"] for path in paths])

        self.aspiration, self.accommodation = by_draw("aspiration"), by_draw("accommodation")
        self.concession, self.patience = by_draw("concession"), by_draw("patience")
        self.starting_no_deal = of_worlds(batch.utilities.no_deal, batch.draw)
        self.loadings = side_by_side([batch.loadings(f"{path}.loadings") for path in paths])
        self.noise = numbers("bargaining.noise")
        self.walkout_rate = numbers("walkout.rate")
        self.walkout_sensitivity = numbers("walkout.sensitivity")
        relaxation = batch.number("answers.relaxation")[:, None]
        self.memory = tactics.mood_memory(rules.weeks_between, relaxation)
        if self.foresight is not None:
            self.memory = np.zeros_like(self.memory)  # an equilibrium has fresh noise every time
        own, space = batch.utilities.own, batch.space
        self.best = packages.best_of_blocks(space, own)  # in each draw: (D, A, B)
        temperatures = packages.temperature_for_loss(space, own, by_draw("imprecision"))
        self.temperature = of_worlds(temperatures, batch.draw)

    def _chance(self, purpose: Purpose) -> Floats:
        return self.batch.streams.session_uniforms(purpose, self.names)

    def _expected(self, text: Ints, drivers: Floats) -> Floats:
        """Return what the text is worth to each, with the votes at home where it looks ahead."""
        anticipates = [actor.anticipates for actor in self.batch.spec.actors.values()]
        if not any(anticipates):
            return self.utility
        chance = chance_of_ratification(self.batch, text, drivers)[:, None]
        expected = chance * self.utility + (1.0 - chance) * self.no_deal
        return np.where(anticipates, expected, self.utility)


def _by_voice(values: Floats) -> Floats:
    """Return values (W, A, ...) voice by voice, actor after actor: (A x W, ...)."""
    return values.T.reshape(*values.T.shape[:-2], -1).T
