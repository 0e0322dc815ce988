"""What a notebook is told: to show Axes of Parley's as pictures."""

from __future__ import annotations

from io import BytesIO
from typing import Any


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
