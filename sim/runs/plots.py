"""The figures of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.scenario.events import asked_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.runs.run import Run


@dataclass(frozen=True)
class Plots:
    """The figures of a run; every one returns its Axes and can draw into yours."""

    run: Run

    def odds(self, ax: Axes | None = None) -> Axes:
        """Draw the odds with both doubts, and the base rates beneath."""
        from sim.show import figures

        return figures.odds(self.run.odds, self.run.base_rates, self._about(), ax)

    def timeline(self, ax: Axes | None = None) -> Axes:
        """Draw the probability that texts are signed, refused ... by each date.

        What only a question asks for is in the table of questions; what becomes of deadlines, and
        that suspended talks go on, is in the table of events.
        """
        from sim.scenario.events import Happening, usual_events
        from sim.show import figures

        scenario, calendar = self.run.scenario, self.run.scenario.calendar
        marks = {"deadline": calendar.deadline.date} if calendar.deadline else {}
        apart = (Happening.LAPSED, Happening.DROPPED, Happening.RESUMED)
        usual = {n: each for n, each in usual_events(scenario).items() if each.event not in apart}
        labels = {name: event.label for name, event in usual.items()}
        asked = [each.by for each in asked_of(scenario)]
        events = self.run.events[self.run.events["event"].isin(list(labels))]
        about = self._about()
        return figures.timeline(events, calendar.last_day, labels, marks, about, asked, ax)

    def courses(self, ax: Axes | None = None) -> Axes:
        """Draw 50 equally likely courses of the talks as dots: when a text is signed, if ever."""
        from sim.show import figures

        signed = self.run.events[self.run.events["event"] == "signed"]
        return figures.courses(signed, self.run.scenario.calendar.last_day, self._about(), ax)

    def clauses(self, ax: Axes | None = None) -> Axes:
        """Draw how often each option stands in signed texts and in first texts."""
        from sim.show import figures

        signed = self.run.manifest["signed"]
        terms = self.run.scenario.term_labels
        return figures.clauses(self.run.clauses, terms, signed, self._about(), ax)

    def posterior(self, ax: Axes | None = None) -> Axes:
        """Draw the numbers that evidence moved most, before and after it.

        Raises:
            ScenarioError: as `Run.posterior`.
        """
        from sim.show import figures

        return figures.posterior(self.run.posterior(), self._about(), ax)

    def drivers(self, of: str = "signed", ax: Axes | None = None) -> Axes:
        """Draw the odds of something at both ends of the most important numbers.

        Raises:
            ScenarioError: as `Run.drivers`, and when draws differ by no more than chance.
        """
        return self.run.drivers(of).plot(ax)

    def negotiation(self, world: int, actor: str, ax: Axes | None = None) -> Axes:
        """Draw what each text was worth to one actor in one world, beside what it demanded.

        Raises:
            ScenarioError: when there is no such world or actor.
        """
        return self.run.play_world(world).plot(actor, ax)

    def _about(self) -> str:
        said = self.run.manifest
        return f"{self.run.scenario.title}. {said['worlds']:,} simulated worlds"
