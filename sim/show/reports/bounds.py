"""What a page says last: how to play the same again, and what it is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.show.parts import Listing, Note
from sim.show.report import Report
from sim.show.words import counted

_NOT = (
    (
        "No prophecy",
        "These are odds under stated assumptions. Whoever assumes otherwise gets others.",
    ),
    (
        "No advice",
        "It says what would follow, not what anybody should want or do.",
    ),
    (
        "Not the world",
        "What the scenario leaves out cannot happen in it: clauses, parties and turns that nobody "
        "wrote down have no chance here, which does not mean that they have none.",
    ),
    (
        "Not all doubt",
        "The ranges hold what is stated as unsure. That all ways to model the talks are wrong in "
        "the same way is in none of them.",
    ),
    (
        "Not tested where it matters most",
        "No record of comparable talks is long enough to test walk-outs, votes at home and wars. "
        "What was tested is how bargaining divides things, on other negotiations.",
    ),
    (
        "Not today's",
        "It stands as of its day. What has happened since is not in it, unless it is named above.",
    ),
)


def again_report(manifest: Mapping[str, Any]) -> Report:
    """Return how anybody can play the same worlds again, and by what they were played."""
    counts = (
        f"{manifest['worlds']:,} worlds: {counted(manifest['draws'], 'draw')} of what nobody "
        f"knows, each played {counted(manifest['replications'], 'time')}, from seed "
        f"{manifest['seed']}"
    )
    stamped = {
        "played": counts,
        "finished": manifest.get("written"),
        "digest of the worlds": manifest["digest"],
        "digest of the configuration": manifest["config_sha256"],
        "digest of the code": manifest.get("code_sha256"),
        "commit": manifest.get("git_commit"),
        "processor": manifest.get("processor"),
        "system": manifest.get("platform"),
        **manifest["versions"],
    }
    entries = tuple((name, str(value)) for name, value in stamped.items() if value is not None)
    return Report(
        "",
        (
            Note("With the folder of the run, in an environment with Parley:"),
            Note("parley reproduce RUN", whole=True),
            Note("plays it again and compares digests. With its config.yaml alone:"),
            Note("parley run --config config.yaml", whole=True),
            Listing("Stamp", entries),
        ),
    )


def bounds_report(notes: Iterable[str]) -> Report:
    """Return what a page of odds is not, and what tests have said of the engine."""
    told = (Note(f"{note[:1].upper()}{note[1:]}.") for note in notes)
    return Report("", (Listing("", _NOT), *told))
