"""What holds for all tests."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings
from mesa import Agent

from tests.command import end_what_was_started

# A busy machine is slow, not wrong: no example has a time limit.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# A shell that runs tests in the background, or away from its terminal, has them ignore interrupts
# or its end, and all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def nothing_is_left_running() -> Iterator[None]:
    """End what a test has started, also where it failed half-way."""
    yield
    end_what_was_started()


@pytest.fixture(autouse=True)
def models_are_forgotten() -> Iterator[None]:
    """Empty the table in which Mesa counts the agents of each model, and so keeps it for ever."""
    yield
    Agent._ids.clear()
