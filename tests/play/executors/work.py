"""Work for executors in tests: functions that any worker can import."""

import os
import signal

from sim.errors import problem


def plus(added: int, number: int) -> int:
    return added + number


def fail_at_three(number: int) -> int:
    if number == 3:
        raise problem("number", "must not be three", number)
    return number


def die_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number
