"""Files that are no scenario: empty, no YAML, code, bombs, too large."""

from __future__ import annotations

import pytest

from tests.bad_input.refusing import refused

# (what is wrong, the bytes of the file, what the message must say)
FILES: list[tuple[str, bytes, str]] = [
    ("empty file", b"", "broken.yaml: is empty; a scenario begins with title, clauses"),
    ("only a comment", b"# nothing\n", "broken.yaml: is empty"),
    ("a list", b"- title\n- clauses\n", "broken.yaml: must be a mapping of names to values"),
    ("a word", b"peace\n", "broken.yaml: must be a mapping of names to values"),
    ("no YAML", b"title: [a, b\nclauses: }", "broken.yaml: is no valid YAML: line 2, column 8"),
    ("tabs", b"title:\n\tlabel: x\n", "broken.yaml: is no valid YAML: line 2, column 1"),
    ("two documents", b"title: a\n---\ntitle: b\n", "broken.yaml: is no valid YAML: line 2"),
    (
        "a key twice",
        b"title: a\nmediator: us\ntitle: b\n",
        "broken.yaml: is no valid YAML: line 3, column 1: 'title' is given twice",
    ),
    ("binary", bytes(range(256)), "broken.yaml: is no text file in UTF-8"),
    ("a null byte", b"title: a\0b\n", "broken.yaml: is no valid YAML"),
    (
        "code",
        b"title: !!python/object/apply:os.system ['touch owned']\n",
        "broken.yaml: is no valid YAML: line 1, column 8: the tag 'tag:yaml.org,2002:python",
    ),
    (
        "a bomb of aliases",
        b"a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + b"".join(
            f"{new}: &{new} [{', '.join(['*' + old] * 10)}]\n".encode()
            for old, new in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "stands for more than 100,000 values",
    ),
    ("an alias of itself", b"title: &a [*a]\n", "is nested more than 40 deep"),
    ("deep nesting", b"title: " + b"[" * 300 + b"]" * 300, "is nested more than 40 deep"),
    ("very deep nesting", b"title: " + b"[" * 50_000, "is nested too deep"),
    (
        "half a sign",
        b'title: "\\ud800"\n',
        "title: holds a sign that is no Unicode text (got '",
    ),
    ("too large", b"# " + b"x" * 2**20, "broken.yaml: is larger than 1 MiB"),
    ("a number too long", b"mediator: " + b"9" * 5000, "a number of more than 300 digits"),
]


@pytest.mark.parametrize(
    ("content", "says"), [row[1:] for row in FILES], ids=[row[0] for row in FILES]
)
def test_a_file_that_is_no_scenario_is_refused(content, says, tmp_path, monkeypatch, capsys):
    file = tmp_path / "broken.yaml"
    file.write_bytes(content)
    refused(["run", "scenario=broken.yaml"], says, tmp_path, monkeypatch, capsys)
    assert list(tmp_path.iterdir()) == [file]
