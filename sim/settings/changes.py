"""What a change of a scenario may touch: what is done from its day on, not what is known on it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Problem
from sim.numbers.marks import NotFromTheDayOn
from sim.scenario.reading.places import places
from sim.scenario.scenario import Scenario
from sim.settings.differences import Difference, differences, without_reasons

STAYS = (
    "is no change from the day on: what is known on that day, how the talks are modelled and how "
    "worlds are told stays as in the run; `parley run --config RUN/config.yaml` plays it anew"
)


def changed(before: Scenario, after: Scenario) -> tuple[Difference, ...]:
    """Return where two scenarios differ, less what their numbers rest on."""
    trees = (each.model_dump(mode="json", exclude_defaults=True) for each in (before, after))
    return tuple(differences(*map(without_reasons, trees)))


def not_from_the_day_on(before: Scenario, after: Scenario) -> Iterator[Problem]:
    """Yield what no change from the day on can touch, where two scenarios differ in it."""
    marked = [pattern.split(".") for pattern, _ in places(NotFromTheDayOn)]
    for each in changed(before, after):
        steps = each.path.split(".")
        if any(_is_under(steps, pattern) for pattern in marked):
            yield Problem(each.path, STAYS)
    if tuple(before.actors) != tuple(after.actors):
        yield Problem("actors", f"must be {', '.join(before.actors)}, as in the run")


def _is_under(path: list[str], pattern: list[str]) -> bool:
    """Return whether a path leads to what a pattern finds, or to a part of it."""
    if len(path) < len(pattern):
        return False
    return all(want in ("*", step) for step, want in zip(path, pattern, strict=False))
