"""The command that writes a first scenario; what is written here never overwrites unasked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from sim.errors import problem


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it: NAME.yaml.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write a small scenario to start from.

    It runs as it is, and says of each of its parts what it is for.
    """
    from sim.scenario.reading.guide import EXAMPLE

    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        rule = "must be small letters, digits and underscores, and begin with a letter"
        hint = " (leave out .yaml)" if name.endswith((".yaml", ".yml")) else ""
        raise problem("NAME", f"{rule}{hint}", name)
    file = Path(f"{name}.yaml")
    refuse_if_there("NAME", file, force)
    write(file, EXAMPLE)
    steps = {
        f"parley run scenario={file}": "it runs as it is",
        f"parley check {file}": "after each change: what is wrong",
        f"parley paths --scenario {file}": "its numbers",
        "parley schema": "every field explained",
    }
    width = max(map(len, steps))
    print(f"{file}: written. Next:")
    for command, purpose in steps.items():
        print(f"  {command:{width}}  # {purpose}")


def refuse_if_there(argument: str, file: Path, force: bool) -> None:
    """Refuse to write over a file, unless told to.

    Raises:
        ScenarioError: naming the argument that named it.
    """
    if file.is_dir():
        raise problem(argument, "is a folder; choose another name", str(file))
    if file.exists() and not force:
        raise problem(argument, "exists; choose another name, or --force to replace", str(file))


def write(file: Path, text: str) -> None:
    """Write a text to a file, which appears once it is whole, and make the folders to it.

    Raises:
        OSError: when it cannot be written, as on a full disk.
    """
    from sim.runs.folder import whole

    file.parent.mkdir(parents=True, exist_ok=True)
    with whole(file) as draft:
        draft.write_text(text, encoding="utf-8")
