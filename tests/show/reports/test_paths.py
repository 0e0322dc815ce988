"""What is told of a number: its value in words, and what it rests on."""

from __future__ import annotations

import pytest

from sim.numbers.uncertain import Number
from sim.show.reports.paths import paths_report, told


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"value": 0.3}, "0.3"),
        ({"uniform": (0, 0.4)}, "0 to 0.4, all as likely"),
        ({"triangular": (0.1, 0.2, 0.4)}, "0.1 to 0.4, most likely 0.2"),
        (
            {"normal": {"mean": 0.3, "sd": 0.1, "low": 0, "high": 1}},
            "normal, mean 0.3, sd 0.1, cut off at 0 and 1",
        ),
        ({"beta": {"mean": 0.3, "concentration": 20}}, "beta, mean 0.3, concentration 20"),
        (
            {"gamma": {"shape": 0.5, "rate": 92, "high": 0.1}},
            "gamma, shape 0.5, rate 92, cut off at 0.1",
        ),
        ({"choice": {"values": (0, 1), "chances": (0.8, 0.2)}}, "0 (80%) or 1 (20%)"),
        (
            {"uniform": (0, 1), "common": {"factor": "outlook", "loading": -0.7}},
            "0 to 1, all as likely, moves with outlook (-0.7)",
        ),
    ],
)
def test_every_form_is_told_in_words_with_its_basis(stated, words):
    assert told(Number(**stated, basis=["a-1", "b-2"])) == f"{words}; a-1, b-2"
    assert told(Number(**stated, basis="assumption", why="a guess")) == f"{words}; assumption"


def test_numbers_are_told_part_by_part_under_their_whole_paths():
    numbers = {
        "drivers.drought.start": Number(value=0, basis="override"),
        "actors.her.no_deal": Number(uniform=(0, 1), basis=["a-1"]),
        "actors.her.walkout.rate": Number(value=0.1, basis=["a-1"]),
        "actors.his.no_deal": Number(value=0.2, basis=["a-1"]),
    }
    told = paths_report("well", numbers, ["actors.her.no_deal", "actors.his.values.x"])
    lines = [line.rstrip() for line in str(told).splitlines()]
    assert lines[0] == "Numbers of well"
    assert [line for line in lines if line and line == line.strip()][1:4] == [
        "drivers.drought",
        "actors.her",
        "actors.his",
    ]
    assert "  actors.her.no_deal       0 to 1, all as likely; a-1" in lines
    assert lines[-2:] == [
        "4 numbers, 1 uncertain.",
        "To set one: parley run scenario=well PATH=VALUE",
    ]
