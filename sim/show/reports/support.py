"""What is told of votes at home: the support of texts, the fit to polls, polls beside the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sim.show.cells import Cell, Name, Points, Share, Span, Text
from sim.show.parts import Listing, Note, Part, Table, figures, words
from sim.show.report import Report
from sim.show.words import counted

if TYPE_CHECKING:
    from sim.analysis.polls import Fit
    from sim.analysis.support import Backing, PolledText

_HOW_TO_READ = (
    "Support: share of people who back it; from the 5th to the 95th percentile of what is assumed. "
    "Ratified: the chance, if it came to a vote as matters stand at the start."
)
_HEADS = (
    figures("support", strong=True),
    figures("assumptions\n5% to 95%"),
    figures("ratified"),
)


def support_report(
    name: str,
    label: str,
    terms: Mapping[str, str],
    backings: Mapping[str, Backing],
    bodies: Mapping[str, str],
) -> Report:
    """Return what each body at home makes of one text.

    `terms` are told where they are not known by the text's name; `bodies` has the bodies' labels.
    """
    if not backings:
        return Report("", (Note(no_bodies(name)),))
    rows = tuple((Text(bodies[actor]), *_cells(each)) for actor, each in backings.items())
    parts: list[Part] = [
        *([Listing("The text", tuple(terms.items()))] if terms else []),
        Table("", (words("at home"), *_HEADS), rows),
        *(
            Note(undecided(bodies[actor], []))
            for actor, each in backings.items()
            if not each.decides
        ),
        Note(_HOW_TO_READ, quiet=True),
    ]
    return Report(f"Support at home for: {label}", tuple(parts))


def texts_report(
    name: str,
    labels: Mapping[str, str],
    backings: Mapping[str, Mapping[str, Backing]],
    bodies: Mapping[str, str],
) -> Report:
    """Return what each body at home makes of every named text: text: actor: backing."""
    if not bodies:
        return Report("", (Note(no_bodies(name)),))
    parts: list[Part] = []
    for actor, body in bodies.items():
        rows = tuple((Text(labels[text]), *_cells(each[actor])) for text, each in backings.items())
        parts.append(Table(body, (words("text"), *_HEADS), rows))
        apart = [labels[text] for text, each in backings.items() if not each[actor].decides]
        if apart:
            parts.append(Note(undecided(body, apart)))
    return Report(
        f"Support at home for the texts of {name}", (*parts, Note(_HOW_TO_READ, quiet=True))
    )


def fit_report(name: str, fits: Mapping[str, tuple[str, Fit, Mapping[str, float]]]) -> Report:
    """Return the fits to polls: actor: the body's label, its fit, and the means stated now."""
    if not fits:
        return Report("", (Note(f"{name} states no polls, so nothing is fitted."),))
    parts: list[Part] = []
    for label, found, stated in fits.values():
        parts += [_numbers(label, found, stated), _ties(found), _left_out(found), _verdict(found)]
    return Report(f"What polls say of support in {name}", tuple(parts))


def polls_table(polls: Iterable[tuple[str, PolledText]]) -> Table:
    """Return polls beside the model's support for the same text; each comes with its source."""
    rows = tuple(
        (
            Name(each.poll),
            Text(source),
            Share(each.observed, 0),
            Share(each.backing.support, 0),
            Span(each.backing.low, each.backing.high),
            Points(each.backing.support - each.observed),
        )
        for source, each in polls
    )
    heads = (words("poll"), words("rests on"), figures("poll"), figures("model"))
    more = (figures("assumptions\n5% to 95%"), figures("apart\nin points"))
    return Table("Polls, beside the model's support for the same text", (*heads, *more), rows)


def undecided(body: str, texts: Sequence[str]) -> str:
    """Return that a body would not decide on a text, or on some."""
    which = f": {'; '.join(texts)}" if texts else ""
    return f"{body} would not decide, as its actor need not sign{which or ' this'}."


def no_bodies(name: str) -> str:
    """Return that nobody at home ratifies."""
    return f"No actor of {name} has a body at home that ratifies."


def _cells(backing: Backing) -> tuple[Share, Span, Share]:
    return Share(backing.support), Span(backing.low, backing.high), Share(backing.ratify)


def _numbers(label: str, found: Fit, stated: Mapping[str, float]) -> Table:
    posterior = found.posterior
    low, high = posterior.quantile(0.05), posterior.quantile(0.95)
    rows = tuple(
        (
            Name(name),
            Text(f"{posterior.mean[name]:.2f}"),
            Text(f"{posterior.sd[name]:.2f}"),
            Text(f"{low[name]:.2f} to {high[name]:.2f}"),
            Text(f"{stated[name]:.2f}"),
        )
        for name in posterior.mean
    )
    heads = (figures("mean", strong=True), figures("sd"), figures("5% to 95%"))
    return Table(label, (words("number"), *heads, figures("scenario's\nmean")), rows)


def _ties(found: Fit) -> Table:
    names, matrix = list(found.posterior.mean), found.posterior.correlation.tolist()
    rows = tuple(_tied(name, row) for name, row in zip(names, matrix, strict=True))
    return Table("Correlations", (words(""), *map(figures, names)), rows)


def _tied(name: str, row: Sequence[float]) -> tuple[Cell, ...]:
    return Name(name), *(Text(f"{tie:+.2f}" if tie != 1 else "1") for tie in row)


def _left_out(found: Fit) -> Table:
    rows = tuple(
        (
            Name(poll.name),
            Share(poll.observed, 0),
            Share(poll.mean, 0),
            Span(poll.low, poll.high),
            Text("inside" if poll.inside else "OUTSIDE"),
        )
        for poll in found.left_out
    )
    heads = (words("poll"), figures("observed"), figures("predicted", strong=True))
    title = "Each poll, predicted from the others"
    return Table(title, (*heads, figures("90% interval"), words("observed is")), rows)


def _verdict(found: Fit) -> Note:
    inside = sum(poll.inside for poll in found.left_out)
    passes = "passes" if found.passes else "FAILS"
    return Note(
        f"{inside} of {counted(len(found.left_out), 'poll')} inside: the fit {passes} "
        "(asked for: at least 4 of 5)."
    )
