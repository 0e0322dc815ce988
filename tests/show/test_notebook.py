"""What a notebook is told of figures."""

import sys
from types import SimpleNamespace

from matplotlib.figure import Figure

from sim.show.notebook import png_of_axes, show_figures
from tests.runs.small_runs import small_run


def test_a_figure_of_ours_is_shown_as_a_picture_and_one_of_pyplots_is_left_to_it():
    ours = small_run(draws=2).plot.odds()
    assert png_of_axes(ours).startswith(b"\x89PNG")
    theirs = Figure().add_subplot()
    theirs.figure.canvas.manager = SimpleNamespace(num=1)
    assert png_of_axes(theirs) is None


def test_a_notebook_is_told_how_to_show_axes(monkeypatch):
    known = {}
    formatter = SimpleNamespace(
        for_type_by_name=lambda module, name, show: known.update({(module, name): show})
    )
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters={"image/png": formatter}))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    show_figures()
    axes = type(Figure().add_subplot())
    assert known == {(axes.__module__, axes.__name__): png_of_axes}


def test_outside_a_notebook_nothing_is_told(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    show_figures()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    show_figures()
