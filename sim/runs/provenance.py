"""What a result was computed by: the code, the versions it stood on, and the processor.

The same configuration gives the same worlds under the same code and libraries. Where it does
not, these four say where to look: `versions`, `commit`, `code_sha256`, `processor`.
"""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError
from sim.outside.files import read_bytes
from sim.settings.differences import Difference, differences

PACKAGE = Path(__file__).parents[1]
DEPENDENCIES = (
    "mesa",
    "networkx",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "matplotlib",
    "hydra-core",
    "pydantic",
    "typer",
    "rich",
    "arviz-stats",
)
CPU_INFO = Path("/proc/cpuinfo")


STAMP = ("versions", "git_commit", "code_sha256", "processor", "platform")


def stamp() -> dict[str, Any]:
    """Return all of it, under the names that a manifest has for it: `STAMP`."""
    values = (versions(), commit(), code_sha256(), processor(), platform.platform())
    return dict(zip(STAMP, values, strict=True))


def changed_since(manifest: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return which of what a manifest says of the code and the machine is otherwise here.

    What an older manifest does not record is `ABSENT` before.
    """
    then = {name: manifest[name] for name in STAMP if name in manifest}
    return tuple(differences(then, stamp()))


@cache
def versions() -> dict[str, str]:
    """Return the versions of Parley, Python and every runtime dependency."""
    return {
        "parley-sim": metadata.version("parley-sim"),
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in DEPENDENCIES},
    }


@cache
def code_sha256() -> str:
    """Return the digest of the package's own source files: their names and their bytes, sorted.

    Computed once a process, at the first call: what the process goes on to import may be newer.
    """
    digest = sha256()
    for name in sorted(file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py")):
        source = read_bytes(PACKAGE / name)
        digest.update(f"{name}\0{len(source)}\0".encode())
        digest.update(source)
    return digest.hexdigest()


@cache
def commit() -> str | None:
    """Return the commit of the checkout that this code runs from, if it is one."""
    checkout = PACKAGE.parent
    if not (checkout / ".git").exists():
        return None
    try:
        asked = ["git", "-C", str(checkout), "rev-parse", "HEAD"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


@cache
def processor() -> str:
    """Return the processor's model, where the system tells it, else its architecture.

    >>> processor() != ""
    True
    """
    return _model_of(CPU_INFO) or platform.processor() or platform.machine() or "unknown"


def _model_of(info: Path) -> str:
    """Return the model that Linux's /proc/cpuinfo names first, or nothing."""
    try:
        lines = read_bytes(info).decode(errors="replace").splitlines()
    except ScenarioError:
        return ""
    named = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in named if key.strip() == "model name"), "")
