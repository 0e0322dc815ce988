"""Six worlds written down by hand, and what their tables must say."""

import datetime

import numpy as np

from sim.scenario.events import events_of
from sim.talks.diary import Turns
from sim.talks.record import Record
from tests.small import small_scenario

SMALL = small_scenario()
NONE, START = float("nan"), datetime.date(2025, 1, 6)
HAPPENED = {
    "signed": [2.0, 0.0, 5.0, NONE, NONE, 1.0],
    "in_force": [5.0, NONE, 8.0, NONE, NONE, 27.0],
    "refused": [NONE, 3.0, NONE, NONE, NONE, NONE],
    "broken": [NONE, NONE, 20.5, NONE, NONE, NONE],
    "left_his": [NONE, NONE, NONE, 3.25, NONE, NONE],
    "suspended": [NONE, NONE, NONE, 3.25, NONE, NONE],
}
WEEKS = np.column_stack([HAPPENED.get(name, [NONE] * 6) for name in events_of(SMALL)])
# Six worlds of three draws, written down by hand: halves that hold, her wish rejected by her
# family, her wish broken, he left, still talking, her wish signed with nobody to ratify it.
BY_HAND = Record(
    world=np.arange(6),
    outcome=np.array([0, 2, 2, 3, 3, 1]),
    by=np.array([[0, 0], [1, 0], [0, 0], [0, 1], [0, 0], [0, 0]], dtype=bool),
    round=np.array([2, 0, 5, 3, 25, 1]),
    week=np.array([2.0, 0.0, 5.0, 3.25, 26.0, 1.0]),
    settled_week=np.array([106.3, 3.0, 20.5, 3.25, 26.0, 105.3]),
    option=np.array([[1, 1], [0, 0], [0, 2], [-1, -1], [-1, -1], [2, 0]]),
    first_option=np.array([[0, 0], [0, 0], [0, 2], [1, 1], [2, 2], [0, 0]]),
    utility=np.array([[0.5, 0.6], [1.0, 0.0], [0.7, 0.3], [0.2, 0.1], [0.3, 0.25], [0.9, 0.1]]),
    ratified=np.array([[1, -1], [0, -1], [1, -1], [-1, -1], [-1, -1], [-1, -1]]),
    in_force_week=np.array([5.0, NONE, 8.0, NONE, NONE, 27.0]),
    broken_week=np.array([NONE, NONE, 20.5, NONE, NONE, NONE]),
    event_week=WEEKS,
    turns=Turns(np.array([3]), np.array([1]), np.array([3.25])),
    last_option=np.array([[1, 1], [0, 0], [0, 2], [1, 1], [-1, -1], [2, 0]]),
    refused=np.array([[0, 0], [0, 0], [0, 0], [1, 1], [-1, -1], [0, 0]]),
    obstacle=np.array([[-1, -1], [-1, -1], [-1, -1], [0, 1], [-1, -1], [-1, -1]]),
    doubted=np.array([[-1, -1], [-1, -1], [-1, -1], [-1, 0], [-1, -1], [-1, -1]]),
    declined=np.array([[0, 0], [1, 0], [0, 0], [0, 0], [0, 0], [0, 0]], dtype=bool),
    hopeless=np.full(6, NONE),
    step=np.full(6, NONE),
    counts=np.ones(6, dtype=bool),
    log_weight=np.zeros(6),
    form=np.zeros(6, dtype=np.int64),
)


def cut(record: Record, rows: slice) -> Record:
    return record.of(np.arange(len(record.world))[rows])
