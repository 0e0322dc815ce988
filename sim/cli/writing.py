"""The command that writes a first scenario."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from sim.errors import problem
from sim.outside.text import say


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it: NAME.yaml.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write a small scenario to start from.

    It runs as it is, and says of each of its parts what it is for.
    """
    from sim.runs.folder import whole
    from sim.scenario.reading.guide import EXAMPLE

    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        rule = "must be small letters, digits and underscores, and begin with a letter"
        hint = " (leave out .yaml)" if name.endswith((".yaml", ".yml")) else ""
        raise problem("NAME", f"{rule}{hint}", name)
    file = Path(f"{name}.yaml")
    if file.is_dir():
        raise problem("NAME", "is a folder; choose another name", str(file))
    if file.exists() and not force:
        raise problem("NAME", "exists; choose another name, or --force to replace", str(file))
    with whole(file) as draft:
        draft.write_text(EXAMPLE, encoding="utf-8")
    steps = {
        f"parley run scenario={file}": "it runs as it is",
        f"parley check {file}": "after each change: what is wrong",
        f"parley paths --scenario {file}": "its numbers",
        "parley schema": "every field explained",
    }
    width = max(map(len, steps))
    say(f"{file}: written. Next:")
    for command, purpose in steps.items():
        say(f"  {command:{width}}  # {purpose}")
