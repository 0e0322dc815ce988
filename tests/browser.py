"""A real browser, without a window: what it asks for, complains of and shows of a page.

It is driven over a pair of pipes by its own protocol (https://chromedevtools.github.io), so that
nothing beside the browser is needed and no port is opened.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.command import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
in_a_browser = pytest.mark.skipif(
    BROWSER is None, reason=f"no browser here to look at pages with: none of {', '.join(NAMES)}"
)

# It reads commands from its file 3 and answers into its file 4.
_LAUNCH = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
    "os.execv(sys.argv[3], sys.argv[3:])"
)


class Browser:
    """A page in a browser, and all that has happened in it."""

    def __init__(self, commands: int, answers: int) -> None:
        self.commands, self.answers = commands, answers
        self.unread, self.number, self.session = b"", 0, ""
        self.events: list[dict[str, Any]] = []

    def ask(self, method: str, **how: Any) -> dict[str, Any]:
        """Send a command; return its answer, and keep what happens meanwhile."""
        self.number += 1
        target = {"sessionId": self.session} if self.session else {}
        command = {"id": self.number, "method": method, "params": how, **target}
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        while (said := self._next()).get("id") != self.number:
            self.events.append(said)
        assert "error" not in said, (method, said)
        return said["result"]

    def open(self, file: Path, width: int, height: int = 900, media: str = "screen") -> None:
        """Open a file in a new page of some width, in CSS pixels, and wait until it is loaded."""
        self.session = ""
        page = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        self.events.clear()
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable")
        size = {"width": width, "height": height, "deviceScaleFactor": 1}
        self.ask("Emulation.setDeviceMetricsOverride", mobile=width < 600, **size)
        self.ask("Emulation.setEmulatedMedia", media=media)
        self.ask("Page.navigate", url=file.as_uri())
        while not self.happened("Page.loadEventFired"):
            self.events.append(self._next())

    def happened(self, method: str) -> list[dict[str, Any]]:
        """Return all events of a kind since the page was opened."""
        return [each["params"] for each in self.events if each.get("method") == method]

    def value(self, script: str) -> Any:
        """Return what a script gives in the page."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def requests(self) -> list[str]:
        """Return the addresses that were asked for."""
        return [each["request"]["url"] for each in self.happened("Network.requestWillBeSent")]

    def complaints(self) -> list[str]:
        """Return what the console was told, and what went wrong."""
        kinds = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
        return [json.dumps(each) for kind in kinds for each in self.happened(kind)]

    def screenshot(self, file: Path) -> Path:
        """Write a picture of what is seen of the page without scrolling."""
        told = self.ask("Page.captureScreenshot")
        file.write_bytes(base64.b64decode(told["data"]))
        return file

    def printed(self, file: Path) -> Path:
        """Print the page into a PDF."""
        self.ask("Emulation.setEmulatedMedia", media="")
        told = self.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        file.write_bytes(base64.b64decode(told["data"]))
        return file

    def _next(self) -> dict[str, Any]:
        limit = time.monotonic() + PATIENCE
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.answers], [], [], max(0.0, limit - time.monotonic()))
            assert ready, "the browser does not answer"
            piece = os.read(self.answers, 1 << 20)
            assert piece, "the browser has ended"
            self.unread += piece
        said, _, self.unread = self.unread.partition(b"\0")
        return json.loads(said)


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Yield a browser whose profile lies in a folder; end it afterwards."""
    assert BROWSER is not None
    pairs = [os.pipe(), os.pipe()]
    reads, writes = (fcntl.fcntl(each, fcntl.F_DUPFD, 10) for each in (pairs[0][0], pairs[1][1]))
    asked = [
        *(BROWSER, "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={folder}"),
        *("--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", _LAUNCH, str(reads), str(writes), *asked],
        pass_fds=(reads, writes),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
    )
    for each in (reads, writes, pairs[0][0], pairs[1][1]):
        os.close(each)
    try:
        yield Browser(pairs[0][1], pairs[1][0])
    finally:
        for each in (pairs[0][1], pairs[1][0]):  # it ends when nobody is at the other end
            os.close(each)
        try:
            process.wait(PATIENCE / 4)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
