"""Whatever is read or printed goes through one room: nothing in sim/ opens or prints beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SIM = Path(__file__).parents[2] / "sim"
ROOM = SIM / "outside"
READING = {"open", "read_text", "read_bytes", "fdopen", "read_csv"}
WRITING = {"print", "to_csv", "writelines"}
# What is called so and is another thing: folders that a lock is held on, the disk that a file
# must reach, where words go that nobody waits for any more; and rich's own console, whose words
# the terminal's writer makes safe.
ALLOWED = {
    ("runs/folder.py", "os.open"),
    ("play/executors/scratch.py", "os.open"),
    ("play/interrupts.py", "os.open"),
    ("show/writers/terminal.py", "out.print"),
}
OURS = {"files", "outside"}  # names under which the room itself is imported


def calls(file: Path) -> Iterator[tuple[int, str]]:
    """Yield each call in a file that reads or prints: its line, and how it is written."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in {"open", "print"}:
                yield node.lineno, name
            case ast.Call(func=ast.Attribute(attr=name, value=of)) if name in READING | WRITING:
                held = ast.unparse(of)
                if held not in OURS:
                    yield node.lineno, f"{held}.{name}"


@pytest.mark.parametrize("file", sorted(SIM.rglob("*.py")), ids=lambda file: str(file.name))
def test_nothing_is_read_or_printed_but_by_the_room_for_what_comes_from_outside(file):
    place = file.relative_to(SIM).as_posix()
    found = [] if ROOM in file.parents else [*calls(file)]
    assert [each for each in found if (place, each[1]) not in ALLOWED] == []


def test_the_room_itself_reads_and_prints():
    found = {name for file in ROOM.glob("*.py") for _, name in calls(file)}
    assert {"print", "os.open", "pd.read_csv"} <= found
