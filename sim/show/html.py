"""What a notebook shows: a run and a comparison as a small page, and every figure as a picture.

The pages need nothing from anywhere: no script, no style sheet, no picture. Colours follow the
notebook's own, light or dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sim.show.words import UNTOLD_MEANS, any_untold, assumed, percent, points, span

if TYPE_CHECKING:
    import pandas as pd

_BAR = 120  # pixels for the most likely outcome
_CELL = "padding:3px 12px 3px 0;border:none;background:none;vertical-align:middle;"
_HEAD = f"{_CELL}text-align:%s;font-weight:normal;opacity:.65;vertical-align:bottom;"
_QUIET = "opacity:.65;font-size:90%;margin:2px 0 8px 0;max-width:52em;"


def html_of_run(
    title: str, manifest: Mapping[str, Any], odds: pd.DataFrame, base_rates: pd.DataFrame
) -> str:
    """Return a run as HTML: what was simulated, the odds with both doubts, the record beside."""
    about = (
        f"{manifest['worlds']:,} worlds: {manifest['draws']:,} draws of what nobody knows, "
        f"{manifest['replications']:,} of each; {manifest['protocol']}, seed {manifest['seed']}"
    )
    most = max(odds["probability"].max(), 1e-9)
    rows = [
        (
            escape(str(row["label"])),
            _bar(row["probability"] / most),
            f"<b>{percent(row['probability'])}</b>",
            span(row["low"], row["high"]),
            assumed(row["assumption_low"], row["assumption_high"]),
        )
        for row in odds.to_dict("records")
    ]
    head = ("outcome", "", "odds", "Monte Carlo 95%", "assumptions 5% to 95%")
    untold = f" {UNTOLD_MEANS}." if any_untold(odds) else ""
    page = [_title(title, about), _table(head, rows, words=2), _note(_HOW_TO_READ + untold)]
    if len(base_rates):
        page.append(_base_rates(base_rates))
    return f"<div>{''.join(page)}</div>"


def html_of_comparison(
    title: str, how: str, odds: pd.DataFrame, changes: Sequence[tuple[str, str, str]]
) -> str:
    """Return a comparison as HTML: the odds side by side, and what was configured otherwise."""
    rows = [
        (
            escape(str(row["label"])),
            percent(row["before"]),
            percent(row["after"]),
            f"<b>{points(row['difference'])}</b>",
            f"{points(row['low'])} to {points(row['high'])}",
        )
        for row in odds.to_dict("records")
    ]
    head = ("outcome", "before", "after", "change in points", "95% interval")
    page = [_title(title, how), _table(head, rows)]
    if changes:
        cells = [(f"<code>{escape(path)}</code>", *map(escape, two)) for path, *two in changes]
        page.append(_table(("configured otherwise", "before", "after"), cells))
    return f"<div>{''.join(page)}</div>"


def show_figures() -> None:
    """Let the notebook that runs this show Axes of Parley's as pictures, as it does pyplot's.

    Figures of pyplot's own are left to it. What Mesa brings along for progress bars, which are not
    used, does not ask for widgets. Outside a notebook nothing happens.
    """
    import sys
    import warnings

    interactive = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if interactive is not None:
        formatter = interactive.display_formatter.formatters["image/png"]
        formatter.for_type_by_name("matplotlib.axes._axes", "Axes", png_of_axes)
        warnings.filterwarnings("ignore", message="IProgress not found")


def png_of_axes(ax: Any) -> bytes | None:
    """Return the figure of some Axes as a picture, or None where pyplot shows it by itself."""
    if ax.figure.canvas.manager is not None:
        return None
    picture = BytesIO()
    ax.figure.savefig(picture, format="png", dpi=100)
    return picture.getvalue()


_HOW_TO_READ = (
    "Monte Carlo: what more worlds could still change. Assumptions: the odds, if we knew what is "
    "assumed. Doubt about the model itself is in neither."
)


def _base_rates(table: pd.DataFrame) -> str:
    rows = [
        (
            escape(str(row["label"])),
            f"<b>{percent(row['model'])}</b>",
            span(row["base_low"], row["base_high"]),
        )
        for row in table.to_dict("records")
    ]
    return _table(("beside the record, which is never an input", "here", "base rate"), rows)


def _title(title: str, about: str) -> str:
    return f'<div style="font-weight:bold">{escape(title)}</div>{_note(about)}'


def _note(text: str) -> str:
    return f'<div style="{_QUIET}">{escape(text)}</div>'


def _table(head: Iterable[str], rows: Iterable[Iterable[str]], words: int = 1) -> str:
    """Return a table of cells that are HTML; the first columns hold words, the others numbers."""
    sides = ["left" if column < words else "right" for column in range(len(tuple(head)))]
    cells = "".join(
        f'<th style="{_HEAD % side}">{escape(name)}</th>'
        for name, side in zip(head, sides, strict=True)
    )
    lines = [f"<tr>{cells}</tr>"]
    for row in rows:
        cells = "".join(
            f'<td style="{_CELL}text-align:{side}">{cell}</td>'
            for cell, side in zip(row, sides, strict=True)
        )
        lines.append(f"<tr>{cells}</tr>")
    return f'<table style="border-collapse:collapse;border:none">{"".join(lines)}</table>'


def _bar(share: float) -> str:
    width = max(round(_BAR * share), int(share > 0))
    style = f"width:{width}px;height:.7em;background:#0072B2"
    return f'<div style="width:{_BAR}px"><div style="{style}"></div></div>'
