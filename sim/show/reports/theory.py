"""What is told of the field's own methods: cooperative solutions and forecasting baselines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.numbers.naming import called
from sim.show.cells import Name, Share, Text
from sim.show.parts import Column, Note, Part, Table, figures, words
from sim.show.report import Report
from sim.show.words import counted


def solutions_report(name: str, found: Mapping[str, Any]) -> Report:
    """Return the text that each solution concept settles on, and its worth to each actor."""
    numbers, labels = found["numbers"], found["labels"]["actors"]
    means = "every number at its mean"
    held = means if numbers == "means" else f"draw {numbers['draw']} of seed {numbers['seed']}"
    size = (
        f"{name}, {held}: {counted(found['packages'], 'package')}, of which {found['rational']:,} "
        f"are as good as no deal for all who must sign; {found['pareto']:,} Pareto-optimal."
    )
    if not found["players"]:
        none = "No text can be signed by all who must, so there is no solution."
        return Report("", (Note(size), Note(none)))
    whose = ", ".join(labels[actor] for actor in found["players"])
    parts: list[Part] = [
        Note(size),
        Note(f"Gains are those of who must sign every such text: {whose}."),
        _texts(found["solutions"], found["labels"]),
        _worth(labels, found),
    ]
    if "quota" in found:
        parts.append(Note(f"Quota: {found['quota']}."))
    return Report("", tuple(parts))


def baselines_report(name: str, found: Mapping[str, Any]) -> Report:
    """Return what each baseline settles on, issue by issue, and the election's odds."""
    heads = ("weighted\nmean", "weighted\nmedian", "Condorcet\nwinner", "challenge\nmodel")
    rules = ("weighted_mean", "weighted_median", "condorcet")
    issues = []
    for issue, settled in found["issues"].items():
        positions = (*(settled[rule] for rule in rules), settled["challenge"][-1]["median"])
        issues.append((Text(issue), *map(_position, positions)))
    risk = found["election"]["risk"]
    chances = tuple(
        (Text(actor), Share(chance), Text(f"{risk[actor]:+.2f}"))
        for actor, chance in found["election"]["probabilities"].items()
    )
    scale = "{low:.10g} to {high:.10g}".format(**found["scale"])
    election = (words("actor"), figures("its position\nwins"), figures("risk\nattitude"))
    return Report(
        f"What the baselines make of {name}",
        (
            Table("", (words("issue"), *map(figures, heads)), tuple(issues)),
            Table(f"Probabilistic Condorcet election, positions on {scale}", election, chances),
            *(Note(f"Note: {note}.") for note in found["notes"]),
        ),
    )


def _position(value: float | None) -> Text:
    return Text("none" if value is None else f"{value:,.4g}")


def _texts(solutions: Mapping[str, Any], labels: Mapping[str, Any]) -> Table:
    """Return a row for each clause; concepts that settle on one text share a column."""
    names: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for concept, solution in solutions.items():
        text = tuple(solution["package"].items())
        names.setdefault(text, []).append(concept.replace("_", "-"))
    heads = ["\n".join(same) for same in names.values()]
    rows = tuple(
        (
            Name(called(row[0][0], labels["clauses"][row[0][0]])),
            *(Name(called(option, labels["options"][clause][option])) for clause, option in row),
        )
        for row in zip(*names, strict=True)
    )
    return Table("Settlement", tuple(map(words, ("clause", *heads))), rows)


def _worth(labels: Mapping[str, str], found: Mapping[str, Any]) -> Table:
    """Return a row for each actor: no deal, and the text of each concept."""
    solutions = found["solutions"]
    heads = [Column(Text(name.replace("_", "-\n")), right=True) for name in solutions]
    worth = [found["no_deal"], *(solution["utilities"] for solution in solutions.values())]
    rows = tuple(
        (Text(label), *(Text(f"{values[actor]:.3f}") for values in worth))
        for actor, label in labels.items()
    )
    return Table("Worth to each", (words("actor"), figures("no deal"), *heads), rows)
