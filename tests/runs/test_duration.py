"""How long work will take is said once, in a line, and only where it is long."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from sim.play.ensemble import Ensemble
from sim.runs.duration import shorter_with, told_if_long
from tests.small import small_scenario


def said(
    caplog: pytest.LogCaptureFixture,
    pace: Sequence[tuple[float, float]],
    total: float,
    workers: int = 1,
    begun: float = 0.0,
) -> list[str]:
    """Return what is said of work of which so much is done at these seconds after its start."""
    seconds = iter([0.0, *(second for second, _ in pace)])
    caplog.clear()
    with caplog.at_level(logging.WARNING, "sim"):
        tell = told_if_long(
            total, workers, lambda share: [f"{share:.0%}"], begun=begun, clock=lambda: next(seconds)
        )
        for _, done in pace:
            tell(done)
    return caplog.messages


def test_the_first_of_long_work_says_how_long_the_rest_takes_and_what_two_minutes_would_do(caplog):
    (line,) = said(caplog, [(36, 100), (72, 200)], total=10_000)
    assert line == "parley: about 59 minutes more; shorter with 3%"


def test_work_that_is_over_in_two_minutes_is_not_told_of(caplog):
    assert said(caplog, [(11, 1000), (22, 2000), (110, 10_000)], total=10_000) == []


def test_nothing_is_said_before_enough_is_known_and_the_start_weighs_little(caplog):
    assert said(caplog, [(3, 100), (4, 400), (11, 1000)], total=10_000) == []


def test_what_other_workers_have_in_hand_counts(caplog):
    (line,) = said(caplog, [(20, 100)], total=10_000, workers=4)
    assert "about 8 minutes more" in line
    assert said(caplog, [(20, 100)], total=2_000, workers=4) == []


def test_what_was_done_before_is_not_counted_as_quick(caplog):
    (line,) = said(caplog, [(0, 90), (60, 91)], total=100, begun=90)
    assert "about 9 minutes more" in line


def test_progress_is_handed_on():
    heard: list[float] = []
    tell = told_if_long(10, 1, lambda _: [], heard.append)
    tell(1), tell(2)
    assert heard == [1, 2]


def test_what_shortens_a_run_are_settings_of_its_own():
    both = {f"actors__{name}__tactic": "equilibrium" for name in ("her", "his")}
    slow = small_scenario(**both, protocol="offers")
    hints = shorter_with(Ensemble(slow, 0, 1000, 10), 64, 0.0456)
    assert hints == ["ensemble.draws=45", "tactic=time_based"]
    quick = shorter_with(Ensemble(small_scenario(), 0, 4, 10), 64, 1e-9)
    assert quick == ["ensemble.draws=1"]
