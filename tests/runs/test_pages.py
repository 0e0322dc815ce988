"""The part of a README that is written by machine."""

import pytest

from sim.errors import ScenarioError
from sim.runs.pages import END, page

BEGIN = "<!-- Here it begins. -->"


def test_what_stands_between_the_marks_is_replaced_and_words_outside_stay(tmp_path):
    file = tmp_path / "README.md"
    file.write_text(f"# Wells\n\nMine.\n\n{BEGIN}\nbygone\n{END}\n\nMine too.\n")
    found = page(tmp_path, BEGIN)
    assert found.written == "\nbygone\n"
    assert found.write("new") == file
    assert file.read_text() == f"# Wells\n\nMine.\n\n{BEGIN}\nnew\n{END}\n\nMine too.\n"


def test_a_folder_without_a_readme_gets_one_with_a_heading(tmp_path):
    page(tmp_path, BEGIN, "# Wells").write("new")
    assert (tmp_path / "README.md").read_text() == f"# Wells\n\n{BEGIN}\nnew\n{END}\n"


@pytest.mark.parametrize("text", ["Mine.\n", f"{BEGIN}\nno end\n", f"{END}\n{BEGIN}\n"])
def test_a_readme_that_lost_a_mark_is_refused_and_left_alone(tmp_path, text):
    (tmp_path / "README.md").write_text(text)
    with pytest.raises(ScenarioError, match="needs two lines"):
        page(tmp_path, BEGIN)
    assert (tmp_path / "README.md").read_text() == text
