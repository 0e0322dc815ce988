"""The engine with one text on the table, asked for once: what chances of texts must agree with."""

import numpy as np

from sim.talks.batch import open_batch
from sim.talks.model import NegotiationModel
from sim.theory.texts.chances import chances
from sim.theory.texts.circumstances import circumstances, joined


class OneText(NegotiationModel):
    """Talks in which one text is put to all, in one session, and nothing else ever is."""

    def __init__(self, scenario, text, session, **options):
        super().__init__(scenario, **options)
        self.only, self.asked_in = self.space.text(text), session

    def _put_a_text_on_the_table(self):
        super()._put_a_text_on_the_table()
        self.text = np.broadcast_to(self.only, self.text.shape).copy(order="F")
        self.held = self.held & (self.round == self.asked_in)


def played(scenario, text, session=0, draws=200, replications=50, seed=0):
    """Return how worlds went in which a text is put to all in a session; whole draws."""
    worlds = np.arange(draws * replications)
    options = {"seed": seed, "replications": replications, "worlds": worlds}
    return OneText(scenario, text, session, **options).run()


def met(scenario, week=0.0, draws=200, replications=1, seed=0):
    """Return what texts meet in some worlds, whole draws, each of which counts alike."""
    worlds = np.arange(draws * replications)
    batch = open_batch(scenario, seed, replications, worlds)
    return joined([circumstances(batch, week, np.ones(len(worlds)))], worlds)


def chances_of(where, *texts):
    """Return the chances of texts by their terms."""
    return chances(where, np.array([where.space.text(text) for text in texts]), (0, 1))
