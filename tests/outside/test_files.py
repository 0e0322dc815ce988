"""Files read whole or refused: regular ones, of a bounded size, whatever they say of it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.outside.files import opened, read_bytes, read_json, read_text


def a_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.yaml")
    return folder / "pipe.yaml"


def a_device(folder: Path) -> Path:
    (folder / "device.yaml").symlink_to("/dev/zero")
    return folder / "device.yaml"


def a_folder(folder: Path) -> Path:
    (folder / "folder.yaml").mkdir()
    return folder / "folder.yaml"


def a_link_to_itself(folder: Path) -> Path:
    (folder / "link.yaml").symlink_to("link.yaml")
    return folder / "link.yaml"


def a_socket(folder: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(folder / "socket.yaml"))
    return folder / "socket.yaml"


def a_null_byte(folder: Path) -> Path:
    return folder / "null\0.yaml"


NO_FILES = {
    a_pipe: "it is a pipe",
    a_device: "it is a device",
    a_folder: "it is a folder",
    a_socket: "it is a socket",
    a_link_to_itself: "Too many levels of symbolic links",
    a_null_byte: "null byte",
}


@pytest.mark.parametrize(("make", "says"), NO_FILES.items(), ids=lambda each: str(each)[:24])
@pytest.mark.parametrize("read", [read_bytes, read_text, read_json, opened])
def test_what_is_no_regular_file_is_refused_at_once(make, says, read, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError, match=says):
        read(make(tmp_path))


def test_a_file_is_read_up_to_its_bound_and_no_further(tmp_path):
    file = tmp_path / "a.txt"
    file.write_bytes(b"x" * 2**20)
    assert read_bytes(file, 2**20) == b"x" * 2**20
    file.write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(ScenarioError, match="is larger than 1 MiB"):
        read_bytes(file, 2**20)


def test_a_file_of_holes_is_not_read_into_memory(tmp_path):
    file = tmp_path / "holes"
    with file.open("wb") as stream:
        stream.truncate(2**40)
    with pytest.raises(ScenarioError, match="is larger than 1 MiB"):
        read_bytes(file, 2**20)


def test_a_file_that_says_that_it_is_empty_is_read_by_its_bytes():
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("this system has no /proc")
    assert status.stat().st_size == 0
    assert "Name:" in read_text(status)
    with pytest.raises(ScenarioError, match="is larger than"):
        read_text(status, 10)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[" * 100_000, "nested too deep"),
        (b"9" * 10_000, "digits"),
        (b"{", "Expecting"),
        (b"\xff", "no text file in UTF-8"),
        (b"", "Expecting value"),
    ],
)
def test_json_that_cannot_be_read_is_refused(content, says, tmp_path):
    file = tmp_path / "a.json"
    file.write_bytes(content)
    with pytest.raises(ScenarioError, match=says):
        read_json(file)


def test_a_mark_of_byte_order_is_no_part_of_the_text(tmp_path):
    file = tmp_path / "a.txt"
    file.write_bytes(b"\xef\xbb\xbfa\r\nb")
    assert read_text(file) == "a\r\nb"
