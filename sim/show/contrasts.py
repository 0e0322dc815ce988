"""What the terminal shows of two runs: side by side, or one and the same played again.

Only the words and the layout are here; what is compared comes from the comparison.
"""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from sim.runs.comparison import Comparison, in_short
from sim.runs.reproduction import Reproduction
from sim.runs.run import Run
from sim.show.terminal import console, counted, titled_table
from sim.show.words import percent, points

_DIGEST = 12  # hexadecimal figures that tell digests apart


def show_comparison(before: Run, after: Run, found: Comparison, figure: Path | None) -> None:
    """Print two runs side by side: what was run, the odds, and what was configured otherwise."""
    out = console()
    for letter, run in (("A", before), ("B", after)):
        out.print(f"{letter}: {run.name}\n   {_what(run)}", soft_wrap=True)
    out.print(_odds(found, "Odds of A and of B, and what changes from A to B", "A", "B"))
    out.print(f"{found.how}.", style="dim")
    for letter, only in (("A", found.only_before), ("B", found.only_after)):
        if only:
            out.print(f"Only {letter} has the outcomes {', '.join(only)}.")
    out.print()
    _show_configuration(found)
    if figure is not None:
        out.print(f"Figure: {figure}", soft_wrap=True)


def show_reproduction(found: Reproduction) -> None:
    """Print whether a run was reproduced; if not, what differs and how the odds moved."""
    out, then, now = console(), found.then, found.now
    verdict = "identical" if found.identical else "not identical"
    out.print(f"{then.name}: {verdict}.", style="bold", soft_wrap=True)
    worlds, digest = counted(now.manifest["worlds"], "world"), _digest(now.manifest["digest"])
    if found.comparison is None:
        out.print(f"{worlds} played again have the manifest's digest ({digest}).")
    else:
        said = _digest(then.manifest["digest"])
        out.print(f"{worlds} played again have another digest ({digest}) than before ({said}).")
    if found.is_altered:
        same = found.kept == now.manifest["digest"]
        its = "that of the worlds played again" if same else _digest(str(found.kept))
        out.print(f"The folder's worlds.parquet is not the manifest's: its digest is {its}.")
    out.print()
    _show_since(found)
    if found.comparison is not None:
        out.print(_odds(found.comparison, "What it did to the odds", "then", "now"))
        out.print(f"{found.comparison.how}.", style="dim")


def _what(run: Run) -> str:
    said = run.manifest
    size = f"{said['draws']:,} x {said['replications']:,}"
    return f"{said['scenario']}, {said['protocol']}, {size} worlds, seed {said['seed']}"


def _digest(digest: str) -> str:
    return digest[:_DIGEST]


def _odds(found: Comparison, title: str, before: str, after: str) -> Table:
    table = titled_table(title, "outcome")
    for column in (before, after, "change\nin points", "95% interval"):
        table.add_column(column, justify="right", no_wrap=True)
    for row in found.odds.to_dict("records"):
        table.add_row(
            row["label"],
            percent(row["before"]),
            percent(row["after"]),
            points(row["difference"]),
            f"{points(row['low'])} to {points(row['high'])}",
        )
    return table


def _show_configuration(found: Comparison) -> None:
    out = console()
    if found.changes:
        out.print("Configured otherwise", style="bold")
        table = titled_table("", "path", "A", "B")
        for change in found.changes:
            table.add_row(*change)
        out.print(table)
    else:
        out.print("Nothing that may change a world is configured otherwise.")
    if found.reasons:
        parts = counted(found.reasons, "number")
        out.print(f"Beside these: {parts} with the same value, and another basis or reasoning.")


def _show_since(found: Reproduction) -> None:
    """Tell what differs between then and now, or that nothing known does."""
    out = console()
    if not found.since:
        same = "The code, the versions, the processor and the platform are those of the run"
        but = "." if found.identical else ": so something in the folder was changed."
        out.print(same + but)
        return
    out.print(f"Other since{', without effect' if found.identical else ''}", style="bold")
    table = titled_table("", "what", "then", "now")
    for change in found.since:
        path = change.path.removeprefix("versions.")
        longest = _DIGEST if path in ("git_commit", "code_sha256") else None
        table.add_row(path, *(in_short(v)[:longest] for v in (change.before, change.after)))
    out.print(table)
