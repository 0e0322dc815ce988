"""Checks that a scenario with changes is refused by the command."""

import pytest

from tests.bad_input.refusing import shipped, tree_is_refused
from tests.small import mediated_tree


@pytest.fixture
def shipped_is_refused(tmp_path, monkeypatch, capsys):
    """Return the check of the shipped scenario with changes."""
    here = (tmp_path, monkeypatch, capsys)
    return lambda changes, says: tree_is_refused(shipped(), changes, says, *here)


@pytest.fixture
def small_is_refused(tmp_path, monkeypatch, capsys):
    """Return the check of the small scenario with a mediator."""
    here = (tmp_path, monkeypatch, capsys)
    return lambda changes, says: tree_is_refused(mediated_tree(), changes, says, *here)
